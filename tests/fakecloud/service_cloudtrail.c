#include "tests/fakecloud/offer.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "providers/aws/protocol/time.h"
#include "tests/fakecloud/caller.h"
#include "tests/fakecloud/criteria.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/history.h"

#include <json-c/json.h>
#include <string.h>

enum { MICROSECONDS = 1000000, DELIVERY_S = 300, HOUR_S = 3600, TAGS_MOST = 20 };

/* Whether a trail of `home` is shown where the call is made. */
static bool is_shown(const struct call *c, struct json_object *trail, struct place home)
{
    bool own = strcmp(home.account, c->account) == 0, here = strcmp(home.region, c->region) == 0;
    return (own || json_boolean(trail, "IsOrganizationTrail", false)) &&
           (here || json_boolean(trail, "IsMultiRegionTrail", false));
}

/* Calls `each` for all trails that are shown here: the account's, and the organization's of the first
 * account. False once one call was. */
typedef bool (*trail_fn)(void *ctx, struct json_object *trail, struct place home);
static bool each_trail(const struct call *c, trail_fn each, void *ctx)
{
    const char *accounts[] = { c->account, estate_account(c->estate, 0) };
    size_t count = strcmp(accounts[0], accounts[1]) == 0 ? 1 : 2;
    for (size_t a = 0; a < count; a++)
        for (size_t r = 0; r < c->estate->o.regions; r++) {
            struct place home = { accounts[a], estate_region(r) };
            struct json_object *trails = estate_find(c->estate, home, "trailList");
            for (size_t i = 0; trails != NULL && i < json_object_array_length(trails); i++) {
                struct json_object *trail = json_object_array_get_idx(trails, i);
                if (is_shown(c, trail, home) && !each(ctx, trail, home))
                    return false;
            }
        }
    return true;
}

struct listing {
    const struct call *c;
    struct json_object *names;
    bool shadows;
    struct json_object *out;
};

static bool list_trail(void *ctx, struct json_object *trail, struct place home)
{
    struct listing *l = ctx;
    bool here = strcmp(home.region, l->c->region) == 0 && strcmp(home.account, l->c->account) == 0;
    if ((here || l->shadows) &&
        (l->names == NULL || criteria_is_one_of(trail, "TrailARN", l->names) ||
         (here && criteria_is_one_of(trail, "Name", l->names))))
        json_object_array_add(l->out, json_object_get(trail));
    return true;
}

static bool describe(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "trailNameList", "includeShadowTrails", NULL };
    struct listing l = { c, json_get(c->params, "trailNameList"),
                         json_boolean(c->params, "includeShadowTrails", true), NULL };
    if (!call_knows(c, known, fault))
        return false;
    if (l.names != NULL && json_object_array_length(l.names) == 0)
        l.names = NULL;
    l.out = json_object_new_array();
    each_trail(c, list_trail, &l);
    *out = json_object_new_object();
    json_object_object_add(*out, "trailList", l.out);
    return true;
}

/* A trail by its ARN wherever it is shown, by its name where it lives. */
struct search {
    const struct call *c;
    const char *name;
    struct json_object *trail;
    struct place home;
};

static bool is_wanted(void *ctx, struct json_object *trail, struct place home)
{
    struct search *s = ctx;
    bool here = strcmp(home.region, s->c->region) == 0 && strcmp(home.account, s->c->account) == 0;
    if (strcmp(json_string(trail, "TrailARN"), s->name) != 0 &&
        !(here && strcmp(json_string(trail, "Name"), s->name) == 0))
        return true;
    s->trail = trail;
    s->home = home;
    return false;
}

