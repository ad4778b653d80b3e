#include "tests/fakecloud/offer.h"

#include "core/decode/json.h"
#include "tests/fakecloud/analyzers.h"
#include "tests/fakecloud/caller.h"
#include "tests/fakecloud/criteria.h"
#include "tests/fakecloud/estate.h"

#include <json-c/json.h>
#include <string.h>

#define REFUSED "ValidationException"

/* Attributes of findings by which one may choose and sort (IAM Access Analyzer filter keys). */
static const char *const attributes[] = {
    "createdAt",    "findingType", "id",        "resource", "resourceOwnerAccount",
    "resourceType", "status",      "updatedAt",
};

static bool attribute_known(const char *name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i], name) == 0)
            return true;
    return false;
}

static bool is_within(const void *ctx, const char *value)
{
    struct json_object *list = *(struct json_object *const *)ctx;
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strstr(value, json_object_get_string(json_object_array_get_idx(list, i))) != NULL)
            return true;
    return false;
}

static bool passes(struct json_object *finding, struct json_object *filter)
{
    json_object_object_foreach(filter, name, criterion) {
        struct json_object *eq = json_get(criterion, "eq"), *neq = json_get(criterion, "neq"),
                           *contains = json_get(criterion, "contains"),
                           *exists = json_get(criterion, "exists");
        if ((eq != NULL && !criteria_is_one_of(finding, name, eq)) ||
            (neq != NULL && criteria_is_one_of(finding, name, neq)) ||
            (contains != NULL && !criteria_any(finding, name, is_within, &contains)) ||
            (exists != NULL &&
             (json_get(finding, name) != NULL) != json_object_get_boolean(exists)))
            return false;
    }
    return true;
}

static bool filter_known(struct json_object *filter, struct fault *fault)
{
    json_object_object_foreach(filter, name, criterion) {
        (void)criterion;
        if (!attribute_known(name))
            return fault_own(fault, 400, REFUSED, "invalid filter key");
    }
    return true;
}

static bool analyzers(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "type", NULL };
    static const struct paging paging = { 1, 1000, 100 };
    const char *type = call_text(c, "type");
    struct json_object *all = estate_find(c->estate, (struct place){ c->account, c->region },
                                          "Analyzers"),
                       *items = json_object_new_array();
    for (size_t i = 0; all != NULL && i < json_object_array_length(all); i++) {
        struct json_object *copy = NULL, *analyzer = json_object_array_get_idx(all, i);
        if (type != NULL && strcmp(json_string(analyzer, "type"), type) != 0)
            continue;
        json_object_deep_copy(analyzer, &copy, NULL);
        analyzers_drift(c->estate, copy);
        json_object_array_add(items, copy);
    }
    bool ok =
        call_knows(c, known, fault) && paging_answer(c, items, &paging, "analyzers", out, fault);
    json_object_put(items);
    return ok;
}

static bool sort(const struct call *c, struct json_object *findings, struct fault *fault)
{
    struct json_object *asked = json_get(c->params, "sort");
    const char *name = json_string(asked, "attributeName"), *order = json_string(asked, "orderBy");
    if (name != NULL && !attribute_known(name))
        return fault_own(fault, 400, REFUSED, "invalid sort attribute");
    criteria_sort(findings, "id", false);
    if (name != NULL)
        criteria_sort(findings, name, order != NULL && strcmp(order, "DESC") == 0);
    return true;
}

static bool findings(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "analyzerArn", "filter", "sort", NULL };
    static const struct paging paging = { 1, 1000, 100 };
    const char *arn = call_text(c, "analyzerArn");
    struct place at = { c->account, c->region };
    struct json_object *filter = json_get(c->params, "filter"),
                       *analyzer =
                           arn == NULL ? NULL : estate_item(c->estate, at, "Analyzers", "arn", arn);
    if (!call_knows(c, known, fault))
        return false;
    if (analyzer == NULL)
        return fault_own(fault, 404, "ResourceNotFoundException", "the analyzer does not exist");
    if (filter != NULL && !filter_known(filter, fault))
        return false;
    struct json_object *all = analyzers_findings(c->estate, caller_account(c), caller_region(c),
                                                 json_string(analyzer, "name")),
                       *found = json_object_new_array();
    bool ok = sort(c, all, fault);
    for (size_t i = 0; ok && i < json_object_array_length(all); i++) {
        struct json_object *finding = json_object_array_get_idx(all, i);
        if (filter == NULL || passes(finding, filter))
            json_object_array_add(found, json_object_get(finding));
    }
    ok = ok && paging_answer(c, found, &paging, "findings", out, fault);
    json_object_put(found);
    json_object_put(all);
    return ok;
}

static const struct offer offers[] = {
    { .operation = "ListAnalyzers", .answer = analyzers },
    { .operation = "ListFindingsV2", .answer = findings },
    { 0 },
};

const struct service service_accessanalyzer = { .name = "accessanalyzer", .offers = offers };
