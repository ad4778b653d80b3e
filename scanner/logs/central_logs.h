#ifndef SCANNER_LOGS_CENTRAL_LOGS_H
#define SCANNER_LOGS_CENTRAL_LOGS_H

#include "scanner/bulk.h"

struct config;

/*
 * Events that are routed away from the account that they are of: log views of Google Cloud, and tables of BigQuery over flow
 * logs, which the config names. What types with `many` ask of each account's logs is asked of every view, too, once for all
 * accounts. Rows wait in the holding under a name of their own; the account's read takes them beside what its own list brings,
 * and an event that both show is one, since both give it one id.
 *
 * A view is read by the first target whose credentials may, for the accounts of all targets of that cloud; entries of accounts
 * that are not walked are passed over. What is not read to its end leaves the scopes of that type incomplete in all accounts:
 * nobody knows whose entries it holds. Then no cursor moves, and the next night reads from where this one began.
 *
 * But a night reads no more than CENTRAL_LOGS_PAGES_MAX pages of a view and type: 600,000 entries, for which Google's quota of
 * 60 calls a minute takes ten minutes, and twenty with half of it. A first night asks for the type's window (90 days of what
 * administrators did), slice by slice, the oldest first. What is beyond is named in coverage and left for the next nights:
 * cursors move as far as all was read, so that each night goes on where the one before it stopped.
 *
 * A table is asked one query (providers/gcp/flow_query.h): its columns first, then what it would read, which must be within
 * what limits.logs_max_gb leaves of the night; that is also the most that may be billed. A run that was killed and resumed
 * fetches the answer of what it asked before (kept_query.h). Its rows are entries that stand for an
 * hour of flows each. It is asked through the target that walks the project that pays, else through the first.
 */
enum {
    CENTRAL_LOGS_PAGES_MAX = 600,          /* of a view and type, a night; bulk->pages_max where that is set */
    CENTRAL_LOGS_SLICE_S = 31 * 24 * 3600, /* what one list is about */
};

struct central_logs_options {
    const struct bulk_options *bulk;
    const struct config *config;
    struct json_object *resolvers[2]; /* {OPERATOR: [ADDRESS or RANGE…]}: asked at port 443, too; NULL: none. Borrowed */
    const struct string_list *accounts; /* those alone were chosen, others' flows are not asked for; NULL: all */
};

struct central_logs; /* what became of them */

/* Reads them where the config names any and a target reads such types; else *out is NULL. `holding` is opened where it is not
 * yet. False with a fault of the disk or of the store, or when it was interrupted. */
bool central_logs_read(const struct central_logs_options *o, const struct found *found, struct holding **holding,
                       struct central_logs **out, struct error *err);
void central_logs_free(struct central_logs *l); /* NULL is fine */

/* What the config names, for the digest of what is asked for; free(). NULL: nothing. */
char *central_logs_words(const struct config *config);

/* Whether anything was asked for events of that type. `l` may be NULL. */
bool central_logs_has(const struct central_logs *l, const char *type);

/* How they were read for that type, of which something was asked. *out_reason: "" for complete; lives as long as `l`. */
enum outcome central_logs_outcome(const struct central_logs *l, const char *type, const char **out_reason);

/* Where it is not complete because there was too much for one night: until when all entries of the account were read. 0: nobody
 * knows. */
int64_t central_logs_reached(const struct central_logs *l, const char *type, const char *account);

/* By which name, in place of the account's, its rows are held; free(). */
char *central_logs_held_as(const char *account);

#endif
