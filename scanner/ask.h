#ifndef SCANNER_ASK_H
#define SCANNER_ASK_H

#include "scanner/gate.h"

/*
 * One call through a gate, page by page. The gate is entered, the request built, signed, sent, and read as
 * it arrives; expired credentials send it back to the gate. `done` comes once a page, never from within
 * ask_page().
 */
struct ask_result {
    enum http_verdict verdict; /* OK, or why not; REFRESH never */
    char code[128];            /* the cloud's error code, "" for none */
    struct error error;        /* set unless OK; says what, not where */
    char note[PROVIDER_NOTE_MAX]; /* of the refusal, "" for none */
    struct json_object *rest;  /* what is not items; borrowed during done(); may be NULL */
    struct json_object *left_out; /* places that the page could not tell of (provider.h); borrowed; may be NULL */
    bool more;                 /* ask_page() again asks for the next page */
    int throttled;
    int64_t elapsed_ms;
};

/* So often a page's credentials are renewed while other calls of the gate work; then the call is denied. */
enum { ASK_RENEWALS_MAX = 1 };

struct ask {
    struct gate *gate;
    struct provider_call call; /* arguments are owned */
    struct provider_reader *reader;
    struct http_job job;
    struct http_sink sink;
    struct task enter;
    struct provider_reading reading; /* of the last answer */
    unsigned generation;             /* of the credentials it was signed with */
    unsigned refused;                /* how often the cloud called them expired, for this page */
    /* Takes the answer's bytes as they are, and nothing is read of them here: files. NULL: the provider reads it */
    const struct http_sink *bytes;
    size_t max_bytes;   /* with `bytes`, of the answer; 0: the engine's own limits */
    int64_t timeout_ms;
    bool (*on_item)(void *ctx, struct json_object *item, struct error *err);
    void (*on_restart)(
        void *ctx); /* items of this page come again from the start; NULL: does not matter */
    void (*done)(void *ctx, const struct ask_result *result);
    void *ctx;
};

/* `call.arguments` is taken over (NULL: none). The caller fills on_item (NULL where call.items is NULL),
 * on_restart, done and ctx, then asks. */
void ask_init(struct ask *a, struct gate *gate, const struct provider_call *call);
void ask_release(struct ask *a); /* nothing of it may be under way */
void ask_page(struct ask *a);

/* The outcome that a verdict stands for. */
enum outcome ask_outcome(enum http_verdict verdict);

#endif
