#include "tests/fakecloud/google/quota.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000 };

enum counted_by {
    BY_CONSUMER,     /* the quota project */
    BY_PROJECT,      /* the project that is asked about */
    BY_ORGANIZATION, /* all */
};

/* All that match count. */
static const struct limit {
    const char *service, *method; /* globs */
    enum counted_by by;
    double a_minute;
    const char *metric;
} limits[] = {
    /* "Cloud Asset Inventory quotas and limits" */
    { "cloudasset", "assets.list", BY_CONSUMER, 100,
      "cloudasset.googleapis.com/list_assets_requests" },
    { "cloudasset", "assets.list", BY_ORGANIZATION, 800,
      "cloudasset.googleapis.com/org_list_assets_requests" },
    /* "Compute Engine API rate quotas": of reads and of lists each so many a project */
    { "compute", "*.get*", BY_PROJECT, 1500, "compute.googleapis.com/read_requests" },
    { "compute", "*ist", BY_PROJECT, 1500, "compute.googleapis.com/list_requests" },
    /* "Project limits" of Resource Manager, v3 */
    { "cloudresourcemanager", "*.list", BY_CONSUMER, 600,
      "cloudresourcemanager.googleapis.com/list_requests" },
    { "cloudresourcemanager", "*.search", BY_CONSUMER, 240,
      "cloudresourcemanager.googleapis.com/search_requests" },
    { "cloudresourcemanager", "*.get*", BY_CONSUMER, 600,
      "cloudresourcemanager.googleapis.com/read_requests" },
    /* "IAM quotas and limits": read requests */
    { "iam", "*", BY_PROJECT, 6000, "iam.googleapis.com/read_requests" },
    /* "Logging quotas and limits": entries.list */
    { "logging", "entries.list", BY_CONSUMER, 60, "logging.googleapis.com/read_requests" },
};

struct counter {
    int64_t since_ms;
    double used;
};

struct google_quota {
    double scale;
    const struct clock *clock;
    struct map *counters;
};

struct google_quota *google_quota_new(double scale, const struct clock *clock)
{
    struct google_quota *q = memory_new(1, sizeof *q);
    q->scale = scale;
    q->clock = clock;
    q->counters = map_new(free);
    return q;
}

void google_quota_free(struct google_quota *q)
{
    if (q == NULL)
        return;
    map_free(q->counters);
    free(q);
}

static struct counter *counter_of(struct google_quota *q, size_t limit, const struct google_call *c)
{
    const char *who = limits[limit].by == BY_CONSUMER                        ? c->consumer
                      : limits[limit].by == BY_PROJECT && c->account != NULL ? c->account
                                                                             : "";
    char *key = memory_format("%zu/%s", limit, who);
    struct counter *n = map_get(q->counters, key);
    int64_t now_ms = clock_mono_ms(q->clock);
    if (n == NULL) {
        if (map_count(q->counters) >= GOOGLE_QUOTA_COUNTERS_MAX) {
            map_free(q->counters);
            q->counters = map_new(free);
        }
        n = memory_new(1, sizeof *n);
        n->since_ms = now_ms;
        map_set(q->counters, key, n);
    }
    if (now_ms - n->since_ms >= MINUTE_MS)
        *n = (struct counter){ now_ms, 0 };
    free(key);
    return n;
}

static bool applies(const struct limit *l, const struct google_call *c)
{
    return text_glob(l->service, c->service->name) && text_glob(l->method, c->offer->method);
}

bool google_quota_take(struct google_quota *q, const struct google_call *c,
                       struct google_fault *fault)
{
    size_t count = sizeof limits / sizeof *limits;
    for (size_t i = 0; i < count; i++) {
        if (!applies(&limits[i], c) ||
            counter_of(q, i, c)->used + 1 <= limits[i].a_minute * q->scale)
            continue;
        fault->quota_metric = limits[i].metric;
        return google_fault_set(
            fault,
            strcmp(c->service->name, "compute") == 0 ? GOOGLE_FAULT_RATE : GOOGLE_FAULT_THROTTLED,
            "Quota exceeded for quota metric '%s' and limit 'per minute' of service '%s.googleapis.com' for consumer "
            "'project_number:%s'.",
            limits[i].metric, c->service->name, fault->consumer == NULL ? "0" : fault->consumer);
    }
    for (size_t i = 0; i < count; i++)
        if (applies(&limits[i], c))
            counter_of(q, i, c)->used += 1;
    return true;
}
