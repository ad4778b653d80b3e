#include "core/config_tables.h"

#include "core/config_rows.h"
#include "core/decode/yaml.h"

#include <stddef.h>
#include <string.h>

enum { TEAM_ROWS_MAX = 1000, OWNER_ROWS_MAX = 20000, EXCEPTION_ROWS_MAX = 50000, GAP_ROWS_MAX = 20000 };

#define COLUMNS(list) list, sizeof(list) / sizeof *(list)

/* An id that lost its leading zeros to a spreadsheet would match nothing, silently. GCP's projects are
 * words, its numbers have any length. */
static void check_accounts(struct config_reader *r, const struct config_row *row, const char *provider)
{
    bool gcp_alone = provider[0] != '\0' && !text_glob(provider, "aws");
    config_rows_check_words(r, row, "account", gcp_alone ? config_check_glob : config_check_account_glob);
}

/* ---- teams ---- */

#define AT(member) offsetof(struct config_team, member)
static const struct config_column team_columns[] = {
    { "team", AT(team), config_check_team, false, CONFIG_VALUE },
    { "email", AT(email), config_check_email, true, CONFIG_OPTIONAL },
    { "slack_channel", AT(slack_channel), config_check_any, false, CONFIG_OPTIONAL },
    { "mention", AT(mention), config_check_any, false, CONFIG_OPTIONAL },
    { "github_repo", AT(github_repo), config_check_repository, false, CONFIG_OPTIONAL },
    { "labels", AT(labels), config_check_any, true, CONFIG_OPTIONAL },
    { "language", AT(language), config_check_language, false, CONFIG_OPTIONAL },
    { "min_severity", AT(min_severity), config_check_severity, false, CONFIG_OPTIONAL },
    { "fallback", CONFIG_NO_MEMBER, config_check_yes, false, CONFIG_OPTIONAL },
};
#undef AT

static void finish_team(struct config_reader *r, const struct config_row *row, void *out)
{
    struct config_team *team = out;
    const struct config_team *before = row->before;
    const char *fallback = config_rows_cell(row, "fallback");
    team->fallback = strcmp(fallback, "yes") == 0 || strcmp(fallback, "true") == 0;
    for (size_t i = 0; i < row->index; i++) {
        if (strcmp(before[i].team, team->team) == 0 && team->team[0] != '\0')
            config_rows_fault(r, row, "team %s stands twice", team->team);
        if (before[i].fallback && team->fallback)
            config_rows_fault(r, row, "fallback: team %s is the fallback already", before[i].team);
    }
}

static const struct config_rows team_rows = {
    COLUMNS(team_columns), sizeof(struct config_team), TEAM_ROWS_MAX, finish_team,
};

bool config_tables_has_team(const struct config *c, const char *team)
{
    for (size_t i = 0; i < c->team_count; i++)
        if (strcmp(c->teams[i].team, team) == 0)
            return true;
    return c->teams == NULL;
}

/* ---- owners ---- */

#define AT(member) offsetof(struct config_owner, member)
static const struct config_column owner_columns[] = {
    { "provider", AT(provider), config_check_provider, true, CONFIG_OPTIONAL },
    { "account", AT(account), config_check_any, true, CONFIG_OPTIONAL },
    { "account_tag", AT(account_tag), config_check_tag, true, CONFIG_OPTIONAL },
    { "folder", AT(folder), config_check_glob, true, CONFIG_OPTIONAL },
    { "region", AT(region), config_check_glob, true, CONFIG_OPTIONAL },
    { "type", AT(type), config_check_glob, true, CONFIG_OPTIONAL },
    { "name", AT(name), config_check_glob, true, CONFIG_OPTIONAL },
    { "tag", AT(tag), config_check_tag, true, CONFIG_OPTIONAL },
    { "team", AT(team), config_check_team, false, CONFIG_VALUE },
    { "environment", AT(environment), config_check_any, false, CONFIG_OPTIONAL },
};
#undef AT

static void finish_owner(struct config_reader *r, const struct config_row *row, void *out)
{
    const struct config_owner *owner = out;
    check_accounts(r, row, owner->provider);
    if (owner->team[0] != '\0' && !config_tables_has_team(r->config, owner->team))
        config_rows_fault(r, row, "team %s is not in the teams' file", owner->team);
}

