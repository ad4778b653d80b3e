#ifndef SCANNER_LOGS_FLOW_LOGS_ATHENA_WORK_H
#define SCANNER_LOGS_FLOW_LOGS_ATHENA_WORK_H

#include "providers/aws/athena/athena_row.h"
#include "providers/aws/athena/athena_table.h"
#include "providers/aws/athena/athena_workgroup.h"
#include "scanner/ask.h"
#include "scanner/logs/flow_logs_athena.h"
#include "scanner/logs/flow_logs_work.h"
#include "scanner/logs/kept_query.h"
#include "scanner/found.h"

/* Only for scanner/logs/flow_logs_athena*.c. */

/* What has come of the answer: the rows of one account and region after another. */
struct flow_logs_athena_sums {
    struct flow_logs *logs;
    const struct found *found;
    char *table;       /* what it is called to people */
    char account[FLOW_WORD_MAX], region[FLOW_WORD_MAX]; /* whose rows are coming; "": nobody can tell */
    bool begun;        /* one has come */
    struct flow_groups *groups;
    struct flow_counts counts;
    int64_t last_unix_s;
};

void flow_logs_athena_sums_init(struct flow_logs_athena_sums *s, struct flow_logs *l, const struct found *found);
void flow_logs_athena_sums_release(struct flow_logs_athena_sums *s);
/* The next row, in their order. */
bool flow_logs_athena_sums_add(struct flow_logs_athena_sums *s, const struct athena_row *row, struct error *err);
/* There are no more. */
bool flow_logs_athena_sums_end(struct flow_logs_athena_sums *s, struct error *err);

/*
 *   LOOK       the gate to workgroup and table opens, then the workgroup's settings are asked for
 *   TABLE      the table's columns are
 *   ENTER      the gate to what is in the table opens
 *   START      the query is begun, or the one that this run had begun before it was killed is taken up
 *   FOLLOW     it is asked how the query stands, again and again
 *   ROWS       the answer is read, page by page
 *   STOP       the query is being stopped
 *   ENDED      well or not; what is to be told is noted
 */
enum flow_logs_athena_state {
    FLOW_LOGS_ATHENA_LOOK,
    FLOW_LOGS_ATHENA_TABLE,
    FLOW_LOGS_ATHENA_ENTER,
    FLOW_LOGS_ATHENA_START,
    FLOW_LOGS_ATHENA_FOLLOW,
    FLOW_LOGS_ATHENA_ROWS,
    FLOW_LOGS_ATHENA_STOP,
    FLOW_LOGS_ATHENA_ENDED,
};

/* One table being asked. */
struct flow_logs_athena {
    struct flow_logs *logs;
    const struct found *found;
    const struct config_athena_table *config;
    enum flow_logs_athena_state state;
    struct task step;
    struct gate gate;
    struct ask ask;
    struct athena_workgroup workgroup;
    struct athena_table table;
    struct log_table *place;
    struct kept_query kept;
    char *query;   /* its id; NULL: none was begun */
    bool recalled; /* an earlier start of this run began it */
    bool running;
    int64_t begun_mono_ms, pause_ms;
    int pages;
    struct json_object *rows; /* of the page */
    bool has_head;
    struct flow_logs_athena_sums sums;
    struct error broken; /* of the disk */
};

/* ---- for flow_logs_athena_query.c ---- */

/* Ends it, with what is to be told; of a table that cannot be asked nobody knows whose logs it is over. */
void flow_logs_athena_give_up(struct flow_logs_athena *t, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void flow_logs_athena_refused(struct flow_logs_athena *t, const struct ask_result *result);
/* Ends it, and the night, with a fault of the disk. */
void flow_logs_athena_break(struct flow_logs_athena *t, const struct error *why);
/* What has answered cannot be let go while it does: the next step is a task's. */
void flow_logs_athena_go_on(struct flow_logs_athena *t, enum flow_logs_athena_state state);
/* Makes `t->ask`; `arguments` are taken over. */
void flow_logs_athena_ask(struct flow_logs_athena *t, const char *operation, struct json_object *arguments,
                          const char *items, void (*done)(void *ctx, const struct ask_result *result));
void flow_logs_athena_text(struct json_object *o, const char *name, const char *text);

/* ---- flow_logs_athena_query.c: each is one state's step ---- */
void flow_logs_athena_query_start(struct flow_logs_athena *t);
void flow_logs_athena_query_follow(struct flow_logs_athena *t);
void flow_logs_athena_query_rows(struct flow_logs_athena *t);
void flow_logs_athena_query_stop(struct flow_logs_athena *t);
/* Takes what the query has scanned from what may be; `execution` NULL: all that it could. */
void flow_logs_athena_query_spend(struct flow_logs_athena *t, struct json_object *execution);

#endif
