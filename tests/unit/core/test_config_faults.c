/* Every fault of a config is told, with its file and line. */
#include "core/base/buffer.h"
#include "tests/unit/core/config_files.h"

#define TARGETS "targets: [{aws: {organization: {}, role: r}}]\n"
#define F64 "f0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Loads, which must fail, and gives the fault lines joined by newlines, the folder's path cut out. */
static char *faults_of(const struct config_files *f)
{
    struct error err = ERROR_INIT;
    struct config_faults faults = { NULL, 0 };
    struct buffer b;
    size_t folder = strlen(f->folder) + 1;
    buffer_init(&b, 1000000);
    assert_null(config_load(f->config, &faults, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_true(faults.count > 0);
    assert_string_equal(err.message, faults.lines[0]);
    for (size_t i = 0; i < faults.count; i++) {
        const char *line = faults.lines[i];
        bool led = strncmp(line, f->folder, folder - 1) == 0;
        buffer_append_format(&b, "%s\n", led ? line + folder : line);
    }
    config_faults_release(&faults);
    return buffer_detach(&b);
}

/* One config whose only fault is `expected`, the beginning of its line. */
static void refused(const char *yaml, const char *expected)
{
    struct config_files f;
    config_files_make(&f, yaml);
    char *faults = faults_of(&f);
    size_t lines = 0;
    for (const char *at = faults; *at != '\0'; at++)
        lines += *at == '\n';
    if (lines != 1 || strncmp(faults, expected, strlen(expected)) != 0)
        fail_msg("%s\nexpected: %s\ngot: %s", yaml, expected, faults);
    free(faults);
    config_files_remove(&f);
}

/* The same with a table that the config names by `key`. */
static void table_refused(const char *key, const char *csv, const char *expected)
{
    struct config_files f;
    char *yaml = strcmp(key, "accounts") == 0
                     ? memory_string("targets:\n- aws: {accounts: t.csv, role: r, regions: us-east-1}\n")
                     : memory_format(TARGETS "%s: t.csv\n", key);
    config_files_make(&f, yaml);
    config_files_write(&f, "t.csv", csv);
    char *faults = faults_of(&f);
    if (strncmp(faults, expected, strlen(expected)) != 0 || strchr(faults, '\n')[1] != '\0')
        fail_msg("%s\nexpected: %s\ngot: %s", csv, expected, faults);
    free(faults);
    free(yaml);
    config_files_remove(&f);
}

static void files_that_cannot_be_read_are_named(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_null(config_load("/nonexistent/y.yaml", NULL, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_non_null(strstr(err.message, "/nonexistent/y.yaml: cannot open"));
    refused("", "yomawari.yaml:1: must have keys");
    refused("[a]\n", "yomawari.yaml:1: must have keys");
    refused("a: [\n", "yomawari.yaml:2: ");
    refused("state: &a b\n", "yomawari.yaml:1: anchors");
    refused(TARGETS "teams: none.csv\n", "yomawari.yaml:2: teams: cannot open");
    refused(TARGETS "teams: .\n", "yomawari.yaml:2: teams: cannot read");
}

/* The same with a file of addresses. */
static void list_refused(const char *content, const char *expected)
{
    struct config_files f;
    config_files_make(&f, TARGETS "checks: {tor_exits: t.csv}\n");
    config_files_write(&f, "t.csv", content);
    char *faults = faults_of(&f);
    if (strncmp(faults, expected, strlen(expected)) != 0 || strchr(faults, '\n')[1] != '\0')
        fail_msg("%s\nexpected: %s\ngot: %s", content, expected, faults);
    free(faults);
    config_files_remove(&f);
}

static void files_of_addresses_say_what_is_wrong_in_which_line(void **state)
{
    (void)state;
    list_refused("# exits\n192.0.2.1\n\n192.0.2\n", "t.csv:4: must be an address, or a range such as 10.0.0.0/8, not \"192.0.2\"");
    list_refused("range,name\n192.0.2.0/24,A\nrange,name\n", "t.csv:3: must be an address");
    list_refused("192.0.2.0/33,A\n", "t.csv:1: must be an address");
    list_refused("192.0.2.1,\x01\n", "t.csv:1: a name is text of at most 100 bytes");
    list_refused("192.0.2.1,\xff\n", "t.csv:1: a name is text");
    char *name = memory_format("192.0.2.1,%0101d\n", 0);
    list_refused(name, "t.csv:1: a name is text");
    free(name);
    refused(TARGETS "checks: {hosting_ranges: none.csv}\n", "yomawari.yaml:2: hosting_ranges: cannot open");
    refused(TARGETS "checks: {hosting_ranges: [192.0.2.0/24, all]}\n", "yomawari.yaml:2: hosting_ranges: must be an address");
    refused(TARGETS "checks: {tor_exits: {a: b}}\n", "yomawari.yaml:2: tor_exits: must be a list");
    refused(TARGETS "checks: {super_admins: [root]}\n", "yomawari.yaml:2: super_admins: must be an e-mail address");
    refused(TARGETS "checks: {super_admins: a@example.org}\n", "yomawari.yaml:2: super_admins: must be a list");
}

static void a_file_of_too_many_addresses_is_refused(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 4000000);
    for (int i = 0; i <= 100000; i++)
        buffer_append_format(&b, "10.%d.%d.%d\n", i / 65536, i / 256 % 256, i % 256);
    list_refused(buffer_string(&b), "t.csv:100001: more than 100000 entries");
    buffer_release(&b);
}

static void unknown_and_empty_keys_are_refused(void **state)
{
    (void)state;
    refused(TARGETS "limts: {}\n", "yomawari.yaml:2: limts: unknown key; known here: state, targets");
    refused("targets:\n- aws:\n    organization: {}\n    role: r\n    regoins: all\n",
            "yomawari.yaml:5: regoins: unknown key");
    refused("targets:\n- aws:\n    organization: {units: []}\n    role: r\n", "yomawari.yaml:3: units: unknown key");
    refused(TARGETS "limits:\n  shares: 1\n", "yomawari.yaml:3: shares: unknown key");
    refused(TARGETS "inventory:\n  exclude: []\n", "yomawari.yaml:3: exclude: unknown key");
    refused(TARGETS "alerts:\n  pager: {}\n", "yomawari.yaml:3: pager: unknown key");
    refused(TARGETS "state:\n", "yomawari.yaml:2: state: has no value");
    refused(TARGETS "limits:\n", "yomawari.yaml:2: limits: has no value");
    refused(TARGETS "state: ''\n", "yomawari.yaml:2: state: must be text without control");
    refused(TARGETS "state: [a]\n", "yomawari.yaml:2: state: must be text (quotes make it so), not \"array\"");
    refused(TARGETS "state: 1.5\n", "yomawari.yaml:2: state: must be text (quotes");
    refused(TARGETS "state: \"a\\nb\"\n", "yomawari.yaml:2: state: must be text without control");
}

static void targets_that_cannot_be_are_refused(void **state)
{
    (void)state;
    refused("state: s\n", "yomawari.yaml: targets: missing");
    refused("state: s\ntargets: []\n", "yomawari.yaml:2: targets: must have 1 to 100");
    refused("targets: {aws: {}}\n", "yomawari.yaml:1: targets: must be a list");
    refused("targets:\n- aws\n", "yomawari.yaml:1: targets: entry 1");
    refused("targets:\n- {}\n", "yomawari.yaml:2: a target must have either");
    refused("targets:\n- aws: {}\n  gcp: {projects: [a]}\n", "yomawari.yaml:2: a target must have either");
    refused("targets:\n- aws: all\n", "yomawari.yaml:2: aws: must have keys below it");
    refused("targets:\n- gcp: {}\n", "yomawari.yaml:2: gcp: needs organization, folders or projects");
}

static void aws_targets_are_checked(void **state)
{
    (void)state;
#define AWS(keys) "targets:\n- aws:\n    organization: {}\n    " keys "\n"
    refused(AWS("profile: p"), "yomawari.yaml:3: organization: needs a role");
    refused(AWS("role: 'arn:aws:iam::111111111111:role/r'"), "yomawari.yaml:4: role: must be a name");
    refused(AWS("role: 'a b'"), "yomawari.yaml:4: role: must be a role's name or ARN, not \"a b\"");
    refused(AWS("role: 'arn:aws:iam::1111:role/r'"), "yomawari.yaml:4: role: must be a role's ARN");
    refused(AWS("role: 'arn:aws:iam::111111111111:user/r'"), "yomawari.yaml:4: role: must be a role's ARN");
    refused(AWS("role: r\n    external_id: x"), "yomawari.yaml:5: external_id: must be 2 to 1,224");
    refused(AWS("role: r\n    self: maybe"), "yomawari.yaml:5: self: must be direct or assume, not \"maybe\"");
    refused(AWS("role: r\n    regions: us-east-1;rm"), "yomawari.yaml:5: regions: must be a region such as eu-west-1, "
                                                       "not \"us-east-1;rm\"");
    refused(AWS("role: r\n    regions: [us-east-1,\n      US]"), "yomawari.yaml:6: regions: must be a region");
    refused(AWS("role: r\n    regions: all eu-west-1"), "yomawari.yaml:5: regions: all stands beside others");
    refused(AWS("role: r\n    regions: 7.5"), "yomawari.yaml:5: regions: must be a list");
    refused(AWS("role: r\n    accounts: a.csv"), "yomawari.yaml:5: accounts: stands beside organization");
#undef AWS
    refused("targets:\n- aws: {role: r}\n", "yomawari.yaml:2: role: must be an ARN where neither");
#define ORG(keys) "targets:\n- aws:\n    role: r\n    organization:\n      " keys "\n"
    refused(ORG("discovery_role: r"), "yomawari.yaml:5: discovery_role: must be a role's ARN");
    refused(ORG("include_ous: [Sandbox]"), "yomawari.yaml:5: include_ous: must be the id of");
    refused(ORG("exclude_ous: ['a[']"), "yomawari.yaml:5: exclude_ous: has a [ without its ], not \"a[\"");
    refused(ORG("exclude_accounts: [12345678901]"), "yomawari.yaml:5: exclude_accounts: must be an account id");
    refused(ORG("exclude_accounts:\n      - a\n      - {b: c}"), "yomawari.yaml:7: exclude_accounts: must be text");
#undef ORG
}

static void gcp_targets_are_checked(void **state)
{
    (void)state;
#define GCP(keys) "targets:\n- gcp:\n    projects: [a]\n    " keys "\n"
    refused(GCP("organization: 1"), "yomawari.yaml:3: projects: stands beside organization or folders");
    refused(GCP("folders: [1]"), "yomawari.yaml:3: projects: stands beside organization or folders");
    refused("targets:\n- gcp: {organization: x1}\n",
            "yomawari.yaml:2: organization: must be a number, in digits, not \"x1\"");
    refused("targets:\n- gcp: {folders: [1, a]}\n", "yomawari.yaml:2: folders: must be a number");
    refused(GCP("quota_project: A B"), "yomawari.yaml:4: quota_project: must be a project's id");
    refused(GCP("endpoint: localhost:80"), "yomawari.yaml:4: endpoint: must be a URL");
    refused(GCP("quota_project: 'team-*'"), "yomawari.yaml:4: quota_project: must be a project's id");
    refused(GCP("endpoint: 'https://{region}.example'"), "yomawari.yaml:4: endpoint: may have {service}");
    refused(GCP("endpoint: 'https://{service}}.example'"), "yomawari.yaml:4: endpoint: may have {service}");
    refused(GCP("exclude_folders: [1]"), "yomawari.yaml:4: exclude_folders: needs organization or folders");
    refused(GCP("exclude_projects: [b]"), "yomawari.yaml:4: exclude_projects: needs organization, folders or a glob");
    refused("targets:\n- gcp: {organization: 1, exclude_folders: ['a[']}\n",
            "yomawari.yaml:2: exclude_folders: has a [");
    refused(GCP("credentials: {key: x}"), "yomawari.yaml:4: key: unknown key");
    refused(GCP("credentials: {file: a, workload_identity: b}"), "yomawari.yaml:4: workload_identity: stands beside file");
    refused(GCP("credentials: {delegates: a@b}"), "yomawari.yaml:4: delegates: needs impersonate");
    refused(GCP("credentials: {impersonate: a@b, delegates: [c]}"), "yomawari.yaml:4: delegates: must be an e-mail");
    refused(GCP("credentials: {universe: googleapis}"), "yomawari.yaml:4: universe: must be a domain");
    refused(GCP("credentials: {universe: .example.com}"), "yomawari.yaml:4: universe: must be a domain");
    refused(GCP("credentials: {self_signed: maybe}"), "yomawari.yaml:4: self_signed: must be");
    refused(GCP("credentials: {impersonate: a@b, delegates: 1@b 2@b 3@b 4@b 5@b 6@b 7@b 8@b 9@b 10@b 11@b 12@b 13@b "
                "14@b 15@b 16@b 17@b}"), "yomawari.yaml:4: delegates: must have at most 16");
    refused(GCP("credentials: {impersonate: x}"), "yomawari.yaml:4: impersonate: must be an e-mail address");
#undef GCP
}

static void sections_are_checked(void **state)
{
    (void)state;
    refused(TARGETS "limits: {share_of_quota: 2}\n", "yomawari.yaml:2: share_of_quota: must be a number from 0.01 to "
                                                     "1");
    refused(TARGETS "limits: {share_of_quota: half}\n", "yomawari.yaml:2: share_of_quota: must be a number");
    refused(TARGETS "limits: {accounts_at_once: 257}\n", "yomawari.yaml:2: accounts_at_once: must be a whole number "
                                                         "from 1 to 256");
    refused(TARGETS "limits: {accounts_at_once: 1.5}\n", "yomawari.yaml:2: accounts_at_once: must be a whole");
    refused(TARGETS "keep_days: 0\n", "yomawari.yaml:2: keep_days: must be a whole number");
    refused(TARGETS "keep_days: 99999999999999\n", "yomawari.yaml:2: keep_days: must be a whole number");
    refused(TARGETS "language: de\n", "yomawari.yaml:2: language: must be en or ja, not \"de\"");
    refused(TARGETS "csv: {bom: yes}\n", "yomawari.yaml:2: bom: must be true or false");
    refused(TARGETS "expected_public: {tcp: [80, 65536]}\n", "yomawari.yaml:2: tcp: must hold ports");
    refused(TARGETS "expected_public: {tcp: 80}\n", "yomawari.yaml:2: tcp: must be a list");
    refused(TARGETS "expected_public: {on: [Load Balancer]}\n", "yomawari.yaml:2: on: must be of small letters");
    refused(TARGETS "checks:\n  off:\n    aws_x: ''\n", "yomawari.yaml:4: aws_x: needs the reason");
    refused(TARGETS "checks:\n  off:\n    aws_x:\n", "yomawari.yaml:4: aws_x: needs the reason");
    refused(TARGETS "checks:\n  off: [aws_x]\n", "yomawari.yaml:3: off: must have keys");
    refused(TARGETS "checks:\n  off: {aws-x: why}\n", "yomawari.yaml:3: aws-x: a check's id");
    refused(TARGETS "checks:\n  dns:\n", "yomawari.yaml:3: dns: has no value");
    refused(TARGETS "checks:\n  dns:\n    expected_resolvers: [10.0.0.2, 8.8.8]\n",
            "yomawari.yaml:4: expected_resolvers: must be an address, or a range such as 10.0.0.0/8, not \"8.8.8\"");
    refused(TARGETS "checks:\n  dns:\n    expected_resolvers: [\"2001:db8::/129\"]\n",
            "yomawari.yaml:4: expected_resolvers: must be an address, or a range such as");
    refused(TARGETS "checks:\n  dns:\n    expected_resolvers: 8.8.8.8\n",
            "yomawari.yaml:4: expected_resolvers: must be a list");
    refused(TARGETS "logs: [a]\n", "yomawari.yaml:2: logs: entry 1");
    refused(TARGETS "probe: true\n", "yomawari.yaml:2: probe: must have keys");
    refused(TARGETS "probe: {ports: [22]}\n",
            "yomawari.yaml:2: ports: unknown key; known here: enabled, vantage, per_second, at_once, screenshots,"
            " chromium, chromium_user");
    refused(TARGETS "probe: {chromium: bin/chromium}\n", "yomawari.yaml:2: chromium: must be a path that begins with /");
    refused(TARGETS "probe: {per_second: 1000}\n", "yomawari.yaml:2: per_second: must be");
    refused(TARGETS "alerts: {slack: on}\n", "yomawari.yaml:2: slack: must have keys");
}

static void secrets_do_not_belong_in_the_config(void **state)
{
    (void)state;
    refused(TARGETS "alerts:\n  slack:\n    token: xoxb-1\n", "yomawari.yaml:4: token: secrets do not belong");
}

static void accounts_are_checked(void **state)
{
    (void)state;
#define T(csv, expected) table_refused("accounts", csv, expected)
    T("", "t.csv:1: there is no header");
    T("account\n", "yomawari.yaml:2: accounts: the file has no rows");
    T("account,nmae\n012345678901,x\n", "t.csv:1: unknown column \"nmae\"");
    T("name\nx\n", "t.csv:1: missing column \"account\"");
    T("account,name\n012345678901,x,y\n", "t.csv:2: 3 fields where the header has 2");
    T("account,name\n012345678901,a\n\"222222222222,x\n", "t.csv:3: a quote in the row");
    T("account\n012345678901\n12345678901\n",
      "t.csv:3: account must be an account id of 12 digits, not \"12345678901\"");
    T("account,name\n,x\n", "t.csv:2: account must not be empty");
    T("account\n012345678901\n111111111111\n012345678901\n", "t.csv:4: account 012345678901 stands already in");
    T("account,role\n012345678901,a b\n", "t.csv:2: role must be a role's name or ARN");
    T("account,role\n012345678901,arn:aws:iam::111111111111:role/r\n",
      "t.csv:2: account 012345678901 cannot be entered");
    T("account,external_id\n012345678901,?\n", "t.csv:2: external_id must be");
    T("account,regions\n012345678901,us-east-1 us_east_2\n", "t.csv:2: regions must be a region such as eu-west-1, not "
                                                             "\"us_east_2\"");
    T("account,regions\n012345678901,all\n", "t.csv:2: regions: all would be more");
    T("account,regions\n012345678901,us-east-1 all\n", "t.csv:2: regions: all stands beside");
    T("account,name\n012345678901,\"a\nb\"\n", "t.csv:2: name has a line break");
    T("account,team\n012345678901,../x\n", "t.csv:2: team must not begin with a dot");
#undef T
}

static void accounts_are_checked_across_targets(void **state)
{
    (void)state;
    struct config_files f;
    config_files_make(&f, "teams: teams.csv\ntargets:\n- aws: {accounts: a.csv}\n- aws: {accounts: b.csv, role: r}\n");
    config_files_write(&f, "teams.csv", "team\nred\n");
    config_files_write(&f, "a.csv", "account,role\n111111111111,\n222222222222,r\n333333333333,\n");
    config_files_write(&f, "b.csv", "account,team\n222222222222,red\n444444444444,blue\n");
    char *faults = faults_of(&f);
    assert_non_null(strstr(faults, "a.csv:4: account 333333333333 has no role"));
    assert_non_null(strstr(faults, "b.csv:2: account 222222222222 stands already in "));
    assert_non_null(strstr(faults, "a.csv:3\n"));
    assert_non_null(strstr(faults, "b.csv:3: team blue is not in the teams' file"));
    free(faults);
    config_files_remove(&f);
}

static void teams_are_checked(void **state)
{
    (void)state;
#define T(csv, expected) table_refused("teams", csv, expected)
    T("email\na@b\n", "t.csv:1: missing column \"team\"");
    T("team\na\na\n", "t.csv:3: team a stands twice");
    T("team\na/b\n", "t.csv:2: team must not begin with a dot, hold a /");
    T("team\na b\n", "t.csv:2: team must not hold a space");
    T("team,email\na,x\n", "t.csv:2: email must be an e-mail address, not \"x\"");
    T("team,email\na,a@b <c@d>\n", "t.csv:2: email must be an e-mail address, not \"<c@d>\"");
    T("team,github_repo\na,x\n", "t.csv:2: github_repo must be a repository");
    T("team,language\na,fr\n", "t.csv:2: language must be en or ja");
    T("team,min_severity\na,severe\n", "t.csv:2: min_severity must be critical");
    T("team,fallback\na,1\n", "t.csv:2: fallback must be yes or no");
    T("team,fallback\na,yes\nb,true\n", "t.csv:3: fallback: team a is the fallback already");
#undef T
}

static void owners_are_checked(void **state)
{
    (void)state;
#define T(csv, expected) table_refused("owners", csv, expected)
    T("account\n111111111111\n", "t.csv:1: missing column \"team\"");
    T("account,team\n111111111111,\n", "t.csv:2: team must not be empty");
    T("account,team\n12345678901,a\n", "t.csv:2: account must be an account id of 12 digits");
    T("provider,team\nazure,a\n", "t.csv:2: provider must be aws or gcp");
    T("tag,team\nx,a\n", "t.csv:2: tag must be KEY=VALUE");
    T("name,team\na[,a\n", "t.csv:2: name has a [ without its ]");
    T("name,team\na\\,a\n", "t.csv:2: name must not end in a lone backslash");
#undef T
}

static void a_number_is_a_fine_account_where_only_gcp_is_meant(void **state)
{
    (void)state;
    struct config_files f;
    config_files_make(&f, TARGETS "owners: o.csv\n");
    config_files_write(&f, "o.csv", "provider,account,team\ngcp,12345,a\n,my-project,a\n,*,a\n");
    config_free(config_files_load(&f));
    config_files_remove(&f);
}

static void exceptions_need_reason_approver_and_expiry(void **state)
{
    (void)state;
#define T(csv, expected) table_refused("exceptions", csv, expected)
#define HEAD "check,fingerprint,reason,approved_by,expires\n"
    T("check\nx\n", "t.csv:1: missing column \"reason\", missing column \"approved_by\", missing column \"expires\"");
    T(HEAD "x,,,me,2026-12-31\n", "t.csv:2: reason must not be empty");
    T(HEAD "x,,  ,me,2026-12-31\n", "t.csv:2: reason must not be empty");
    T(HEAD "x,,why,,2026-12-31\n", "t.csv:2: approved_by must not be empty");
    T(HEAD "x,,why,me,\n", "t.csv:2: expires must not be empty");
    T(HEAD "x,,why,me,2026/12/31\n", "t.csv:2: expires must be a date such as 2026-12-31, not \"2026/12/31\"");
    T(HEAD "x,,why,me,2026-02-30\n", "t.csv:2: expires must be a date");
    T(HEAD "x,,why,me,2026-12-31T00:00:00Z\n", "t.csv:2: expires must be a date");
    T(HEAD ",,why,me,2026-12-31\n", "t.csv:2: neither check nor fingerprint");
    T(HEAD "," F64 "0,why,me,2026-12-31\n", "t.csv:2: fingerprint must be f and 64 hex digits");
#undef HEAD
#undef T
}

static void accepted_gaps_say_which(void **state)
{
    (void)state;
#define T(csv, expected) table_refused("coverage_accepted", csv, expected)
    T("account,reason,approved_by,expires\n,why,me,2026-12-31\n", "t.csv:2: nothing says which gap");
    T("account,reason,approved_by,expires\n*,,me,2026-12-31\n", "t.csv:2: reason must not be empty");
    T("account,reason,approved_by,expires\n1234,why,me,2026-12-31\n", "t.csv:2: account must be an account id");
    T("type,reason,approved_by,expires\nx,why,me,2026-12-31\n", "t.csv:1: unknown column \"type\"");
#undef T
}

static void all_faults_are_told_at_once_in_order(void **state)
{
    (void)state;
    struct config_files f;
    config_files_make(&f, "limits: {accounts_at_once: 0}\n"
                          "targets:\n"
                          "- aws: {organization: {}, role: r, regions: [A, B]}\n"
                          "- aws: {accounts: b.csv, role: r, self: x}\n"
                          "owners: a.csv\n"
                          "limts: 1\n"
                          "keep_days: x\n");
    config_files_write(&f, "a.csv", "team,provider,tag\na,x,y\n,aws,\n");
    config_files_write(&f, "b.csv", "account,role\n1,?\n222222222222,\n222222222222,\n");
    char *faults = faults_of(&f);
    static const char *const expected[] = {
        "yomawari.yaml:1: accounts_at_once: ",
        "yomawari.yaml:3: regions: must be a region such as eu-west-1, not \"A\"",
        "yomawari.yaml:3: regions: must be a region such as eu-west-1, not \"B\"",
        "yomawari.yaml:4: self: ",
        "yomawari.yaml:6: limts: ",
        "yomawari.yaml:7: keep_days: ",
        "a.csv:2: provider ",
        "a.csv:2: tag ",
        "a.csv:3: team ",
        "b.csv:2: account ",
        "b.csv:2: role ",
        "b.csv:4: account 222222222222 stands already",
    };
    const char *at = faults;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        if (strncmp(at, expected[i], strlen(expected[i])) != 0)
            fail_msg("expected %s in:\n%s", expected[i], faults);
        at = strchr(at, '\n') + 1;
    }
    assert_string_equal(at, "");
    free(faults);
    config_files_remove(&f);
}

static void faults_have_a_maximum(void **state)
{
    (void)state;
    struct config_files f;
    struct buffer csv;
    struct config_faults faults = { NULL, 0 };
    struct error err = ERROR_INIT;
    buffer_init(&csv, 100000);
    buffer_append_string(&csv, "team,language\n");
    for (int i = 0; i < 2 * CONFIG_FAULTS_MAX; i++)
        buffer_append_format(&csv, "t%d,xx\n", i);
    config_files_make(&f, TARGETS "teams: t.csv\n");
    config_files_write(&f, "t.csv", buffer_string(&csv));
    assert_null(config_load(f.config, &faults, &err));
    assert_int_equal(faults.count, CONFIG_FAULTS_MAX);
    assert_non_null(strstr(faults.lines[CONFIG_FAULTS_MAX - 1], "t.csv:101: language"));
    config_faults_release(&faults);
    assert_null(config_load(f.config, NULL, &err));
    buffer_release(&csv);
    config_files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_cannot_be_read_are_named),
        cmocka_unit_test(files_of_addresses_say_what_is_wrong_in_which_line),
        cmocka_unit_test(a_file_of_too_many_addresses_is_refused),
        cmocka_unit_test(unknown_and_empty_keys_are_refused),
        cmocka_unit_test(targets_that_cannot_be_are_refused),
        cmocka_unit_test(aws_targets_are_checked),
        cmocka_unit_test(gcp_targets_are_checked),
        cmocka_unit_test(sections_are_checked),
        cmocka_unit_test(secrets_do_not_belong_in_the_config),
        cmocka_unit_test(accounts_are_checked),
        cmocka_unit_test(accounts_are_checked_across_targets),
        cmocka_unit_test(teams_are_checked),
        cmocka_unit_test(owners_are_checked),
        cmocka_unit_test(a_number_is_a_fine_account_where_only_gcp_is_meant),
        cmocka_unit_test(exceptions_need_reason_approver_and_expiry),
        cmocka_unit_test(accepted_gaps_say_which),
        cmocka_unit_test(all_faults_are_told_at_once_in_order),
        cmocka_unit_test(faults_have_a_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
