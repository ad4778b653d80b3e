#include "checks/sql_address_holders.h"

#include "checks/sandbox.h"
#include "checks/sql_table.h"
#include "core/base/timestamp.h"

#include <json-c/json.h>

struct filling {
    struct sql_rows *rows;
    int64_t position;
};

static void add_time(struct sql_rows *rows, int64_t unix_s)
{
    char text[TIMESTAMP_MAX];
    timestamp_iso(unix_s, text);
    sql_rows_add_text(rows, text);
}

/* In the order of the table's declaration. */
static bool add_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct filling *f = ctx;
    const char *const texts[] = { h->provider, h->account, h->account_name, h->team, h->region,
                                  h->type,     h->key,     h->id,           h->name, h->parent };
    (void)err;
    sql_rows_add_integer(f->rows, ++f->position);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        sql_rows_add_text(f->rows, texts[i]);
    add_time(f->rows, h->from_unix_s);
    if (h->until_unix_s == 0)
        sql_rows_add_null(f->rows);
    else
        add_time(f->rows, h->until_unix_s);
    sql_rows_add_integer(f->rows, h->then);
    return true;
}

static bool parse_time(const char *word, int64_t *out_unix_s, struct error *err)
{
    int64_t ms = 0;
    if (text_to_int64(text_of(word), out_unix_s))
        return true;
    if (!timestamp_parse_iso(text_of(word), &ms))
        return error_set(err, ERROR_DATA, "this is no time: %s", word);
    *out_unix_s = ms / 1000;
    return true;
}

static bool compute(struct sandbox *s, struct json_object *const *arguments, struct sql_rows *out,
                    struct error *err)
{
    const struct sandbox_holders *holders = &sandbox_run(s)->holders;
    struct filling f = { out, 0 };
    int64_t at = 0;
    if (arguments[0] == NULL || arguments[1] == NULL)
        return true;
    return parse_time(json_object_get_string(arguments[1]), &at, err) &&
           (holders->look == NULL ||
            holders->look(holders->ctx, json_object_get_string(arguments[0]), at, add_holder, &f,
                          err));
}

static const struct sql_table table = {
    .name = "address_holders",
    .columns =
        "position, provider, account, account_name, team, region, type, key, id, name, parent,"
        " held_from, held_until, held_then",
    .column_count = 14,
    .argument_count = 2,
    .words = true,
    .compute = compute,
};

bool sql_address_holders_register(struct sandbox *s, struct error *err)
{
    return sql_table_register(s, &table, err);
}
