#include "tests/fakecloud/evidence.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/analyzers.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/findings.h"
#include "tests/fakecloud/history.h"
#include "tests/fakecloud/hub.h"

#include <json-c/json.h>
#include <string.h>

enum { MILLISECONDS = 1000 };

/* How a type of yomawari's speaks of what a list holds. */
struct kind {
    const char *type, *id, *at;
    int days;                  /* its window */
    const char *owner;         /* member with the account it belongs to; NULL: the one asked */
    const char *member, *only; /* what is not of it has another value there; NULL: all are */
};

static void add(struct json_object *out, const char *const *words, size_t count)
{
    struct json_object *row = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        json_object_array_add(row, json_object_new_string(words[i]));
    json_object_array_add(out, row);
}

/* Takes `events` over. */
static void add_all(const struct estate *e, struct place at, const struct kind *k,
                    struct json_object *events, struct json_object *out)
{
    int64_t first_s = events_night_s(e->night) - (int64_t)k->days * EVENTS_DAY_S, ms = 0;
    for (size_t i = 0; i < json_object_array_length(events); i++) {
        struct json_object *event = json_object_array_get_idx(events, i);
        char date[TIMESTAMP_MAX];
        if (k->member != NULL && strcmp(json_string(event, k->member), k->only) != 0)
            continue;
        if (!timestamp_parse_iso(text_of(json_string(event, k->at)), &ms) ||
            ms / MILLISECONDS < first_s)
            continue;
        timestamp_iso(ms / MILLISECONDS, date);
        const char *words[] = { k->owner == NULL ? at.account : json_string(event, k->owner),
                                at.region, k->type, json_string(event, k->id), date };
        add(out, words, sizeof words / sizeof *words);
    }
    json_object_put(events);
}

static void add_history(const struct estate *e, struct place at, struct json_object *out)
{
    const char *alias = history_alias(e, at.account);
    const struct kind root = { "aws_cloudtrail_root_event",
                               "EventId",
                               "EventTime",
                               EVENTS_WINDOW_DAYS,
                               NULL,
                               "Username",
                               HISTORY_ROOT },
                      named = { "aws_cloudtrail_root_event_by_alias",
                                "EventId",
                                "EventTime",
                                EVENTS_WINDOW_DAYS,
                                NULL,
                                "Username",
                                alias },
                      insight = { "aws_cloudtrail_insights_event",
                                  "EventId",
                                  "EventTime",
                                  EVENTS_WINDOW_DAYS,
                                  NULL,
                                  NULL,
                                  NULL };
    struct json_object *events = history_events(e, at, HISTORY_MANAGEMENT);
    if (alias != NULL)
        add_all(e, at, &named, json_object_get(events), out);
    add_all(e, at, &root, events, out);
    add_all(e, at, &insight, history_events(e, at, HISTORY_INSIGHT), out);
}

static void add_analyzers(const struct estate *e, size_t account, size_t region,
                          struct json_object *out)
{
    static const struct kind kind = {
        "aws_accessanalyzer_finding", "id", "analyzedAt", EVENTS_WINDOW_DAYS,
        "resourceOwnerAccount",       NULL, NULL
    };
    static const char *const names[] = { ANALYZERS_ACCOUNT, ANALYZERS_ORGANIZATION,
                                         ANALYZERS_UNUSED };
    struct place at = estate_place(e, account, region);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (estate_item(e, at, "Analyzers", "name", names[i]) != NULL)
            add_all(e, at, &kind, analyzers_findings(e, account, region, names[i]), out);
}

struct json_object *evidence_truth(const struct estate *e)
{
    static const struct kind finding = { "aws_guardduty_finding",
                                         "Id",
                                         "UpdatedAt",
                                         EVENTS_WINDOW_DAYS,
                                         NULL,
                                         NULL,
                                         NULL },
                             control = { "aws_securityhub_finding",
                                         "Id",
                                         "UpdatedAt",
                                         EVENTS_WINDOW_DAYS,
                                         NULL,
                                         NULL,
                                         NULL };
    struct json_object *out = json_object_new_array();
    for (size_t account = 0; account < e->o.accounts; account++)
        for (size_t region = 0; events_lively(e, account) && region < e->o.regions; region++) {
            struct place at = estate_place(e, account, region);
            add_history(e, at, out);
            add_all(e, at, &finding, findings_of(e, account, region), out);
            add_all(e, at, &control, hub_findings_of(e, account, region), out);
            add_analyzers(e, account, region, out);
        }
    return out;
}
