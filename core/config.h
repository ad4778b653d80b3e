#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * yomawari.yaml and the CSV files that it names. This header is the manual of the format. The file is the
 * safe part of YAML of core/decode/yaml.h, the tables are CSV as core/decode/csv.h has it.
 *
 *   state: ./state                            folder; default ./state
 *   targets: [{aws: {…}} | {gcp: {…}}, …]     struct config_aws, struct config_gcp; at least one
 *   owners: FILE.csv   teams: FILE.csv   exceptions: FILE.csv   coverage_accepted: FILE.csv
 *   expected_public: {tcp: [80, 443], udp: [PORT…], on: [load_balancer]}
 *   checks: {off: {CHECK: why}, SETTING: …}   the reason is mandatory; settings are the checks' parameters, such as
 *            {dns: {expected_resolvers: [ADDRESS or RANGE…]}}; tor_exits and hosting_ranges are a list or a FILE
 *            (config_lists.h), super_admins: [E-MAIL…]
 *   limits: {share_of_quota: 0.5, accounts_at_once: 64, logs_max_gb: 5}
 *   inventory: {include: [GLOB…]}             types beyond the known ones
 *              {only: [GLOB…]}                resource types to list; others are read only where a check that is on
 *                                             needs them, so [] lists no more than checks do. Without it: all
 *                                             types but events, which somebody must ask for
 *   csv: {bom: false}   language: en|ja       of the sheets that belong to no team
 *   keep_days: 400                            1 to 36500
 *   quiet_days: 30                            1 to 3650; nights without anything newer after which what happened (root
 *                                             was used) is resolved
 *   probe: {enabled: false, vantage: NAME, per_second: 10, at_once: 16, screenshots: false, chromium: FILE,
 *           chromium_user: NAME}              struct config.probe
 *   logs: [{flow_logs: {…}}…]                 a kind an entry: struct config_log_bucket, _log_groups, _athena_table,
 *                                             _log_view, _flow_table
 *   alerts: {slack|github|email|webhook: {…}}
 *
 * Paths are relative to the config file. Unknown keys and columns are errors, and so is a key without a
 * value. Every fault is reported with FILE:LINE. Lists may also be written as one text with spaces between
 * the values. Account ids may stand without quotes. No text is longer than 4,096 bytes or has control
 * characters. Secrets come from the environment or from files, never from here: where a section is free in
 * its keys (alerts), a key whose name says secret is an error.
 *
 * In the tables several values in a cell are separated by spaces, and a value that may be a glob is one,
 * anchored (`*`, `?`, `[…]`); an empty cell matches all. config_cell_matches() reads a cell so. First match
 * wins where only one row can count.
 */

/* A row of an accounts file: account,name,role,external_id,regions,team. Only account is required; no
 * account may stand in two rows of all targets. At most 20,000 rows. */
struct config_account {
    char *account, *name, *role, *external_id, *team; /* "" when not said */
    struct string_list regions;                       /* empty: the target's */
};

/* `self`: how the scanner's own account is entered. */
enum config_self {
    CONFIG_SELF_DIRECT, /* direct, the default: with the credentials as they are */
    CONFIG_SELF_ASSUME, /* assume: by the role, as every other */
};

/*
 * aws: {organization: {discovery_role: …, include_ous: […], exclude_ous: […], exclude_accounts: […]},
 *       role: …, external_id: …, profile: …, regions: all, self: direct|assume}
 * aws: {accounts: FILE.csv, …}   the same other keys
 * aws: {…}                       neither: the account of the credentials, or of the role's ARN
 */
struct config_aws {
    bool organization;               /* accounts come from AWS Organizations */
    char *discovery_role;            /* ARN of the role for ListAccounts, or NULL: own credentials */
    struct string_list include_ous;  /* ids of units or roots; empty: all */
    struct string_list exclude_ous;  /* ids or globs of names */
    struct string_list exclude_accounts; /* ids, globs of ids, or globs of names */
    struct config_account *accounts; /* accounts: FILE.csv */
    size_t account_count;
    char *role;                      /* name or ARN, or NULL: own credentials, one account. With an
                                      * organization a name, with accounts no ARN of another account */
    char *external_id;               /* or NULL */
    char *profile;                   /* AWS profile, or NULL */
    struct string_list regions;      /* empty (`all`, the default): all that the account has switched on */
    enum config_self self;
};

/*
 * gcp: {organization: "123456789012", folders: [DIGITS…], projects: [ID or glob…], exclude_folders: […],
 *       exclude_projects: […], quota_project: …, endpoint: URL,
 *       credentials: {file: FILE or workload_identity: FILE, impersonate: EMAIL, delegates: [EMAIL…],
 *                     universe: DOMAIN, self_signed: false, allow_open_file: false}}
 * Either projects, or organization or folders or both.
 */
