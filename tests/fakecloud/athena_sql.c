#include "tests/fakecloud/athena_sql.h"

#include <string.h>

static bool is_slot(const char *form)
{
    return form[0] == '{' && form[1] >= 'a' && form[1] <= 'z';
}

/* Up to the next slot or the end of the line. */
static size_t literal(const char *form)
{
    size_t len = 0;
    while (form[len] != '\0' && form[len] != '\n' && !is_slot(form + len))
        len++;
    return len;
}

static const char *find(const char *query, struct text words)
{
    for (; strlen(query) >= words.len; query++)
        if (strncmp(query, words.data, words.len) == 0)
            return query;
    return NULL;
}

struct text athena_sql_slot(const struct athena_slots *s, const char *name)
{
    for (int i = 0; i < s->count; i++)
        if (text_equal_string(s->names[i], name))
            return s->values[i];
    return (struct text){ "", 0 };
}

static bool fill(struct athena_slots *s, struct text name, struct text value)
{
    for (int i = 0; i < s->count; i++)
        if (text_equal(s->names[i], name))
            return text_equal(s->values[i], value);
    if (s->count == ATHENA_SLOTS_MAX)
        return false;
    s->names[s->count] = name;
    s->values[s->count++] = value;
    return true;
}

bool athena_sql_match(const char *form, const char *query, struct athena_slots *out)
{
    struct athena_slots s = { .count = 0 };
    while (*form != '\0') {
        size_t len = literal(form);
        if (*form == '\n') {
            form++;
        } else if (is_slot(form)) {
            const char *close = strchr(form, '}'), *after = close + 1;
            const struct text words = { after, literal(after) };
            const char *end = words.len == 0 ? NULL : find(query, words);
            if (end == NULL || !fill(&s, (struct text){ form + 1, (size_t)(close - form) - 1 },
                                     (struct text){ query, (size_t)(end - query) }))
                return false;
            query = end;
            form = after;
        } else if (strncmp(query, form, len) == 0) {
            query += len;
            form += len;
        } else {
            return false;
        }
    }
    *out = s;
    return *query == '\0';
}

bool athena_sql_has(struct text list, struct text word)
{
    for (size_t i = 0; i + word.len + 2 <= list.len; i++)
        if (list.data[i] == '\'' && memcmp(list.data + i + 1, word.data, word.len) == 0 &&
            list.data[i + 1 + word.len] == '\'')
            return true;
    return false;
}
