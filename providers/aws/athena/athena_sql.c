#include "providers/aws/athena/athena_sql.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "providers/aws/athena/athena_where.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE = 128 }; /* bits of an address alone */

static const char *const names[ATHENA_COLUMNS] = {
    "log_account", "log_region", "kind",        "account",  "region",     "vpc",
    "interface",   "source",     "destination", "port",     "protocol",   "action",
    "direction",   "hour",       "subnet",      "instance", "ecs",        "way",
    "packets",     "octets",     "first_s",     "last_s",   "line_count",
};

const char *athena_sql_column(enum athena_column_of_answer column)
{
    return names[column];
}

/* ---- columns ---- */

/* NULL where it says nothing. */
static void word(struct buffer *out, const struct athena_column *c)
{
    if (c->name == NULL) {
        buffer_append_string(out, "CAST(NULL AS VARCHAR)");
        return;
    }
    buffer_append_string(out, "NULLIF(NULLIF(CAST(");
    athena_where_name(out, c->name);
    buffer_append_string(out, " AS VARCHAR), '-'), '')");
}

static void number(struct buffer *out, const struct athena_column *c)
{
    if (c->name == NULL) {
        buffer_append_string(out, "CAST(NULL AS BIGINT)");
        return;
    }
    buffer_append_string(out, "TRY_CAST(");
    athena_where_name(out, c->name);
    buffer_append_string(out, " AS BIGINT)");
}

/* As a number it has lost the zeros in front. */
static void account(struct buffer *out, const struct athena_column *c)
{
    bool pads = c->name != NULL && c->kind == ATHENA_NUMBER;
    buffer_append_string(out, pads ? "NULLIF(LPAD(" : "NULLIF(");
    word(out, c);
    buffer_append_string(out, pads ? ", 12, '0'), 'unknown')" : ", 'unknown')");
}

#define PATH(pattern) "NULLIF(regexp_extract(\"$path\", '" pattern "', 1), '')"

/* By the folders of AWS's, plain and Hive-compatible (flow_layout.h). */
static void log_account(struct buffer *out, const struct athena_table *t)
{
    buffer_append_string(out, "COALESCE(");
    account(out, &t->log_account);
    if (t->has_path)
        buffer_append_string(
            out, ", " PATH("/(?:aws-account-id=)?([0-9]{12})/(?:aws-service=)?vpcflowlogs/"));
    buffer_append_string(out, ", ");
    account(out, &t->fields[FLOW_ACCOUNT_ID]);
    buffer_append_string(out, ") AS log_account");
}

static void log_region(struct buffer *out, const struct athena_table *t)
{
    buffer_append_string(out, ", COALESCE(");
    word(out, &t->log_region);
    if (t->has_path)
        buffer_append_string(out, ", " PATH("(?:/vpcflowlogs/|/aws-region=)([a-z0-9-]+)/"));
    buffer_append_string(out, ", ");
    word(out, &t->fields[FLOW_REGION]);
    buffer_append_string(out, ") AS log_region");
}

static void words(struct buffer *out, const struct athena_table *t)
{
    static const struct {
        enum flow_field field;
        const char *as;
    } all[] = {
        { FLOW_REGION, "own_region" },      { FLOW_VPC_ID, "vpc" },
        { FLOW_INTERFACE_ID, "interface" }, { FLOW_SUBNET_ID, "subnet" },
        { FLOW_INSTANCE_ID, "instance" },   { FLOW_DSTADDR, "destination" },
        { FLOW_ACTION, "action" },          { FLOW_DIRECTION, "direction" },
        { FLOW_LOG_STATUS, "status" },      { FLOW_ECS_CLUSTER, "cluster" },
        { FLOW_ECS_SERVICE, "service" },
    };
    buffer_append_string(out, ", ");
    account(out, &t->fields[FLOW_ACCOUNT_ID]);
    buffer_append_string(out, " AS own_account, COALESCE(");
    word(out, &t->fields[FLOW_PKT_SRCADDR]);
    buffer_append_string(out, ", ");
    word(out, &t->fields[FLOW_SRCADDR]);
    buffer_append_string(out, ") AS source");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        buffer_append_string(out, ", ");
        word(out, &t->fields[all[i].field]);
        buffer_append_format(out, " AS %s", all[i].as);
    }
}

