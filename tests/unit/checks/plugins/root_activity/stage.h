#ifndef TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_STAGE_H
#define TESTS_UNIT_CHECKS_PLUGINS_ROOT_ACTIVITY_STAGE_H

/* An account of which a test says what happened in it, and the rows that the plugin answers with. */
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "tests/unit/checks/plugins/kit.h"

extern const struct check_plugin check_plugin_root_activity;

enum { STAGE_ROWS_MAX = 4096 };

struct stage_row {
    char *subject, *severity;
    struct json_object *evidence, *detail;
    int64_t at;
};

struct stage {
    struct kit kit;
    struct json_object *params;
    struct stage_row rows[STAGE_ROWS_MAX];
    size_t row_count;
    struct error err;
};

/* Its account is there, and nothing has happened. */
static inline void stage_forget_events(struct stage *s)
{
    json_object_put(s->kit.types);
    s->kit.types = kit_json("{\"aws_account\":[{\"_id\":\"123456789012\",\"_key\":\"the account\"}],"
                            "\"gcp_project\":[{\"_id\":\"123456789012\",\"_key\":\"the account\"}]}");
}

static inline struct stage *stage_new(void)
{
    struct stage *s = memory_new(1, sizeof *s);
    s->params = json_object_new_object();
    s->kit.holders = json_object_new_object();
    s->kit.account = "123456789012";
    stage_forget_events(s);
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

static inline void stage_free(struct stage *s)
{
    stage_forget_rows(s);
    json_object_put(s->kit.types);
    json_object_put(s->kit.holders);
    json_object_put(s->params);
    free(s);
}

static inline void stage_put(struct stage *s, const char *type, const char *id, const char *at,
                             const char *json)
{
    struct json_object *o = kit_json(json);
    json_object_object_add(o, "_id", json_object_new_string(id));
    if (at != NULL)
        json_object_object_add(o, "_at", json_object_new_string(at));
    json_object_array_add(kit_list(s->kit.types, type), o);
}

/* Whoever holds an address from then on, until "" (still); `more` are further members or other ones: "\"parent\":\"x\"". */
static inline void stage_hold_as(struct stage *s, const char *address, const char *type, const char *id,
                                 const char *from, const char *until, const char *more)
{
    char *last = *until == '\0' ? memory_string("") : memory_format(",\"until\":\"%s\"", until);
    char *json = memory_format("{\"account\":\"111122223333\",\"account_name\":\"infra\",\"team\":\"web\","
                               "\"name\":\"backup-server\",\"type\":\"%s\",\"id\":\"%s\",\"from\":\"%s\"%s%s%s}",
                               type, id, from, last, *more == '\0' ? "" : ",", more);
    json_object_array_add(kit_list(s->kit.holders, address), kit_json(json));
    free(json);
    free(last);
}

static inline void stage_hold(struct stage *s, const char *address, const char *type, const char *id,
                              const char *from, const char *until)
{
    stage_hold_as(s, address, type, id, from, until, "");
}

static inline bool stage_take(void *ctx, const struct check_result *row, struct error *err)
{
    struct stage *s = ctx;
    (void)err;
    assert_true(s->row_count < STAGE_ROWS_MAX && row->proven && row->unknown == NULL);
    assert_string_equal(row->key, "the account");
    assert_true(strlen(row->subject) <= CHECK_SUBJECT_MAX && strlen(row->evidence) <= CHECK_EVIDENCE_MAX &&
                strlen(row->detail) <= CHECK_EVIDENCE_MAX);
    for (const char *c = row->subject; *c != '\0'; c++)
        assert_true((unsigned char)*c >= 0x20 && *c != 0x7f);
    s->rows[s->row_count++] = (struct stage_row){ memory_string(row->subject), memory_string(row->severity),
                                                  kit_json(row->evidence), kit_json(row->detail),
                                                  row->at_unix_s };
    return true;
}

/* Judges anew; rows are in the order of their coming. */
static inline bool stage_judge(struct stage *s, const char *check)
{
    const struct check_view view = kit_view(&s->kit, check, s->params);
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
    struct json_object *o = kit_json(wanted);
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
