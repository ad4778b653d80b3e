#ifndef CORE_STORE_STORE_H
#define CORE_STORE_STORE_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/model/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The state of yomawari in one SQLite file (schema.sql has the tables and what they mean). This header
 * is the file itself, runs and accounts; scopes.h takes what a walk reads, findings.h what checks say,
 * diff.h compares two runs, views.h serves readers.
 */

struct store;
struct sqlite3;

enum store_mode {
    STORE_WRITE, /* takes the lock; creates the folder (0700) and file (0600) where missing; migrates */
    STORE_READ,  /* no lock; the file must exist and be of this version */
};

/* Opens <folder>/state.db. ERROR_BUSY names who holds the lock (process, host, since when: the text of
 * <folder>/lock). ERROR_STORE for a file that is damaged or written by a newer yomawari. Nothing that
 * was published is ever lost by a failing open. */
struct store *store_open(const char *folder, enum store_mode mode, int64_t now_unix_s, struct error *err);
void store_close(struct store *s); /* rolls back what was not committed; NULL is fine */

/* For checks and reports, which are SQL: the connection itself, owned by the store. */
struct sqlite3 *store_db(struct store *s);

/* The key of this state under which redacted values are hashed (32 bytes, made with the file). */
struct text store_redact_key(const struct store *s);

/* Transactions. While a walk runs the store groups its writes by itself: store_tick() commits when 500
 * scopes or 250 ms have gathered. store_begin() commits what is grouped and opens a transaction that
 * only store_commit() or store_rollback() ends, with synchronous = FULL. */
bool store_tick(struct store *s, int64_t now_mono_ms, struct error *err);
bool store_begin(struct store *s, struct error *err);
bool store_commit(struct store *s, struct error *err);
void store_rollback(struct store *s);

/* ---- runs ---- */
struct store_run {
    int64_t id;
    int64_t baseline;      /* 0: none */
    int64_t started_unix_s;
    char name[32];         /* 20261121T030000Z */
    bool filtered;
    bool resumed;
};

struct store_run_options {
    int64_t now_unix_s;      /* when the clock was set back, started and name are moved to just after the
                              * newest run, so that order is never lost */
    const char *tool_version, *config_digest, *checks_digest;
    bool filtered;
    bool resume;             /* go on with the newest run if it is still 'walking', has the same digests
                              * and filter and is under 12 hours old; ERROR_USAGE says which of these failed */
};

/* Begins (or resumes) a run. Any other run still 'walking' becomes 'abandoned'. Begun afresh, progress
 * and staged are emptied, notes (notes.h) forgotten; resumed, scopes that ended complete, disabled, skipped or
 * blocked are kept. */
bool store_run_begin(struct store *s, const struct store_run_options *o, struct store_run *out, struct error *err);

/* Marks the run published and empties progress, staged and notes. Inside store_begin()/store_commit(), after
 * findings_publish(). */
bool store_run_publish(struct store *s, const struct store_run *run, int64_t now_unix_s, struct error *err);

/* Finds a run by name, or the last published one for NULL or "latest". `state` may be NULL. False with
 * ERROR_USAGE when there is none. */
bool store_run_find(struct store *s, const char *name, struct store_run *out, char state[16], struct error *err);

/* Deletes what ended more than keep_days ago (versions, coverage, sharing, read_stats, sent messages;
 * findings' history stays) and whose loss no published comparison within keep needs. */
bool store_prune(struct store *s, const struct store_run *run, int keep_days, struct error *err);

/* ---- accounts ---- */
struct store_account {
    int64_t id; /* 0 before store_account_put */
    char *provider, *account, *name, *state, *team, *target; /* owned; store_account_release */
};
void store_account_release(struct store_account *a);

/* Inserts or updates; fills a->id. An unchanged row is not written. */
bool store_account_put(struct store *s, struct store_account *a, struct error *err);

/* Calls `each` for every known account of a target (NULL: all), in order of provider and account:
 * what last night's discovery said, for a night on which it fails. Until `each` returns false. They are
 * taken down first: `each` may change accounts. */
bool store_accounts_each(struct store *s, const char *target,
                         bool (*each)(void *ctx, const struct store_account *a), void *ctx, struct error *err);

/* The account is gone from a complete list: closes all its open versions (closed_cause 'account
 * closed') and sharing, and its coverage becomes 'closed'; state becomes 'closed'. */
bool store_account_close(struct store *s, const struct store_run *run, int64_t account, struct error *err);

/* The config no longer names it: versions stay open, coverage becomes 'out_of_scope'. */
bool store_account_out_of_scope(struct store *s, const struct store_run *run, int64_t account, struct error *err);

/* Region lists and the like that a night falls back on; small JSON texts by name. free() the result;
 * NULL when there is none (not an error). */
char *store_memo_get(struct store *s, const char *name);
bool store_memo_put(struct store *s, const char *name, const char *value, struct error *err);

#endif
