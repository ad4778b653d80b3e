#include "tests/fakecloud/google/constraints.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/put.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define LIST "cloudresourcemanager.constraints"
#define BUCKETS "storage.publicAccessPrevention"
#define CONSTRAINTS "constraints/"

void google_constraints_build(struct estate *e, size_t project)
{
    char *key = memory_format("//cloudresourcemanager.googleapis.com/projects/%s#policy/" BUCKETS,
                              estate_account(e, project));
    struct google_put p = { e,       project, ESTATE_GLOBAL, NULL, LIST, "gcp_project_organization_policy",
                            BUCKETS, key };
    google_put_thing(&p, estate_json("{\"constraint\":\"" CONSTRAINTS BUCKETS
                                     "\",\"booleanPolicy\":{%s}}",
                                     project > 0 ? "\"enforced\":true" : ""));
    free(key);
}

bool google_constraints_answer(const struct google_call *c, struct json_object **out,
                               struct google_fault *fault)
{
    const char *constraint = google_call_text(c, "constraint");
    if (c->account == NULL)
        return google_offer_none(c, google_call_text(c, "resource"), fault);
    if (constraint == NULL || strncmp(constraint, CONSTRAINTS, strlen(CONSTRAINTS)) != 0)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID, "a constraint begins with %s",
                                CONSTRAINTS);
    struct json_object *all = google_call_things(c, c->account, LIST), *found = NULL;
    for (size_t i = 0; i < json_object_array_length(all); i++)
        if (strcmp(json_string(json_object_array_get_idx(all, i), "constraint"), constraint) == 0)
            found = json_object_array_get_idx(all, i);
    *out = found == NULL ? json_object_new_object() : json_object_get(found);
    if (found == NULL)
        json_object_object_add(*out, "constraint", json_object_new_string(constraint));
    json_object_put(all);
    return true;
}
