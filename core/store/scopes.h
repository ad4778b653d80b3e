#ifndef CORE_STORE_SCOPES_H
#define CORE_STORE_SCOPES_H

#include "core/store/store.h"

/*
 * What a walk brings, scope by scope. Items are compared with the stored digest as they come; new
 * bodies are staged; store_scope_end() merges the stage (merge.h has the rules), closes what a complete
 * read did not see, and records the outcome, all in one savepoint. Many scopes are open at one time, each of
 * them once. The ids of what a scope saw are held in memory: at most IDSET_MAX (idset.h), and SHARING_MAX
 * keys that it shares; ERROR_LIMIT beyond. A scope of evidence takes events instead (evidence.h).
 */

struct store_scope; /* one open read of a scope; lives until store_scope_end() or _abandon() */

struct store_item {
    const char *key, *life, *id, *name, *region; /* borrowed during the call; life "" when unused */
    const char *tags;              /* JSON object text */
    const char *config;            /* JSON text, redacted and normalised */
    const char *unread;            /* JSON object text part -> reason, or NULL */
    const char *shared_from;       /* or NULL */
    int64_t shape;                 /* store_shape_id() */
    const unsigned char *digest;   /* 32 bytes over the comparable fields of the read parts; where a part
                                    * is unread the caller has put the last known value in its place
                                    * (store_item_config()) */
    const char *parent, *follows;  /* what an ephemeral member belongs to, or "TYPE ID" of whom it follows
                                    * (follow.h); or NULL */
};

/* The id of a shape's canonical JSON, inserted when new. Kept in memory after the first call. */
bool store_shape_id(struct store *s, const char *shape_json, int64_t *out_id, struct error *err);

/* Whether this run already ended the scope with an outcome that --resume does not read again. */
bool store_scope_is_done(struct store *s, const struct store_run *run, int64_t account, const char *region,
                         const char *type);

/* Opens a read of a scope, making its row when new. NULL on error. */
struct store_scope *store_scope_begin(struct store *s, const struct store_run *run, int64_t account,
                                      const char *region, const char *type, const char *service,
                                      struct error *err);

/* Takes one item. The same key again in one read replaces the former (an item may move between pages).
 * *out_changed (may be NULL) tells whether it differs from what is stored. Where only volatile values, name
 * or tags differ, or the parent, what is stored is brought up to date in place when the scope ends, as no change;
 * checks are told all the same (findings_unchanged()): what they read must not be yesterday's. */
bool store_scope_item(struct store *s, struct store_scope *scope, const struct store_item *item,
                      bool *out_changed, struct error *err);

/* The stored config of a key as of now, NULL when there is none; free(). For unread parts. */
char *store_item_config(struct store *s, int64_t account, const char *key);

/* Notes that this scope sees a resource whose home is `owner`'s own scope. */
bool store_scope_shared(struct store *s, struct store_scope *scope, const char *owner, const char *key,
                        struct error *err);

/* Writes an item to the reference table instead (the cloud's own lists); unchanged rows are not written. */
bool store_reference_put(struct store *s, const char *type, const char *key, const char *region,
                         const char *body, struct error *err);

/*
 * Ends the read: merges and frees. `complete` closes open versions (and sharing) of this scope that were
 * not seen, with cause cloud; every other outcome only opens and updates. Same outcome and reason as
 * before: coverage is not written. A version whose digest differs only in fields that its shape or the
 * new one lacks is re-based: a new version row with `changed` and `born` kept. A differing `life` ends the old
 * life and begins a new one in the same run. `reason` should be the same words every night: another
 * reason is another row of coverage. On failure nothing of the scope is recorded.
 */
bool store_scope_end(struct store *s, struct store_scope *scope, enum outcome outcome, const char *reason,
                     struct error *err);

/* Frees without recording anything (the program stops). */
void store_scope_abandon(struct store_scope *scope);

/* Scopes of the account that an unfiltered run did not plan any more (a type or region left the config,
 * or a service left a region) become out_of_scope: `keep` says of each (region, type) whether it is
 * still planned. A region that is no longer opted in is not passed here: the walk ends its scopes as
 * blocked. */
bool store_scopes_retain(struct store *s, const struct store_run *run, int64_t account,
                         bool (*keep)(void *ctx, const char *region, const char *type), void *ctx,
                         struct error *err);

/* Adds to read_stats of this run. */
struct store_stats {
    int64_t calls, items, throttled, ms;
};
bool store_stats_add(struct store *s, const struct store_run *run, int64_t account, const char *region,
                     const char *service, const struct store_stats *add, struct error *err);

#endif
