#ifndef TESTS_FAKECLOUD_GOOGLE_OFFER_H
#define TESTS_FAKECLOUD_GOOGLE_OFFER_H

#include "tests/fakecloud/google/call.h"

/*
 * What Google's side can be asked, as data. A file service_<name>.c defines
 *
 *     const struct google_service google_service_<name> = { .name = "<name>", … };
 *
 * and is found by its name (CMakeLists.txt). Paths and names are those of Google's discovery documents, written
 * here anew: a wrong one in yomawari's own models finds nobody. Things lie in the estate's lists
 * "<service>.<collection>", in the JSON that Google gives for them; members that begin with '_' are for the server
 * alone. A parameter that is not named here is refused: one that is quietly ignored would be a lie.
 */
#define GOOGLE_OFFER_FILTERS_MAX 4
#define GOOGLE_OFFER_HARMLESS_MAX 8

enum google_offer_kind {
    GOOGLE_LIST,       /* the account's things, of parent, zone, region where the path names one */
    GOOGLE_AGGREGATED, /* {"zones/Z": {as: […]}, …}, Compute's */
    GOOGLE_GET,        /* one thing */
    GOOGLE_ANSWER,     /* by `answer` */
};

enum google_scopes { GOOGLE_SCOPE_GLOBAL = 1, GOOGLE_SCOPE_REGIONS = 2, GOOGLE_SCOPE_ZONES = 4 };

struct google_offer {
    const char *method;     /* "firewalls.list" */
    const char *path;       /* "compute/v1/projects/{project}/global/firewalls"; {x} is one segment,
                               {x=projects/STAR/keys} what looks like that, each STAR ('*') a segment */
    enum google_offer_kind kind;
    const char *list;       /* of the estate */
    const char *as;         /* LIST, AGGREGATED: the answer's member */
    const char *word;       /* the answer's `kind`; NULL: it has none */
    size_t usual, most;     /* of a page; most 0: the method has no pages */
    unsigned scopes;        /* AGGREGATED: enum google_scopes */
    const char *missing;    /* LIST: the answer's member that names places which did not answer; NULL: none */
    const char *by;         /* GET: PARAMETER=MEMBER of the thing, "name=name" when NULL */
    const char *permission; /* what a caller needs */
    const char *filters[GOOGLE_OFFER_FILTERS_MAX];   /* LIST: PARAMETER=MEMBER */
    const char *harmless[GOOGLE_OFFER_HARMLESS_MAX]; /* parameters and members of the body that change nothing here, or that
                                                        `answer` reads */
    bool (*answer)(const struct google_call *c, struct json_object **out, struct google_fault *fault);
    bool post;
};

struct google_service {
    const char *name;  /* "compute": the host's first word, and the URL's */
    const char *title; /* "Compute Engine API" */
    bool classic;      /* errors[] and maxResults, as the older APIs have them */
    bool by_caller;    /* the API must be enabled in the caller's project; else in the one it is about */
    const struct google_offer *offers; /* ended by one without method */
};

/* All services, ended by NULL (written by CMakeLists.txt). */
const struct google_service *const *google_offer_services(void);

const struct google_service *google_offer_service(const char *name); /* NULL: none */

/* Answers by the call's offer. *out is a new tree. */
bool google_offer_answer(const struct google_call *c, struct json_object **out, struct google_fault *fault);

/* A page of `things` as the call asks for it: members `as` (left out when empty, as Google does), nextPageToken and
 * `kind`. Tokens are bound to method, account and parameters. */
bool google_offer_page(const struct google_call *c, struct json_object *things, struct json_object **out, struct google_fault *fault);

/* "NAME was not found", in the service's words. */
bool google_offer_none(const struct google_call *c, const char *name, struct google_fault *fault);

#endif
