#ifndef CHECKS_CHECK_TEST_HELD_H
#define CHECKS_CHECK_TEST_HELD_H

#include "checks/sandbox.h"

struct item;
struct item_place;
struct json_object;

/* Who holds which address in one test of a check (grammar: check_test.h): what its key `held` says, and the given
 * resources whose types declare `addresses`. A scan asks core/store/address.h, which says the order; this keeps to it. */
struct held;

struct held *check_test_held_new(void);
void check_test_held_free(struct held *h); /* NULL is fine */

/* The list under `held`, which check_tests_file.h has looked at. NULL is fine. */
void check_test_held_add_list(struct held *h, const struct resource_types *types, struct json_object *list);

/* A given resource, held since `from_unix_s`. */
struct held_resource {
    const struct resource_type *type;
    const struct item *item;
    struct json_object *tree;
    const char *account, *account_name, *team;
    int64_t from_unix_s;
};
void check_test_held_add_resource(struct held *h, const struct held_resource *r);

/* For sandbox_run; as long as `h` lives. */
struct sandbox_holders check_test_held_holders(struct held *h);

#endif
