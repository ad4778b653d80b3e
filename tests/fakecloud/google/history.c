#include "tests/fakecloud/google/history.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/google/activity.h"
#include "tests/fakecloud/truth.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { MILLISECONDS = 1000 };

/* Whoever is told of events. */
struct telling {
    const struct estate *e;
    size_t project;
    struct json_object *out;
};

static const char *account_of(const struct telling *t, const char *member)
{
    return json_string(json_object_array_get_idx(t->e->accounts, t->project), member);
}

/* An entry's common members around what is its own. */
static void add_entry(const struct telling *t, const struct event *event, const char *log,
                      const char *told, const char *own)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(event->at_s, date);
    struct json_object *entry = estate_json(
        "{\"insertId\":\"%s\",\"logName\":\"projects/%s/logs/%s\",\"timestamp\":\"%s\",\"receiveTimestamp\":\"%s\","
        "\"severity\":\"NOTICE\",%s}",
        event->id, account_of(t, "Id"), log, date, date, own);
    if (told != NULL)
        json_object_object_add(entry, "_told", json_object_new_string(told));
    json_object_array_add(t->out, entry);
}

/* ---- Admin Activity ---- */

static void tell_activity(void *ctx, const struct event *event)
{
    const struct telling *t = ctx;
    bool asked = false;
    char *own = google_activity_own(t->e, t->project, event, &asked);
    add_entry(t, event, "cloudaudit.googleapis.com%2Factivity",
              asked ? "gcp_logging_admin_activity" : NULL, own);
    free(own);
}

/* ---- flows and names ---- */

/* `asked`: yomawari asks for such; then what it says of who was asked. */
static const struct flow {
    const char *address;
    int port;
    const char *reporter;
    bool asked;
    const char *destination, *operator, * transport;
} flows[] = { { "8.8.8.8", 53, "SRC", true, "8.8.8.8", "Google Public DNS", "DNS" },
              { "1.1.1.1", 853, "SRC", true, "1.1.1.1 DoQ", "Cloudflare", "DoQ" },
              { "2001:4860:4860::8888", 53, "SRC", true, "2001:4860:4860::8888",
                "Google Public DNS", "DNS" },
              { "10.20.0.53", 53, "SRC", false, NULL, NULL, NULL },
              { "8.8.4.4", 443, "SRC", true, "8.8.4.4 DoH", "Google Public DNS", "DoH" },
              { "8.8.8.8", 53, "DEST", false, NULL, NULL, NULL },
              { "fd00::53", 53, "SRC", false, NULL, NULL, NULL } };

static const struct event_rate flow_rate = { "google flows", 8, 1 };

static const struct flow *flow_of(const struct estate *e, const struct event *event)
{
    return &flows[events_number(e, event, "flow", sizeof flows / sizeof *flows)];
}

static void tell_flow(void *ctx, const struct event *event)
{
    const struct telling *t = ctx;
    const struct flow *f = flow_of(t->e, event);
    char *own = memory_format(
        "\"resource\":{\"type\":\"gce_subnetwork\",\"labels\":{\"project_id\":\"%s\"}},\"jsonPayload\":{\"connection\":{"
        "\"src_ip\":\"10.128.0.2\",\"src_port\":%d,\"dest_ip\":\"%s\",\"dest_port\":%d,\"protocol\":17},\"reporter\":\"%s\","
        "\"bytes_sent\":\"128\",\"packets_sent\":\"2\",\"src_instance\":{\"project_id\":\"%s\",\"vm_name\":\"web-0\"},"
        "\"src_vpc\":{\"vpc_name\":\"main\",\"subnetwork_name\":\"main\"}}",
        account_of(t, "Id"), 40000 + (int)events_number(t->e, event, "port", 20000), f->address,
        f->port, f->reporter, account_of(t, "Id"));
    add_entry(t, event, "compute.googleapis.com%2Fvpc_flows",
              f->asked ? "gcp_logging_vpc_flow" : NULL, own);
    free(own);
}

static void tell_query(void *ctx, const struct event *event)
{
    const struct telling *t = ctx;
    char *own = memory_format(
        "\"resource\":{\"type\":\"dns_query\",\"labels\":{\"project_id\":\"%s\",\"target_type\":\"external\"}},\"jsonPayload\":{"
        "\"queryName\":\"n%" PRIu64
        ".example.org.\",\"queryType\":\"A\",\"responseCode\":\"NOERROR\",\"sourceIP\":\"10.128.0.2\","
        "\"sourceNetwork\":\"main\",\"vmInstanceName\":\"web-0\",\"protocol\":\"UDP\"}",
        account_of(t, "Id"), events_number(t->e, event, "name", 1000));
    add_entry(t, event, "dns.googleapis.com%2Fdns_queries", "gcp_logging_dns_query", own);
    free(own);
}

/* The oldest first. */
static int by_time(const void *a, const void *b)
{
    struct json_object *const *x = a, *const *y = b;
    int order = strcmp(json_string(*x, "timestamp"), json_string(*y, "timestamp"));
    return order != 0 ? order : strcmp(json_string(*x, "insertId"), json_string(*y, "insertId"));
}

struct json_object *google_history_entries(const struct estate *e, size_t project)
{
    static const struct event_rate names = { "google names", 8, 2 };
    struct telling t = { e, project, json_object_new_array() };
    struct place at = estate_global(e, project);
    if (events_lively(e, project)) {
        google_activity_each(e, project, tell_activity, &t);
        events_each(e, at, &flow_rate, tell_flow, &t);
        events_each(e, at, &names, tell_query, &t);
    }
    json_object_array_sort(t.out, by_time);
    return t.out;
}

