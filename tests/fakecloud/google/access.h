#ifndef TESTS_FAKECLOUD_GOOGLE_ACCESS_H
#define TESTS_FAKECLOUD_GOOGLE_ACCESS_H

#include "tests/fakecloud/google/call.h"

/* Finds the account that a call is about and the project it counts on, by x-goog-user-project or else the caller's
 * own; refuses a quota project that is none. */
bool google_access_find(struct google_call *c, const struct http_request *request, const char *own_project,
                        struct google_fault *fault);

/* How many accounts a call is about (resourceNames), and the call as if it were about one of them alone. */
size_t google_access_count(const struct google_call *c);
struct google_call google_access_one(const struct google_call *c, size_t index);

/* Whether the caller may: the project is there, the API is on, no perimeter, permission. About several accounts a call is
 * refused as a whole where it is for one of them. */
bool google_access_check(const struct google_call *c, struct google_fault *fault);

/* The refusal that a rule wants: true and the fault, or false. */
bool google_access_deed(const struct google_call *c, enum deed deed, struct google_fault *fault);

#endif
