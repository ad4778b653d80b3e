#include "tests/fakecloud/offer.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/caller.h"
#include "tests/fakecloud/criteria.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/hub.h"

#include <json-c/json.h>
#include <string.h>

#define REFUSED "InvalidInputException"

/* Attributes of findings by which one may choose (Security Hub API reference, AwsSecurityFindingFilters). */
static const struct attribute {
    const char *name, *way;
    bool date;
} attributes[] = {
    { "AwsAccountId", "AwsAccountId", false },
    { "ComplianceSecurityControlId", "Compliance.SecurityControlId", false },
    { "ComplianceStatus", "Compliance.Status", false },
    { "CreatedAt", "CreatedAt", true },
    { "FirstObservedAt", "FirstObservedAt", true },
    { "GeneratorId", "GeneratorId", false },
    { "Id", "Id", false },
    { "LastObservedAt", "LastObservedAt", true },
    { "ProductName", "ProductName", false },
    { "RecordState", "RecordState", false },
    { "Region", "Region", false },
    { "ResourceId", "Resources.Id", false },
    { "ResourceType", "Resources.Type", false },
    { "SeverityLabel", "Severity.Label", false },
    { "Type", "Types", false },
    { "UpdatedAt", "UpdatedAt", true },
    { "WorkflowStatus", "Workflow.Status", false },
};

static const struct attribute *attribute_of(const char *name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].name, name) == 0)
            return &attributes[i];
    return NULL;
}

/* {Value, Comparison} */
static bool compares(const void *ctx, const char *value)
{
    struct json_object *condition = *(struct json_object *const *)ctx;
    const char *wanted = json_string(condition, "Value"),
               *comparison = json_string(condition, "Comparison");
    size_t len =
        comparison != NULL && strstr(comparison, "PREFIX") != NULL ? strlen(wanted) : SIZE_MAX;
    return strncmp(value, wanted, len) == 0;
}

static bool is_denial(struct json_object *condition)
{
    const char *comparison = json_string(condition, "Comparison");
    return comparison != NULL && strstr(comparison, "NOT") != NULL;
}

/* {Start, End}, each of which may be left out, or {DateRange: {Value, Unit: DAYS}} up to now. */
static bool is_between(const struct call *c, struct json_object *finding, const char *way,
                       struct json_object *condition)
{
    double is = 0, start = 0, end = 0;
    int64_t days = json_int(json_get(condition, "DateRange"), "Value", 0),
            first_ms = (c->now - days * EVENTS_DAY_S) * 1000;
    return criteria_number(finding, way, &is) &&
           (!criteria_number(condition, "Start", &start) || is >= start) &&
           (!criteria_number(condition, "End", &end) || is <= end) &&
           (days == 0 || is >= (double)first_ms);
}

/* What one attribute is asked for: one of what it may be, and nothing that it may not be. */
static bool passes_one(const struct call *c, struct json_object *finding, const struct attribute *a,
                       struct json_object *conditions)
{
    bool asked = false, passed = false;
    for (size_t i = 0; i < json_object_array_length(conditions); i++) {
        struct json_object *condition = json_object_array_get_idx(conditions, i);
        bool is = a->date ? is_between(c, finding, a->way, condition)
                          : criteria_any(finding, a->way, compares, &condition);
        if (!a->date && is_denial(condition)) {
            if (is)
                return false;
            continue;
        }
        asked = true;
        passed = passed || is;
    }
    return passed || !asked;
}

static bool passes(const struct call *c, struct json_object *finding, struct json_object *filters)
{
    json_object_object_foreach(filters, name, conditions) {
        if (!passes_one(c, finding, attribute_of(name), conditions))
            return false;
    }
    return true;
}

static bool condition_known(const struct attribute *a, struct json_object *condition)
{
    static const char *const comparisons[] = { "EQUALS", "PREFIX", "NOT_EQUALS",
                                               "PREFIX_NOT_EQUALS" };
    const char *comparison = json_string(condition, "Comparison");
    int64_t ms = 0;
    if (a->date) {
        const char *start = json_string(condition, "Start"), *end = json_string(condition, "End");
        return (start == NULL || timestamp_parse_iso(text_of(start), &ms)) &&
               (end == NULL || timestamp_parse_iso(text_of(end), &ms));
    }
    for (size_t i = 0; comparison != NULL && i < sizeof comparisons / sizeof *comparisons; i++)
        if (strcmp(comparisons[i], comparison) == 0)
            return json_string(condition, "Value") != NULL;
    return false;
}

static bool filters_known(struct json_object *filters, struct fault *fault)
{
    json_object_object_foreach(filters, name, conditions) {
        const struct attribute *a = attribute_of(name);
        for (size_t i = 0; a != NULL && i < json_object_array_length(conditions); i++)
            if (!condition_known(a, json_object_array_get_idx(conditions, i)))
                a = NULL;
        if (a == NULL)
            return fault_own(fault, 400, REFUSED, "Invalid filter");
    }
    return true;
}

static bool before(const struct call *c, struct fault *fault)
{
    struct json_object *hub =
        estate_find(c->estate, (struct place){ c->account, c->region }, "Hub");
    return (hub != NULL && json_object_array_length(hub) > 0) ||
           fault_own(fault, 401, "InvalidAccessException",
                     "The account is not subscribed to AWS Security Hub");
}

/* By the first field that is asked for, else by id: any order, but the same for each page. */
static bool sort(const struct call *c, struct json_object *findings, struct fault *fault)
{
    struct json_object *list = json_get(c->params, "SortCriteria");
    struct json_object *asked = list == NULL || json_object_array_length(list) == 0
                                    ? NULL
                                    : json_object_array_get_idx(list, 0);
    const char *name = json_string(asked, "Field"), *order = json_string(asked, "SortOrder");
    const struct attribute *a = name == NULL ? attribute_of("Id") : attribute_of(name);
    if (a == NULL)
        return fault_own(fault, 400, REFUSED, "Invalid sort field");
    criteria_sort(findings, "Id", false);
    criteria_sort(findings, a->way, order != NULL && strcmp(order, "desc") == 0);
    return true;
}

static bool findings(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "Filters", "SortCriteria", NULL };
    static const struct paging paging = { 1, 100, 10 };
    struct json_object *filters = json_get(c->params, "Filters");
    if (!call_knows(c, known, fault) || (filters != NULL && !filters_known(filters, fault)))
        return false;
    struct json_object *all = hub_findings(c->estate, caller_account(c), caller_region(c)),
                       *found = json_object_new_array();
    bool ok = sort(c, all, fault);
    for (size_t i = 0; ok && i < json_object_array_length(all); i++) {
        struct json_object *finding = json_object_array_get_idx(all, i);
        if (filters == NULL || passes(c, finding, filters))
            json_object_array_add(found, json_object_get(finding));
    }
    ok = ok && paging_answer(c, found, &paging, "Findings", out, fault);
    json_object_put(found);
    json_object_put(all);
    return ok || caller_refused(fault, REFUSED, REFUSED);
}

static const struct offer offers[] = {
    { .operation = "DescribeHub",
      .list = "Hub",
      .one = true,
      .filters = { { "HubArn", "HubArn", { 0 } } } },
    { .operation = "GetFindings", .answer = findings, .fleeting = true },
    { 0 },
};

const struct service service_securityhub = { .name = "securityhub",
                                             .offers = offers,
                                             .before = before };
