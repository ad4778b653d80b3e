#ifndef CHECKS_GUARD_H
#define CHECKS_GUARD_H

#include "core/base/clock.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct check;
struct sqlite3;

/*
 * What keeps a check's query inside its fence. Installed once on a connection; while a check is entered,
 * only SELECT over the tables that the check names (with the columns meant for it), json_each, json_tree,
 * open_ports, gcp_open_ports, address_holders and the functions listed in guard.c can be prepared, and a statement that
 * runs past its time or gathers too much memory is stopped. Outside, the connection is free.
 */
enum guard_stop { GUARD_RUNS, GUARD_TIME, GUARD_MEMORY };

/* Told of every column that an entered check reads; column "" for a table without a column. */
typedef void (*guard_read_fn)(void *ctx, const char *table, const char *column);

struct guard {
    const struct check *check; /* NULL: outside */
    guard_read_fn read;
    void *read_ctx;
    struct clock clock;        /* from here on: of the statement that runs */
    int64_t limit_ms;
    int64_t deadline_mono_ms;  /* 0: none */
    int64_t memory_at_start;
    enum guard_stop stopped;
    bool restless;             /* what was prepared since guard_enter() calls run_time() or asks for address_holders */
    char refused[256];         /* the last refusal, in words; "" none */
};

/* `g` must live as long as the connection. Sets SQLite's own limits on it too. */
void guard_install(struct guard *g, struct sqlite3 *db);

void guard_enter(struct guard *g, const struct check *check);
void guard_leave(struct guard *g);

/* The statement that runs from now on may take `limit_ms` by `clock`. */
void guard_start(struct guard *g, const struct clock *clock, int64_t limit_ms);

/* Sets ERROR_LIMIT in words when the guard stopped a statement; false then. */
bool guard_check_stop(const struct guard *g, struct error *err);

#endif
