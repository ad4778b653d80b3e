#include "core/model/outcome.h"

#include <string.h>

static const char *const names[] = { "complete", "disabled",  "skipped", "blocked",
                                     "denied",   "throttled", "failed" };

const char *outcome_name(enum outcome o)
{
    return names[o];
}

bool outcome_from_name(const char *name, enum outcome *out)
{
    for (int i = OUTCOME_COMPLETE; i <= OUTCOME_FAILED; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum outcome)i;
            return true;
        }
    }
    return false;
}

bool outcome_is_incomplete(enum outcome o)
{
    return o == OUTCOME_DENIED || o == OUTCOME_THROTTLED || o == OUTCOME_FAILED;
}
