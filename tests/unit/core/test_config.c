/* A config with everything in it is read as it says; what it leaves out has its default. */
#include "core/decode/json.h"
#include "tests/unit/core/config_files.h"

#include <json-c/json.h>

static const char everything[] =
    "# all there is\n"
    "state: ./night\n"
    "targets:\n"
    "  - aws:\n"
    "      organization:\n"
    "        discovery_role: arn:aws:iam::111111111111:role/audit/list-accounts\n"
    "        include_ous: [ou-ab12-34cd56ef, r-ab12]\n"
    "        exclude_ous: [Sandbox*]\n"
    "        exclude_accounts: [222222222222, 012345678901, 'old-*']\n"
    "      role: team/yomawari-read\n"
    "      external_id: 12345\n"
    "      regions: all\n"
    "      self: assume\n"
    "  - aws: {accounts: tables/accounts.csv, role: yomawari-read, regions: us-east-1 eu-west-1, profile: audit}\n"
    "  - gcp: {organization: 123456789012, folders: '42 43', quota_project: quota,\n"
    "          credentials: {impersonate: scanner@p.iam.gserviceaccount.com, workload_identity: wif.json,\n"
    "                        delegates: [a@p.iam.gserviceaccount.com, b@p.iam.gserviceaccount.com],\n"
    "                        universe: example.goog, self_signed: true, allow_open_file: true},\n"
    "          exclude_folders: [44, 'Sand*'], exclude_projects: 'sys-* old', endpoint: 'http://127.0.0.1:9/{service}'}\n"
    "  - aws: {role: 'arn:aws-cn:iam::333333333333:role/r'}\n"
    "  - aws: {}\n"
    "  - gcp: {projects: [a, 'team-*'], credentials: {file: key.json}}\n"
    "logs: [{flow_logs: {bucket: central, region: us-east-1, account: \"111122223333\"}}]\n"
    "owners: owners.csv\n"
    "teams: teams.csv\n"
    "exceptions: exceptions.csv\n"
    "coverage_accepted: gaps.csv\n"
    "expected_public: {tcp: [80, 443], on: [load_balancer]}\n"
    "checks:\n"
    "  off: {aws_root_access_key_present: another tool tells us}\n"
    "  dns: {expected_resolvers: [10.0.0.2]}\n"
    "limits: {share_of_quota: 0.25, accounts_at_once: 8, logs_max_gb: 0}\n"
    "inventory: {include: [pubsub.googleapis.com/*], only: aws_ec2_* aws_iam_user}\n"
    "csv: {bom: true}\n"
    "language: ja\n"
    "keep_days: 100\n"
    "quiet_days: 7\n"
    "probe: {enabled: true, vantage: office, per_second: 5, screenshots: true, chromium: /opt/chromium,\n"
    "  chromium_user: watch}\n"
    "alerts: {slack: {token_env: SLACK_TOKEN}, webhook: {secret_file: hook.secret}}\n";

static void write_tables(const struct config_files *f)
{
    struct error err = ERROR_INIT;
    char *folder = memory_format("%s/tables", f->folder);
    assert_true(file_make_folder(folder, &err));
    free(folder);
    config_files_write(f, "tables/accounts.csv",
                       "\xef\xbb\xbf" "account,name,role,external_id,regions,team\r\n"
                       "012345678901,\"Shop, prod\",,,eu-west-1  eu-central-1,shop\r\n"
                       "444444444444,,arn:aws:iam::444444444444:role/other,xy,,\r\n");
    config_files_write(f, "teams.csv",
                       "team,email,slack_channel,mention,github_repo,labels,language,min_severity,fallback\n"
                       "shop,a@example.com b@example.com,#shop,@here,example/shop,cloud night,ja,high,no\n"
                       "platform,  ,,,,,,,yes\n");
    config_files_write(f, "owners.csv",
                       "team,provider,account,tag,environment,name\n"
                       "shop,aws,012345678901 4444*,app=shop*,prod,web-? db-[0-9]\n"
                       "platform,,,,,\n");
    config_files_write(f, "exceptions.csv",
                       "check,account,resource,subject,reason,approved_by,expires,fingerprint,ticket\n"
                       "aws_x,012345678901,arn:*,tcp/22,\"it is, well, ours\",mika,2026-12-31,,T-1\n"
                       ",,,,known,mika,2027-01-01,"
                       "f0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,\n");
    config_files_write(f, "gaps.csv", "provider,region,service,reason,approved_by,expires\n"
                                      "aws,me-*,iam s3,not ours,mika,2026-11-21\n");
}

