#ifndef CHECKS_CHECK_TEST_GIVEN_H
#define CHECKS_CHECK_TEST_GIVEN_H

#include "checks/sandbox.h"

#define CHECK_TEST_ACCOUNT "123456789012"       /* where what is given without an account is */
#define CHECK_TEST_RUN_TIME "2026-11-21T03:00:00Z" /* of a test that does not say it */

struct json_object;

/* The resources of one test, put into the sandbox; grammar and defaults: check_test.h. */
struct given_subject {
    char *key, *id, *name, *account, *region;
    bool seen;
};

struct held;

struct given {
    struct given_subject *subjects; /* the resources to be judged */
    size_t count;
    struct string_list owners; /* in whose things the account lives */
    struct held *held; /* who holds which address (check_test_held.h) */
};

/* What run_time() says in this test. */
int64_t check_test_given_run_time(struct json_object *test);

/* The sandbox is emptied first. False with one line when a resource cannot be made. Release in any case. */
bool check_test_given_fill(struct sandbox *s, const struct check *check, struct json_object *test,
                           struct given *out, struct error *err);
void check_test_given_release(struct given *g);

/* NULL when there is none of that key and account. */
const struct given_subject *check_test_given_find(const struct given *g, const char *account, const char *key);

#endif
