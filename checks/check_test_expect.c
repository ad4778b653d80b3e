#include "checks/check_test_expect.h"

#include "checks/catalog.h"
#include "checks/json_list.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/controls.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_BYTES_MAX = 64 * 1024 };

/* One verdict that came. All borrowed. */
struct verdict_row {
    const struct given_subject *of;
    const char *subject, *verdict, *severity, *evidence, *detail;
    int64_t at_unix_s;
    bool expected;
};

struct verdict_rows {
    struct verdict_row *items;
    size_t count;
};

static void add(struct verdict_rows *rows, struct verdict_row row)
{
    rows->items = memory_resize(rows->items, rows->count + 1, sizeof *rows->items);
    rows->items[rows->count++] = row;
}

/* Rows of the judgement, and the subjects that were not seen. */
static struct verdict_rows rows_of(const struct given *given, const struct judgement *came)
{
    struct verdict_rows rows = { NULL, 0 };
    for (size_t i = 0; i < came->count; i++)
        for (size_t k = 0; k < came->accounts[i].count; k++) {
            const struct finding_row *r = &came->accounts[i].rows[k];
            bool failed = r->verdict == VERDICT_FAIL;
            add(&rows, (struct verdict_row){
                           .of = check_test_given_find(given, came->accounts[i].account, r->key),
                           .subject = r->subject,
                           .verdict = failed ? "FAIL" : "UNKNOWN",
                           .severity = failed ? r->severity : "",
                           .evidence = r->evidence,
                           .detail = r->detail,
                           .at_unix_s = r->at_unix_s });
        }
    for (size_t i = 0; i < given->count; i++)
        if (!given->subjects[i].seen)
            add(&rows, (struct verdict_row){ .of = &given->subjects[i],
                                             .subject = "",
                                             .verdict = "UNKNOWN",
                                             .severity = "",
                                             .evidence = "{}",
                                             .detail = "{}" });
    return rows;
}

static const char *word_or(struct json_object *row, const char *name, const char *otherwise)
{
    const char *word = json_string(row, name);
    return word == NULL ? otherwise : word;
}

static bool matches(const struct verdict_row *came, struct json_object *expected)
{
    return !came->expected && strcmp(came->of->id, word_or(expected, "id", "")) == 0 &&
           strcmp(came->subject, word_or(expected, "subject", "")) == 0 &&
           strcmp(came->verdict, word_or(expected, "verdict", "FAIL")) == 0;
}

/* Evidence, or detail. */
struct compared {
    const struct verdict_row *came;
    const char *what;
};

static bool say_difference(const struct compared *c, const char *member, struct json_object *is,
                           struct json_object *wanted, struct error *err)
{
    struct buffer a, b;
    buffer_init(&a, WORDS_BYTES_MAX);
    buffer_init(&b, WORDS_BYTES_MAX);
    json_write_canonical(is, &a);
    json_write_canonical(wanted, &b);
    error_set(err, ERROR_DATA, "%s %s: %s.%s is %s, not %s", c->came->of->id, c->came->subject,
              c->what, member, buffer_string(&a), buffer_string(&b));
    buffer_release(&a);
    buffer_release(&b);
    return false;
}

static bool compare_members(const struct compared *c, const char *json, struct json_object *wanted,
                            struct error *err)
{
    struct json_object *is = NULL;
    bool ok = json_parse(text_of(json), &is, err);
    if (ok && wanted != NULL) {
        json_object_object_foreach(wanted, member, value)
            if (ok && !json_equal(json_get(is, member), value))
                ok = say_difference(c, member, json_get(is, member), value, err);
    }
    json_object_put(is);
    return ok;
}

