#include "tests/fakecloud/insights.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/insights_words.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMNS_MAX = 128,
    SUMS_MAX = 8,
    KEYS_MAX = 24,
    KEY_TEXT_MAX = 4096,
    HOUR_S = 3600,
    MS_A_SECOND = 1000
};

struct column {
    char name[INSIGHTS_NAME_MAX]; /* "": nobody asks for it */
};

struct sum {
    char function[8], of[64], name[INSIGHTS_NAME_MAX];
};

struct query {
    struct insights_words words;
    struct column columns[COLUMNS_MAX];
    size_t column_count;
    const char *condition;
    char hour_of[64], hour[INSIGHTS_NAME_MAX];
    struct sum sums[SUMS_MAX];
    size_t sum_count;
    char keys[KEYS_MAX][INSIGHTS_NAME_MAX];
    size_t key_count;
    size_t limit;
};

/* ---- the text ---- */

/* " +" between columns, each \S+ or (?<name>\S+). */
static bool read_parse(struct query *q)
{
    struct insights_words *w = &q->words;
    if (!insights_words_take(w, "parse @message /^ *"))
        return false;
    do {
        if (q->column_count == COLUMNS_MAX)
            return false;
        struct column *c = &q->columns[q->column_count++];
        if (insights_words_take(w, "(?<")) {
            if (!insights_words_name(w, c->name) || !insights_words_take(w, ">\\S+)"))
                return false;
        } else if (!insights_words_take(w, "\\S+")) {
            return false;
        }
    } while (insights_words_take(w, " +"));
    return insights_words_take(w, " *$/ | filter ");
}

/* A number: a field, or the time of the event. */
static bool read_number(struct insights_words *w, char out[64])
{
    if (insights_words_take(w, "toMillis(@timestamp) / 1000")) {
        snprintf(out, 64, "@");
        return true;
    }
    return insights_words_name(w, out);
}

static bool read_sums(struct query *q)
{
    static const char *const functions[] = { "sum", "min", "max" };
    struct insights_words *w = &q->words;
    if (!insights_words_take(w, " | stats count(*) as ") ||
        !insights_words_name(w, q->sums[0].name))
        return false;
    snprintf(q->sums[q->sum_count++].function, sizeof q->sums[0].function, "count");
    while (insights_words_take(w, ", ")) {
        struct sum *s = &q->sums[q->sum_count];
        size_t i = 0;
        while (i < 3 && !insights_words_take(w, functions[i]))
            i++;
        if (i == 3 || ++q->sum_count == SUMS_MAX || !insights_words_take(w, "(") ||
            !read_number(w, s->of) || !insights_words_take(w, ") as ") ||
            !insights_words_name(w, s->name))
            return false;
        snprintf(s->function, sizeof s->function, "%s", functions[i]);
    }
    return insights_words_take(w, " by ");
}

static bool read_rest(struct query *q)
{
    struct insights_words *w = &q->words;
    if (!insights_words_take(w, " | fields floor(") || !read_number(w, q->hour_of) ||
        !insights_words_take(w, " / 3600) as ") || !insights_words_name(w, q->hour) ||
        !read_sums(q))
        return false;
    do
        if (q->key_count == KEYS_MAX || !insights_words_name(w, q->keys[q->key_count++]))
            return false;
    while (insights_words_take(w, ", "));
    if (!insights_words_take(w, " | limit "))
        return false;
    char *end = NULL;
    q->limit = (size_t)strtoul(w->at, &end, 10);
    return q->limit > 0 && q->limit <= 10000 && *end == '\0';
}

/* The condition is looked through once with no line, for its words. */
static bool read_query(struct query *q, const char *text, struct fault *fault)
{
    q->words = (struct insights_words){ .at = text };
    bool ok = read_parse(q);
    if (ok) {
        q->condition = q->words.at;
        (void)insights_words_condition(&q->words, NULL);
        ok = !q->words.wrong && read_rest(q);
    }
    if (!ok) {
        fault_own(fault, 400, "MalformedQueryException", "unexpected symbol found");
        snprintf(fault->message, sizeof fault->message, "unexpected symbol found at: %.80s",
                 q->words.at);
    }
    return ok;
}

/* ---- lines ---- */

