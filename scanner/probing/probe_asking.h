#ifndef SCANNER_PROBING_PROBE_ASKING_H
#define SCANNER_PROBING_PROBE_ASKING_H

#include "scanner/probing/probe_keep.h"
#include "scanner/probing/probe_night.h"

/* Ports; each counts once, whoever's findings call it reachable. */
struct probe_counts {
    size_t asked, open, unasked;
};

/* Asks the targets, each port once, at the config's pace, and shows a line for each; heard->answers is made here, and to be freed
 * by the caller, whose targets and vantage it reads. False when interrupted. */
bool probe_asking(const struct config *config, const struct probe_night_options *o, struct probe_heard *heard,
                  struct probe_counts *out_counts, struct error *err);

#endif
