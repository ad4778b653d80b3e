#ifndef CORE_STORE_INTERNAL_H
#define CORE_STORE_INTERNAL_H

#include "core/base/digest.h"
#include "core/base/list.h"
#include "core/base/secret.h"
#include "core/store/idset.h"
#include "core/store/sql.h"
#include "core/store/store.h"

/* What the files of core/store share; nothing outside of the folder includes it. */

struct map;
struct compare;

enum store_transaction { STORE_IDLE, STORE_GROUPED, STORE_EXPLICIT };

struct store {
    struct sql sql;
    int lock;                   /* -1: none (STORE_READ) */
    struct secret redact_key;
    enum store_transaction transaction;
    size_t grouped_scopes;      /* ended since the last commit */
    int64_t grouped_since_ms;   /* mono, of the first store_tick() after the group began; -1: none yet */
    int64_t run;                /* begun and not yet published: 0 none */
    struct map *shape_ids;      /* digest of a shape's text -> its id, in hex text */
    struct list open_scopes;
    struct compare *compare;
};

/* An open read of a scope (scopes.h). */
struct store_scope {
    struct list node; /* in store.open_scopes */
    int64_t id, run, started_unix_s, account;
    char *type;
    struct idset seen;
    size_t staged;      /* rows of the stage; may count one twice */
    bool doubting;      /* the list is over, and what it did not show is being asked for (doubt.h) */
    struct map *shared; /* key -> owner; NULL until the first */
    /* evidence.c */
    int64_t window_s; /* 0: a scope of resources */
    unsigned char asked[DIGEST_BYTES];
    size_t events;
    int64_t reached_unix_s; /* evidence_reached(); 0: not said */
};

/* To be called before anything is written: begins the group where no transaction is open. */
bool store_write(struct store *s, struct error *err);

/* Notes that resources, coverage, sharing or evidence of a type in an account (0: a reference row) changed in a run. */
bool store_input_changed(struct store *s, int64_t run, int64_t account, const char *type, struct error *err);

/* A data file of this folder that is built in (views.sql). */
const char *store_file(const char *name);

#endif
