#ifndef SCANNER_PROBING_PROBE_NIGHT_H
#define SCANNER_PROBING_PROBE_NIGHT_H

#include "core/base/clock.h"
#include "core/base/log.h"
#include "scanner/workspace.h"

#include <stdio.h>

/*
 * Does anything answer? Asks what the last published run calls reachable (probe_targets.h, core/probe/probe.h), keeps the
 * answers as evidence (types that say asked_by: probe), and publishes a run of its own in which the checks that read them
 * are judged again: what answers otherwise than the last time is then CHANGED. Nothing is read from any cloud. What could not
 * be asked from here (no route) is told and counted, and what was heard of it before stands.
 *
 * The state is open while it plans and while it keeps what it heard, not while it asks. A scan may so walk meanwhile, and
 * is let end; what it found to have moved gets no answer. Only one probe asks at a time (<state>/probe.lock).
 *
 * With the config's probe.screenshots pages are looked at, too (probe_pictures.h), and lie in screenshots/ beside the
 * sheets of the probe's run, as long as those do.
 */
struct probe_night_options {
    struct clock clock;
    const struct log *log;
    FILE *out; /* a line an answer, and the closing summary */
    const char *path; /* PATH of the environment, for Chromium; may be NULL */
    bool from_inside; /* go on where this machine is itself part of the estate */
    bool detailed_exitcode;
    bool (*interrupted)(void *ctx);
    void *interrupted_ctx;
};

enum {
    PROBE_RUN_AGE_MAX_H = 24,          /* of the last scan without filters: addresses move */
    PROBE_STATE_WAIT_MAX_S = 2 * 3600, /* for a scan that has the state */
};

/* *out_status as scan_night()'s. ERROR_USAGE: switched off (the config's probe.enabled), from inside, nothing published
 * or too long ago; a scan that was cut short. */
bool probe_night(const struct workspace *w, const struct probe_night_options *o, int *out_status, struct error *err);

#endif
