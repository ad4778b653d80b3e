#include "checks/check_wording.h"

#include "core/decode/json.h"
#include "core/decode/template.h"

#include <json-c/json.h>
#include <string.h>

#define EVIDENCE "evidence."
#define WORDS "words."

/* ---- names ---- */

struct naming {
    struct check_reading *in;
    bool summary, all_read;
};

static bool begins(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0 && name[strlen(with)] != '\0';
}

static bool is_name(const struct naming *n, const char *name)
{
    static const char *const names[] = { "subject", "name",         "id",
                                         "account", "account_name", "region" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    if (begins(name, EVIDENCE))
        return true;
    return n->summary && begins(name, WORDS) &&
           (!n->all_read || json_get(n->in->check->words, name + strlen(WORDS)) != NULL);
}

static bool look_at_name(void *ctx, const char *name)
{
    struct naming *n = ctx;
    return is_name(n, name) ||
           check_reading_fault(n->in, "the summary names an unknown field", name);
}

static bool check_names(struct check_reading *in, const char *template, bool summary, bool all_read)
{
    struct error why = ERROR_INIT;
    struct naming n = { in, summary, all_read };
    error_clear(in->err);
    if (!template_names(template, look_at_name, &n, &why))
        return check_reading_fault(in, why.message, "");
    return in->err->kind == ERROR_NONE;
}

bool check_wording_template(struct check_reading *in, const char *template, bool summary)
{
    return check_names(in, template, summary, false);
}

bool check_wording_check(struct check_reading *in)
{
    const struct check_words *w = &in->check->summary;
    return check_names(in, w->en, true, true) && check_names(in, w->ja, true, true);
}

/* ---- words ---- */

static bool check_word(struct check_reading *in, const char *value, struct json_object *word)
{
    static const char *const languages[] = { "en", "ja" };
    if (!json_object_is_type(word, json_type_object) || json_object_object_length(word) != 2)
        return check_reading_fault(in, "expected {en: …, ja: …} for", value);
    for (size_t i = 0; i < 2; i++) {
        const char *text = json_string(word, languages[i]);
        if (text == NULL || text[0] == '\0')
            return check_reading_fault(in, "expected {en: …, ja: …} for", value);
        if (!check_wording_template(in, text, false))
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
        if (!json_object_is_type(words, json_type_object) ||
            json_object_object_length(words) > CHECK_LIST_MAX)
            return check_reading_fault(in, "expected {VALUE: {en: …, ja: …}} for", member);
        json_object_object_foreach(words, name, word)
            if (!check_word(in, name, word))
                return false;
    }
    return json_object_deep_copy(value, &in->check->words, NULL) == 0;
}
