#ifndef TESTS_UNIT_SCANNER_GOOGLE_H
#define TESTS_UNIT_SCANNER_GOOGLE_H

/*
 * A Google of many projects behind the scripted transport: little in each, but every call counted by Google's
 * documented quotas, and refused beyond them. A minute is any minute, not one that begins on the minute.
 */
#include "core/base/map.h"
#include "core/decode/json.h"
#include "tests/unit/core/http/script.h"

#include <json-c/json.h>
#include <string.h>

#define GOOGLE_ORGANIZATION "123456789012"

enum {
    GOOGLE_LATENCY_MS = 40,
    GOOGLE_ASSETS_A_PAGE = 10,
    GOOGLE_PROJECTS_A_PAGE = 50,
    GOOGLE_QUOTA_MAX = 6000,
    GOOGLE_RESOURCES_MAX = 100 /* of one entries.list */
};

/* How a refusal is worded. */
enum google_refusal {
    GOOGLE_PLAIN_429,
    GOOGLE_RETRY_AFTER,
    GOOGLE_RETRY_INFO,
    GOOGLE_RATE_LIMIT_403,
    GOOGLE_REFUSALS
};

/* When the last calls that count on one quota were made. */
struct google_counter {
    int64_t at_ms[GOOGLE_QUOTA_MAX];
    size_t next, used;
    int64_t span; /* that is counted, where spans begin on the minute */
};

struct google {
    struct script script;
    int projects;
    double scale; /* of the quotas: others use them too */
    bool hard;    /* what is used up comes back on the minute, and not before */
    size_t every; /* refuse each so-manieth call whatever its quota; 0: none */
    int denied;   /* the logs of each so-manieth project are nobody's to read; 0: all are */
    size_t entries; /* calls of entries.list that were let in */
    size_t calls, refused, kinds[GOOGLE_REFUSALS];
    struct map *counters;
    char **bodies; /* what was answered lives until the end */
    size_t body_count;
};

/* ---- quotas ---- */

struct google_quota {
    const char *host, *path; /* globs */
    size_t count;
    int64_t span_ms;
    bool by_project; /* that is read, where the request names none as its own */
};

/* Google's quota pages: Cloud Asset Inventory, Resource Manager, Compute Engine, IAM, Cloud Logging. */
static const struct google_quota google_quotas[] = {
    { "cloudasset.*", "/v1/*/assets", 100, 60000, false },
    { "cloudresourcemanager.*", "/v3/projects", 10, 1000, false },
    { "cloudresourcemanager.*", "/v3/folders", 10, 1000, false },
    { "cloudresourcemanager.*", "*:search", 4, 1000, false },
    { "cloudresourcemanager.*", "/v3/*/*", 10, 1000, false },
    { "compute.*", "*/aggregated/*", 1500, 60000, true },
    { "compute.*", "*/global/*", 1500, 60000, true },
    { "iam.*", "*", 6000, 60000, true },
    { "logging.*", "/v2/entries:list", 60, 60000, false },
};

/* The number that a text begins with. */
static inline int google_number(const char *s)
{
    int64_t number = 0;
    assert_true(text_to_int64((struct text){ s, strspn(s, "0123456789") }, &number));
    return (int)number;
}

/* "p17" of ".../projects/p17/...". */
static inline void google_project_of(const char *path, char *out, size_t size)
{
    const char *at = strstr(path, "projects/");
    (void)snprintf(out, size, "%.*s", at == NULL ? 0 : (int)strcspn(at + 9, "/:"),
                   at == NULL ? "" : at + 9);
}

static inline struct google_counter *google_counter(struct google *g, size_t quota,
                                                    const struct http_request *r)
{
    char project[40];
    const char *named = http_headers_get(&r->headers, "x-goog-user-project");
    google_project_of(r->path, project, sizeof project);
    const char *payer = named != NULL ? named : google_quotas[quota].by_project ? project : "own";
    char *key = memory_format("%zu %s", quota, payer);
    struct google_counter *c = map_get(g->counters, key);
    if (c == NULL) {
        c = memory_new(1, sizeof *c);
        map_set(g->counters, key, c);
    }
    free(key);
    return c;
}

/* Counts the call. False when so many others were made within the span. */
static inline bool google_take(struct google *g, size_t quota, const struct http_request *r)
{
    const struct google_quota *q = &google_quotas[quota];
    struct google_counter *c = google_counter(g, quota, r);
    size_t most = (size_t)((double)q->count * g->scale);
    assert_in_range(most, 1, GOOGLE_QUOTA_MAX);
    if (g->hard && c->span != g->script.now_ms / q->span_ms)
        c->used = 0;
    c->span = g->script.now_ms / q->span_ms;
    if (g->hard && c->used >= most)
        return false;
    if (!g->hard && c->used >= most &&
        c->at_ms[(c->next + GOOGLE_QUOTA_MAX - most) % GOOGLE_QUOTA_MAX] + q->span_ms >
            g->script.now_ms)
        return false;
    c->at_ms[c->next] = g->script.now_ms;
    c->next = (c->next + 1) % GOOGLE_QUOTA_MAX;
    c->used++;
    return true;
}

