#ifndef SCANNER_BULK_H
#define SCANNER_BULK_H

#include "scanner/found.h"

struct holding;
struct log;

/*
 * Lists over many accounts at once, where the cloud has them (Google's Cloud Asset): asked before the accounts are
 * walked, one after the other. What they bring waits on disk, redacted, until the account's own read of that type takes
 * it from there instead of asking for its list; details, children, scopes and outcomes are the same either way. A list
 * that fails is a line in the log: each account is asked by itself then; of what only such lists tell (bulk: only) the
 * holding knows why nothing is there. Once one was throttled to the end, the others are
 * not asked.
 */
struct bulk_options {
    const struct read_context *context;
    struct loop *loop;
    const struct log *log;
    const char *folder; /* the state's */
    int pages_max; /* of all lists of a target together; 0: BULK_PAGES_MAX */
    bool few; /* some accounts were chosen: each is asked about by itself, not all about all */
    bool (*interrupted)(void *ctx); /* NULL: never */
    void *interrupted_ctx;
};
enum { BULK_PAGES_MAX = 100000, BULK_LISTS_MAX = 100000 };

/* Whether such a list may tell of the type. */
bool bulk_has_type(const struct resource_type *type);

/* Asks all targets. *out is NULL where no list was asked for; else the caller's, holding_close(). False with a fault of
 * the disk, or when it was interrupted. */
bool bulk_read(const struct bulk_options *o, const struct found *found, struct holding **out,
               struct error *err);

#endif
