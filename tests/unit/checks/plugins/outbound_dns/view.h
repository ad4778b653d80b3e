#ifndef TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_VIEW_H
#define TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_VIEW_H

/* A view made from JSON, and the rows that the plugin gives over it as lines of text. */
#include "checks/check.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

extern const struct check_plugin check_plugin_outbound_dns;

enum { VIEW_TEXT_MAX = 16 * 1024 * 1024 };

struct view {
    struct json_object *
        given; /* {TYPE: [{key, id, region, parent, foreign, at, …config}], holders: {ADDRESS: [{…}]},
                never_read: TYPE} */
    struct json_object *params;
    struct buffer
        rows; /* "KEY | SUBJECT | SEVERITY | EVIDENCE", sorted by nobody; unknown: "KEY ? WHY" */
    struct buffer details;
    size_t count;
    struct error err;
};

static inline struct json_object *view_json(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s in %s", err.message, text);
    return o;
}

static inline bool view_resources(void *ctx, const char *type, check_resource_fn each,
                                  void *each_ctx, struct error *err)
{
    const struct view *v = ctx;
    struct json_object *list = json_get(v->given, type);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *o = json_object_array_get_idx(list, i);
        const char *id = json_string(o, "id"), *key = json_string(o, "key"),
                   *region = json_string(o, "region"), *account = json_string(o, "account");
        const struct check_resource r = {
            .account = account == NULL ? "111122223333" : account,
            .account_name = "",
            .team = "",
            .key = key == NULL ? id : key,
            .region = region == NULL ? "us-east-1" : region,
            .id = id,
            .name = "",
            .parent = json_string(o, "parent"),
            .at = json_string(o, "at"),
            .config = o,
            .verified = true,
            .own = !json_boolean(o, "foreign", false),
        };
        ok = each(each_ctx, &r, err);
    }
    return ok;
}

static inline bool view_complete(void *ctx, const char *type, const char *account,
                                 const char *region)
{
    (void)ctx;
    (void)type;
    (void)account;
    (void)region;
    return true;
}

static inline bool view_was_read(void *ctx, const char *type, const char *account,
                                 const char *region)
{
    const struct view *v = ctx;
    const char *never = json_string(v->given, "never_read");
    (void)account;
    (void)region;
    return never == NULL || strcmp(never, type) != 0;
}

static inline bool view_holders(void *ctx, const char *address, int64_t at_unix_s,
                                check_holder_fn each, void *each_ctx, struct error *err)
{
    const struct view *v = ctx;
    struct json_object *list = json_get(json_get(v->given, "holders"), address);
    bool one = json_object_is_type(list, json_type_object), ok = true;
    size_t count = list == NULL ? 0 : one ? 1 : json_object_array_length(list);
    (void)at_unix_s;
    for (size_t i = 0; ok && i < count; i++) {
        struct json_object *o = one ? list : json_object_array_get_idx(list, i);
        const char *type = json_string(o, "type");
        const struct check_holder h = { .provider = "aws",
                                        .account = json_string(o, "account"),
                                        .account_name = "",
                                        .team = "",
                                        .region = "",
                                        .type = type == NULL ? "" : type,
                                        .key = "",
                                        .id = json_string(o, "id"),
                                        .name = "",
                                        .parent = json_string(o, "parent"),
                                        .then = json_boolean(o, "then", true) };
        ok = each(each_ctx, &h, err);
    }
    return ok;
}

static inline bool view_take(void *ctx, const struct check_result *r, struct error *err)
{
    struct view *v = ctx;
    (void)err;
    v->count++;
    if (r->unknown != NULL) {
        buffer_append_format(&v->rows, "%s ? %s\n", r->key, r->unknown);
        return true;
    }
    assert_true(r->proven);
    assert_true(r->at_unix_s > 0);
    assert_true(strlen(r->subject) <= CHECK_SUBJECT_MAX);
    json_object_put(view_json(r->evidence));
    json_object_put(view_json(r->detail));
    buffer_append_format(&v->rows, "%s | %s | %s | %s\n", r->key, r->subject, r->severity,
                         r->evidence);
    buffer_append_format(&v->details, "%s: %lld %s\n", r->subject, (long long)r->at_unix_s,
                         r->detail);
    return true;
}

static const char view_params[] =
    "{\"dns\":{\"expected_resolvers\":[\"45.61.0.53\"],\"volume_bytes\":1000000,\"volume_flows\":500},"
    "\"root_servers\":{\"J-root, Verisign\":[\"192.58.128.30\",\"2001:503:c27::2:30\"],\"A-root, Verisign\":[\"198.41.0.4\"],"
    "\"C-root, Cogent\":[\"192.33.4.12\"],\"D-root, UMD\":[\"199.7.91.13\"]},"
    "\"public_resolvers\":{\"Google Public DNS\":[\"8.8.8.8\",\"8.8.4.4\"],\"Cloudflare\":[\"1.1.1.1\"]}}";

/* Runs the plugin for `check` over `given`; false when it failed. view_release() it. */
static inline bool view_judge(struct view *v, const char *check, const char *given)
{
    *v = (struct view){ .given = view_json(given),
                        .params = view_json(view_params),
                        .err = ERROR_INIT };
    buffer_init(&v->rows, VIEW_TEXT_MAX);
    buffer_init(&v->details, VIEW_TEXT_MAX);
    const struct check_view view = { .ctx = v,
                                     .check = check,
                                     .account = "111122223333",
                                     .params = v->params,
                                     .resources = view_resources,
                                     .is_complete = view_complete,
                                     .was_read = view_was_read,
                                     .holders = view_holders };
    return check_plugin_outbound_dns.judge(&view, view_take, v, &v->err);
}

static inline void view_release(struct view *v)
{
    json_object_put(v->given);
    json_object_put(v->params);
    buffer_release(&v->rows);
    buffer_release(&v->details);
}

/* The rows are these lines, in whatever order. */
static inline void view_gives(const char *check, const char *given, const char *const *lines,
                              size_t count)
{
    struct view v;
    if (!view_judge(&v, check, given))
        fail_msg("%s", v.err.message);
    for (size_t i = 0; i < count; i++) {
        char *line = strstr(buffer_string(&v.rows), lines[i]);
        if (line == NULL)
            fail_msg("not there: %s\nbut:\n%s", lines[i], buffer_string(&v.rows));
    }
    if (v.count != count)
        fail_msg("%zu rows, not %zu:\n%s", v.count, count, buffer_string(&v.rows));
    view_release(&v);
}

#define VIEW_LINES(...)                                                                            \
    (const char *const[]){ __VA_ARGS__ },                                                          \
        sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)

#endif
