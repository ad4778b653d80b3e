#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/filter.h"
#include "tests/fakecloud/google/history.h"
#include "tests/fakecloud/google/offer.h"

#include <json-c/json.h>
#include <string.h>

/* Security Command Center v1. The findings of a project are the organization's too. */

/* Filters call members by their names in the protocol, "event_time"; of those these are known. */
static const char *get(void *ctx, const char *field)
{
    static const char *const names[][3] = { { "event_time", "finding", "eventTime" },
                                            { "state", "finding", "state" },
                                            { "category", "finding", "category" },
                                            { "severity", "finding", "severity" },
                                            { "resource.type", "resource", "type" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(field, names[i][0]) == 0)
            return json_string(json_get(ctx, names[i][1]), names[i][2]);
    return NULL;
}

/* Takes `found` over. */
static bool add_passing(struct json_object *found, const char *filter, struct json_object *out)
{
    bool known = true, passes = true;
    for (size_t i = 0; known && i < json_object_array_length(found); i++) {
        struct json_object *row = json_object_array_get_idx(found, i);
        known = filter == NULL || google_filter_passes(filter, get, row, &passes);
        if (known && passes)
            json_object_array_add(out, json_object_get(row));
    }
    json_object_put(found);
    return known;
}

static bool list(const struct google_call *c, struct json_object **out, struct google_fault *fault)
{
    const char *filter = google_call_text(c, "filter");
    size_t own = estate_number(c->estate, c->account);
    struct json_object *rows = json_object_new_array();
    bool ok = true;
    for (size_t i = 0; ok && i < c->estate->o.accounts; i++)
        if (own == SIZE_MAX || own == i)
            ok = add_passing(google_history_findings(c->estate, i), filter, rows);
    ok = ok ? google_offer_page(c, rows, out, fault)
            : google_fault_set(fault, GOOGLE_FAULT_INVALID,
                               "the fake cloud does not know the filter %s", filter);
    if (ok)
        json_object_object_add(*out, "totalSize",
                               json_object_new_int64((int64_t)json_object_array_length(rows)));
    json_object_put(rows);
    return ok;
}

#define FINDINGS(of)                                                                               \
    {                                                                                              \
        .method = of ".sources.findings.list", .path = "v1/{parent=" of "/*/sources/*}/findings",  \
        .kind = GOOGLE_ANSWER, .answer = list, .as = "listFindingsResults", .usual = 10,           \
        .most = 1000, .harmless = { "filter" }, .permission = "securitycenter.findings.list"       \
    }

static const struct google_offer offers[] = {
    FINDINGS("projects"),
    FINDINGS("folders"),
    FINDINGS("organizations"),
    { .method = NULL },
};

const struct google_service google_service_securitycenter = {
    .name = "securitycenter",
    .title = "Security Command Center API",
    .by_caller = true,
    .offers = offers,
};