/* What `list` tells of the trail that the call names in `parameter`; `*out_part` is NULL when nothing. */
static bool find_part(const struct call *c, const char *parameter, const char *list, const char *by,
                      struct json_object **out_part, struct fault *fault)
{
    const char *const known[] = { parameter, NULL };
    struct search s = { .c = c, .name = call_text(c, parameter) };
    if (!call_knows(c, known, fault))
        return false;
    if (s.name == NULL)
        return fault_own(fault, 400, "InvalidTrailNameException", "a trail must be named");
    if (each_trail(c, is_wanted, &s))
        return fault_own(fault, 400, "TrailNotFoundException", "Unknown trail");
    *out_part = estate_item(c->estate, s.home, list, by, json_string(s.trail, "TrailARN"));
    return true;
}

static void set_time(struct json_object *o, const char *name, int64_t at_s)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(at_s, date);
    json_object_object_add(o, name, json_object_new_string(date));
}

/* Logs are delivered every five minutes, digests every hour. */
static bool status(const struct call *c, struct json_object **out, struct fault *fault)
{
    struct json_object *part = NULL;
    if (!find_part(c, "Name", "TrailStatus", "_TrailARN", &part, fault))
        return false;
    json_object_deep_copy(part, out, NULL);
    if (json_boolean(part, "IsLogging", false)) {
        set_time(*out, "LatestDeliveryTime", c->now - c->now % DELIVERY_S);
        set_time(*out, "LatestDigestDeliveryTime", c->now - c->now % HOUR_S);
        set_time(*out, "LatestDeliveryAttemptTime", c->now - c->now % DELIVERY_S);
        json_object_object_add(*out, "LatestDeliveryAttemptSucceeded",
                               json_object_get(json_get(*out, "LatestDeliveryAttemptTime")));
    }
    return true;
}

static bool event_selectors(const struct call *c, struct json_object **out, struct fault *fault)
{
    struct json_object *part = NULL;
    if (!find_part(c, "TrailName", "EventSelectors", "TrailARN", &part, fault))
        return false;
    *out = json_object_get(part);
    return true;
}

static bool insight_selectors(const struct call *c, struct json_object **out, struct fault *fault)
{
    struct json_object *part = NULL;
    if (!find_part(c, "TrailName", "InsightSelectors", "TrailARN", &part, fault))
        return false;
    if (part == NULL)
        return fault_own(fault, 400, "InsightNotEnabledException",
                         "Insights is not enabled on this trail.");
    *out = json_object_get(part);
    return true;
}

/* Tags of trails that live here; it knows no others. */
static bool tags(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "ResourceIdList", NULL };
    struct place here = { c->account, c->region };
    struct json_object *arns = json_get(c->params, "ResourceIdList");
    if (!call_knows(c, known, fault))
        return false;
    if (arns == NULL || json_object_array_length(arns) > TAGS_MOST)
        return fault_own(fault, 400, "InvalidParameterException", "20 resources at most");
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(arns); i++) {
        const char *arn = json_object_get_string(json_object_array_get_idx(arns, i));
        struct json_object *part = estate_item(c->estate, here, "TrailTags", "ResourceId", arn);
        if (part == NULL) {
            json_object_put(list);
            return fault_own(fault, 400, "ResourceNotFoundException", "the trail is not of here");
        }
        json_object_array_add(list, json_object_get(part));
    }
    *out = json_object_new_object();
    json_object_object_add(*out, "ResourceTagList", list);
    return true;
}

/* The members of an event by which one may look up (CloudTrail API reference, LookupAttribute). */
static const struct {
    const char *key, *way;
    bool insight; /* of Insights too */
} attributes[] = {
    { "AccessKeyId", "AccessKeyId", false },
    { "EventId", "EventId", true },
    { "EventName", "EventName", true },
    { "EventSource", "EventSource", true },
    { "ReadOnly", "ReadOnly", false },
    { "ResourceName", "Resources.ResourceName", false },
    { "ResourceType", "Resources.ResourceType", false },
    { "Username", "Username", false },
};

struct lookup {
    int64_t start_s, end_s;
    const char *way;           /* NULL: all */
    struct json_object *value; /* array of one */
    enum history_kind kind;
};