static struct config *load_everything(struct config_files *f)
{
    config_files_make(f, everything);
    write_tables(f);
    return config_files_load(f);
}

static void beside(const struct config_files *f, const char *name, const char *path)
{
    char *expected = memory_format("%s/%s", f->folder, name);
    assert_string_equal(path, expected);
    free(expected);
}

static void scalars_and_sections_are_read(void **state)
{
    (void)state;
    struct config_files f;
    struct config *c = load_everything(&f);
    assert_string_equal(c->file, f.config);
    beside(&f, "night", c->state);
    beside(&f, "checks.d", c->checks_folder);
    beside(&f, "types.d", c->types_folder);
    assert_true(c->limits.share_of_quota == 0.25);
    assert_int_equal(c->limits.accounts_at_once, 8);
    assert_int_equal(c->limits.logs_max_gb, 0);
    assert_int_equal(c->keep_days, 100);
    assert_int_equal(c->quiet_days, 7);
    assert_string_equal(c->language, "ja");
    assert_true(c->bom);
    assert_int_equal(c->inventory_include.count, 1);
    assert_int_equal(c->inventory_only.count, 2);
    assert_string_equal(c->inventory_only.items[1], "aws_iam_user");
    assert_true(c->inventory_only_line > 0);
    assert_int_equal(json_object_array_length(json_get(c->expected_public, "tcp")), 2);
    assert_string_equal(json_string(json_get(c->checks, "off"), "aws_root_access_key_present"),
                        "another tool tells us");
    assert_non_null(json_get(json_get(c->checks, "dns"), "expected_resolvers"));
    assert_int_equal(c->flow_log_count, 1);
    assert_true(c->probe.enabled);
    assert_string_equal(c->probe.vantage, "office");
    assert_int_equal(c->probe.per_second, 5);
    assert_true(c->probe.screenshots);
    assert_string_equal(c->probe.chromium, "/opt/chromium");
    assert_string_equal(c->probe.chromium_user, "watch");
    assert_int_equal(c->probe.at_once, 0);
    assert_non_null(json_get(c->alerts, "webhook"));
    config_free(c);
    config_files_remove(&f);
}

static void targets_are_read(void **state)
{
    (void)state;
    struct config_files f;
    struct config *c = load_everything(&f);
    assert_int_equal(c->target_count, 6);
    const struct config_target *t = c->targets;
    assert_string_equal(t[0].name, "aws/1");
    assert_int_equal(t[0].line, 4);
    assert_true(t[0].aws.organization);
    assert_string_equal(t[0].aws.discovery_role, "arn:aws:iam::111111111111:role/audit/list-accounts");
    assert_int_equal(t[0].aws.include_ous.count, 2);
    assert_string_equal(t[0].aws.exclude_ous.items[0], "Sandbox*");
    assert_string_equal(t[0].aws.exclude_accounts.items[0], "222222222222");
    assert_string_equal(t[0].aws.exclude_accounts.items[1], "012345678901");
    assert_string_equal(t[0].aws.role, "team/yomawari-read");
    assert_string_equal(t[0].aws.external_id, "12345");
    assert_int_equal(t[0].aws.regions.count, 0);
    assert_int_equal(t[0].aws.self, CONFIG_SELF_ASSUME);
    assert_int_equal(t[1].aws.self, CONFIG_SELF_DIRECT);
    assert_string_equal(t[1].aws.profile, "audit");
    assert_int_equal(t[1].aws.regions.count, 2);
    assert_string_equal(t[2].name, "gcp/3");
    assert_int_equal(t[2].cloud, CONFIG_GCP);
    assert_string_equal(t[2].gcp.organization, "123456789012");
    assert_string_equal(t[2].gcp.folders.items[1], "43");
    assert_string_equal(t[5].gcp.projects.items[1], "team-*");
    assert_false(config_gcp_is_glob(t[5].gcp.projects.items[0]));
    assert_true(config_gcp_is_glob(t[5].gcp.projects.items[1]));
    beside(&f, "key.json", t[5].gcp.credentials.file);
    assert_false(t[5].gcp.credentials.self_signed || t[5].gcp.credentials.allow_open_file);
    assert_string_equal(t[2].gcp.quota_project, "quota");
    assert_string_equal(t[2].gcp.endpoint, "http://127.0.0.1:9/{service}");
    assert_string_equal(t[2].gcp.exclude_folders.items[0], "44");
    assert_string_equal(t[2].gcp.exclude_folders.items[1], "Sand*");
    assert_string_equal(t[2].gcp.exclude_projects.items[1], "old");
    const struct config_gcp_credentials *credentials = &t[2].gcp.credentials;
    beside(&f, "wif.json", credentials->file);
    assert_string_equal(credentials->impersonate, "scanner@p.iam.gserviceaccount.com");
    assert_int_equal(credentials->delegates.count, 2);
    assert_string_equal(credentials->delegates.items[1], "b@p.iam.gserviceaccount.com");
    assert_string_equal(credentials->universe, "example.goog");
    assert_true(credentials->self_signed && credentials->allow_open_file);
    assert_string_equal(t[3].aws.role, "arn:aws-cn:iam::333333333333:role/r");
    assert_null(t[4].aws.role);
    config_free(c);
    config_files_remove(&f);
}

