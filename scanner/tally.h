#ifndef SCANNER_TALLY_H
#define SCANNER_TALLY_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How often each text came, account by account, over the pages of one list. A page that is sent again is not counted
 * twice: what came counts once its page has ended.
 */
struct tally;
enum { TALLY_MAX = 500000 }; /* pairs of account and text */

struct tally *tally_new(void);
void tally_free(struct tally *t); /* NULL is fine */

/* ERROR_LIMIT beyond TALLY_MAX. */
bool tally_add(struct tally *t, const char *account, const char *text, struct error *err);
void tally_page_ended(struct tally *t);
void tally_page_again(struct tally *t);

/* All pairs, until `each` returns false; false then. */
bool tally_each(struct tally *t, bool (*each)(void *ctx, const char *account, const char *text, int64_t count), void *ctx);

/* For the next list. */
void tally_clear(struct tally *t);

#endif
