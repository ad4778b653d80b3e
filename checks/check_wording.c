#include "checks/check_wording.h"

#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/template.h"

#include <json-c/json.h>
#include <string.h>

#define EVIDENCE "evidence."
#define DETAIL "detail."
#define WORDS "words."

/* ---- names ---- */

struct naming {
    struct check_reading *in;
    bool all_read; /* then the words that it names must be there */
    struct json_object
        *deep; /* members whose words name others, which words may not name; NULL: may */
};

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0 && name[strlen(with)] != '\0';
}

static bool is_value(const char *name)
{
    static const char *const names[] = { "subject", "name",         "id",
                                         "account", "account_name", "region" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return begins(name, EVIDENCE) || begins(name, DETAIL);
}

static bool look_at_name(void *ctx, const char *name)
{
    struct naming *n = ctx;
    if (is_value(name))
        return true;
    if (!begins(name, WORDS) ||
        (n->all_read && json_get(n->in->check->words, name + strlen(WORDS)) == NULL))
        return check_reading_fault(n->in, "the summary names an unknown field", name);
    return json_get(n->deep, name + strlen(WORDS)) == NULL ||
           check_reading_fault(n->in, "words within words name others", name);
}

static bool check_names(const struct naming *n, const char *template)
{
    struct error why = ERROR_INIT;
    struct naming naming = *n;
    error_clear(n->in->err);
    if (!template_names(template, look_at_name, &naming, &why))
        return check_reading_fault(n->in, why.message, "");
    return n->in->err->kind == ERROR_NONE;
}

bool check_wording_template(struct check_reading *in, const char *template)
{
    return check_names(&(struct naming){ .in = in }, template);
}

typedef bool (*text_fn)(void *ctx, const char *member, const char *text);

static bool each_text(struct json_object *words, text_fn each, void *ctx)
{
    json_object_object_foreach(words, member, values) {
        json_object_object_foreach(values, value, word) {
            (void)value;
            if (!each(ctx, member, json_string(word, "en")) ||
                !each(ctx, member, json_string(word, "ja")))
                return false;
        }
    }
    return true;
}

static bool is_no_word(void *ctx, const char *name)
{
    bool *none = ctx;
    *none = !begins(name, WORDS);
    return *none;
}

static bool note_deep(void *ctx, const char *member, const char *text)
{
    struct error ignored = ERROR_INIT; /* it was looked at when it was read */
    bool none = true;
    template_names(text, is_no_word, &none, &ignored);
    if (!none)
        json_object_object_add(ctx, member, json_object_new_boolean(true));
    return true;
}

static bool check_text(void *ctx, const char *member, const char *text)
{
    (void)member;
    return check_names(ctx, text);
}

bool check_wording_check(struct check_reading *in)
{
    const struct check_words *w = &in->check->summary;
    struct naming n = { in, true, NULL };
    if (!check_names(&n, w->en) || !check_names(&n, w->ja))
        return false;
    if (in->check->words == NULL)
        return true;
    n.deep = json_object_new_object();
    bool ok = each_text(in->check->words, note_deep, n.deep) &&
              each_text(in->check->words, check_text, &n);
    json_object_put(n.deep);
    return ok;
}

/* ---- words ---- */

static bool check_word(struct check_reading *in, const char *value, struct json_object *word)
{
    static const char *const languages[] = { "en", "ja" };
    if (!json_object_is_type(word, json_type_object) || json_object_object_length(word) != 2)
        return check_reading_fault(in, "expected {en: …, ja: …} for", value);
    for (size_t i = 0; i < 2; i++) {
        const char *text = json_string(word, languages[i]);
        if (text == NULL)
            return check_reading_fault(in, "expected {en: …, ja: …} for", value);
        if (!check_wording_template(in, text))
            return false;
    }
    return true;
}

bool check_wording_read(struct check_reading *in, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > CHECK_LIST_MAX)
        return check_reading_fault(in, "expected {MEMBER: {VALUE: {en: …, ja: …}}}", "");
    json_object_object_foreach(value, member, words) {
        struct error ignored = ERROR_INIT;
        if (!path_check(member, &ignored))
            return check_reading_fault(in, "this is no path", member);
        if (!json_object_is_type(words, json_type_object) ||
            json_object_object_length(words) > CHECK_LIST_MAX)
            return check_reading_fault(in, "expected {VALUE: {en: …, ja: …}} for", member);
        json_object_object_foreach(words, name, word)
            if (!check_word(in, name, word))
                return false;
    }
    return json_object_deep_copy(value, &in->check->words, NULL) == 0;
}
