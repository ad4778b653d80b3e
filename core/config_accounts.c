#include "core/config_accounts.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config_rows.h"
#include "core/config_tables.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stddef.h>
#include <string.h>

enum { ACCOUNT_ROWS_MAX = 20000 };

/* What a row is checked against. */
struct target {
    const struct config_aws *aws;
    struct map *seen;
    bool role_faulty;  /* the target's role was refused: no word about rows without one */
    bool role_missing; /* some earlier row has none */
};

#define AT(member) offsetof(struct config_account, member)
static const struct config_column columns[] = {
    { "account", AT(account), config_check_account, false, CONFIG_VALUE },
    { "name", AT(name), config_check_any, false, CONFIG_OPTIONAL },
    { "role", AT(role), config_check_role, false, CONFIG_OPTIONAL },
    { "external_id", AT(external_id), config_check_external_id, false, CONFIG_OPTIONAL },
    { "regions", CONFIG_NO_MEMBER, config_check_region, true, CONFIG_OPTIONAL },
    { "team", AT(team), config_check_team, false, CONFIG_OPTIONAL },
};
#undef AT

/* Notes the account as seen; a fault when it was. */
static void see(struct config_reader *r, const struct config_row *row, const char *account, struct map *seen)
{
    const char *where = map_get(seen, account);
    if (where != NULL)
        config_rows_fault(r, row, "account %s stands already in %s", account, where);
    else if (config_check_account(account) == NULL)
        map_set(seen, account, memory_format("%s:%d", row->file, row->line));
}

/* A role's ARN names the account it is in. */
static void check_role(struct config_reader *r, const struct config_row *row, const struct config_account *a,
                       struct target *target)
{
    const char *role = a->role[0] != '\0' ? a->role : target->aws->role;
    if (role == NULL) {
        if (target->role_missing && !target->role_faulty)
            config_rows_fault(r, row, "account %s has no role, nor has the target; only the scanner's own "
                                      "account can do without", a->account);
        target->role_missing = true;
        return;
    }
    struct text arn = text_of(role);
    if (!text_starts_with(arn, "arn:") || config_check_role_arn(role) != NULL)
        return;
    for (int i = 0; i < 4; i++)
        text_cut(&arn, ':');
    if (!text_equal_string(text_cut(&arn, ':'), a->account))
        config_rows_fault(r, row, "account %s cannot be entered by a role of another: %s", a->account, role);
}

static void read_regions(struct config_reader *r, const struct config_row *row, const struct target *target,
                         struct string_list *out)
{
    struct text rest = text_of(config_rows_cell(row, "regions"));
    while (rest.data != NULL) {
        char *word = text_copy(text_cut(&rest, ' '));
        if (word[0] != '\0' && !string_list_has(out, word))
            string_list_add(out, word);
        free(word);
    }
    if (!string_list_has(out, "all"))
        return;
    if (out->count > 1)
        config_rows_fault(r, row, "regions: all stands beside others");
    else if (target->aws->regions.count > 0)
        config_rows_fault(r, row, "regions: all would be more than the target's regions; leave those at all and name "
                                  "regions for the other accounts");
    string_list_release(out);
}

static void finish(struct config_reader *r, const struct config_row *row, void *out)
{
    struct config_account *account = out;
    struct target *target = row->ctx;
    see(r, row, account->account, target->seen);
    check_role(r, row, account, target);
    read_regions(r, row, target, &account->regions);
    if (account->team[0] != '\0' && !config_tables_has_team(r->config, account->team))
        config_rows_fault(r, row, "team %s is not in the teams' file", account->team);
}

static const struct config_rows rows = { columns, sizeof columns / sizeof *columns, sizeof(struct config_account),
                                         ACCOUNT_ROWS_MAX, finish };

void config_accounts_read(struct config_reader *r, const struct json_object *aws, struct map *seen,
                          struct config_aws *out)
{
    bool role_faulty = out->role == NULL && json_get(aws, "role") != NULL;
    struct target target = { out, seen, role_faulty, false };
    out->accounts = config_rows_read(r, aws, "accounts", &rows, &target, &out->account_count);
    if (out->accounts != NULL && out->account_count == 0)
        config_reader_fault_at(r, aws, "accounts", "the file has no rows");
}

void config_accounts_release(struct config_aws *aws)
{
    for (size_t i = 0; i < aws->account_count; i++)
        string_list_release(&aws->accounts[i].regions);
    config_rows_free(&rows, aws->accounts, aws->account_count);
}
