#ifndef SCANNER_WALK_H
#define SCANNER_WALK_H

#include "scanner/account.h"
#include "scanner/discover.h"

struct log;
struct progress;

/*
 * Walks the accounts that were found, a window of them at a time, so that memory does not grow with the
 * estate: an account leaves when everything planned for it has an outcome, and the next one enters.
 */
struct walk_options {
    const struct read_context *context;
    struct loop *loop;
    const struct log *log;
    struct progress *progress; /* may be NULL */
    int accounts_at_once;
    bool filtered;
    bool (*interrupted)(void *ctx); /* asked each turn: the user wants to stop */
    void *interrupted_ctx;
};

struct walk_totals {
    int64_t accounts, accounts_incomplete, calls, resources, changed, parts_unread;
};

/* Takes the specs out of `found`. False when the store broke, or it was interrupted; what ended before
 * stays recorded for --resume. */
bool walk_accounts(const struct walk_options *o, struct found *found, struct walk_totals *out,
                   struct error *err);

#endif