/* ---- Security Command Center ---- */

static void tell_finding(void *ctx, const struct event *event)
{
    static const char *const categories[] = { "PUBLIC_BUCKET_ACL", "OPEN_SSH_PORT",
                                              "MFA_NOT_ENFORCED" };
    const struct telling *t = ctx;
    struct event_course course = events_course(t->e, event);
    char made[TIMESTAMP_MAX], seen[TIMESTAMP_MAX];
    const char *organization = account_of(t, "organization"), *number = account_of(t, "number");
    timestamp_iso(event->at_s, made);
    timestamp_iso(course.updated_s, seen);
    struct json_object *row = estate_json(
        "{\"finding\":{\"name\":\"organizations/%s/sources/5000/findings/%s\",\"canonicalName\":\"projects/%s/sources/5000/findings/%s\","
        "\"parent\":\"organizations/%s/sources/5000\",\"parentDisplayName\":\"Security Health Analytics\",\"state\":\"%s\","
        "\"resourceName\":\"//cloudresourcemanager.googleapis.com/projects/%s\",\"category\":\"%s\",\"eventTime\":\"%s\","
        "\"createTime\":\"%s\","
        "\"severity\":\"MEDIUM\",\"mute\":\"UNDEFINED\",\"findingClass\":\"MISCONFIGURATION\",\"description\":\"something is open\"},"
        "\"resource\":{\"name\":\"//cloudresourcemanager.googleapis.com/projects/%s\",\"type\":\"google.cloud.resourcemanager.Project\"}}",
        organization, event->id, number, event->id, organization,
        course.again % 2 == 0 ? "ACTIVE" : "INACTIVE", number,
        categories[events_number(t->e, event, "category", sizeof categories / sizeof *categories)],
        seen, made, number);
    json_object_array_add(t->out, row);
}

struct json_object *google_history_findings(const struct estate *e, size_t project)
{
    static const struct event_rate rate = { "google findings", 5, 3 };
    struct telling t = { e, project, json_object_new_array() };
    if (events_lively(e, project))
        events_each(e, estate_global(e, project), &rate, tell_finding, &t);
    return t.out;
}

/* ---- truth ---- */

static void add_row(struct json_object *out, const char *account, const char *type, const char *id,
                    const char *at)
{
    const char *words[] = { account, ESTATE_GLOBAL, type, id, at };
    struct json_object *row = json_object_new_array();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        json_object_array_add(row, json_object_new_string(words[i]));
    json_object_array_add(out, row);
}

static bool is_within(const struct estate *e, const char *at, int days)
{
    int64_t ms = 0;
    return timestamp_parse_iso(text_of(at), &ms) &&
           ms / MILLISECONDS >= events_night_s(e->night) - days * (int64_t)EVENTS_DAY_S;
}

static void add_entries(const struct estate *e, size_t project, struct json_object *out)
{
    struct json_object *entries = google_history_entries(e, project);
    for (size_t i = 0; i < json_object_array_length(entries); i++) {
        struct json_object *entry = json_object_array_get_idx(entries, i);
        const char *told = json_string(entry, "_told"), *at = json_string(entry, "timestamp");
        bool activity = told != NULL && strcmp(told, "gcp_logging_admin_activity") == 0;
        if (told != NULL && is_within(e, at, activity ? EVENTS_WINDOW_DAYS : 1))
            add_row(out, estate_account(e, project), told, json_string(entry, "insertId"), at);
    }
    json_object_put(entries);
}

static void add_findings(const struct estate *e, size_t project, struct json_object *out)
{
    struct json_object *rows = google_history_findings(e, project);
    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        struct json_object *finding = json_get(json_object_array_get_idx(rows, i), "finding");
        const char *at = json_string(finding, "eventTime");
        if (is_within(e, at, EVENTS_WINDOW_DAYS))
            add_row(out, estate_account(e, project), "gcp_securitycenter_finding",
                    json_string(finding, "name"), at);
    }
    json_object_put(rows);
}

struct json_object *google_history_truth(const struct estate *e)
{
    struct json_object *out = json_object_new_array();
    for (size_t i = 0; i < e->o.accounts; i++) {
        add_entries(e, i, out);
        add_findings(e, i, out);
    }
    return out;
}

struct asking {
    struct estate *e;
    size_t project;
    const char *check;
};

/* Within a day, for so long flows are looked at; the machine is nobody's member. */
static void tell_asked(void *ctx, const struct event *event)
{
    const struct asking *a = ctx;
    const struct flow *f = flow_of(a->e, event);
    if (!f->asked || event->at_s < events_night_s(a->e->night) - (int64_t)EVENTS_DAY_S)
        return;
    char *subject = memory_format("web-0 → %s (%s)", f->destination, f->operator),
         *evidence = memory_format("{\"kind\":\"public\",\"operator\":\"%s\",\"transport\":\"%s\"}",
                                   f->operator, f->transport);
    const struct truth_finding finding = { a->check, "main", subject, "low", evidence };
    truth_open(a->e, estate_global(a->e, a->project), &finding);
    free(evidence);
    free(subject);
}

void google_history_tell_asked(struct estate *e, size_t project, const char *check)
{
    struct asking a = { e, project, check };
    if (events_lively(e, project))
        events_each(e, estate_global(e, project), &flow_rate, tell_asked, &a);
}
