#include "core/store/finding_state.h"

#include "core/decode/json.h"
#include "core/store/internal.h"

#include <json-c/json.h>
#include <string.h>

struct standing {
    int64_t from_run; /* 0: there is none */
    bool is_verdict;  /* that which was asked for */
    bool same_content, same_detail;
};

static bool read_standing(struct store *s, int64_t finding, const char *verdict,
                          const struct finding_fail *fail, struct standing *out, struct error *err)
{
    *out = (struct standing){ 0 };
    sqlite3_stmt *st =
        sql_start(&s->sql,
                  "SELECT from_run, verdict = ?2, severity = ?3 AND evidence = ?4, detail = ?5"
                  " FROM finding_state WHERE finding = ?1 AND to_run IS NULL",
                  SQL_VALUES(sql_int(finding), sql_text(verdict), sql_text(fail->severity),
                             sql_text(fail->evidence), sql_text(fail->detail)),
                  err);
    if (st == NULL)
        return false;
    enum sql_step step = sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    out->from_run = sqlite3_column_int64(st, 0);
    out->is_verdict = sqlite3_column_int(st, 1) != 0;
    out->same_content = sqlite3_column_int(st, 2) != 0;
    out->same_detail = sqlite3_column_int(st, 3) != 0;
    sql_stop(st);
    return true;
}

/* As read_standing(), of what stood before this run set anything. */
static bool rewind_run(struct store *s, int64_t finding, int64_t run, struct error *err)
{
    return sql_run(&s->sql, "DELETE FROM finding_state WHERE finding = ?1 AND from_run = ?2",
                   SQL_VALUES(sql_int(finding), sql_int(run)), err) &&
           sql_run(&s->sql,
                   "UPDATE finding_state SET to_run = NULL WHERE finding = ?1 AND to_run = ?2",
                   SQL_VALUES(sql_int(finding), sql_int(run)), err);
}

static bool end_standing(struct store *s, int64_t finding, int64_t run, struct error *err)
{
    return sql_run(&s->sql,
                   "UPDATE finding_state SET to_run = ?2 WHERE finding = ?1 AND to_run IS NULL",
                   SQL_VALUES(sql_int(finding), sql_int(run)), err);
}

static bool update_detail(struct store *s, int64_t finding, const char *detail, struct error *err)
{
    return sql_run(&s->sql,
                   "UPDATE finding_state SET detail = ?2 WHERE finding = ?1 AND to_run IS NULL",
                   SQL_VALUES(sql_int(finding), sql_text(detail)), err);
}

/* ---- the same in other words ---- */

static bool is_alike(struct json_object *a, struct json_object *b)
{
    if (!json_object_is_type(a, json_type_object) || !json_object_is_type(b, json_type_object))
        return json_equal(a, b);
    json_object_object_foreach(a, name, value) {
        struct json_object *other = NULL;
        if (json_object_object_get_ex(b, name, &other) && !is_alike(value, other))
            return false;
    }
    return true;
}

bool finding_state_is_alike(const char *evidence, const char *other)
{
    struct error ignored = ERROR_INIT; /* what is no JSON is like nothing */
    struct json_object *a = NULL, *b = NULL;
    bool alike = json_parse(text_of(evidence), &a, &ignored) &&
                 json_parse(text_of(other), &b, &ignored) && is_alike(a, b);
    json_object_put(b);
    json_object_put(a);
    return alike;
}

/* Puts the evidence in the place of one that says alike, with the same severity. */
static bool adopt(struct store *s, int64_t finding, const struct finding_fail *fail, bool *out_same,
                  struct error *err)
{
    sqlite3_stmt *st = sql_start(&s->sql,
                                 "SELECT evidence FROM finding_state WHERE finding = ?1 AND to_run"
                                 " IS NULL AND verdict IN ('FAIL', 'UNKNOWN') AND severity = ?2",
                                 SQL_VALUES(sql_int(finding), sql_text(fail->severity)), err);
    enum sql_step step = st == NULL ? SQL_FAILED : sql_next(&s->sql, st, err);
    if (step != SQL_ROW)
        return step == SQL_END;
    bool alike = finding_state_is_alike(sql_string(st, 0), fail->evidence);
    sql_stop(st);
    if (alike &&
        !sql_run(&s->sql,
                 "UPDATE finding_state SET evidence = ?2 WHERE finding = ?1 AND to_run IS NULL",
                 SQL_VALUES(sql_int(finding), sql_text(fail->evidence)), err))
        return false;
    *out_same = alike;
    return true;
}

bool finding_state_fail(struct store *s, int64_t finding, int64_t run,
                        const struct finding_fail *fail, const struct finding_cause *cause,
                        struct error *err)
{
    struct standing now;
    if (!read_standing(s, finding, "FAIL", fail, &now, err))
        return false;
    if (now.from_run == run &&
        (!rewind_run(s, finding, run, err) || !read_standing(s, finding, "FAIL", fail, &now, err)))
        return false;
    if (fail->other_check && !now.same_content && !adopt(s, finding, fail, &now.same_content, err))
        return false;
    if (now.from_run != 0 && now.is_verdict && now.same_content)
        return now.same_detail || update_detail(s, finding, fail->detail, err);
    return end_standing(s, finding, run, err) &&
           sql_run(
               &s->sql,
               "INSERT INTO finding_state(finding, from_run, verdict, severity, evidence, detail, cause)"
               " VALUES (?1, ?2, 'FAIL', ?3, ?4, ?5, ?6)",
               SQL_VALUES(sql_int(finding), sql_int(run), sql_text(fail->severity),
                          sql_text(fail->evidence), sql_text(fail->detail),
                          sql_text(cause->of(cause->ctx, cause->resource))),
               err);
}

bool finding_state_set(struct store *s, int64_t finding, int64_t run, const char *verdict,
                       const char *cause, struct error *err)
{
    const struct finding_fail none = { .severity = NULL };
    struct standing now;
    if (!read_standing(s, finding, verdict, &none, &now, err))
        return false;
    if (now.from_run == run && !now.is_verdict &&
        (!rewind_run(s, finding, run, err) ||
         !read_standing(s, finding, verdict, &none, &now, err)))
        return false;
    if (now.from_run == 0 || now.is_verdict)
        return true;
    return end_standing(s, finding, run, err) &&
           sql_run(
               &s->sql,
               "INSERT INTO finding_state(finding, from_run, verdict, severity, evidence, detail, cause)"
               " SELECT finding, ?2, ?3, severity, evidence, detail, ?4 FROM finding_state"
               " WHERE finding = ?1 AND to_run = ?2",
               SQL_VALUES(sql_int(finding), sql_int(run), sql_text(verdict), sql_text(cause)), err);
}
