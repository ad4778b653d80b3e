#ifndef SCANNER_LOGS_CENTRAL_TABLES_WORK_H
#define SCANNER_LOGS_CENTRAL_TABLES_WORK_H

#include "scanner/ask.h"
#include "scanner/logs/central_logs_work.h"
#include "scanner/logs/kept_query.h"
#include "scanner/many_needs.h"

struct config_flow_table;
struct log_table;

/*
 * Only for scanner/logs/central_table*.c: a table being asked. States, in order:
 *   BEGIN    a query that this run began before it was killed is taken up again at RESULTS
 *   COLUMNS  what it looks like; of a table that is sharded by day yesterday's shard, else today's
 *   PRICE    a dry run says what the query would read
 *   QUERY    it is begun; the answer may be there at once
 *   RESULTS  it goes on running, or there are further rows
 *   ENDED
 */
enum central_table_state { CENTRAL_BEGIN, CENTRAL_COLUMNS, CENTRAL_PRICE, CENTRAL_QUERY, CENTRAL_RESULTS, CENTRAL_ENDED };

struct central_table {
    struct central_logs *logs;
    const struct config_flow_table *config;
    const struct resource_type *type;
    const struct many_needs *needs;
    struct map *accounts; /* that need it: id -> the same, as found */
    struct log_table *table;
    enum central_table_state state;
    struct gate gate;
    struct ask ask;
    struct task step;
    int64_t since_unix_s, until_unix_s;
    bool today;        /* yesterday's shard is not there */
    struct kept_query kept;
    bool recalled;     /* it was begun before this run was killed */
    char *query;       /* NULL until its columns are known */
    char *job, *place; /* of the query under way, and where it runs; place may be NULL */
    char *page;        /* NULL: the first */
    int64_t bytes;     /* it would read */
    int polls, pages;
    uint64_t rows, kept_rows;
    struct error disk; /* of the holding, of the store: the scan ends */
};

/* central_table_states.c: does what the state says; a task's, with the table as its context. */
void central_table_step(void *ctx);
/* Ends it, with what is to be told. */
void central_table_give_up(struct central_table *t, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* central_table_calls.c: what each state asks with; new trees. */
struct json_object *central_table_columns_call(const struct central_table *t);
struct json_object *central_table_query_call(const struct central_table *t, bool dry);
struct json_object *central_table_results_call(const struct central_table *t);

/* What the run remembers of its query; a new tree. */
struct json_object *central_table_kept(const struct central_table *t);

/* The table as a door and a query know it; log_table_free(). */
struct log_table *central_table_named(const struct config_flow_table *config);

#endif
