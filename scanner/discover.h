#ifndef SCANNER_DISCOVER_H
#define SCANNER_DISCOVER_H

#include "scanner/account.h"

struct log;

/*
 * Which accounts there are, before any is walked. Each target is asked (AWS Organizations), or named by its
 * accounts CSV, or is the scanner's own account. When asking fails, last night's list is used, and one row
 * of coverage (type discovery) says so. Accounts that are gone from a complete list are closed; those that
 * the config no longer names are out of scope.
 */
struct found_account {
    const struct walk_target *target;
    struct account_spec spec; /* owned */
};

/* What a target's list proves. */
struct found_target {
    const struct walk_target *target;
    bool complete;               /* the list is tonight's; else nothing follows from absence */
    bool proves_closing;         /* and the whole organization's: who is not in it was closed */
    struct string_list excluded; /* accounts that exist and are not wanted */
};

struct found {
    struct found_account *accounts;
    size_t count;
    struct found_target *targets;
    size_t target_count;
};
enum { FOUND_ACCOUNTS_MAX = 100000 };

struct discover_options {
    const struct read_context *context;
    struct loop *loop;
    const struct log *log;
    bool filtered; /* a filtered run closes nothing and takes nothing out of scope */
};

/* Appends a target's accounts. An account that is there already is left out, with a warning: the first
 * target has it. False for faults of the store, and where nothing at all is known of the target. */
bool discover_target(const struct discover_options *o, struct walk_target *target,
                     struct found *found, struct error *err);

/* Once all targets are asked: accounts that are in no list are closed or go out of scope, and so do those of
 * targets that the config has no more. */
bool discover_settle(const struct discover_options *o, const struct found *found,
                     struct error *err);

void found_release(struct found *f);

#endif
