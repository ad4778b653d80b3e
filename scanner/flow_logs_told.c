#include "scanner/flow_logs_told.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

void flow_logs_told_note(struct flow_logs_told *t, enum outcome outcome, const char *reason)
{
    if (outcome == OUTCOME_COMPLETE || outcome < t->outcome ||
        (outcome == t->outcome && strcmp(reason, t->reason) >= 0))
        return;
    free(t->reason);
    t->reason = memory_string(reason);
    t->outcome = outcome;
}

void flow_logs_told_release(struct flow_logs_told *t)
{
    free(t->reason);
    *t = (struct flow_logs_told){ OUTCOME_COMPLETE, NULL };
}

static void told_free(void *value)
{
    flow_logs_told_release(value);
    free(value);
}

struct map *flow_logs_told_map(void)
{
    return map_new(told_free);
}

struct flow_logs_told *flow_logs_told_in(struct map *all, const char *name)
{
    struct flow_logs_told *t = map_get(all, name);
    if (t == NULL) {
        t = memory_new(1, sizeof *t);
        map_set(all, name, t);
    }
    return t;
}
