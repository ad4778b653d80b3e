#include "providers/aws/athena/athena_where.h"

#include "core/base/buffer.h"
#include "providers/aws/athena/athena_sql.h"

#include <stdlib.h>
#include <string.h>

enum {
    HOUR_S = 3600,
    /* As of files that are read where they lie: the time in a name is that of a file, its flows are around it. */
    SLACK_S = 15 * 60,
    ACCOUNT_LEN = 12,
};

/* No name of a column that is known has a quotation mark in it; one key of a partition might. */
void athena_where_name(struct buffer *out, const char *name)
{
    buffer_append_char(out, '"');
    for (; *name != '\0'; name++) {
        if (*name == '"')
            buffer_append_char(out, '"');
        buffer_append_char(out, *name);
    }
    buffer_append_char(out, '"');
}

/* ---- partitions ---- */

static void begin_list(struct buffer *out, const struct athena_column *c)
{
    buffer_append_string(out, " AND ");
    athena_where_name(out, c->name);
    buffer_append_string(out, " IN (");
}

static void value(struct buffer *out, const struct athena_column *c, const char *text)
{
    const char *comma = buffer_string(out)[out->len - 1] == '(' ? "" : ", ";
    if (c->kind == ATHENA_NUMBER)
        buffer_append_format(out, "%s%s", comma, text[0] == '0' ? text + 1 : text);
    else
        buffer_append_format(out, "%s%s'%s'", comma, c->kind == ATHENA_DATE ? "DATE " : "", text);
}

/* What the format makes of the hours of the window, each once; `short_only`: where a zero in front was left out. */
static void values(struct buffer *out, const struct athena_question *q,
                   const struct athena_column *c, const char *format, bool short_only)
{
    char last[ATHENA_WORD_MAX] = "", now[ATHENA_WORD_MAX] = "";
    for (int64_t at = q->since_unix_s - SLACK_S; at < q->now_unix_s + 2 * HOUR_S; at += HOUR_S) {
        (void)athena_table_format(format, at, now); /* athena_table_read() has tried it */
        if (strcmp(now, last) != 0 && (!short_only || strlen(now) == 1))
            value(out, c, now);
        memcpy(last, now, sizeof now);
    }
}

static void key_in(struct buffer *out, const struct athena_question *q,
                   const struct athena_column *c, const char *format)
{
    begin_list(out, c);
    values(out, q, c, format, false);
    buffer_append_char(out, ')');
}

/* Zeros in front are there or not: both are asked for. */
static void part_in(struct buffer *out, const struct athena_question *q,
                    const struct athena_column *c, char letter)
{
    const char one[] = { letter, '\0' }, two[] = { letter, letter, '\0' };
    begin_list(out, c);
    values(out, q, c, two, false);
    if (c->kind != ATHENA_NUMBER)
        values(out, q, c, one, true);
    buffer_append_char(out, ')');
}

static void time_keys(struct buffer *out, const struct athena_question *q)
{
    static const char *const usual[] = { "yyyy-MM-dd", "yyyy/MM/dd", "yyyyMMdd" };
    const struct athena_table *t = q->table;
    if (t->cut == ATHENA_CUT_PARTS) {
        key_in(out, q, &t->year, "yyyy");
        part_in(out, q, &t->month, 'M');
        part_in(out, q, &t->day, 'd');
    } else if (t->cut == ATHENA_CUT_DATE) {
        key_in(out, q, &t->day, "yyyy-MM-dd");
    } else if (t->cut == ATHENA_CUT_FORMAT && t->format != NULL) {
        key_in(out, q, &t->day, t->format);
    } else if (t->cut == ATHENA_CUT_FORMAT) {
        begin_list(out, &t->day);
        for (size_t i = t->day.kind == ATHENA_NUMBER ? 2 : 0; i < sizeof usual / sizeof *usual; i++)
            values(out, q, &t->day, usual[i], false);
        buffer_append_char(out, ')');
    }
}

/* ---- accounts ---- */

/* It stands between quotes. */
static bool is_account(const char *id)
{
    return strlen(id) == ACCOUNT_LEN && strspn(id, "0123456789") == ACCOUNT_LEN;
}

static bool names_accounts(const struct athena_question *q)
{
    bool any = false;
    for (size_t i = 0; q->accounts != NULL && i < q->accounts->count; i++)
        any = any || is_account(q->accounts->items[i]);
    return any && q->accounts->count <= ATHENA_ACCOUNTS_MAX;
}

/* As a number it has no zeros in front. */
static const char *as_number(const char *id)
{
    size_t zeros = strspn(id, "0");
    return id + (zeros < ACCOUNT_LEN ? zeros : ACCOUNT_LEN - 1);
}

/* Where partitions go by account, others' files are not even opened, and not paid for. */
static void account_key(struct buffer *out, const struct athena_question *q)
{
    const struct athena_column *key = &q->table->log_account;
    bool is_usual = key->kind == ATHENA_TEXT || key->kind == ATHENA_NUMBER;
    if (!names_accounts(q) || key->name == NULL || !is_usual)
        return;
    begin_list(out, key);
    for (size_t i = 0; i < q->accounts->count; i++)
        if (is_account(q->accounts->items[i]))
            value(out, key,
                  key->kind == ATHENA_NUMBER ? as_number(q->accounts->items[i])
                                             : q->accounts->items[i]);
    buffer_append_char(out, ')');
}

void athena_where_lines(struct buffer *out, const struct athena_question *q)
{
    if (!names_accounts(q))
        return;
    buffer_append_string(out, " WHERE COALESCE(log_account, '') IN (''");
    for (size_t i = 0; i < q->accounts->count; i++)
        if (is_account(q->accounts->items[i]))
            buffer_append_format(out, ", '%s'", q->accounts->items[i]);
    buffer_append_char(out, ')');
}

/* A line of names that a table does not skip holds the column's own. */
void athena_where(struct buffer *out, const struct athena_question *q)
{
    buffer_append_string(out, " WHERE COALESCE(CAST(");
    athena_where_name(out, q->table->fields[FLOW_DSTADDR].name);
    buffer_append_string(out, " AS VARCHAR), '') <> 'dstaddr'");
    time_keys(out, q);
    account_key(out, q);
    if (q->table->service.name != NULL && q->table->service.kind == ATHENA_TEXT) {
        begin_list(out, &q->table->service);
        buffer_append_string(out, "'vpcflowlogs')");
    }
}
