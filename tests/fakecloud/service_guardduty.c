#include "tests/fakecloud/offer.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/caller.h"
#include "tests/fakecloud/criteria.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/findings.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED "BadRequestException"
#define NOT_OWNED                                                                                  \
    "The request is rejected because the input detectorId is not owned by the current account."

enum { GET_MOST = 50 };

/* Attributes of findings by which one may choose and sort (GuardDuty API reference, ListFindings). */
static const struct {
    const char *name, *way;
} attributes[] = {
    { "accountId", "AccountId" },
    { "id", "Id" },
    { "region", "Region" },
    { "resource.accessKeyDetails.userName", "Resource.AccessKeyDetails.UserName" },
    { "resource.instanceDetails.instanceId", "Resource.InstanceDetails.InstanceId" },
    { "resource.resourceType", "Resource.ResourceType" },
    { "service.action.actionType", "Service.Action.ActionType" },
    { "service.archived", "Service.Archived" },
    { "severity", "Severity" },
    { "type", "Type" },
    { "updatedAt", "UpdatedAt" },
};

static const char *way_of(const char *name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].name, name) == 0)
            return attributes[i].way;
    return NULL;
}

enum test { TEST_ONE_OF, TEST_NONE_OF, TEST_MORE, TEST_MORE_OR_SAME, TEST_LESS, TEST_LESS_OR_SAME };

/* The second names are the older ones of the same. */
static const struct {
    const char *name;
    enum test test;
} tests[] = {
    { "Equals", TEST_ONE_OF },
    { "Eq", TEST_ONE_OF },
    { "NotEquals", TEST_NONE_OF },
    { "Neq", TEST_NONE_OF },
    { "GreaterThan", TEST_MORE },
    { "Gt", TEST_MORE },
    { "GreaterThanOrEqual", TEST_MORE_OR_SAME },
    { "Gte", TEST_MORE_OR_SAME },
    { "LessThan", TEST_LESS },
    { "Lt", TEST_LESS },
    { "LessThanOrEqual", TEST_LESS_OR_SAME },
    { "Lte", TEST_LESS_OR_SAME },
};

enum { TESTS = sizeof tests / sizeof *tests };

static bool passes_test(struct json_object *finding, const char *way, enum test test,
                        struct json_object *asked)
{
    double is = 0, wanted = json_object_get_double(asked);
    if (test == TEST_ONE_OF || test == TEST_NONE_OF)
        return criteria_is_one_of(finding, way, asked) == (test == TEST_ONE_OF);
    return criteria_number(finding, way, &is) && (test == TEST_MORE           ? is > wanted
                                                  : test == TEST_MORE_OR_SAME ? is >= wanted
                                                  : test == TEST_LESS         ? is < wanted
                                                                              : is <= wanted);
}

static bool passes(struct json_object *finding, struct json_object *criterion)
{
    json_object_object_foreach(criterion, name, condition) {
        for (size_t i = 0; i < TESTS; i++) {
            struct json_object *asked = json_get(condition, tests[i].name);
            if (asked != NULL && !passes_test(finding, way_of(name), tests[i].test, asked))
                return false;
        }
    }
    return true;
}

static bool condition_known(struct json_object *condition)
{
    json_object_object_foreach(condition, name, value) {
        bool found = false;
        (void)value;
        for (size_t i = 0; !found && i < TESTS; i++)
            found = strcmp(tests[i].name, name) == 0;
        if (!found)
            return false;
    }
    return true;
}

static bool criterion_known(struct json_object *criterion, struct fault *fault)
{
    json_object_object_foreach(criterion, name, condition) {
        if (way_of(name) == NULL || !condition_known(condition))
            return fault_own(
                fault, 400, REFUSED,
                "The request is rejected because an invalid finding criteria is specified.");
    }
    return true;
}

/* The caller's detector by the id that it gives. */
static struct json_object *detector_of(const struct call *c, struct fault *fault)
{
    const char *id = call_text(c, "DetectorId");
    struct place at = { c->account, c->region };
    struct json_object *found =
        id == NULL ? NULL : estate_item(c->estate, at, "Detectors", "_DetectorId", id);
    if (found == NULL)
        fault_own(fault, 400, REFUSED, NOT_OWNED);
    return found;
}

static struct json_object *seen(const struct call *c)
{
    return findings_seen_by(c->estate, caller_account(c), caller_region(c));
}