static const struct config_rows owner_rows = {
    COLUMNS(owner_columns), sizeof(struct config_owner), OWNER_ROWS_MAX, finish_owner,
};

/* ---- exceptions ---- */

#define AT(member) offsetof(struct config_exception, member)
static const struct config_column exception_columns[] = {
    { "check", AT(check), config_check_glob, true, CONFIG_OPTIONAL },
    { "provider", AT(provider), config_check_provider, true, CONFIG_OPTIONAL },
    { "account", AT(account), config_check_any, true, CONFIG_OPTIONAL },
    { "region", AT(region), config_check_glob, true, CONFIG_OPTIONAL },
    { "resource", AT(resource), config_check_glob, true, CONFIG_OPTIONAL },
    { "subject", AT(subject), config_check_glob, true, CONFIG_OPTIONAL },
    { "fingerprint", AT(fingerprint), config_check_fingerprint, true, CONFIG_OPTIONAL },
    { "reason", AT(reason), config_check_any, false, CONFIG_VALUE },
    { "approved_by", AT(approved_by), config_check_any, false, CONFIG_VALUE },
    { "ticket", AT(ticket), config_check_any, false, CONFIG_OPTIONAL },
    { "expires", CONFIG_NO_MEMBER, config_check_date, false, CONFIG_VALUE },
};
#undef AT

static void finish_exception(struct config_reader *r, const struct config_row *row, void *out)
{
    struct config_exception *exception = out;
    exception->expires_unix_s = config_check_day_end(config_rows_cell(row, "expires"));
    check_accounts(r, row, exception->provider);
    if (exception->check[0] == '\0' && exception->fingerprint[0] == '\0')
        config_rows_fault(r, row, "neither check nor fingerprint says what is excepted; * as check says all");
}

static const struct config_rows exception_rows = {
    COLUMNS(exception_columns), sizeof(struct config_exception), EXCEPTION_ROWS_MAX, finish_exception,
};

/* ---- coverage_accepted ---- */

#define AT(member) offsetof(struct config_gap, member)
static const struct config_column gap_columns[] = {
    { "provider", AT(provider), config_check_provider, true, CONFIG_OPTIONAL },
    { "account", AT(account), config_check_any, true, CONFIG_OPTIONAL },
    { "region", AT(region), config_check_glob, true, CONFIG_OPTIONAL },
    { "service", AT(service), config_check_glob, true, CONFIG_OPTIONAL },
    { "reason", AT(reason), config_check_any, false, CONFIG_VALUE },
    { "approved_by", AT(approved_by), config_check_any, false, CONFIG_VALUE },
    { "expires", CONFIG_NO_MEMBER, config_check_date, false, CONFIG_VALUE },
};
#undef AT

static void finish_gap(struct config_reader *r, const struct config_row *row, void *out)
{
    struct config_gap *gap = out;
    gap->expires_unix_s = config_check_day_end(config_rows_cell(row, "expires"));
    check_accounts(r, row, gap->provider);
    if (gap->provider[0] == '\0' && gap->account[0] == '\0' && gap->region[0] == '\0' && gap->service[0] == '\0')
        config_rows_fault(r, row, "nothing says which gap is accepted; * as account says all");
}

static const struct config_rows gap_rows = {
    COLUMNS(gap_columns), sizeof(struct config_gap), GAP_ROWS_MAX, finish_gap,
};

/* ---- all ---- */

void config_tables_read(struct config_reader *r, const struct json_object *root)
{
    struct config *c = r->config;
    /* The teams before the owners, who must name one. */
    c->teams = config_rows_read(r, root, "teams", &team_rows, NULL, &c->team_count);
    c->owners = config_rows_read(r, root, "owners", &owner_rows, NULL, &c->owner_count);
    c->exceptions = config_rows_read(r, root, "exceptions", &exception_rows, NULL, &c->exception_count);
    c->gaps = config_rows_read(r, root, "coverage_accepted", &gap_rows, NULL, &c->gap_count);
}

void config_tables_release(struct config *c)
{
    config_rows_free(&team_rows, c->teams, c->team_count);
    config_rows_free(&owner_rows, c->owners, c->owner_count);
    config_rows_free(&exception_rows, c->exceptions, c->exception_count);
    config_rows_free(&gap_rows, c->gaps, c->gap_count);
}