static inline bool google_is_within_quotas(struct google *g, const struct http_request *r)
{
    for (size_t i = 0; i < sizeof google_quotas / sizeof *google_quotas; i++)
        if (text_glob(google_quotas[i].host, r->host) && text_glob(google_quotas[i].path, r->path))
            return google_take(g, i, r);
    return true;
}

/* ---- answers ---- */

static inline struct script_answer google_answer(int status, const char *body)
{
    return (struct script_answer){ .after_ms = GOOGLE_LATENCY_MS, .status = status, .body = body };
}

/* Takes the body over. */
static inline struct script_answer google_made(struct google *g, char *body)
{
    g->bodies = memory_resize(g->bodies, g->body_count + 1, sizeof *g->bodies);
    g->bodies[g->body_count++] = body;
    return google_answer(200, body);
}

static inline struct script_answer google_refuse(struct google *g)
{
    static const char *const bodies[] = {
        [GOOGLE_PLAIN_429] =
            ("{\"error\":{\"code\":429,\"message\":\"Quota exceeded for quota metric 'x'.\",\"status\":\"RESOURCE_EXHAUSTED\"}}"),
        [GOOGLE_RETRY_AFTER] =
            ("{\"error\":{\"code\":429,\"message\":\"Too many requests.\",\"status\":\"RESOURCE_EXHAUSTED\"}}"),
        [GOOGLE_RETRY_INFO] =
            ("{\"error\":{\"code\":429,\"message\":\"Quota exceeded.\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":["
             "{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\",\"reason\":\"RATE_LIMIT_EXCEEDED\",\"domain\":\"googleapis.com\"},"
             "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"2.5s\"}]}}"),
        [GOOGLE_RATE_LIMIT_403] =
            ("{\"error\":{\"code\":403,\"message\":\"Rate Limit Exceeded\",\"errors\":["
             "{\"message\":\"Rate Limit Exceeded\",\"domain\":\"usageLimits\",\"reason\":\"rateLimitExceeded\"}]}}"),
    };
    enum google_refusal kind = g->refused++ % GOOGLE_REFUSALS;
    struct script_answer a = google_answer(kind == GOOGLE_RATE_LIMIT_403 ? 403 : 429, bodies[kind]);
    a.header = kind == GOOGLE_RETRY_AFTER ? "Retry-After: 3\r\n" : NULL;
    g->kinds[kind]++;
    return a;
}

static inline void google_add(struct buffer *out, const char *separator, const char *format, int i)
{
    buffer_append_string(out, separator);
    for (; *format != '\0'; format++)
        if (*format == '#')
            buffer_append_format(out, "%d", i);
        else
            buffer_append_char(out, *format);
}

/* A page of things of all projects; '#' in the form is the project's number. */
static inline struct script_answer google_page(struct google *g, const struct http_request *r,
                                               const char *member, const char *form, int a_page)
{
    struct buffer out;
    const char *token = r->query == NULL ? NULL : strstr(r->query, "pageToken=");
    int from = token == NULL ? 0 : google_number(token + strlen("pageToken="));
    int to = from + a_page < g->projects ? from + a_page : g->projects;
    buffer_init(&out, 1024 * 1024);
    buffer_append_format(&out, "{\"%s\":[", member);
    for (int i = from; i < to; i++)
        google_add(&out, i == from ? "" : ",", form, i);
    buffer_append_string(&out, "]");
    if (to < g->projects)
        buffer_append_format(&out, ",\"nextPageToken\":\"%d\"", to);
    buffer_append_string(&out, "}");
    return google_made(g, buffer_detach(&out));
}

#define GOOGLE_ASSET(type, data)                                                                   \
    "{\"name\":\"//x\",\"assetType\":\"" type                                                      \
    "\",\"ancestors\":[\"projects/9#\",\"organizations/" GOOGLE_ORGANIZATION                       \
    "\"],\"resource\":{\"data\":" data "}}"

/* Each project has a network and an account: two services' lists are long, the others empty. */
static inline struct script_answer google_assets(struct google *g, const struct http_request *r)
{
    if (strstr(r->query, "Network") != NULL)
        return google_page(
            g, r, "assets",
            GOOGLE_ASSET(
                "compute.googleapis.com/Network",
                "{\"id\":\"1#\",\"name\":\"default\",\"selfLink\":"
                "\"https://www.googleapis.com/compute/v1/projects/p#/global/networks/default\"}"),
            GOOGLE_ASSETS_A_PAGE);
    if (strstr(r->query, "ServiceAccount") != NULL)
        return google_page(
            g, r, "assets",
            GOOGLE_ASSET(
                "iam.googleapis.com/ServiceAccount",
                "{\"name\":\"projects/p#/serviceAccounts/a@p#.iam.gserviceaccount.com\",\"uniqueId\":\"7#\","
                "\"email\":\"a@p#.iam.gserviceaccount.com\",\"projectId\":\"p#\"}"),
            GOOGLE_ASSETS_A_PAGE);
    return google_answer(200, "{}");
}

#define GOOGLE_PROJECT                                                                             \
    "{\"name\":\"projects/9#\",\"parent\":\"organizations/" GOOGLE_ORGANIZATION                    \
    "\",\"projectId\":\"p#\",\"state\":\"ACTIVE\",\"displayName\":\"p#\"}"

#define GOOGLE_ENTRY                                                                               \
    "{\"logName\":\"projects/p#/logs/cloudaudit.googleapis.com%2Factivity\",\"insertId\":\"e\","          \
    "\"timestamp\":\"2026-11-20T12:00:00.5Z\",\"protoPayload\":{\"methodName\":\"SetIamPolicy\","           \
    "\"resourceName\":\"projects/p#\"}}"

static inline struct script_answer google_one(struct google *g, const char *path, const char *form)
{
    struct buffer out;
    char project[40];
    google_project_of(path, project, sizeof project);
    buffer_init(&out, 4096);
    google_add(&out, "", form, google_number(project + 1));
    return google_made(g, buffer_detach(&out));
}

/* One event of each project named, where it is asked for what its people did. A call that names one that is not to be
 * read is refused as a whole. */
static inline struct script_answer google_entries(struct google *g, const struct http_request *r)
{
    struct buffer out;
    struct error err = ERROR_INIT;
    struct json_object *body = NULL;
    assert_true(json_parse(buffer_text(&r->body), &body, &err));
    struct json_object *names = json_get(body, "resourceNames");
    bool activity = strstr(json_string(body, "filter"), "activity") != NULL, denied = false;
    assert_in_range(json_object_array_length(names), 1, GOOGLE_RESOURCES_MAX);
    buffer_init(&out, 1024 * 1024);
    buffer_append_string(&out, "{\"entries\":[");
    for (size_t i = 0; i < json_object_array_length(names); i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        int number = google_number(name + strlen("projects/p"));
        denied = denied || (g->denied > 0 && number % g->denied == 0);
        if (activity)
            google_add(&out, i > 0 ? "," : "", GOOGLE_ENTRY, number);
    }
    buffer_append_string(&out, "]}");
    json_object_put(body);
    g->entries++;
    if (!denied)
        return google_made(g, buffer_detach(&out));
    buffer_release(&out);
    return google_answer(403, "{\"error\":{\"code\":403,\"message\":\"Permission denied\",\"status\":\"PERMISSION_DENIED\"}}");
}

static inline struct script_answer google_serve(struct google *g, const struct http_request *r)
{
    if (strcmp(r->host, "oauth2.googleapis.com") == 0)
        return google_answer(
            200, "{\"access_token\":\"t\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
    assert_non_null(http_headers_get(&r->headers, "authorization"));
    if (text_glob("cloudasset.*", r->host))
        return google_assets(g, r);
    if (text_glob("logging.*", r->host) && strcmp(r->path, "/v2/entries:list") == 0)
        return google_entries(g, r);
    if (text_glob("compute/v1/projects/*", r->path + 1) &&
        strchr(r->path + strlen("/compute/v1/projects/"), '/') == NULL)
        return google_one(g, r->path,
                          "{\"kind\":\"compute#project\",\"id\":\"3#\",\"name\":\"p#\"}");
    if (!text_glob("cloudresourcemanager.*", r->host))
        return google_answer(200, "{}");
    if (strcmp(r->path, "/v3/organizations/" GOOGLE_ORGANIZATION) == 0)
        return google_answer(200, "{\"name\":\"organizations/" GOOGLE_ORGANIZATION
                                  "\",\"displayName\":\"example.com\",\"state\":\"ACTIVE\"}");
    if (strcmp(r->path, "/v3/projects") == 0)
        return google_page(g, r, "projects", GOOGLE_PROJECT, GOOGLE_PROJECTS_A_PAGE);
    if (text_glob("/v1/projects/*:getEffectiveOrgPolicy", r->path))
        return google_answer(
            200, "{\"constraint\":\"constraints/storage.publicAccessPrevention\",\"booleanPolicy\":{}}");
    if (strchr(r->path, ':') == NULL && text_glob("/v3/projects/*", r->path))
        return google_one(g, r->path, GOOGLE_PROJECT);
    return google_answer(200, "{}");
}

static inline struct script_answer google_on_call(void *ctx, const struct http_exchange *x)
{
    struct google *g = ctx;
    g->calls++;
    if (!google_is_within_quotas(g, x->request) || (g->every > 0 && g->calls % g->every == 0))
        return google_refuse(g);
    return google_serve(g, x->request);
}

static inline void google_init(struct google *g, int projects)
{
    *g = (struct google){ .projects = projects, .scale = 1, .counters = map_new(free) };
    script_init(&g->script, google_on_call, g);
}

static inline void google_release(struct google *g)
{
    for (size_t i = 0; i < g->body_count; i++)
        free(g->bodies[i]);
    free(g->bodies);
    map_free(g->counters);
}

#endif
