#ifndef TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_STAGE_H
#define TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_STAGE_H

/* A view of an account made of what a test gives, and the rows that the plugin answers with. */
#include "tests/unit/unit.h"

#include "checks/check.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>

extern const struct check_plugin check_plugin_root_activity;

enum { STAGE_MAX = 4096 };

struct stage_row {
    char *subject, *severity;
    struct json_object *evidence, *detail;
    int64_t at;
};

struct stage_event {
    const char *type, *at;
    char id[32];
    struct json_object *config;
};

struct stage {
    struct stage_event events[STAGE_MAX];
    size_t event_count;
    struct check_holder holders[64];
    const char *addresses[64];
    size_t holder_count;
    size_t asked; /* how often for holders */
    struct json_object *params;
    struct stage_row rows[STAGE_MAX];
    size_t row_count;
    const char *refuse; /* the type whose reading fails */
    struct error err;
};

static inline int64_t stage_time(const char *iso)
{
    int64_t ms = 0;
    assert_true(timestamp_parse_iso(text_of(iso), &ms));
    return ms / 1000;
}

static inline struct json_object *stage_json(const char *text)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s: %s", err.message, text);
    return o;
}

static inline struct stage *stage_new(void)
{
    struct stage *s = memory_new(1, sizeof *s);
    s->params = json_object_new_object();
    return s;
}

static inline void stage_forget_rows(struct stage *s)
{
    for (size_t i = 0; i < s->row_count; i++) {
        free(s->rows[i].subject);
        free(s->rows[i].severity);
        json_object_put(s->rows[i].evidence);
        json_object_put(s->rows[i].detail);
    }
    s->row_count = 0;
}

static inline void stage_forget_events(struct stage *s)
{
    for (size_t i = 0; i < s->event_count; i++)
        json_object_put(s->events[i].config);
    s->event_count = 0;
}

static inline void stage_free(struct stage *s)
{
    stage_forget_rows(s);
    stage_forget_events(s);
    json_object_put(s->params);
    free(s);
}

static inline void stage_put(struct stage *s, const char *type, const char *id, const char *at,
                             const char *json)
{
    struct stage_event *e = &s->events[s->event_count++];
    assert_true(s->event_count <= STAGE_MAX);
    e->type = type;
    e->at = at;
    snprintf(e->id, sizeof e->id, "%s", id);
    e->config = stage_json(json);
}

/* Somebody holds an address from then on, until "" (still). */
static inline struct check_holder *stage_hold(struct stage *s, const char *address, const char *type,
                                              const char *id, const char *from, const char *until)
{
    struct check_holder *h = &s->holders[s->holder_count];
    s->addresses[s->holder_count++] = address;
    *h = (struct check_holder){ .provider = strncmp(type, "gcp", 3) == 0 ? "gcp" : "aws",
                                .account = "111122223333",
                                .account_name = "infra",
                                .team = "web",
                                .region = "us-east-1",
                                .type = type,
                                .key = id,
                                .id = id,
                                .name = "backup-server",
                                .from_unix_s = stage_time(from),
                                .until_unix_s = *until == '\0' ? 0 : stage_time(until) };
    return h;
}

static inline bool stage_resources(void *ctx, const char *type, check_resource_fn each, void *each_ctx,
                                   struct error *err)
{
    struct stage *s = ctx;
    const bool account = strcmp(type, "aws_account") == 0 || strcmp(type, "gcp_project") == 0;
    struct check_resource r = { .account = "123456789012", .account_name = "shop", .team = "", .region = "us-east-1",
                                .key = "the account", .id = "123456789012", .name = "", .verified = true, .own = true };
    if (s->refuse != NULL && strcmp(s->refuse, type) == 0)
        return error_set(err, ERROR_STORE, "refused");
    if (account)
        return each(each_ctx, &r, err);
    for (size_t i = 0; i < s->event_count; i++) {
        if (strcmp(s->events[i].type, type) != 0)
            continue;
        r.key = "";
        r.id = s->events[i].id;
        r.at = s->events[i].at;
        r.config = s->events[i].config;
        if (!each(each_ctx, &r, err))
            return false;
    }
    return true;
}

static inline bool stage_complete(void *ctx, const char *type, const char *account, const char *region)
{
    (void)ctx, (void)type, (void)account, (void)region;
    return true;
}

static inline bool stage_holders(void *ctx, const char *address, int64_t at, check_holder_fn each, void *each_ctx,
                                 struct error *err)
{
    struct stage *s = ctx;
    s->asked++;
    for (size_t i = 0; i < s->holder_count; i++) {
        struct check_holder h = s->holders[i];
        h.then = h.from_unix_s <= at && (h.until_unix_s == 0 || at < h.until_unix_s);
        if (strcmp(s->addresses[i], address) == 0 && !each(each_ctx, &h, err))
            return false;
    }
    return true;
}

static inline bool stage_take(void *ctx, const struct check_result *row, struct error *err)
{
    struct stage *s = ctx;
    (void)err;
    assert_true(s->row_count < STAGE_MAX && row->proven && row->unknown == NULL);
    assert_string_equal(row->key, "the account");
    assert_true(strlen(row->subject) <= CHECK_SUBJECT_MAX && strlen(row->evidence) <= CHECK_EVIDENCE_MAX &&
                strlen(row->detail) <= CHECK_EVIDENCE_MAX);
    for (const char *c = row->subject; *c != '\0'; c++)
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    s->rows[s->row_count++] = (struct stage_row){ memory_string(row->subject), memory_string(row->severity),
                                                  stage_json(row->evidence), stage_json(row->detail),
                                                  row->at_unix_s };
    return true;
}

/* Judges anew; rows are in the order of their coming. */
static inline bool stage_judge(struct stage *s, const char *check)
{
    const struct check_view view = { .ctx = s,
                                     .check = check,
                                     .account = "123456789012",
                                     .params = s->params,
                                     .resources = stage_resources,
                                     .is_complete = stage_complete,
                                     .holders = stage_holders };
    stage_forget_rows(s);
    return check_plugin_root_activity.judge(&view, stage_take, s, &s->err);
}

static inline void stage_run(struct stage *s, const char *check)
{
    if (!stage_judge(s, check))
        fail_msg("%s", s->err.message);
}

/* NULL when there is none. */
static inline struct stage_row *stage_find(struct stage *s, const char *subject)
{
    for (size_t i = 0; i < s->row_count; i++)
        if (strcmp(s->rows[i].subject, subject) == 0)
            return &s->rows[i];
    return NULL;
}

static inline struct stage_row *stage_only(struct stage *s, const char *subject, const char *severity)
{
    struct stage_row *row = stage_find(s, subject);
    if (row == NULL || s->row_count != 1)
        fail_msg("%zu rows, the first %s", s->row_count, s->row_count == 0 ? "none" : s->rows[0].subject);
    assert_string_equal(row->severity, severity);
    return row;
}

/* Whether it is that JSON, in whatever order of members. */
static inline void stage_is(struct json_object *is, const char *wanted)
{
    struct json_object *o = stage_json(wanted);
    if (!json_equal(is, o))
        fail_msg("%s, not %s", json_object_to_json_string(is), wanted);
    json_object_put(o);
}

static inline const char *stage_text(struct json_object *o, const char *path)
{
    const char *s = path_string(o, path);
    return s == NULL ? "" : s;
}

#endif
