#ifndef TESTS_FAKECLOUD_GOOGLE_PAGING_H
#define TESTS_FAKECLOUD_GOOGLE_PAGING_H

#include "tests/fakecloud/google/call.h"

/* The part of `count` things that a call asks for. */
struct google_page {
    size_t from, end;
    char *next; /* the next page's token, free(); NULL: this is the last one */
};

/* Reads pageToken and maxResults or pageSize. INVALID for a token that was not given out for this list. */
bool google_paging_read(const struct google_call *c, size_t count, struct google_page *out, struct google_fault *fault);

/* Whether a parameter is one of these. */
bool google_paging_is(const struct google_call *c, const char *parameter);

#endif
