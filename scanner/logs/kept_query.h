#ifndef SCANNER_LOGS_KEPT_QUERY_H
#define SCANNER_LOGS_KEPT_QUERY_H

#include "core/base/digest.h"
#include "core/base/error.h"

struct json_object;
struct store;

/*
 * A query that costs by what it reads (Athena, BigQuery, Logs Insights), as the run remembers it (core/store/notes.h): its id at
 * the cloud, which is kept before its answer is waited for, so that a resumed run fetches the answer of the one that was
 * killed instead of asking, and paying, again. What it answers is never kept: it goes the road of all events. It is
 * forgotten when it was stopped or ended badly, since --resume reads again what failed.
 */
struct kept_query {
    struct store *store;
    char name[DIGEST_HEX_MAX + 8];
};

/* Which query it is: where it runs, and over what. `words` are the same on a resumed run and for no other query of it.
 * Another version of yomawari may ask otherwise, and knows none of this one's. */
void kept_query_name(struct kept_query *k, struct store *store, const char *words);

/* What was kept of it; a new reference, NULL: nothing. */
struct json_object *kept_query_find(const struct kept_query *k);
/* On disk when it returns; `what` is taken over. False with a fault of the store. */
bool kept_query_keep(const struct kept_query *k, struct json_object *what, struct error *err);
/* That cannot be forgotten is asked for once more by whoever resumes, and found to have ended. One without a name is none. */
void kept_query_forget(const struct kept_query *k);

#endif
