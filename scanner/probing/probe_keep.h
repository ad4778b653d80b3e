#ifndef SCANNER_PROBING_PROBE_KEEP_H
#define SCANNER_PROBING_PROBE_KEEP_H

#include "scanner/probing/probe_targets.h"
#include "scanner/workspace.h"

/* What a probe heard. */
struct probe_heard {
    struct probe_targets targets;
    struct json_object **answers; /* beside the targets that were asked; NULL of what could not be asked */
    const char *vantage;
    const char *planned; /* name of the run that said what is where */
    int64_t at_unix_s;
};

/*
 * Begins a run and puts the answers into it as evidence, an account at a time. What could not be asked is no answer, and takes no
 * earlier one's place; an account of which some was not asked is not complete but skipped, and says how much. The run
 * is to be published by the caller, which forgets answers whose address is another's by now (core/store/asked.h).
 */
bool probe_keep(const struct workspace *w, struct store *s, const struct probe_heard *h, struct store_run *out_run,
                struct error *err);

#endif
