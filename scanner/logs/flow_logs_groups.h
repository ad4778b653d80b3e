#ifndef SCANNER_LOGS_FLOW_LOGS_GROUPS_H
#define SCANNER_LOGS_FLOW_LOGS_GROUPS_H

#include "providers/aws/flowlogs/flow_query.h"
#include "scanner/ask.h"
#include "scanner/logs/flow_logs_work.h"
#include "scanner/logs/kept_query.h"
#include "scanner/found.h"

/*
 * Only for scanner/logs/flow_logs*.c: flow logs in log groups of CloudWatch Logs. First the finders ask account by account which
 * log groups hold flow logs, and how much came into each since the first hour that is read. Then it is settled which of them
 * are read and how: small ones event by event, which costs nothing; the others by queries of Logs Insights, which cost by
 * what they look through, the smallest first as long as limits.logs_max_gb lasts. Then the readers read, region by region.
 *
 * What others have told of a region is held against what each log group tells (flow_logs_held.h), so that nothing counts twice.
 */
enum {
    FLOW_LOGS_FINDERS = 8,               /* accounts side by side */
    FLOW_LOGS_READERS = 4,               /* regions side by side */
    FLOW_LOGS_SMALL_MAX = 20 * 1000 * 1000, /* bytes that are read event by event */
    FLOW_LOGS_LOG_GROUPS_MAX = 20000,    /* that hold flow logs */
    FLOW_LOGS_LIST_PAGES_MAX = 100,      /* of flow logs of a region, of regions */
    FLOW_LOGS_EVENT_PAGES_MAX = 2000,    /* of a log group; empty ones among them */
    FLOW_LOGS_QUERY_STARTS_MAX = 5,      /* while others' queries are too many */
    FLOW_LOGS_QUERY_RANGES_MAX = 16,     /* pieces of time that wait: each is half of the one before */
    FLOW_LOGS_QUERY_WAIT_MS = 15 * 60 * 1000, /* for one query; then it is stopped */
    FLOW_LOGS_STOP_WAIT_MS = 3000,       /* for queries to be stopped, when the night is interrupted */
};

struct flow_logs_groups;

/* An account that has such log groups; its gate stays open until they are read. */
struct flow_logs_account {
    const struct found_account *found;
    struct gate gate;
    char id[LOG_FILES_ACCOUNT_MAX];
};

struct flow_logs_group {
    struct flow_logs_account *account;
    char *region, *name;
    char *format;              /* NULL: flow logs of several formats go there, and nobody can tell their lines apart */
    int64_t bytes;             /* that came in since the first hour */
    struct string_list texts;  /* of queries; none: it is read event by event */
    bool left_out;             /* it is not read; what was noted says why */
};

/* Asks one account after another. */
struct flow_logs_finder {
    struct flow_logs_groups *all;
    struct flow_logs_account *account; /* NULL: there is none left */
    struct task step;
    struct ask ask;
    bool asking;
    int pages;
    bool entered, listed;      /* the gate is open; the regions are known */
    struct string_list regions;
    size_t region;             /* whose flow logs are asked for next */
    size_t first, group;       /* of `items`: the account's first; the next whose size is asked for */
    double bytes;
};

struct flow_logs_range {
    int64_t from, to; /* seconds, both within */
};

/* Reads one region after another, of it one log group after another. */
struct flow_logs_reader {
    struct flow_logs_groups *all;
    size_t group, end;     /* of `items`: those of the region that are not read yet; none: there is no region */
    struct task step, pause; /* pause: a query is waited for */
    struct ask ask;
    int pages;
    struct flow_groups *sums; /* of the log group */
    struct flow_counts counts;
    struct flow_file *file; /* cuts events; NULL: none was read yet */
    /* ---- queries ---- */
    size_t text;            /* that is asked */
    struct flow_logs_range ranges[FLOW_LOGS_QUERY_RANGES_MAX]; /* of it, the last of them is asked */
    size_t range_count;
    int starts;
    struct kept_query kept;
    char *query;            /* its id; NULL: none is running */
    bool recalled;          /* this run began it before it was killed */
    int64_t begun_mono_ms, pause_ms;
    struct flow_groups *page; /* what it has answered so far */
    struct flow_counts page_counts;
    size_t rows;
};

struct flow_logs_groups {
    struct flow_logs *logs;
    const struct found *found;
    size_t next_found; /* of found->accounts */
    struct flow_logs_account **accounts; /* with log groups */
    size_t account_count;
    struct flow_logs_group *items;
    size_t count;
    size_t next; /* for readers */
    struct flow_logs_finder finders[FLOW_LOGS_FINDERS];
    struct flow_logs_reader readers[FLOW_LOGS_READERS];
    size_t running;
    bool stopping; /* what comes back matters to nobody any more */
    struct error broken;
};

/* Reads what the config names. False with a fault of the disk, or when it was interrupted. */
bool flow_logs_groups_read(struct flow_logs *l, const struct found *found, struct error *err);

/* Whether the config wants this log group; `name` NULL: any of the region; `region` NULL: any of the account. */
bool flow_logs_groups_wants(const struct flow_logs *l, const char *account, const char *region, const char *name);
/* A finder or reader has nothing left to do. */
void flow_logs_groups_ended(struct flow_logs_groups *all);
/* Notes what became of a region's (NULL: of all of the account's). */
void flow_logs_groups_note(struct flow_logs_groups *all, const char *account, const char *region, enum outcome outcome,
                           const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Frees what the account holds; nothing of it may be under way. */
void flow_logs_groups_forget(struct flow_logs_account *a);

/* flow_logs_find.c */
void flow_logs_find_init(struct flow_logs_finder *f, struct flow_logs_groups *all);
void flow_logs_find_start(struct flow_logs_finder *f); /* takes an account; flow_logs_groups_ended() when there is none */
void flow_logs_find_release(struct flow_logs_finder *f);

/* flow_logs_settle.c: in order of account and region, with texts or left out. */
void flow_logs_settle(struct flow_logs_groups *all);

/* flow_logs_sum.c */
void flow_logs_sum_init(struct flow_logs_reader *r, struct flow_logs_groups *all);
void flow_logs_sum_start(struct flow_logs_reader *r); /* takes a region; flow_logs_groups_ended() when there is none */
void flow_logs_sum_release(struct flow_logs_reader *r);
void flow_logs_sum_group_ended(struct flow_logs_reader *r); /* well or not; notes are made */
void flow_logs_sum_note(struct flow_logs_reader *r, enum outcome outcome, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
struct flow_logs_group *flow_logs_sum_of(const struct flow_logs_reader *r); /* the log group under way */
/* A call for it did not go well. */
void flow_logs_sum_refused(struct flow_logs_reader *r, const char *operation, const struct ask_result *result);
/* A call about it: `arguments` are taken over. */
void flow_logs_sum_ask(struct flow_logs_reader *r, const char *operation, struct json_object *arguments, const char *items,
                       void (*done)(void *ctx, const struct ask_result *result));

/* flow_logs_events.c, flow_logs_query.c: read a log group; flow_logs_sum_group_ended() at the end. */
void flow_logs_events_start(struct flow_logs_reader *r);
void flow_logs_query_start(struct flow_logs_reader *r);
/* Asks for the query that is running to be stopped, whatever is answered. False: none is. */
bool flow_logs_query_stop(struct flow_logs_reader *r);

#endif
