#ifndef CORE_STORE_HOLDING_H
#define CORE_STORE_HOLDING_H

#include "core/base/error.h"
#include "core/model/outcome.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Things that a list over many accounts brought, kept on disk between that list and the walk of each account, so that
 * memory does not grow with the estate. A file of its own in the state's folder (holding.db, 0600), made anew at each
 * opening and removed at the end: nothing in it outlives a run. What is put in must be redacted: it touches disk.
 */
struct holding;

/* Removes what a killed run left. ERROR_STORE, ERROR_IO. */
struct holding *holding_open(const char *folder, struct error *err);
void holding_close(struct holding *h); /* removes the file; NULL is fine */

/* One thing, as JSON text. What came twice is held twice: the store takes it as one. */
bool holding_put(struct holding *h, const char *account, const char *type, const char *body,
                 struct error *err);

/* That all things of a type in an account are held, even where there are none. */
bool holding_complete(struct holding *h, const char *account, const char *type, struct error *err);
bool holding_is_complete(struct holding *h, const char *account, const char *type);

/* Why nothing is held of a type in an account (NULL: in all), the first word of it. */
bool holding_note(struct holding *h, const char *account, const char *type, enum outcome outcome,
                  const char *reason, struct error *err);
/* What was noted of it; *out_reason is the caller's, free(). False, and untouched, where nothing was. */
bool holding_why(struct holding *h, const char *account, const char *type,
                 enum outcome *out_outcome, char **out_reason);

/* Forgets a type's things (a list that did not end). `account` NULL: of all. */
bool holding_forget(struct holding *h, const char *account, const char *type, struct error *err);

/* Some of the things of a type in an account. */
struct holding_page {
    const char *account, *type;
    size_t count;   /* at most so many */
    int64_t cursor; /* those after it; 0: from the start. Moved past them */
    bool more;      /* out: there are others */
};

/* Calls `each` for the things of the page. False with a fault, or with what `each` said. */
bool holding_each(struct holding *h, struct holding_page *page,
                  bool (*each)(void *ctx, const char *body, struct error *err), void *ctx,
                  struct error *err);

#endif