static bool read_time(const struct call *c, const char *name, int64_t *out_s)
{
    struct json_object *value = json_get(c->params, name);
    int64_t us = 0;
    if (value == NULL)
        return true;
    if (!aws_time_read_json(value, &us))
        return false;
    *out_s = us / MICROSECONDS;
    return true;
}

static bool read_attribute(const struct call *c, struct lookup *l, struct fault *fault)
{
    struct json_object *list = json_get(c->params, "LookupAttributes");
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    if (count == 0)
        return true;
    struct json_object *asked = json_object_array_get_idx(list, 0);
    const char *key = json_string(asked, "AttributeKey");
    for (size_t i = 0; count == 1 && i < sizeof attributes / sizeof *attributes; i++)
        if (strcmp(attributes[i].key, key) == 0 &&
            (l->kind == HISTORY_MANAGEMENT || attributes[i].insight)) {
            l->way = attributes[i].way;
            l->value = json_object_new_array();
            json_object_array_add(l->value, json_object_get(json_get(asked, "AttributeValue")));
            return true;
        }
    return fault_own(fault, 400, "InvalidLookupAttributesException",
                     "Specify one valid lookup attribute.");
}

/* CloudTrail tells of the last 90 days, whatever is asked. */
static bool read_lookup(const struct call *c, struct lookup *l, struct fault *fault)
{
    static const char *const known[] = { "LookupAttributes", "StartTime", "EndTime",
                                         "EventCategory", NULL };
    const char *category = call_text(c, "EventCategory");
    int64_t oldest_s = c->now - EVENTS_WINDOW_DAYS * EVENTS_DAY_S;
    *l = (struct lookup){ .end_s = INT64_MAX, .kind = category != NULL };
    if (!call_knows(c, known, fault))
        return false;
    if (category != NULL && strcmp(category, "insight") != 0)
        return fault_own(fault, 400, "InvalidEventCategoryException",
                         "The event category is invalid.");
    if (!read_time(c, "StartTime", &l->start_s) || !read_time(c, "EndTime", &l->end_s) ||
        l->start_s > l->end_s)
        return fault_own(fault, 400, "InvalidTimeRangeException",
                         "The start time must be before the end time.");
    if (l->start_s < oldest_s)
        l->start_s = oldest_s;
    return read_attribute(c, l, fault);
}

static bool is_found(const struct lookup *l, struct json_object *event)
{
    int64_t ms = 0;
    return timestamp_parse_iso(text_of(json_string(event, "EventTime")), &ms) &&
           ms / 1000 >= l->start_s && ms / 1000 <= l->end_s &&
           (l->way == NULL || criteria_is_one_of(event, l->way, l->value));
}

static bool lookup(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const struct paging paging = { 1, 50, 50 };
    struct lookup l;
    if (!read_lookup(c, &l, fault))
        return false;
    struct json_object *events = history_events(c->estate, (struct place){ c->account, c->region },
                                                l.kind),
                       *found = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        struct json_object *event = json_object_array_get_idx(events, i);
        if (is_found(&l, event))
            json_object_array_add(found, json_object_get(event));
    }
    bool ok = paging_answer(c, found, &paging, "Events", out, fault);
    json_object_put(found);
    json_object_put(events);
    json_object_put(l.value);
    return ok || caller_refused(fault, "InvalidMaxResultsException", "InvalidNextTokenException");
}

static const struct offer offers[] = {
    { .operation = "DescribeTrails", .answer = describe },
    { .operation = "GetEventSelectors", .answer = event_selectors },
    { .operation = "GetInsightSelectors", .answer = insight_selectors },
    { .operation = "GetTrailStatus", .answer = status, .fleeting = true },
    { .operation = "ListTags", .answer = tags },
    { .operation = "LookupEvents", .answer = lookup, .fleeting = true },
    { 0 },
};

const struct service service_cloudtrail = { .name = "cloudtrail", .offers = offers };