enum { CONFIG_GCP_DELEGATES_MAX = 16 };

struct config_gcp_credentials {
    char *file;                    /* relative to the config; NULL: Application Default Credentials */
    char *impersonate;             /* e-mail of the service account to become, or NULL */
    struct string_list delegates;  /* on the way there, the first one trusts the caller */
    char *universe;                /* NULL: the environment's, else googleapis.com */
    bool self_signed;              /* a key signs its own tokens instead of exchanging them */
    bool allow_open_file;          /* a file with a secret may be readable by everybody */
};

struct config_gcp {
    char *organization;            /* digits, or NULL */
    struct string_list folders;    /* digits; with all that is below them */
    struct string_list projects;   /* ids, or anchored globs of ids */
    struct string_list exclude_folders;  /* ids, or globs of names; with all that is below them */
    struct string_list exclude_projects; /* ids, globs of ids, or globs of names; not of ids named above */
    struct config_gcp_credentials credentials;
    char *quota_project;           /* or NULL */
    char *endpoint;                /* or NULL; {service} in it stands for the API's name */
};

/* Whether an entry of `projects` is a glob. */
bool config_gcp_is_glob(const char *project);

enum config_cloud { CONFIG_AWS, CONFIG_GCP };

struct config_target {
    char *name;                      /* stable: "aws/1" by cloud and place in the file; what `account.target` holds */
    enum config_cloud cloud;
    struct config_aws aws;           /* where cloud says so; else zero */
    struct config_gcp gcp;
    int line;
};

/* owners: provider,account,account_tag,folder,region,type,name,tag,team,environment. Team is required, and
 * must be one of teams.csv where there is one; tags are KEY=VALUE. At most 20,000 rows. */
struct config_owner {
    char *provider, *account, *account_tag, *folder, *region, *type, *name, *tag, *team, *environment;
};

/* teams: team,email,slack_channel,mention,github_repo,labels,language,min_severity,fallback. Team is required
 * and becomes a folder's name; email and labels may be several; language en or ja; one team at most has
 * fallback `yes`. At most 1,000 rows. "" where nothing is said. */
struct config_team {
    char *team, *email, *slack_channel, *mention, *github_repo, *labels, *language, *min_severity;
    bool fallback;
};

/* exceptions: check,provider,account,region,resource,subject,fingerprint,reason,approved_by,ticket,expires.
 * Reason, approver and expiry (2026-12-31) are mandatory, and either check or fingerprint. At most 50,000
 * rows. That a check with subjects needs one here is for who knows the checks. */
struct config_exception {
    char *check, *provider, *account, *region, *resource, *subject, *fingerprint, *reason, *approved_by, *ticket;
    int64_t expires_unix_s; /* end of that day, UTC: the first second after it */
};

/* coverage_accepted: provider,account,region,service,reason,approved_by,expires. The last three are
 * mandatory, and one of the first four. At most 20,000 rows. */
struct config_gap {
    char *provider, *account, *region, *service, *reason, *approved_by;
    int64_t expires_unix_s; /* as above */
};

/*
 * flow_logs: {bucket: central-logs, prefix: AWSLogs/, region: ap-northeast-1, account: "111122223333"}
 * trails: {…}   likewise
 *
 * A bucket that VPC flow logs are delivered to, as text (Parquet is not read); or the files of a trail of CloudTrail, an
 * organization's or single accounts'. `account` and `region` are the bucket's own; it is read by that account's role,
 * narrowed to this prefix. `prefix` is the folder that holds one folder an account, by AWS's names (111122223333/ or,
 * Hive-compatible, aws-account-id=111122223333/; of an organization's trail below o-abcde12345/); "/" is the bucket itself.
 * At most CONFIG_FLOW_LOGS_MAX of the first and CONFIG_TRAILS_MAX of the other.
 */
struct config_log_bucket {
    char *bucket, *prefix, *region, *account; /* prefix: "AWSLogs/" unless said; with a slash at its end, or "" */
    int line;
};
enum { CONFIG_FLOW_LOGS_MAX = 32, CONFIG_TRAILS_MAX = 32 };

/*
 * flow_log_groups: {account: "1111*", region: ap-northeast-1, name: "vpc-*"}   each a glob, and all where it is not there
 *
 * Log groups of CloudWatch Logs that VPC flow logs are delivered to, which DescribeFlowLogs tells of: those of these names are
 * read, each by its own account's role. `name` has no wildcards but * and ?. At most CONFIG_LOG_GROUPS_MAX.
 */
struct config_log_groups {
    char *account, *region, *name; /* never NULL */
    int line;
};
enum { CONFIG_LOG_GROUPS_MAX = 8, CONFIG_LOG_GROUPS_NAME_MAX = 128 };

