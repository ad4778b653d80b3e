#ifndef TESTS_FAKECLOUD_GOOGLE_GOOGLE_H
#define TESTS_FAKECLOUD_GOOGLE_GOOGLE_H

#include "core/base/clock.h"
#include "core/base/error.h"
#include "tests/fakecloud/serve.h"

/*
 * Google's side of the fake cloud: http://127.0.0.1:PORT/<service>/<the API's own path>, and where tokens come
 * from: /oauth2/token, /sts/v1/token, /iamcredentials/…, /computeMetadata/… (identity.h).
 */
struct google_options {
    const char *key_path; /* a service account's key file is written there; NULL: none */
    int64_t now_s;        /* what assertions' times are held to; 0: they are not */
    int64_t token_life_s; /* 0: an hour; by the machine's clock */
    double throttle;      /* 0: no quotas; else Google's, times this (quota.h) */
    bool lags;            /* Cloud Asset shows the night before */
};

struct google;

/* The estate (projects.h) and the clock are borrowed. */
struct google *google_new(struct estate *e, const struct google_options *o, const struct clock *clock, struct error *err);
void google_free(struct google *g); /* NULL is fine */

/* The door is open at that port: writes the key file, which names it. */
bool google_open(struct google *g, int port, bool tls, struct error *err);

/* Whether a path is Google's. */
bool google_has(const char *path);

/* One exchange, whole. Rules, ledger and page sizes are the server's. `out` is a reply that was initialised. */
void google_serve(struct google *g, const struct server *s, const struct http_request *request, struct reply *out);

#endif
