#ifndef CORE_STORE_COVERAGE_H
#define CORE_STORE_COVERAGE_H

#include "core/store/store.h"

/* How the read of one scope ended, as an interval over runs: the only writer of the coverage table. */

struct coverage_end {
    int64_t scope, run;
    const char *outcome; /* a name of core/model/outcome.h, or out_of_scope, closed */
    const char *reason;
};

/* Nothing is written when outcome and reason are those that stand. A scope that ends twice in one run
 * (a resumed one reads what failed again) leaves the last word alone. *out_written tells whether what
 * stands as of this run is now another. */
bool coverage_set(struct store *s, const struct coverage_end *end, bool *out_written, struct error *err);

#endif
