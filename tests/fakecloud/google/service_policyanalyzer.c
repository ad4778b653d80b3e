#include "core/base/memory.h"
#include "tests/fakecloud/google/offer.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Policy Analyzer v1: when service accounts and keys were last used. */

static bool query(const struct google_call *c, struct json_object **out, struct google_fault *fault)
{
    const char *type = strrchr(google_call_text(c, "parent"), '/') + 1;
    char *list = memory_format("policyanalyzer.%s", type);
    struct json_object *activities = google_call_things(c, c->account, list);
    bool known = strcmp(type, "serviceAccountLastAuthentication") == 0 ||
                 strcmp(type, "serviceAccountKeyLastAuthentication") == 0;
    bool ok =
        known ? google_offer_page(c, activities, out, fault)
              : google_fault_set(fault, GOOGLE_FAULT_INVALID, "Invalid activity type: %s", type);
    json_object_put(activities);
    free(list);
    return ok;
}

static const struct google_offer offers[] = {
    { .method = "projects.locations.activityTypes.activities.query",
      .path = "v1/{parent=projects/*/locations/global/activityTypes/*}/activities:query",
      .kind = GOOGLE_ANSWER,
      .answer = query,
      .as = "activities",
      .usual = 100,
      .most = 1000,
      .permission = "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query" },
    { .method = NULL },
};

const struct google_service google_service_policyanalyzer = {
    .name = "policyanalyzer",
    .title = "Policy Analyzer API",
    .by_caller = true,
    .offers = offers,
};
