#ifndef TESTS_FAKECLOUD_PAGING_H
#define TESTS_FAKECLOUD_PAGING_H

#include "tests/fakecloud/call.h"

/* What an operation lets one ask for at a time. */
struct paging {
    const char *list; /* the output's member */
    size_t least, most, usual; /* of the page size; most 0: the operation has no pages */
};

/*
 * The page that the call asks for, as the operation's output: the list, the token of the next page, and
 * the member that says whether there is more where the operation has one. Tokens are bound to operation,
 * account, region and arguments, and no others are taken. `items` is borrowed; NULL is an empty list.
 */
bool paging_answer(const struct call *c, struct json_object *items, const struct paging *p, struct json_object **out,
                   struct fault *fault);

#endif
