#include "tests/fakecloud/google/fault.h"

#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct kind {
    int status;
    const char *canonical, *reason, *domain; /* ErrorInfo; reason NULL: none */
    const char *classic, *classic_domain;
} kinds[] = {
    [GOOGLE_FAULT_NONE] = { 500, "INTERNAL", NULL, NULL, "internalError", "global" },
    [GOOGLE_FAULT_UNAUTHENTICATED] = { 401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED",
                                       "googleapis.com", "authError", "global" },
    [GOOGLE_FAULT_DENIED] = { 403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED",
                              "iam.googleapis.com", "forbidden", "global" },
    [GOOGLE_FAULT_DISABLED] = { 403, "PERMISSION_DENIED", "SERVICE_DISABLED", "googleapis.com",
                                "accessNotConfigured", "usageLimits" },
    [GOOGLE_FAULT_PERIMETER] = { 403, "PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED",
                                 "googleapis.com", "vpcServiceControls", "global" },
    [GOOGLE_FAULT_USER_PROJECT] = { 403, "PERMISSION_DENIED", "USER_PROJECT_DENIED",
                                    "googleapis.com", "forbidden", "global" },
    [GOOGLE_FAULT_BILLING] = { 403, "PERMISSION_DENIED", "BILLING_DISABLED", "googleapis.com",
                               "forbidden", "global" },
    [GOOGLE_FAULT_CONSUMER] = { 403, "PERMISSION_DENIED", "CONSUMER_INVALID", "googleapis.com",
                                "forbidden", "global" },
    [GOOGLE_FAULT_THROTTLED] = { 429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "googleapis.com",
                                 "rateLimitExceeded", "usageLimits" },
    [GOOGLE_FAULT_RATE] = { 403, NULL, NULL, NULL, "rateLimitExceeded", "usageLimits" },
    [GOOGLE_FAULT_NOT_FOUND] = { 404, "NOT_FOUND", NULL, NULL, "notFound", "global" },
    [GOOGLE_FAULT_INVALID] = { 400, "INVALID_ARGUMENT", NULL, NULL, "invalid", "global" },
    [GOOGLE_FAULT_NO_METHOD] = { 404, NULL, NULL, NULL, NULL, NULL },
    [GOOGLE_FAULT_INTERNAL] = { 500, "INTERNAL", NULL, NULL, "backendError", "global" },
    [GOOGLE_FAULT_UNAVAILABLE] = { 503, "UNAVAILABLE", NULL, NULL, "backendError", "global" },
    [GOOGLE_FAULT_GRANT] = { 400, NULL, NULL, NULL, NULL, NULL },
};

#define PAGE                                                                                       \
    "<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n"                 \
    "  <p><b>404.</b> <ins>That\xe2\x80\x99s an error.</ins>\n"                                    \
    "  <p>The requested URL was not found on this server.\n"

bool google_fault_set(struct google_fault *f, enum google_fault_kind kind, const char *format, ...)
{
    va_list args;
    f->kind = kind;
    va_start(args, format);
    (void)vsnprintf(f->message, sizeof f->message, format, args);
    va_end(args);
    return false;
}

bool google_fault_grant(struct google_fault *f, const char *grant, const char *message)
{
    f->grant = grant;
    return google_fault_set(f, GOOGLE_FAULT_GRANT, "%s", message);
}