static void account_rows_keep_their_zeros(void **state)
{
    (void)state;
    struct config_files f;
    struct config *c = load_everything(&f);
    const struct config_aws *aws = &c->targets[1].aws;
    assert_int_equal(aws->account_count, 2);
    assert_string_equal(aws->accounts[0].account, "012345678901");
    assert_string_equal(aws->accounts[0].name, "Shop, prod");
    assert_string_equal(aws->accounts[0].role, "");
    assert_string_equal(aws->accounts[0].team, "shop");
    assert_int_equal(aws->accounts[0].regions.count, 2);
    assert_string_equal(aws->accounts[0].regions.items[1], "eu-central-1");
    assert_string_equal(aws->accounts[1].role, "arn:aws:iam::444444444444:role/other");
    assert_string_equal(aws->accounts[1].external_id, "xy");
    assert_int_equal(aws->accounts[1].regions.count, 0);
    config_free(c);
    config_files_remove(&f);
}

static void tables_are_read(void **state)
{
    (void)state;
    struct config_files f;
    struct config *c = load_everything(&f);
    assert_int_equal(c->team_count, 2);
    assert_string_equal(c->teams[0].email, "a@example.com b@example.com");
    assert_string_equal(c->teams[0].min_severity, "high");
    assert_false(c->teams[0].fallback);
    assert_true(c->teams[1].fallback);
    assert_string_equal(c->teams[1].email, "");
    assert_string_equal(c->teams[1].language, "");
    assert_int_equal(c->owner_count, 2);
    assert_string_equal(c->owners[0].tag, "app=shop*");
    assert_string_equal(c->owners[0].account_tag, "");
    assert_string_equal(c->owners[1].team, "platform");
    assert_int_equal(c->exception_count, 2);
    assert_string_equal(c->exceptions[0].reason, "it is, well, ours");
    assert_string_equal(c->exceptions[0].subject, "tcp/22");
    assert_true(c->exceptions[0].expires_unix_s == 1798761600); /* 2027-01-01T00:00:00Z */
    assert_int_equal(c->exceptions[1].fingerprint[0], 'f');
    assert_int_equal(c->gap_count, 1);
    assert_string_equal(c->gaps[0].service, "iam s3");
    assert_true(c->gaps[0].expires_unix_s == 1795305600); /* 2026-11-22T00:00:00Z */
    config_free(c);
    config_files_remove(&f);
}

static void what_is_left_out_has_its_default(void **state)
{
    (void)state;
    struct config_files f;
    config_files_make(&f, "targets: [{aws: {organization: {}, role: r}}]\n");
    struct config *c = config_files_load(&f);
    beside(&f, "state", c->state);
    assert_true(c->limits.share_of_quota == 0.5);
    assert_int_equal(c->limits.accounts_at_once, 64);
    assert_int_equal(c->limits.logs_max_gb, 5);
    assert_int_equal(c->keep_days, 400);
    assert_int_equal(c->quiet_days, 30);
    assert_string_equal(c->language, "en");
    assert_false(c->bom);
    assert_null(c->checks);
    assert_null(c->teams);
    assert_true(c->targets[0].aws.organization);
    config_free(c);
    config_files_remove(&f);
}

