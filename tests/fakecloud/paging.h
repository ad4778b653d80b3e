#ifndef TESTS_FAKECLOUD_PAGING_H
#define TESTS_FAKECLOUD_PAGING_H

#include "tests/fakecloud/call.h"

/* How much an operation lets one ask for at a time. */
struct paging {
    size_t least, most, usual; /* of the page size; most 0: the operation has no pages */
};

/*
 * The page that the call asks for, as the operation's output: the list at the dotted way `as`, the token of
 * the next page, and the member that says whether there is more where the operation has one. Tokens are
 * bound to operation, account, region and parameters, and no others are taken. `items` is borrowed; NULL is
 * an empty list.
 */
bool paging_answer(const struct call *c, struct json_object *items, const struct paging *p, const char *as,
                   struct json_object **out, struct fault *fault);

/* Puts a value (taken over) at a dotted way within an object; objects on the way are made. */
void paging_put(struct json_object *o, const char *way, struct json_object *value);

#endif