static void add(struct json_object *o, const char *name, const char *value)
{
    if (value != NULL)
        json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *typed(const char *type)
{
    struct json_object *o = json_object_new_object();
    char *whole = memory_format("type.googleapis.com/google.rpc.%s", type);
    add(o, "@type", whole);
    free(whole);
    return o;
}

/* Another one each time; free(). */
static char *unique_id(uint64_t number)
{
    return memory_format("fake%016" PRIx64, number * 0x9e3779b97f4a7c15U);
}

/* A perimeter names its unique id in words too. */
static void add_message(struct json_object *error, const struct google_fault *f, uint64_t number)
{
    char *id = unique_id(number);
    char *whole = memory_format("%s%s", f->message, f->kind == GOOGLE_FAULT_PERIMETER ? id : "");
    add(error, "message", whole);
    free(whole);
    free(id);
}

static void add_metadata(struct json_object *info, const struct google_fault *f, uint64_t number)
{
    struct json_object *data = json_object_new_object();
    bool denied = f->kind == GOOGLE_FAULT_DENIED;
    add(data, "permission", denied ? f->permission : NULL);
    add(data, "resource", denied ? f->resource : NULL);
    add(data, "service", denied ? NULL : f->service);
    add(data, "quota_metric", f->quota_metric);
    if (f->consumer != NULL && !denied) {
        char *consumer = memory_format("projects/%s", f->consumer);
        add(data, "consumer", consumer);
        free(consumer);
    }
    if (f->kind == GOOGLE_FAULT_PERIMETER) {
        char *uid = unique_id(number);
        add(data, "uid", uid);
        free(uid);
    }
    if (json_object_object_length(data) > 0)
        json_object_object_add(info, "metadata", data);
    else
        json_object_put(data);
}

static void add_details(struct json_object *error, const struct google_fault *f, uint64_t number)
{
    const struct kind *k = &kinds[f->kind];
    if (k->reason == NULL)
        return;
    struct json_object *details = json_object_new_array(), *info = typed("ErrorInfo");
    add(info, "reason", k->reason);
    add(info, "domain", k->domain);
    add_metadata(info, f, number);
    json_object_array_add(details, info);
    if (f->kind == GOOGLE_FAULT_THROTTLED) {
        struct json_object *retry = typed("RetryInfo");
        add(retry, "retryDelay", "1.500s");
        json_object_array_add(details, retry);
    }
    json_object_object_add(error, "details", details);
}

static void add_classic(struct json_object *error, const struct google_fault *f)
{
    const struct kind *k = &kinds[f->kind];
    struct json_object *list = json_object_new_array(), *one = json_object_new_object();
    add(one, "message", f->message);
    add(one, "domain", k->classic_domain);
    add(one, "reason", k->classic);
    json_object_array_add(list, one);
    json_object_object_add(error, "errors", list);
}

/* Compute and the like name the canonical status only where Google's front answers for them. */
static bool from_front(const struct google_fault *f)
{
    return kinds[f->kind].reason != NULL;
}

static struct json_object *body_of(const struct google_fault *f, bool classic, uint64_t number)
{
    struct json_object *o = json_object_new_object(), *error = json_object_new_object();
    if (f->kind == GOOGLE_FAULT_GRANT) {
        json_object_put(error);
        add(o, "error", f->grant);
        add(o, "error_description", f->message);
        return o;
    }
    json_object_object_add(error, "code", json_object_new_int(kinds[f->kind].status));
    add_message(error, f, number);
    if (classic || f->kind == GOOGLE_FAULT_RATE)
        add_classic(error, f);
    if (!classic || from_front(f)) {
        add(error, "status", kinds[f->kind].canonical);
        add_details(error, f, number);
    }
    json_object_object_add(o, "error", error);
    return o;
}

void google_fault_write(const struct google_fault *f, bool classic, uint64_t number,
                        struct http_response *out)
{
    struct error err = ERROR_INIT;
    bool html = f->kind == GOOGLE_FAULT_NO_METHOD;
    buffer_clear(&out->body);
    out->status = kinds[f->kind].status;
    if (html) {
        buffer_append_string(&out->body, PAGE);
    } else {
        struct json_object *body = body_of(f, classic, number);
        json_write_plain(body, &out->body);
        json_object_put(body);
    }
    (void)http_headers_set(
        &out->headers, "Content-Type",
        text_of(html ? "text/html; charset=UTF-8" : "application/json; charset=UTF-8"), &err);
    if (f->kind == GOOGLE_FAULT_UNAUTHENTICATED)
        (void)http_headers_set(&out->headers, "WWW-Authenticate",
                               text_of("Bearer realm=\"https://accounts.google.com/\""), &err);
}