static void without_a_file_the_own_account_is_walked(void **state)
{
    (void)state;
    struct config *c = config_default(CONFIG_AWS);
    assert_null(c->file);
    assert_string_equal(c->state, "./state");
    assert_string_equal(c->checks_folder, "./checks.d");
    assert_int_equal(c->target_count, 1);
    assert_int_equal(c->targets[0].cloud, CONFIG_AWS);
    assert_false(c->targets[0].aws.organization);
    assert_int_equal(c->targets[0].aws.account_count, 0);
    assert_null(c->targets[0].aws.role);
    assert_int_equal(strlen(c->digest), 64);
    config_free(c);
    config_free(NULL);
    c = config_default(CONFIG_GCP);
    assert_string_equal(c->targets[0].name, "gcp/1");
    assert_int_equal(c->targets[0].cloud, CONFIG_GCP);
    assert_int_equal(c->targets[0].gcp.projects.count, 0);
    config_free(c);
}

/* The digest of the folder's config as it is now. */
static void digest_now(const struct config_files *f, char out[65])
{
    struct config *c = config_files_load(f);
    memcpy(out, c->digest, 65);
    config_free(c);
}

static void the_digest_is_of_what_the_files_say(void **state)
{
    (void)state;
    struct config_files f;
    char first[65], again[65];
    config_files_make(&f, "teams: t.csv\ntargets: [{aws: {role: r, organization: {}}}]\n");
    config_files_write(&f, "t.csv", "team,labels\na,b\n");
    digest_now(&f, first);
    config_files_write(&f, "yomawari.yaml", "# the same\ntargets:\n- aws:\n    organization: {}\n    role: 'r'\n"
                                            "teams: t.csv\n");
    config_files_write(&f, "t.csv", "team,labels\r\n\"a\",b\r\n\r\n");
    digest_now(&f, again);
    assert_string_equal(first, again);
    config_files_write(&f, "t.csv", "team,labels\na,c\n");
    digest_now(&f, again);
    assert_string_not_equal(first, again);
    config_files_write(&f, "t.csv", "team,labels\na,b\n");
    config_files_write(&f, "yomawari.yaml", "teams: t.csv\ntargets: [{aws: {role: q, organization: {}}}]\n");
    digest_now(&f, again);
    assert_string_not_equal(first, again);
    config_files_remove(&f);
}

static void a_file_of_addresses_takes_the_place_of_its_name(void **state)
{
    (void)state;
    struct config_files f;
    char first[65], again[65];
    config_files_make(&f, "targets: [{aws: {role: r, organization: {}}}]\n"
                          "checks: {tor_exits: exits.txt, hosting_ranges: [192.0.2.0/24], super_admins: [a@example.org]}\n");
    config_files_write(&f, "exits.txt",
                       "\xef\xbb\xbfrange,name\r\n# of today\r\n192.0.2.1\r\n2001:db8::/32 , Example, Inc. \r\n\r\n192.0.2.2");
    struct config *c = config_files_load(&f);
    assert_string_equal(json_object_to_json_string(json_get(c->checks, "tor_exits")),
                        "[ \"192.0.2.1\", \"2001:db8::\\/32 Example, Inc.\", \"192.0.2.2\" ]");
    assert_int_equal(json_object_array_length(json_get(c->checks, "hosting_ranges")), 1);
    assert_int_equal(json_object_array_length(json_get(c->checks, "super_admins")), 1);
    config_free(c);
    digest_now(&f, first);
    config_files_write(&f, "exits.txt", "192.0.2.3\n");
    digest_now(&f, again);
    assert_string_not_equal(first, again);
    config_files_remove(&f);
}

static void cells_match_by_any_of_their_globs(void **state)
{
    (void)state;
    assert_true(config_cell_matches("", "anything"));
    assert_true(config_cell_matches("  ", "anything"));
    assert_true(config_cell_matches("prod-* dev", "prod-web"));
    assert_true(config_cell_matches("prod-*  dev", "dev"));
    assert_false(config_cell_matches("prod-* dev", "my-prod-web"));
    assert_false(config_cell_matches("dev", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_and_sections_are_read),
        cmocka_unit_test(targets_are_read),
        cmocka_unit_test(account_rows_keep_their_zeros),
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(without_a_file_the_own_account_is_walked),
        cmocka_unit_test(the_digest_is_of_what_the_files_say),
        cmocka_unit_test(a_file_of_addresses_takes_the_place_of_its_name),
        cmocka_unit_test(cells_match_by_any_of_their_globs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