/* By the attribute asked for, else by id: any order, but the same for each page. */
static bool sort(const struct call *c, struct json_object *findings, struct fault *fault)
{
    struct json_object *asked = json_get(c->params, "SortCriteria");
    const char *name = json_string(asked, "AttributeName"), *order = json_string(asked, "OrderBy");
    const char *way = name == NULL ? "Id" : way_of(name);
    if (way == NULL)
        return fault_own(fault, 400, REFUSED,
                         "The request is rejected because an invalid sort attribute is specified.");
    criteria_sort(findings, "Id", false);
    criteria_sort(findings, way, order != NULL && strcmp(order, "DESC") == 0);
    return true;
}

static bool list_findings(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "DetectorId", "FindingCriteria", "SortCriteria", NULL };
    static const struct paging paging = { 1, 50, 50 };
    struct json_object *criterion = json_get(json_get(c->params, "FindingCriteria"), "Criterion"),
                       *empty = json_object_new_object();
    if (criterion == NULL)
        criterion = empty;
    bool ok = call_knows(c, known, fault) && detector_of(c, fault) != NULL &&
              criterion_known(criterion, fault);
    struct json_object *findings = ok ? seen(c) : NULL, *ids = json_object_new_array();
    ok = ok && sort(c, findings, fault);
    for (size_t i = 0; ok && i < json_object_array_length(findings); i++) {
        struct json_object *finding = json_object_array_get_idx(findings, i);
        if (passes(finding, criterion))
            json_object_array_add(ids, json_object_get(json_get(finding, "Id")));
    }
    ok = ok && paging_answer(c, ids, &paging, "FindingIds", out, fault);
    json_object_put(ids);
    json_object_put(findings);
    json_object_put(empty);
    return ok || caller_refused(fault, REFUSED, REFUSED);
}

static bool get_findings(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "DetectorId", "FindingIds", "SortCriteria", NULL };
    struct json_object *ids = json_get(c->params, "FindingIds");
    if (!call_knows(c, known, fault) || detector_of(c, fault) == NULL)
        return false;
    if (ids == NULL || json_object_array_length(ids) == 0 ||
        json_object_array_length(ids) > GET_MOST)
        return fault_own(
            fault, 400, REFUSED,
            "The request is rejected because the number of finding ids is out-of-bounds.");
    struct json_object *findings = seen(c), *found = json_object_new_array();
    bool ok = sort(c, findings, fault);
    for (size_t i = 0; ok && i < json_object_array_length(findings); i++) {
        struct json_object *finding = json_object_array_get_idx(findings, i);
        if (criteria_is_one_of(finding, "Id", ids))
            json_object_array_add(found, json_object_get(finding));
    }
    json_object_put(findings);
    if (!ok) {
        json_object_put(found);
        return false;
    }
    *out = json_object_new_object();
    json_object_object_add(*out, "Findings", found);
    return true;
}

/* Members, of the administrator's detector; nobody else has any. */
static bool members(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "DetectorId", "OnlyAssociated", NULL };
    static const struct paging paging = { 1, 50, 50 };
    const struct estate *e = c->estate;
    if (!call_knows(c, known, fault) || detector_of(c, fault) == NULL)
        return false;
    struct json_object *items = caller_account(c) == detectors_administrator(e)
                                    ? detectors_members(e, caller_region(c))
                                    : NULL;
    bool ok = paging_answer(c, items, &paging, "Members", out, fault);
    json_object_put(items);
    return ok || caller_refused(fault, REFUSED, REFUSED);
}

static const struct offer offers[] = {
    { .operation = "GetAdministratorAccount",
      .list = "Administrators",
      .as = "Administrator",
      .one = true,
      .parent = { "Detectors", "_DetectorId", "DetectorId", { 400, REFUSED } },
      .filters = { { "DetectorId", "_DetectorId", { 0 } } } },
    { .operation = "GetDetector",
      .list = "Detectors",
      .one = true,
      .none = { 400, REFUSED },
      .filters = { { "DetectorId", "_DetectorId", { 0 } } } },
    { .operation = "GetFindings", .answer = get_findings },
    { .operation = "ListDetectors",
      .list = "Detectors",
      .as = "DetectorIds",
      .pluck = "_DetectorId",
      .page = { 1, 50, 50 } },
    { .operation = "ListFindings", .answer = list_findings },
    { .operation = "ListMembers", .answer = members },
    { 0 },
};

const struct service service_guardduty = { .name = "guardduty", .offers = offers };
