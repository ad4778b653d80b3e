#ifndef SCANNER_SERIES_H
#define SCANNER_SERIES_H

#include "scanner/account.h"

/*
 * Lists that are asked with a session's own credentials, one after the other, page by page: who the accounts are, what
 * a list over many of them holds. The caller fills `loop` to `ctx`; nothing of it is called before series_run().
 */
struct series {
    struct loop *loop;
    const struct walk_target *target;
    int pages_max;                  /* of all lists together */
    bool (*interrupted)(void *ctx); /* NULL: never */
    void *interrupted_ctx;
    bool (*next)(void *ctx, struct provider_listing *out); /* false: there is no other list */
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err); /* owns its item */
    void (*on_page)(void *ctx);    /* the page has ended well; NULL: does not matter */
    void (*on_restart)(void *ctx); /* its items come again from the start; NULL: does not matter */
    /* A list has ended, with `why` unless complete. False: no further one is asked. */
    bool (*on_list)(void *ctx, enum outcome outcome, const struct error *why);
    void *ctx;
    /* ---- afterwards ---- */
    const char *service;  /* that was asked last; NULL: none */
    enum outcome outcome; /* of the last list, or of the way in where that failed */
    struct error error;
    struct gate gate;
    /* ---- at work ---- */
    struct ask ask;
    struct task enter;
    int pages;
    bool ended;
};

/* Asks to the end. False when it was stopped before; where a list or the way in failed `outcome` says so. */
bool series_run(struct series *s, struct error *err);
void series_release(struct series *s);

#endif