static void numbers(struct buffer *out, const struct athena_table *t)
{
    static const struct {
        enum flow_field field;
        const char *as;
    } all[] = {
        { FLOW_DSTPORT, "port" },        { FLOW_PROTOCOL, "protocol" }, { FLOW_PACKETS, "packets" },
        { FLOW_BYTES, "octets" },        { FLOW_TRAFFIC_PATH, "way" },  { FLOW_END, "ended" },
        { FLOW_SRCPORT, "source_port" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        buffer_append_string(out, ", ");
        number(out, &t->fields[all[i].field]);
        buffer_append_format(out, " AS %s", all[i].as);
    }
    buffer_append_string(out, ", COALESCE(NULLIF(");
    number(out, &t->fields[FLOW_START]);
    buffer_append_string(out, ", 0), NULLIF(");
    number(out, &t->fields[FLOW_END]);
    buffer_append_string(out, ", 0)) AS began");
}

/* ---- what is watched ---- */

/* What flow_address_is_inside() calls so, as AWS writes it. */
#define INSIDE                                                                                                 \
    "^(0|10|127|22[4-9]|2[3-5][0-9]|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|169[.]254|100[.](6[4-9]|[7-9][0-9]|" \
    "1[01][0-9]|12[0-7]))[.]|^[fF][cCdD]..:|^[fF][eE][89aAbB].:|^[fF][fF]..:|^::1?$"

/* Asked twice: for ports, then for addresses. */
struct watching {
    struct buffer *out;
    bool addresses;
    size_t ports;
};

/* Groups of four digits as some programs write them, without any left out. */
static void in_full(const struct flow_address *a, char out[FLOW_ADDRESS_TEXT_MAX])
{
    size_t len = 0;
    for (size_t i = 0; i < sizeof a->bytes; i += 2)
        len += (size_t)snprintf(out + len, FLOW_ADDRESS_TEXT_MAX - len, "%s%x", i == 0 ? "" : ":",
                                (unsigned)(a->bytes[i] << 8 | a->bytes[i + 1]));
}

/* What all texts of a range begin with; more than the range may, which the reader of the answer knows. */
static void beginning(const struct flow_address *a, int bits, struct buffer *out)
{
    if (flow_address_is_ipv4(a)) {
        for (int i = 12; i < 16 && (i + 1) * 8 <= bits; i++)
            buffer_append_format(out, "%u.", a->bytes[i]);
        return;
    }
    for (int i = 0; i < 16 && (i + 2) * 8 <= bits; i += 2) {
        unsigned group = (unsigned)(a->bytes[i] << 8 | a->bytes[i + 1]);
        if (group == 0) /* which may be left out */
            return;
        buffer_append_format(out, "%x:", group);
    }
}

static void watch_address(struct buffer *out, const struct flow_address *a, int bits)
{
    char text[FLOW_ADDRESS_TEXT_MAX], full[FLOW_ADDRESS_TEXT_MAX];
    if (bits < WHOLE) {
        buffer_append_string(out, "LIKE '");
        beginning(a, bits, out);
        buffer_append_string(out, "%')");
        return;
    }
    flow_address_write(a, text);
    in_full(a, full);
    if (flow_address_is_ipv4(a) || strcmp(text, full) == 0)
        buffer_append_format(out, "= '%s')", text);
    else
        buffer_append_format(out, "IN ('%s', '%s'))", text, full);
}

static void watch(void *ctx, uint16_t port, const struct flow_address *a, int bits)
{
    struct watching *w = ctx;
    if (w->addresses != (a != NULL))
        return;
    if (w->addresses) {
        buffer_append_format(w->out, " OR (port = %u AND destination ", port);
        watch_address(w->out, a, bits);
    } else {
        buffer_append_format(w->out, "%s%u", w->ports++ == 0 ? "" : ", ", port);
    }
}

static void wanted(struct buffer *out, const struct flow_watch *watched)
{
    struct watching w = { .out = out };
    buffer_append_string(out, "(port IN (");
    flow_watch_each(watched, watch, &w);
    if (w.ports == 0)
        buffer_append_string(out, "-1");
    buffer_append_string(out,
                         ") AND COALESCE(regexp_extract(destination, '" INSIDE "'), '') = '')");
    w.addresses = true;
    flow_watch_each(watched, watch, &w);
}

/* ---- the query ---- */

/* As flow_record.c has it: what comes from a port of servers is an answer. */
static void kinds(struct buffer *out, const struct athena_question *q)
{
    buffer_append_string(
        out,
        "CASE WHEN status = 'SKIPDATA' THEN 'skipdata' "
        "WHEN status = 'NODATA' OR (destination IS NULL AND port IS NULL) THEN 'nodata' "
        "WHEN port IS NULL OR port NOT BETWEEN 0 AND 65535 OR destination IS NULL OR began IS NULL "
        "THEN 'malformed' WHEN COALESCE(direction, '') = 'ingress' OR (COALESCE(source_port, 0) BETWEEN 1 AND 1023 "
        "AND (source_port <> 53 OR port <> 53)) OR NOT (");
    wanted(out, q->watch);
    buffer_append_format(
        out,
        ") THEN 'passed' WHEN began - began %% 3600 < %lld OR began >= %lld THEN 'passed' "
        "ELSE 'flow' END AS kind",
        (long long)q->since_unix_s, (long long)q->until_unix_s);
}

static void sums(struct buffer *out, const struct athena_question *q)
{
    static const char *const grouped[] = {
        "COALESCE(own_account, log_account)",
        "COALESCE(own_region, log_region)",
        "vpc",
        "interface",
        "source",
        "destination",
        "port",
        "protocol",
        "action",
        "direction",
        "began - began % 3600",
    };
    buffer_append_string(out, "SELECT log_account, log_region, kind");
    for (size_t i = 0; i < sizeof grouped / sizeof *grouped; i++)
        buffer_append_format(out, ", CASE WHEN kind = 'flow' THEN %s END AS %s", grouped[i],
                             names[ATHENA_ACCOUNT + i]);
    buffer_append_format(
        out,
        ", MIN(subnet) AS subnet, MIN(instance) AS instance, "
        "MIN(CASE WHEN cluster IS NOT NULL OR service IS NOT NULL "
        "THEN COALESCE(cluster, '') || '/' || COALESCE(service, '') END) AS ecs, "
        "MIN(CASE WHEN way > 0 THEN way END) AS way, "
        "SUM(packets) AS packets, SUM(octets) AS octets, MIN(began) AS first_s, "
        "MAX(CASE WHEN ended > began AND ended < %lld THEN ended ELSE began END) AS last_s, COUNT(*) AS line_count "
        "FROM sorted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 ORDER BY 1, 2",
        (long long)q->until_unix_s);
}

char *athena_sql(const struct athena_question *q, struct error *err)
{
    struct buffer out;
    buffer_init(&out, ATHENA_SQL_MAX);
    buffer_append_string(&out, ATHENA_SQL_BEGINS);
    log_account(&out, q->table);
    log_region(&out, q->table);
    words(&out, q->table);
    numbers(&out, q->table);
    buffer_append_string(&out, " FROM ");
    athena_where_name(&out, q->database);
    buffer_append_char(&out, '.');
    athena_where_name(&out, q->name);
    athena_where(&out, q);
    buffer_append_string(&out, "), sorted AS (SELECT line.*, ");
    kinds(&out, q);
    buffer_append_string(&out, " FROM line");
    athena_where_lines(&out, q);
    buffer_append_string(&out, ") ");
    sums(&out, q);
    bool ok = buffer_ok(&out);
    char *sql = ok ? buffer_detach(&out) : NULL;
    buffer_release(&out);
    if (!ok)
        error_set(err, ERROR_LIMIT,
                  "more addresses are watched than a query of %d characters can name",
                  ATHENA_SQL_MAX);
    return sql;
}
