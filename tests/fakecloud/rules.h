#ifndef TESTS_FAKECLOUD_RULES_H
#define TESTS_FAKECLOUD_RULES_H

#include "core/base/error.h"
#include "tests/fakecloud/call.h"

/*
 * Faults by rule, from a JSON file: {"rules": [{…}…]}, each
 *
 *   service, operation, account, region   globs, "*" when left out; the account of AssumeRole is the role's.
 *                                         Google's: "compute", "firewalls.list", a project's id, a zone or region
 *   nth: N | every: N | probability: P    which of the calls that match, counted from 1; all when left out.
 *                                         Probabilities follow from the estate's seed
 *   first: N                              only the first N of the calls that match
 *   per: "scope"                          count for each (operation, account, region) by itself
 *   do                                    see the enum; "bytes": N for cut and short
 *
 * The first rule that wants a call has it.
 */
#define RULES_MAX 64
#define RULES_SCOPES_MAX 100000 /* counters kept; calls beyond are left alone */

enum deed {
    DEED_NONE,
    DEED_DENY,         /* "deny": no policy of the role's allows it */
    DEED_SCP,          /* "scp": denied by the organization's policy, in the words that say so */
    DEED_EXPIRE,       /* "expire": the session has ended */
    DEED_THROTTLE,     /* "throttle" */
    DEED_500,          /* "500", worded by the protocol */
    DEED_503,          /* "503" */
    DEED_HANG,         /* "hang": accepted and never answered; a dead region is this for all of a region */
    DEED_CLOSE,        /* "close": hung up on without a word */
    DEED_CUT,          /* "cut": the connection ends after `bytes` of the body; Content-Length says all of it */
    DEED_SHORT,        /* "short": `bytes` of the body, as if they were the whole */
    DEED_HTML,         /* "html": 200 with a page of some proxy's */
    DEED_EMPTY_PAGE,   /* "empty page": nothing on the page, and the token of the same place */
    DEED_REPEAT_TOKEN, /* "repeat token": the next page's token is this page's */
    /* Google's alone. */
    DEED_DISABLE,      /* "disable": the API is not enabled in the project */
    DEED_PERIMETER,    /* "perimeter": VPC Service Controls keep the caller out */
    DEED_RATE_LIMIT,   /* "rate limit": 403 rateLimitExceeded, which is no denial */
    DEED_USER_PROJECT, /* "user project": the caller may not use the quota project */
    DEED_BILLING,      /* "billing": the project has no billing account */
    DEED_VANISH,       /* "vanish": the project is not there any more */
    DEED_SKEW,         /* "skew": of the token endpoint, that the caller's clock is wrong */
    DEED_UNREACHABLE,  /* "unreachable": the places that `region` matches are left out of the answer, which says so */
};

struct rules;

/* NULL with the error: ERROR_IO, ERROR_DATA. `seed` for probabilities. */
struct rules *rules_new(const char *path, uint64_t seed, struct error *err);
void rules_free(struct rules *r); /* NULL is fine */

/* A call whose operation is known, as rules see it. Borrowed. */
struct rules_call {
    const char *service, *operation, *account, *region;
};

/* What becomes of it; counts it. *out_bytes is set for CUT and SHORT. */
enum deed rules_of(struct rules *r, const struct rules_call *c, size_t *out_bytes);

/* Whether UNREACHABLE is said of a place that the call answers for. */
bool rules_unreachable(const struct rules *r, const struct rules_call *c, const char *place);

/* The refusal that a deed is at AWS: true and the fault, or false. */
bool rules_fault(enum deed deed, const struct call *c, struct fault *fault);

#endif
