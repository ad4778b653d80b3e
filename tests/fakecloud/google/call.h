#ifndef TESTS_FAKECLOUD_GOOGLE_CALL_H
#define TESTS_FAKECLOUD_GOOGLE_CALL_H

#include "tests/fakecloud/call.h"
#include "tests/fakecloud/google/fault.h"
#include "tests/fakecloud/rules.h"

struct google_offer;
struct google_service;
struct json_object;
struct server;

/* One call of a method, while it is answered. */
struct google_call {
    const struct estate *estate;
    struct json_object *lists;  /* the estate's; for a service that lags behind, those of the night before */
    const struct server *server;
    const struct google_service *service;
    const struct google_offer *offer;
    struct json_object *params; /* of path and query, texts, and lists of texts where a name came twice; the body's members */
    const char *principal;      /* e-mail; borrowed */
    const char *account;        /* what the call is about: a project's id, "folders/N", "organizations/N"; NULL: none */
    const char *consumer;       /* the project whose quota it counts on */
    struct rules_call asked;    /* as rules see it */
    enum page_trick trick;
};

/* A parameter as text (of a list the first), NULL when it was not sent. Valid as long as the call. */
const char *google_call_text(const struct google_call *c, const char *name);

/* How often a parameter was sent; its values one by one. */
size_t google_call_count(const struct google_call *c, const char *name);
const char *google_call_text_at(const struct google_call *c, const char *name, size_t index);

/* The account's id of "projects/ID", "projects/NUMBER", "folders/N", "organizations/N" and anything below; NULL for
 * what is not there. Borrowed. */
const char *google_call_account_of(const struct google_call *c, const char *resource);

/* What lies in one list of an account, wherever in it: a new array of references. */
struct json_object *google_call_things(const struct google_call *c, const char *account, const char *list);

/* Whether two resource names are the same, where a project may be named by id or number; with `below` whether `name`
 * is something right below or deeper. "-" as a segment of `pattern` is any. */
bool google_call_same(const struct google_call *c, const char *pattern, const char *name, bool below);

#endif
