#ifndef CORE_CONFIG_H
#define CORE_CONFIG_H

#include "core/base/error.h"
#include "core/model/resource_type.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * yomawari.yaml and the CSV files that it names. This header is the manual of the format. Paths are
 * relative to the config file; unknown keys are errors; every fault is reported with FILE:LINE.
 */

/* A row of an accounts CSV: account,name,role,external_id,regions,team (account is required). */
struct config_account {
    char *account, *name, *role, *external_id, *team; /* "" when not said */
    struct string_list regions;                       /* empty: the target's */
};

enum config_self { CONFIG_SELF_DIRECT, CONFIG_SELF_ASSUME }; /* how the scanner's own account is entered */

struct config_aws {
    bool organization;               /* accounts come from AWS Organizations */
    char *discovery_role;            /* role (name or ARN) for ListAccounts, or NULL: own credentials */
    struct string_list include_ous, exclude_ous, exclude_accounts; /* exclude_accounts: ids, globs or names */
    struct config_account *accounts; /* accounts: FILE.csv */
    size_t account_count;
    char *role;                      /* name or ARN, or NULL: own credentials, one account */
    char *external_id;               /* or NULL */
    char *profile;                   /* AWS profile, or NULL */
    struct string_list regions;      /* empty: all that the account has switched on */
    enum config_self self;           /* `self: assume` */
};

struct config_gcp {
    char *organization;              /* digits, or NULL */
    struct string_list folders, projects; /* ids, anchored globs for projects */
    struct json_object *credentials; /* validated; NULL: Application Default Credentials */
    char *quota_project, *endpoint;  /* or NULL */
};

enum config_cloud { CONFIG_AWS, CONFIG_GCP };

struct config_target {
    char *name;                      /* stable: "aws/1" by cloud and place in the file; what `account.target` holds */
    enum config_cloud cloud;
    struct config_aws aws;           /* where cloud says so; else zero */
    struct config_gcp gcp;
    int line;
};

struct config_owner { /* owners.csv: anchored globs, first match wins; "" matches all */
    char *provider, *account, *account_tag, *folder, *region, *type, *name, *tag, *team, *environment;
};
struct config_team { /* teams.csv */
    char *team, *email, *slack_channel, *mention, *github_repo, *labels, *language, *min_severity;
    bool fallback;
};
struct config_exception { /* exceptions.csv */
    char *check, *provider, *account, *region, *resource, *subject, *fingerprint, *reason, *approved_by, *ticket;
    int64_t expires_unix_s; /* end of that day, UTC */
};
struct config_gap { /* coverage_accepted */
    char *provider, *account, *region, *service, *reason, *approved_by;
    int64_t expires_unix_s;
};

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
    struct json_object *expected_public; /* {"tcp":[80,443],"on":["load_balancer"]} */
    struct json_object *checks;          /* the `checks` section as it is; `off` is {check: reason} */
    struct json_object *logs, *probe, *alerts; /* sections of later versions, validated as far as documented; or NULL */
    struct string_list inventory_include;
    struct {
        double share_of_quota;       /* 0.5 */
        int accounts_at_once;        /* 64, at most 256 */
        int logs_max_gb;             /* 5 */
    } limits;
    int keep_days;                   /* 400 */
    char *language;                  /* "en" or "ja": of the sheets that belong to no team */
    bool bom;                        /* csv: {bom: true} */
    char *checks_folder, *types_folder; /* checks.d and types.d beside the file */
    char digest[65];                 /* of all that was read */
};

/* Every fault of a file, at most CONFIG_FAULTS_MAX. */
enum { CONFIG_FAULTS_MAX = 100 };
struct config_faults {
    char **lines;
    size_t count;
};
void config_faults_release(struct config_faults *f);

/* NULL on any fault: `err` holds the first line, `faults` (may be NULL) all. */
struct config *config_load(const char *file, struct config_faults *faults, struct error *err);

/* What stands without a file: one AWS target, the current profile's own account, all regions; state in
 * ./state; nothing sent. */
struct config *config_default(void);
void config_free(struct config *c);

#endif
