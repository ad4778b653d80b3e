#ifndef CORE_MODEL_OUTCOME_H
#define CORE_MODEL_OUTCOME_H

#include <stdbool.h>

/*
 * How a read ended. Every read ends in one of these, and only `complete` lets what was not seen be
 * called gone. The names are those of coverage.csv.
 */
enum outcome {
    OUTCOME_COMPLETE,
    OUTCOME_DISABLED, /* API or service off */
    OUTCOME_SKIPPED,  /* by config */
    OUTCOME_BLOCKED,  /* by the organization's own policy, or the region is not opted in */
    OUTCOME_DENIED,
    OUTCOME_THROTTLED,
    OUTCOME_FAILED,
};

const char *outcome_name(enum outcome o);
bool outcome_from_name(const char *name, enum outcome *out);

/* Whether the run counts as incomplete, and --resume reads the scope again. */
bool outcome_is_incomplete(enum outcome o);

#endif
