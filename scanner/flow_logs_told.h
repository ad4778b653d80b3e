#ifndef SCANNER_FLOW_LOGS_TOLD_H
#define SCANNER_FLOW_LOGS_TOLD_H

#include "core/model/outcome.h"

struct error;
struct map;

/* What became of the flow logs of an account and region, of an account, or of all: the worst of what was noted. */
struct flow_logs_told {
    enum outcome outcome;
    char *reason; /* NULL: complete */
};

/* Of two that are as bad the first by its letters: it is not for the order to say. */
void flow_logs_told_note(struct flow_logs_told *t, enum outcome outcome, const char *reason);
void flow_logs_told_release(struct flow_logs_told *t);

/* The entry of that name in a map of them, made where it is missing; and the map. */
struct flow_logs_told *flow_logs_told_in(struct map *all, const char *name);
struct map *flow_logs_told_map(void);

#endif
