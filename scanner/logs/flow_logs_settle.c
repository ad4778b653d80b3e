#include "core/base/memory.h"
#include "scanner/logs/flow_logs_groups.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const struct flow_logs_group *a, const struct flow_logs_group *b)
{
    int order = strcmp(a->account->id, b->account->id);
    if (order == 0)
        order = strcmp(a->region, b->region);
    return order != 0 ? order : strcmp(a->name, b->name);
}

static int by_size(const void *a, const void *b)
{
    const struct flow_logs_group *x = *(struct flow_logs_group *const *)a,
                                 *y = *(struct flow_logs_group *const *)b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? -1 : 1;
    return compare_names(x, y);
}

static int by_place(const void *a, const void *b)
{
    return compare_names(a, b);
}

static void leave_out(struct flow_logs_groups *all, struct flow_logs_group *g, enum outcome outcome,
                      const char *why)
{
    g->left_out = true;
    flow_logs_groups_note(all, g->account->id, g->region, outcome, "log group %s: %s", g->name,
                          why);
}

static bool is_readable(struct flow_logs_groups *all, struct flow_logs_group *g)
{
    struct flow_format format;
    if (g->left_out)
        return false;
    if (g->format == NULL)
        leave_out(
            all, g, OUTCOME_FAILED,
            "flow logs of different formats go there, whose lines cannot be told apart: give each a log group of its "
            "own");
    else if (!flow_format_read(text_of(g->format), &format))
        leave_out(all, g, OUTCOME_SKIPPED,
                  "its flow logs do not say who was asked (dstaddr and dstport)");
    return !g->left_out;
}

/* What the queries look through is known only roughly before, and told by each afterwards. */
static void settle_queries(struct flow_logs_groups *all, struct flow_logs_group *g)
{
    struct flow_format format;
    struct error why = ERROR_INIT;
    (void)flow_format_read(text_of(g->format), &format);
    if (!flow_query_texts(&format, all->logs->watch, &g->texts, &why)) {
        leave_out(all, g, OUTCOME_FAILED, why.message);
    } else if (g->bytes > all->logs->bytes_left / (int64_t)g->texts.count) {
        leave_out(
            all, g, OUTCOME_SKIPPED,
            "it is too large to be read event by event, and queries for it would take the night beyond "
            "limits.logs_max_gb: raise that, or deliver these flow logs to S3");
    } else {
        all->logs->bytes_left -= g->bytes * (int64_t)g->texts.count;
    }
}

void flow_logs_settle(struct flow_logs_groups *all)
{
    struct flow_logs_group **order = memory_new(all->count + 1, sizeof(struct flow_logs_group *));
    if (all->count > 0)
        qsort(all->items, all->count, sizeof *all->items, by_place);
    for (size_t i = 0; i < all->count; i++)
        order[i] = &all->items[i];
    if (all->count > 0)
        qsort(order, all->count, sizeof(struct flow_logs_group *), by_size);
    for (size_t i = 0; i < all->count; i++)
        if (is_readable(all, order[i]) && order[i]->bytes > FLOW_LOGS_SMALL_MAX)
            settle_queries(all, order[i]);
    free(order);
}
