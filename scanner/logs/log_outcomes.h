#ifndef SCANNER_LOGS_LOG_OUTCOMES_H
#define SCANNER_LOGS_LOG_OUTCOMES_H

#include "core/model/outcome.h"

struct map;

/*
 * What became of logs that were read before the accounts are walked: of those of an account and region, of an account, or of
 * all, the worst of what was noted. Of two that are as bad the first by its letters: it is not for the order to say.
 */
struct log_outcomes {
    struct map *noted; /* by account and region, each of which may be "" for all */
};

void log_outcomes_init(struct log_outcomes *o);
void log_outcomes_release(struct log_outcomes *o); /* also of one that is all zero */

/* `account` NULL: of all; `region` NULL: of all of the account's. OUTCOME_COMPLETE says that they were looked for and found. */
void log_outcomes_note(struct log_outcomes *o, const char *account, const char *region, enum outcome outcome,
                       const char *reason);

/* What was noted of just that account and region for this reason is no longer so: another source has told it. */
void log_outcomes_settle(struct log_outcomes *o, const char *account, const char *region, const char *reason);

/* The worst that was noted of an account and region, or of more than them; where nothing was noted of just that account and
 * region, and nothing as bad of more, they are skipped for the reason `none`. *out_reason: "" for complete; good until the next
 * note, and no longer than `none`. */
enum outcome log_outcomes_of(const struct log_outcomes *o, const char *account, const char *region, const char *none,
                             const char **out_reason);

/* By which name, in place of the account's, their rows are held; free(). */
char *log_outcomes_name(const char *account, const char *region);

#endif
