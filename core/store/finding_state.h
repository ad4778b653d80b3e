#ifndef CORE_STORE_FINDING_STATE_H
#define CORE_STORE_FINDING_STATE_H

#include "core/store/store.h"

/*
 * The history of one finding: states as intervals over runs. A state that this run has set already is
 * taken back before another is set, so that no state begins and ends in one run.
 */

struct finding_fail { /* borrowed */
    const char *severity, *evidence, *detail;
    bool other_check; /* the check's digest is another than when the finding was last judged */
};

/* Whether two texts of evidence say the same as far as both say anything: by the members that both have, and so within
 * them. What a check that was changed says more, or less, is no change of the cloud's. */
bool finding_state_is_alike(const char *evidence, const char *other);

/* Sets FAIL. Where it is FAIL already with the same severity and evidence only the detail is brought up
 * to date; and so is the evidence where another check says alike. `cause` is asked only when a new state begins. */
typedef const char *(*finding_cause_fn)(void *ctx, int64_t resource);
struct finding_cause {
    finding_cause_fn of;
    void *ctx;
    int64_t resource;
};
bool finding_state_fail(struct store *s, int64_t finding, int64_t run, const struct finding_fail *fail,
                        const struct finding_cause *cause, struct error *err);

/* Sets PASS, UNKNOWN or NA; severity, evidence and detail stay what they were. Nothing is written where
 * that is the verdict already, or where the finding has no state left. */
bool finding_state_set(struct store *s, int64_t finding, int64_t run, const char *verdict, const char *cause,
                       struct error *err);

#endif
