#ifndef TESTS_FAKECLOUD_GOOGLE_TOKENS_H
#define TESTS_FAKECLOUD_GOOGLE_TOKENS_H

#include "core/base/clock.h"

/* Access tokens that were given out: whose they are, and until when by the machine's clock. */
#define GOOGLE_TOKENS_MAX 20000 /* kept; when there are more, all are forgotten */

struct google_tokens;

struct google_tokens *google_tokens_new(uint64_t seed, int64_t life_s, const struct clock *clock); /* the clock is borrowed */
void google_tokens_free(struct google_tokens *t); /* NULL is fine */

/* A new token; borrowed until the next call. */
const char *google_tokens_give(struct google_tokens *t, const char *principal, int64_t life_s);

/* Whose it is, or NULL: never given out, or over. Borrowed. */
const char *google_tokens_owner(const struct google_tokens *t, const char *token);

/* How long tokens live. */
int64_t google_tokens_life_s(const struct google_tokens *t);

#endif
