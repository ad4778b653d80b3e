#ifndef SCANNER_READ_H
#define SCANNER_READ_H

#include "core/model/item.h"
#include "core/model/shape.h"
#include "core/store/scopes.h"
#include "scanner/ask.h"
#include "scanner/plan.h"

struct map;

/*
 * One read: a scope from its first call to its recorded outcome. States, in order:
 *   POLL     a report is being made: asked again after a pause until it is ready
 *   LIST     a page is under way; items without details go to the store as they come
 *   DETAILS  the page's items wait for their details, some calls at a time
 *   END      the outcome is recorded; `done` was called
 * then LIST again while there are pages.
 */

/* What all reads of one run share. */
struct read_context {
    struct store *store;
    const struct store_run *run;
    struct text redact_key;
    /* Whether an account's own scopes are in this config's plan: a shared thing is then kept there. */
    bool (*is_home)(void *ctx, const char *account, const struct resource_type *type,
                    const char *region);
    void *home_ctx;
    /* A fault of the store: nothing can be recorded any more; the scan stops. */
    void (*broken)(void *ctx, const struct error *why);
    void *broken_ctx;
};

struct read_options {
    const struct read_context *context;
    const struct provider *provider;
    struct gate *gate;
    const struct resource_type *type;
    const struct shape *shape;
    int64_t shape_id;
    const char *region, *account, *partition; /* borrowed, outlive the read */
    int64_t account_id;
    bool
        with_checks; /* an enabled check uses the type: details that are only for checks are read */
    const struct map *referenced; /* ids that something refers to; NULL: take all for referred to */
};

enum read_state { READ_POLL, READ_LIST, READ_DETAILS, READ_END };

/* GATHERED: elements of a detail's list, over all its pages. */
enum { READ_DETAILS_AT_ONCE = 8, READ_ITEMS_HELD_MAX = 20000, READ_GATHERED_MAX = 100000 };

struct held_item; /* an item that waits for its details */

/* What came, what of it is kept here, and what of that differs from the store. */
struct read_counts {
    int64_t items, resources, changed;
};

struct read {
    struct read_options o;
    enum read_state state;
    struct store_scope *scope;
    struct ask ask;
    struct task retry; /* POLL: the pause is over */
    int polls, pages;
    struct list held; /* struct held_item.link, of this page */
    struct json_object *waiting; /* items that need members of the whole answer (from_answer) */
    struct read_counts before;   /* `counts` when the page under way was asked for */
    size_t held_count, details_running;
    bool more;
    enum outcome outcome;
    struct error error; /* of an outcome other than complete */
    struct store_stats stats; /* items at the end only */
    struct read_counts counts;
    int64_t parts_unread;
    /* Sees each item's tree before it is stored; NULL: none. */
    void (*on_stored)(void *ctx, struct json_object *tree);
    void (*done)(void *ctx, struct read *r);
    void *ctx;
};

/* The caller then sets on_stored, done and ctx, and starts. False with a fault of the store. */
bool read_init(struct read *r, const struct read_options *options, struct error *err);
void read_start(struct read *r);
void read_release(struct read *r);

/* Ends it now with an outcome, nothing under way. */
void read_end(struct read *r, enum outcome outcome, const struct error *why);

/* What templates may name in this read. */
struct item_place read_place(const struct read *r);

/* read_item.c: makes a resource of an item and stores it. `unread` may be NULL. Takes over `tree`. */
bool read_store_item(struct read *r, struct json_object *tree, struct json_object *unread,
                     struct error *err);
/* Whether another account's own scope keeps it: then only the sharing is noted. */
bool read_is_elsewhere(const struct read *r, struct json_object *tree);

/* read_details.c: takes over an item that needs details; goes on with the details held. */
bool read_hold(struct read *r, struct json_object *tree, struct error *err);
void read_details_start(struct read *r); /* calls read_details_done() when all held are stored */
void read_details_drop(struct read *r);  /* forgets items held; no request of theirs under way */
void read_details_done(struct read *r);  /* read.c */
bool read_needs_details(const struct read *r);

#endif
