#include "checks/guard.h"

#include "checks/check.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

enum {
    OPS_BETWEEN_LOOKS = 1000, /* of SQLite's machine: some tens of microseconds */
    VALUE_BYTES_MAX = 16 * 1024 * 1024,
};

/* SQLite's functions that give the same for the same. Not among them: dates (they can ask the clock;
 * unix_time() cannot), random, and whatever looks at or changes the connection. */
static const char *const functions[] = {
    "->",
    "->>",
    "abs",
    "avg",
    "char",
    "coalesce",
    "count",
    "dense_rank",
    "first_value",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "lower",
    "ltrim",
    "max",
    "min",
    "nth_value",
    "nullif",
    "printf",
    "quote",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "substr",
    "substring",
    "sum",
    "total",
    "trim",
    "typeof",
    "unicode",
    "unlikely",
    "upper",
    /* ours: sql_functions.h */
    "cidr_contains",
    "cidr_covers_internet",
    "cidr_is_public",
    "dns_destination",
    "is_complete",
    "param",
    "port_notes",
    "port_range_has",
    "public_statements",
    "run_time",
    "tag",
    "unix_time",
    "unread",
    "was_read",
};

static const char *const tables[] = { "address_holders", "gcp_open_ports", "json_each", "json_tree",
                                      "open_ports" };

static bool is_listed(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static int refuse(struct guard *g, const char *what, const char *name, const char *why)
{
    snprintf(g->refused, sizeof g->refused, "%s %s%s", what, name, why);
    return SQLITE_DENY;
}

/* Columns that are the sandbox's own begin with its name. A rowid is only the order of filling. */
static int may_read(struct guard *g, const char *table, const char *column)
{
    if (strcmp(table, "address_holders") == 0)
        g->restless = true;
    if (is_listed(tables, sizeof tables / sizeof *tables, table))
        return SQLITE_OK;
    if (!check_reads(g->check, table))
        return refuse(g, "reads", table, ", which is not among subject, needs and uses");
    if (strncmp(column, "yomawari_", 9) == 0 || strcmp(column, "ROWID") == 0)
        return refuse(g, "reads the column", column, ", which is not for checks");
    if (g->check->reach == CHECK_REACH_ESTATE && strcmp(column, "config") == 0)
        return refuse(g, "reads", "config",
                      ", but a check that reaches over the estate sees columns only");
    if (g->read != NULL)
        g->read(g->read_ctx, table, column);
    return SQLITE_OK;
}

static int may_call(struct guard *g, const char *function)
{
    if (!is_listed(functions, sizeof functions / sizeof *functions, function))
        return refuse(g, "calls", function, "(), which is not a function for checks");
    if (strcmp(function, "run_time") == 0)
        g->restless = true;
    return SQLITE_OK;
}

static int authorize(void *ctx, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    struct guard *g = ctx;
    (void)database;
    (void)trigger;
    if (g->check == NULL)
        return SQLITE_OK;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_READ:
        return may_read(g, first, second);
    case SQLITE_FUNCTION:
        return may_call(g, second);
    default:
        return refuse(g, "does", "more than SELECT", "");
    }
}

/* Not zero stops the statement. */
static int look(void *ctx)
{
    struct guard *g = ctx;
    if (g->deadline_mono_ms == 0)
        return 0;
    if (clock_mono_ms(&g->clock) >= g->deadline_mono_ms)
        g->stopped = GUARD_TIME;
    else if (sqlite3_memory_used() - g->memory_at_start > CHECK_MEMORY_MAX)
        g->stopped = GUARD_MEMORY;
    return g->stopped != GUARD_RUNS;
}

void guard_install(struct guard *g, struct sqlite3 *db)
{
    memset(g, 0, sizeof *g);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, CHECK_QUERY_MAX);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, 100);
    sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_set_authorizer(db, authorize, g);
    sqlite3_progress_handler(db, OPS_BETWEEN_LOOKS, look, g);
}

void guard_enter(struct guard *g, const struct check *check)
{
    g->check = check;
    g->refused[0] = '\0';
    g->restless = false;
}

void guard_leave(struct guard *g)
{
    g->check = NULL;
    g->deadline_mono_ms = 0;
}

void guard_start(struct guard *g, const struct clock *clock, int64_t limit_ms)
{
    g->clock = *clock;
    g->stopped = GUARD_RUNS;
    g->memory_at_start = sqlite3_memory_used();
    g->limit_ms = limit_ms;
    g->deadline_mono_ms = clock_mono_ms(clock) + limit_ms;
}

bool guard_check_stop(const struct guard *g, struct error *err)
{
    switch (g->stopped) {
    case GUARD_TIME:
        return error_set(err, ERROR_LIMIT, "the query took longer than %lld ms",
                         (long long)g->limit_ms);
    case GUARD_MEMORY:
        return error_set(err, ERROR_LIMIT, "the query gathered more than %d MB",
                         CHECK_MEMORY_MAX / (1024 * 1024));
    case GUARD_RUNS:
        break;
    }
    return true;
}
