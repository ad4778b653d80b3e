#ifndef TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_VIEW_H
#define TESTS_UNIT_CHECKS_PLUGINS_OUTBOUND_DNS_VIEW_H

/* A view made from JSON, and the rows that the plugin gives over it as lines of text. */
#include "core/base/buffer.h"
#include "tests/unit/checks/plugins/kit.h"

extern const struct check_plugin check_plugin_outbound_dns;

enum { VIEW_TEXT_MAX = 16 * 1024 * 1024 };

struct view {
    struct json_object *
        given; /* {TYPE: [{key, id, region, parent, foreign, at, …config}], holders: {ADDRESS: [{…}]},
                never_read: TYPE} */
    struct kit kit;
    struct json_object *params;
    struct buffer
        rows; /* "KEY | SUBJECT | SEVERITY | EVIDENCE", sorted by nobody; unknown: "KEY ? WHY" */
    struct buffer details;
    size_t count;
    struct error err;
};

/* What is of the kit bears its mark. */
static inline void view_mark(struct json_object *list)
{
    static const char *const names[][2] = { { "id", "_id" },         { "key", "_key" },
                                            { "region", "_region" }, { "parent", "_parent" },
                                            { "at", "_at" },         { "account", "_account" },
                                            { "foreign", "_foreign" } };
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *o = json_object_array_get_idx(list, i), *value = NULL;
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if ((value = json_get(o, names[k][0])) != NULL)
                json_object_object_add(o, names[k][1], json_object_get(value));
    }
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
    json_object_put(kit_json(r->evidence));
    json_object_put(kit_json(r->detail));
    buffer_append_format(&v->rows, "%s | %s | %s | %s\n", r->key, r->subject, r->severity,
                         r->evidence);
    buffer_append_format(&v->details, "%s: %lld %s\n", r->subject, (long long)r->at_unix_s,
                         r->detail);
    return true;
}

static const char view_params[] =
    "{\"dns\":{\"expected_resolvers\":[\"45.61.0.53\"],\"volume_bytes\":1000000,\"volume_flows\":500},"
    "\"flow_log_groups\":[{\"account\":\"*\",\"region\":\"us-*\",\"name\":\"/vpc/*\"}],"
    "\"root_servers\":{\"J-root, Verisign\":[\"192.58.128.30\",\"2001:503:c27::2:30\"],\"A-root, Verisign\":[\"198.41.0.4\"],"
    "\"C-root, Cogent\":[\"192.33.4.12\"],\"D-root, UMD\":[\"199.7.91.13\"]},"
    "\"public_resolvers\":{\"Google Public DNS\":[\"8.8.8.8\",\"8.8.4.4\"],\"Cloudflare\":[\"1.1.1.1\"]}}";

/* Runs the plugin for `check` over `given`; false when it failed. view_release() it. */
static inline bool view_judge(struct view *v, const char *check, const char *given)
{
    *v = (struct view){ .given = kit_json(given), .params = kit_json(view_params) };
    const char *never = json_string(v->given, "never_read");
    v->kit = (struct kit){ .types = v->given,
                           .unread = json_object_new_object(),
                           .holders = json_get(v->given, "holders"),
                           .account = strncmp(check, "gcp", 3) == 0 ? "p" : NULL,
                           .region = "us-east-1" };
    if (never != NULL)
        json_object_object_add(v->kit.unread, never, json_object_new_boolean(true));
    json_object_object_foreach(v->given, type, list) {
        (void)type;
        if (json_object_is_type(list, json_type_array))
            view_mark(list);
    }
    buffer_init(&v->rows, VIEW_TEXT_MAX);
    buffer_init(&v->details, VIEW_TEXT_MAX);
    const struct check_view view = kit_view(&v->kit, check, v->params);
    return check_plugin_outbound_dns.judge(&view, view_take, v, &v->err);
}

static inline void view_release(struct view *v)
{
    json_object_put(v->kit.unread);
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
