#ifndef SCANNER_DISCOVER_H
#define SCANNER_DISCOVER_H

#include "scanner/found.h"

struct log;

/*
 * Which accounts there are, before any is walked. Each target is asked (AWS Organizations), or named by its
 * accounts CSV, or is the scanner's own account. When asking fails, last night's list is used, and one row
 * of coverage (type discovery) says so. Accounts that are gone from a complete list are closed; those that
 * the config no longer names are out of scope.
 */
struct discover_options {
    const struct read_context *context;
    struct loop *loop;
    const struct log *log;
    bool filtered; /* a filtered run closes nothing and takes nothing out of scope */
    bool (*interrupted)(void *ctx); /* asked each turn: the user wants to stop; NULL: never */
    void *interrupted_ctx;
};

/* Pages of all lists of one target. */
enum { DISCOVER_PAGES_MAX = 20000 };

/* Appends a target's accounts. An account that is there already is left out, with a warning: the first
 * target has it. False for faults of the store, where nothing at all is known of the target, and when it
 * was interrupted: then the loop has stopped. */
bool discover_target(const struct discover_options *o, struct walk_target *target,
                     struct found *found, struct error *err);

/* Once all targets are asked: accounts that are in no list are closed or go out of scope, and so do those of
 * targets that the config has no more. */
bool discover_settle(const struct discover_options *o, const struct found *found,
                     struct error *err);

/* Once it is known whose a target's own credentials are: other accounts that they were before go out of
 * scope. */
bool discover_settle_own(const struct read_context *c, const struct found *found,
                         const struct walk_target *target, struct error *err);

#endif