/* Which requirements it means, framework by framework; an empty list: none of that one. */
static bool compare_controls(const struct check *check, const struct verdict_row *came,
                             struct json_object *wanted, struct error *err)
{
    const struct compared c = { came, "controls" };
    struct json_object *evidence = NULL, *detail = NULL, *is = NULL;
    bool ok = wanted == NULL || (json_parse(text_of(came->evidence), &evidence, err) &&
                                 json_parse(text_of(came->detail), &detail, err));
    if (ok && wanted != NULL) {
        is = controls_of(check->controls,
                         &(struct controls_finding){ came->subject, evidence, detail });
        json_object_object_foreach(wanted, framework, ids)
        {
            struct json_object *own = json_get(is, framework);
            bool none = own == NULL && json_list_length(ids) == 0;
            if (ok && !none && !json_equal(own, ids))
                ok = say_difference(&c, framework, own, ids, err);
        }
    }
    json_object_put(is);
    json_object_put(detail);
    json_object_put(evidence);
    return ok;
}

static bool compare_time(const struct verdict_row *came, struct json_object *expected,
                         struct error *err)
{
    const char *wanted = json_string(expected, "at");
    char is[TIMESTAMP_MAX];
    int64_t ms = 0;
    if (wanted == NULL ||
        (timestamp_parse_iso(text_of(wanted), &ms) && ms / 1000 == came->at_unix_s))
        return true;
    timestamp_iso(came->at_unix_s, is);
    return error_set(err, ERROR_DATA, "%s %s: at is %s, not %s", came->of->id, came->subject, is,
                     wanted);
}

static bool compare(const struct check *check, struct verdict_rows *rows,
                    struct json_object *expected, struct error *err)
{
    const char *severity = json_string(expected, "severity");
    size_t i = 0;
    while (i < rows->count && !matches(&rows->items[i], expected))
        i++;
    if (i == rows->count)
        return error_set(err, ERROR_DATA, "expected %s %s %s, which did not come",
                         word_or(expected, "id", ""), word_or(expected, "subject", ""),
                         word_or(expected, "verdict", "FAIL"));
    struct verdict_row *came = &rows->items[i];
    came->expected = true;
    if (severity != NULL && strcmp(severity, came->severity) != 0)
        return error_set(err, ERROR_DATA, "%s %s: severity is %s, not %s", came->of->id,
                         came->subject, came->severity, severity);
    const struct compared evidence = { came, "evidence" }, detail = { came, "detail" };
    return compare_time(came, expected, err) &&
           compare_members(&evidence, came->evidence, json_get(expected, "evidence"), err) &&
           compare_members(&detail, came->detail, json_get(expected, "detail"), err) &&
           compare_controls(check, came, json_get(expected, "controls"), err);
}

static bool render(const struct check *check, const struct verdict_row *came,
                   enum check_language language, struct error *err)
{
    struct buffer words;
    struct json_object *evidence = NULL, *detail = NULL;
    buffer_init(&words, WORDS_BYTES_MAX);
    bool ok = json_parse(text_of(came->evidence), &evidence, err) &&
              json_parse(text_of(came->detail), &detail, err);
    const struct check_summary_values values = {
        came->subject,    came->of->name, came->of->id, came->of->account, "",
        came->of->region, evidence,       detail,
    };
    ok = ok && catalog_summary(check, language, &values, &words, err);
    json_object_put(detail);
    json_object_put(evidence);
    buffer_release(&words);
    return ok || error_prefix(err, "%s %s: summary", came->of->id, came->subject);
}

static bool check_row(const struct check *check, const struct verdict_row *came, struct error *err)
{
    if (!came->expected)
        return error_set(err, ERROR_DATA, "%s %s %s came, which is not expected", came->of->id,
                         came->subject, came->verdict);
    return strcmp(came->verdict, "FAIL") != 0 ||
           (render(check, came, CHECK_EN, err) && render(check, came, CHECK_JA, err));
}

bool check_test_expect(const struct check *check, struct json_object *expect,
                       const struct given *given, const struct judgement *came, struct error *err)
{
    struct verdict_rows rows = rows_of(given, came);
    bool ok = true;
    for (size_t i = 0; ok && i < json_object_array_length(expect); i++)
        ok = compare(check, &rows, json_object_array_get_idx(expect, i), err);
    for (size_t i = 0; ok && i < rows.count; i++)
        ok = check_row(check, &rows.items[i], err);
    free(rows.items);
    return ok;
}
