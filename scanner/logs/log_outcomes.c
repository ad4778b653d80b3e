#include "scanner/logs/log_outcomes.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct noted {
    enum outcome outcome;
    char *reason; /* NULL: complete */
};

static void noted_free(void *value)
{
    struct noted *n = value;
    free(n->reason);
    free(n);
}

void log_outcomes_init(struct log_outcomes *o)
{
    o->noted = map_new(noted_free);
}

void log_outcomes_release(struct log_outcomes *o)
{
    map_free(o->noted);
    o->noted = NULL;
}

char *log_outcomes_name(const char *account, const char *region)
{
    return memory_format("%s %s", account, region);
}

static struct noted *find(const struct log_outcomes *o, const char *account, const char *region)
{
    char *name = log_outcomes_name(account == NULL ? "" : account, region == NULL ? "" : region);
    struct noted *n = map_get(o->noted, name);
    free(name);
    return n;
}

static struct noted *make(struct log_outcomes *o, const char *account, const char *region)
{
    struct noted *n = find(o, account, region);
    if (n != NULL)
        return n;
    char *name = log_outcomes_name(account == NULL ? "" : account, region == NULL ? "" : region);
    n = memory_new(1, sizeof *n);
    map_set(o->noted, name, n);
    free(name);
    return n;
}

void log_outcomes_note(struct log_outcomes *o, const char *account, const char *region,
                       enum outcome outcome, const char *reason)
{
    struct noted *n = make(o, account, region);
    if (outcome == OUTCOME_COMPLETE || outcome < n->outcome ||
        (outcome == n->outcome && strcmp(reason, n->reason) >= 0))
        return;
    free(n->reason);
    n->reason = memory_string(reason);
    n->outcome = outcome;
}

void log_outcomes_settle(struct log_outcomes *o, const char *account, const char *region,
                         const char *reason)
{
    struct noted *n = find(o, account, region);
    if (n == NULL || n->reason == NULL || strcmp(n->reason, reason) != 0)
        return;
    free(n->reason);
    *n = (struct noted){ OUTCOME_COMPLETE, NULL };
}

enum outcome log_outcomes_of(const struct log_outcomes *o, const char *account, const char *region,
                             const char *none, const char **out_reason)
{
    const struct noted *const all[] = { find(o, account, region), find(o, account, NULL),
                                        find(o, NULL, NULL) };
    enum outcome worst = all[0] == NULL ? OUTCOME_SKIPPED : OUTCOME_COMPLETE;
    const char *reason = all[0] == NULL ? none : "";
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] != NULL &&
            (all[i]->outcome > worst || (all[i]->outcome == worst && reason == none))) {
            worst = all[i]->outcome;
            reason = all[i]->reason;
        }
    *out_reason = reason;
    return worst;
}
