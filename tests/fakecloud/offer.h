#ifndef TESTS_FAKECLOUD_OFFER_H
#define TESTS_FAKECLOUD_OFFER_H

#include "tests/fakecloud/call.h"
#include "tests/fakecloud/paging.h"

/*
 * What the fake cloud can be asked, as data. A file service_<name>.c defines
 *
 *     const struct service service_<name> = { "<name>", … };
 *
 * and is found by its name (CMakeLists.txt): no list is edited. <name> is the model's, as in
 * providers/aws/models/<name>.json. Most operations are lists that lie in the estate as boto3 gives them
 * (estate.h), from which parameters choose; what is more has a function of its own.
 *
 * Members of things whose names begin with '_' are the estate's own: parameters may choose by them, no
 * answer shows them. Every parameter that is not named here is refused (page sizes and tokens are known
 * from the model): one that is quietly ignored would be a lie.
 */
#define OFFER_FILTERS_MAX 8
#define OFFER_HARMLESS_MAX 6

/* A refusal of the service's own. `code` NULL: none. */
struct refusal {
    int status;
    const char *code;
};

/* A thing stays when one of the values asked for is one of its values at `member` ("VpcId",
 * "Attachments.VpcId"; lists on the way are gone through). "self" among what is asked is the caller. */
struct offer_filter {
    const char *parameter;  /* a scalar or list: "KeyId", "OwnerIds"; "Filters:vpc-id" is the one of that Name in the
                               list of {Name, Values}; "Filter:state" where the parameter is called so */
    const char *member;
    struct refusal unknown; /* of a value that nothing has; none: the list is shorter */
};

/* What must be there before anything is said about its parts. */
struct offer_parent {
    const char *list, *member; /* member NULL: no parent */
    const char *parameter;
    struct refusal none;
};

struct offer {
    const char *operation;
    const char *list; /* of the estate */
    const char *as;   /* the output's member that gets it, a dotted way; NULL with `one`: the thing is the output */
    struct paging page;
    bool one;             /* the first thing that filters leave, instead of a list */
    struct refusal none;  /* with `one`: of no such thing; none: the answer is empty */
    const char *pluck;    /* each thing's member of this name instead of the thing: lists of names */
    struct offer_parent parent;
    struct offer_filter filters[OFFER_FILTERS_MAX];
    const char *harmless[OFFER_HARMLESS_MAX]; /* parameters that change nothing here */
    /* Instead of all of the above; checks its parameters itself (call_knows()). */
    bool (*answer)(const struct call *c, struct json_object **out, struct fault *fault);
    bool fleeting; /* with `answer`: the same question may have another answer (the caller's time, credentials) */
};

struct service {
    const char *name;
    bool global;                /* its lists lie in ESTATE_GLOBAL, and it answers in every region */
    const struct offer *offers; /* ended by one without operation */
    /* Before each operation; may be NULL. False with the fault. */
    bool (*before)(const struct call *c, struct fault *fault);
};

/* All services, ended by NULL (written by CMakeLists.txt). */
const struct service *const *offer_services(void);

/* What answers the call's operation; NULL when nothing does. */
const struct service *offer_service(const struct call *c);
const struct offer *offer_find(const struct service *s, const struct call *c);

/* Answers: false with the fault, or the output in the JSON of boto3 (json_object_put()). */
bool offer_answer(const struct service *s, const struct offer *o, const struct call *c, struct json_object **out,
                  struct fault *fault);

#endif