/*
 * athena_flow_logs: {account: "111122223333", region: ap-northeast-1, workgroup: flow-logs, database: logs, table: vpc_flow_logs,
 *                    catalog: AwsDataCatalog}
 *
 * A table over flow logs that Athena is asked about, by that account's role in that region; what the workgroup must be set to
 * says providers/aws/athena/athena_workgroup.h. At most CONFIG_ATHENA_TABLES_MAX.
 */
struct config_athena_table {
    char *account, *region, *workgroup, *database, *table, *catalog; /* catalog: "AwsDataCatalog" unless said */
    int line;
};
enum { CONFIG_ATHENA_TABLES_MAX = 16 };

/*
 * log_view: {view: "projects/P/locations/L/buckets/B/views/V"}   of organizations/, folders/ or billingAccounts/, too
 *
 * A view of a log bucket that sinks of Google Cloud route entries of many projects to. What checks ask of logs is asked of
 * it, too, with the credentials of the first GCP target that may. At most CONFIG_LOG_VIEWS_MAX.
 */
struct config_log_view {
    char *view;
    int line;
};
enum { CONFIG_LOG_VIEWS_MAX = 32 };

/*
 * bigquery_flow_logs: {project: billed-project, table: "project.dataset.table"}
 *
 * A table of BigQuery that VPC flow logs of Google Cloud are routed to; a * at its end stands for the days of a table that
 * is sharded by day. It is queried in `project`, which pays for it: bigquery.jobs.create there. At most
 * CONFIG_FLOW_TABLES_MAX.
 */
struct config_flow_table {
    char *project, *table;
    int line;
};
enum { CONFIG_FLOW_TABLES_MAX = 16 };

/* A cell of the tables against one value: empty, or any of its globs matches the whole value. */
bool config_cell_matches(const char *cell, const char *value);

struct config {
    char *file;                      /* NULL: no config file */
    char *state;                     /* folder */
    struct config_target *targets;
    size_t target_count;
    struct config_owner *owners;
    size_t owner_count;
    struct config_team *teams;
    size_t team_count;
    struct config_exception *exceptions;
    size_t exception_count;
    struct config_gap *gaps;
    size_t gap_count;
    struct json_object *expected_public; /* {"tcp":[80,443],"on":["load_balancer"]}, or NULL */
    struct json_object *checks;          /* the `checks` section as it is, or NULL; `off` is {check: reason} */
    struct config_log_bucket *flow_logs;
    size_t flow_log_count;
    struct config_log_bucket *trails;
    size_t trail_count;
    struct config_log_groups *log_groups;
    size_t log_group_count;
    struct config_athena_table *athena_tables;
    size_t athena_table_count;
    struct config_log_view *log_views;
    size_t log_view_count;
    struct config_flow_table *flow_tables;
    size_t flow_table_count;
    struct json_object *alerts; /* a section of later versions, validated as far as documented; or NULL */
    struct string_list inventory_include, inventory_only;
    int inventory_only_line;         /* 0: there is no `only`, all types are listed */
    struct {
        double share_of_quota;       /* 0.5; 0.01 to 1 */
        int accounts_at_once;        /* 64, at most 256 */
        int logs_max_gb;             /* 5; 0 to 100,000 */
    } limits;
    struct {                         /* what `yomawari probe` may do */
        bool enabled;                /* false */
        char *vantage;               /* what the place that it looks from is called; NULL: the machine's name */
        int per_second, at_once;     /* 0: 10 and 16; at most 100 and 64 */
        bool screenshots;
        char *chromium;              /* absolute path; NULL: looked for on PATH */
        char *chromium_user;         /* as whom root runs it; NULL: root does not */
    } probe;
    int keep_days;                   /* 400 */
    int quiet_days;                  /* 30 */
    char *language;                  /* "en" or "ja": of the sheets that belong to no team */
    bool bom;                        /* csv: {bom: true} */
    char *checks_folder, *types_folder; /* checks.d and types.d beside the file */
    char digest[65];                 /* SHA-256 in hex of what all files say; not of comments, layout, order of keys */
};

/* Every fault of the files, at most CONFIG_FAULTS_MAX: the config's own first, then file by file, in order of
 * lines. A file that is not YAML or CSV at all has one, its first. */
enum { CONFIG_FAULTS_MAX = 100 };
struct config_faults {
    char **lines; /* "FILE:LINE: …"; "FILE: …" for a file as a whole */
    size_t count;
};
void config_faults_release(struct config_faults *f);

/* NULL on any fault: `err` (ERROR_CONFIG) holds the first line, `faults` (may be NULL) all; it is set on
 * success too, to none. */
struct config *config_load(const char *file, struct config_faults *faults, struct error *err);

/* What stands without a file: one target, the current profile's own account (all regions) or the project of the
 * Application Default Credentials; state in
 * ./state; nothing sent. */
struct config *config_default(enum config_cloud cloud);
void config_free(struct config *c); /* NULL is fine */

#endif
