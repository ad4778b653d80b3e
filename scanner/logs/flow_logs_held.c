#include "scanner/logs/flow_logs_held.h"

#include "core/decode/json.h"
#include "core/store/holding.h"
#include "providers/aws/flowlogs/flow_overlap.h"
#include "providers/aws/flowlogs/flow_row.h"
#include "scanner/logs/flow_logs_work.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { ROWS_A_PAGE = 1000 };

static bool take_back(void *ctx, const char *body, struct error *err)
{
    struct json_object *row = NULL;
    struct flow_group group;
    if (!json_parse(text_of(body), &row, err))
        return false;
    bool ok = flow_row_read(row, &group) ||
              error_set(err, ERROR_INTERNAL, "a row of flow logs that cannot be read back");
    if (ok)
        (void)flow_overlap_add(ctx, &group); /* they fitted before */
    json_object_put(row);
    return ok;
}

static bool read_back(struct flow_logs *l, const char *name, struct flow_overlap *overlap,
                      struct error *err)
{
    struct holding_page page = {
        .account = name, .type = FLOW_LOGS_TYPE, .count = ROWS_A_PAGE, .more = true
    };
    bool ok = true;
    while (ok && page.more)
        ok = holding_each(l->holding, &page, take_back, overlap, err);
    return ok;
}

static bool put(struct flow_logs *l, const char *name, const struct flow_group *group,
                struct error *err)
{
    struct json_object *row = flow_row_json(group);
    bool ok = holding_put(l->holding, name, FLOW_LOGS_TYPE,
                          json_object_to_json_string_ext(row, JSON_C_TO_STRING_PLAIN), err);
    json_object_put(row);
    return ok;
}

static bool put_all(struct flow_logs *l, const char *name, const struct flow_overlap *overlap,
                    struct error *err)
{
    bool ok = holding_forget(l->holding, name, FLOW_LOGS_TYPE, err);
    for (size_t i = 0; ok && i < flow_overlap_count(overlap); i++)
        ok = put(l, name, flow_overlap_at(overlap, i), err);
    return ok;
}

bool flow_logs_held_join(struct flow_logs *l, const char *account, const char *region,
                         const struct flow_groups *groups, uint64_t *out_lost, struct error *err)
{
    char *name = log_outcomes_name(account, region);
    struct flow_overlap *overlap = flow_overlap_new(FLOW_LOGS_GROUPS_MAX);
    bool ok = read_back(l, name, overlap, err);
    size_t before = flow_overlap_count(overlap);
    if (ok) {
        flow_overlap_source(overlap);
        flow_overlap_add_all(overlap, groups);
        l->groups += flow_overlap_count(overlap) - before;
        *out_lost = flow_overlap_lost(overlap);
        ok = put_all(l, name, overlap, err);
    }
    flow_overlap_free(overlap);
    free(name);
    return ok;
}
