#ifndef CORE_STORE_COMPARE_H
#define CORE_STORE_COMPARE_H

#include "core/base/error.h"

#include <stdbool.h>

struct json_object;
struct shape;

/*
 * Two stored bodies, brought to what can be compared: pruned to the fields that both shapes hold.
 *
 * A part that is unread keeps its last known value in the config, and that value is compared: so what
 * changed while a part could not be read shows on the night it is read again, once. A part that was never
 * read is not in the config; where it is flagged unread and missing on one side it is left out of both.
 */
struct compare_side { /* borrowed */
    const char *config; /* JSON object */
    const char *unread; /* JSON object part -> reason; NULL or "" when all was read */
    const char *shape;  /* canonical JSON */
};

struct compare_pair { /* owned: compare_pair_release() */
    struct json_object *before, *after;
    const struct shape *shape; /* what both hold; valid until the next call on the same struct compare */
};

/* Keeps the last pair of shapes parsed: resources of one type follow each other. */
struct compare;
struct compare *compare_new(void);
void compare_free(struct compare *c); /* NULL is fine */

/* ERROR_DATA when one of the texts is not what it should be. */
bool compare_make_pair(struct compare *c, const struct compare_side *before, const struct compare_side *after,
                       struct compare_pair *out, struct error *err);
void compare_pair_release(struct compare_pair *pair);

bool compare_equal(struct compare *c, const struct compare_side *before, const struct compare_side *after,
                   bool *out_equal, struct error *err);

#endif
