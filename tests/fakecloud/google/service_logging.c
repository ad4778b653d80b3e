#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/filter.h"
#include "tests/fakecloud/google/form.h"
#include "tests/fakecloud/google/history.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/google/routed.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Cloud Logging v2. Sinks and metrics are called by their ids alone; `_name` is the whole. */

enum { RESOURCES_MAX = 100, FILTER_MAX = 20000 }; /* of one call; characters */

/* An entry that a filter looks at. */
struct looking {
    struct json_object *entry;
    char *text; /* of the field asked for last */
};

static const char *get(void *ctx, const char *field)
{
    struct looking *l = ctx;
    struct json_object *o = l->entry;
    free(l->text);
    l->text = NULL;
    if (strcmp(field, "log_id") == 0) {
        l->text = google_form_decode(
            text_of(strstr(json_string(o, "logName"), "/logs/") + strlen("/logs/")));
        return l->text;
    }
    struct text rest = text_of(field);
    while (o != NULL && rest.data != NULL) {
        char *name = text_copy(text_cut(&rest, '.'));
        o = json_get(o, name);
        free(name);
    }
    l->text = o == NULL ? NULL : memory_string(json_object_get_string(o));
    return l->text;
}

static bool add_passing(struct json_object *entries, const char *filter, struct json_object *out)
{
    bool known = true;
    for (size_t i = 0; known && i < json_object_array_length(entries); i++) {
        struct looking l = { json_object_array_get_idx(entries, i), NULL };
        bool passes = true;
        known = filter == NULL || google_filter_passes(filter, get, &l, &passes);
        free(l.text);
        if (known && passes)
            json_object_array_add(out, json_object_get(l.entry));
    }
    return known;
}

/* By time, those of one time by id. */
static int compare_entries(const void *a, const void *b)
{
    struct json_object *x = *(struct json_object *const *)a, *y = *(struct json_object *const *)b;
    int order = strcmp(json_string(x, "timestamp"), json_string(y, "timestamp"));
    return order != 0 ? order : strcmp(json_string(x, "insertId"), json_string(y, "insertId"));
}

/* The entries of a project or of a view; NULL with a fault. */
static struct json_object *entries_of(const struct google_call *c, const char *resource,
                                      struct google_fault *fault)
{
    if (google_routed_is_view(resource))
        return google_routed_entries(c->estate, resource, fault);
    const char *account = google_call_account_of(c, resource);
    size_t project = account == NULL ? SIZE_MAX : estate_number(c->estate, account);
    if (project == SIZE_MAX) {
        google_fault_set(fault, GOOGLE_FAULT_INVALID,
                         "the fake cloud lists entries of projects and views alone");
        return NULL;
    }
    struct json_object *entries = google_history_entries(c->estate, project);
    if (google_routed_away(c->estate, project))
        google_routed_strip(entries, false);
    return entries;
}

/* Adds the passing entries of the resource of number `index`. */
static bool add_entries(const struct google_call *c, size_t index, struct json_object *out,
                        struct google_fault *fault)
{
    const char *filter = google_call_text(c, "filter");
    struct json_object *entries =
        entries_of(c, google_call_text_at(c, "resourceNames", index), fault);
    bool ok = entries != NULL &&
              (add_passing(entries, filter, out) ||
               google_fault_set(fault, GOOGLE_FAULT_INVALID, "Unparseable filter: %s", filter));
    json_object_put(entries);
    return ok;
}

/* Of up to a hundred projects and views; entries come by time, the oldest first. */
static bool list_entries(const struct google_call *c, struct json_object **out,
                         struct google_fault *fault)
{
    const char *order = google_call_text(c, "orderBy");
    const char *filter = google_call_text(c, "filter");
    size_t count = google_call_count(c, "resourceNames");
    if (filter != NULL && strlen(filter) > FILTER_MAX)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID, "filter is longer than %d characters",
                                FILTER_MAX);
    if (count == 0 || count > RESOURCES_MAX)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                "resource_names must hold from 1 to %d names", RESOURCES_MAX);
    if (order != NULL && strcmp(order, "timestamp asc") != 0)
        return google_fault_set(fault, GOOGLE_FAULT_INVALID,
                                "the fake cloud lists entries by \"timestamp asc\"");
    struct json_object *found = json_object_new_array();
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_entries(c, i, found, fault);
    if (count > 1 || google_routed_is_view(google_call_text(c, "resourceNames")))
        json_object_array_sort(found, compare_entries);
    ok = ok && google_offer_page(c, found, out, fault);
    json_object_put(found);
    return ok;
}

#define SINKS(of)                                                                                  \
    {                                                                                              \
        .method = of ".sinks.list", .path = "v2/{parent=" of "/*}/sinks", .kind = GOOGLE_LIST,     \
        .list = "logging.sinks", .as = "sinks", .usual = 100, .most = 1000,                        \
        .permission = "logging.sinks.list"                                                         \
    }
#define BUCKETS(of)                                                                                \
    {                                                                                              \
        .method = of ".locations.buckets.list",                                                    \
        .path = "v2/{parent=" of "/*/locations/*}/buckets", .kind = GOOGLE_LIST,                   \
        .list = "logging.buckets", .as = "buckets", .usual = 100, .most = 1000,                    \
        .permission = "logging.buckets.list"                                                       \
    }

static const struct google_offer offers[] = {
    SINKS("projects"),
    SINKS("folders"),
    SINKS("organizations"),
    { .method = "projects.sinks.get",
      .path = "v2/{sinkName=projects/*/sinks/*}",
      .kind = GOOGLE_GET,
      .list = "logging.sinks",
      .by = "sinkName=_name",
      .permission = "logging.sinks.get" },
    BUCKETS("projects"),
    BUCKETS("folders"),
    BUCKETS("organizations"),
    { .method = "projects.locations.buckets.get",
      .path = "v2/{name=projects/*/locations/*/buckets/*}",
      .kind = GOOGLE_GET,
      .list = "logging.buckets",
      .permission = "logging.buckets.get" },
    { .method = "projects.metrics.list",
      .path = "v2/{parent=projects/*}/metrics",
      .kind = GOOGLE_LIST,
      .list = "logging.metrics",
      .as = "metrics",
      .usual = 100,
      .most = 1000,
      .permission = "logging.logMetrics.list" },
    { .method = "projects.metrics.get",
      .path = "v2/{metricName=projects/*/metrics/*}",
      .kind = GOOGLE_GET,
      .list = "logging.metrics",
      .by = "metricName=_name",
      .permission = "logging.logMetrics.get" },
    { .method = "entries.list",
      .path = "v2/entries:list",
      .post = true,
      .kind = GOOGLE_ANSWER,
      .answer = list_entries,
      .as = "entries",
      .usual = 50,
      .most = 1000,
      .harmless = { "resourceNames", "filter", "orderBy" },
      .permission = "logging.logEntries.list" },
    { .method = NULL },
};

const struct google_service google_service_logging = { .name = "logging",
                                                       .title = "Cloud Logging API",
                                                       .offers = offers };