/* Cuts it as the expression does; NULL when it has another number of words. */
static struct json_object *fields_of(const struct query *q, const char *line)
{
    struct json_object *fields = json_object_new_object();
    size_t column = 0;
    while (*(line += strspn(line, " ")) != '\0') {
        size_t len = strcspn(line, " ");
        if (column == q->column_count) {
            json_object_put(fields);
            return json_object_new_object();
        }
        if (q->columns[column].name[0] != '\0')
            json_object_object_add(fields, q->columns[column].name,
                                   json_object_new_string_len(line, (int)len));
        column++;
        line += len;
    }
    if (column < q->column_count) {
        json_object_put(fields);
        fields = json_object_new_object();
    }
    return fields;
}

static bool number_of(struct json_object *fields, const struct json_object *event, const char *of,
                      double *out)
{
    const char *value = strcmp(of, "@") == 0 ? NULL : json_string(fields, of);
    char *end = NULL;
    if (strcmp(of, "@") == 0) {
        *out = (double)json_int(event, "timestamp", 0) / MS_A_SECOND;
        return true;
    }
    *out = value == NULL ? 0 : strtod(value, &end);
    return value != NULL && end != value && *end == '\0';
}

static void note_hour(const struct query *q, struct json_object *fields,
                      const struct json_object *event)
{
    char text[32];
    double of = 0;
    if (!number_of(fields, event, q->hour_of, &of))
        return;
    snprintf(text, sizeof text, "%lld", (long long)of / HOUR_S);
    json_object_object_add(fields, q->hour, json_object_new_string(text));
}

static void join(const struct query *q, struct json_object *group, struct json_object *fields,
                 const struct json_object *event)
{
    for (size_t i = 0; i < q->sum_count; i++) {
        const struct sum *s = &q->sums[i];
        struct json_object *before = json_get(group, s->name);
        double is = 1, was = json_object_get_double(before);
        if (s->function[0] != 'c' && !number_of(fields, event, s->of, &is))
            continue;
        if (before == NULL)
            was = is;
        else if (s->function[0] == 'c' || s->function[0] == 's')
            was += is;
        else if ((strcmp(s->function, "min") == 0) == (is < was))
            was = is;
        json_object_object_add(group, s->name, json_object_new_double(was));
    }
}

static void count_line(const struct query *q, struct json_object *groups,
                       struct json_object *fields, const struct json_object *event)
{
    char key[KEY_TEXT_MAX] = "";
    size_t len = 0;
    for (size_t i = 0; i < q->key_count; i++) {
        const char *value = json_string(fields, q->keys[i]);
        int more = snprintf(key + len, sizeof key - len, "%s\n", value == NULL ? "" : value);
        len += more > 0 && (size_t)more < sizeof key - len ? (size_t)more : 0;
    }
    struct json_object *group = json_get(groups, key);
    if (group == NULL) {
        group = json_object_new_object();
        for (size_t i = 0; i < q->key_count; i++)
            if (json_get(fields, q->keys[i]) != NULL)
                json_object_object_add(group, q->keys[i],
                                       json_object_get(json_get(fields, q->keys[i])));
        json_object_object_add(groups, key, group);
    }
    join(q, group, fields, event);
}

static struct json_object *row_of(struct json_object *group)
{
    char text[64];
    struct json_object *row = json_object_new_array();
    json_object_object_foreach(group, name, value) {
        struct json_object *cell = json_object_new_object();
        snprintf(text, sizeof text, "%.0f", json_object_get_double(value));
        json_object_object_add(cell, "field", json_object_new_string(name));
        json_object_object_add(cell, "value",
                               json_object_is_type(value, json_type_double)
                                   ? json_object_new_string(text)
                                   : json_object_get(value));
        json_object_array_add(row, cell);
    }
    return row;
}

static struct json_object *rows_of(const struct query *q, struct json_object *groups)
{
    struct json_object *rows = json_object_new_array();
    json_object_object_foreach(groups, key, group) {
        (void)key;
        if (json_object_array_length(rows) < q->limit)
            json_object_array_add(rows, row_of(group));
    }
    return rows;
}

struct json_object *insights_run(const char *text, struct json_object *events, struct fault *fault)
{
    struct query *q = memory_new(1, sizeof *q);
    struct json_object *rows = NULL, *groups = json_object_new_object();
    if (read_query(q, text, fault)) {
        for (size_t i = 0; i < json_object_array_length(events); i++) {
            const struct json_object *event = json_object_array_get_idx(events, i);
            struct json_object *fields = fields_of(q, json_string(event, "message"));
            q->words.at = q->condition;
            if (insights_words_condition(&q->words, fields)) {
                note_hour(q, fields, event);
                count_line(q, groups, fields, event);
            }
            json_object_put(fields);
        }
        rows = rows_of(q, groups);
    }
    json_object_put(groups);
    free(q);
    return rows;
}
