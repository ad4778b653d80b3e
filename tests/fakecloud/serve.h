#ifndef TESTS_FAKECLOUD_SERVE_H
#define TESTS_FAKECLOUD_SERVE_H

#include "core/http/http.h"
#include "tests/fakecloud/estate.h"

struct answers;
struct keyring;
struct google;
struct ledger;
struct rules;
struct throttle;

/* What the server adds to the estate. All are borrowed. */
struct server {
    const struct estate *estate;
    size_t page_max;           /* items of a page at most; 0: as many as AWS would give */
    struct keyring *keys;
    struct answers *answers;
    struct ledger *ledger;
    struct throttle *throttle; /* NULL: nobody is too fast */
    struct rules *rules;       /* NULL: nothing goes wrong */
    struct google *google;     /* NULL: there is none */
};

/* How an answer leaves. */
enum reply_way {
    REPLY_WHOLE,
    REPLY_CUT,   /* `bytes` of the body, then the connection ends */
    REPLY_HANG,  /* never */
    REPLY_CLOSE, /* the connection ends without a word */
};

struct reply {
    struct http_response response; /* http_response_release() */
    enum reply_way way;
    size_t bytes;
};

/* One exchange with either cloud, whole: signature, parameters, rules, rates, answer. `number` makes the request id. Fills a
 * zeroed reply. */
void serve_request(const struct server *s, const struct http_request *request, uint64_t number, struct reply *out);

#endif
