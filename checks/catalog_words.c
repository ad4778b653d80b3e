#include "checks/catalog.h"

#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/decode/wording.h"

#include <json-c/json.h>
#include <string.h>

const char *catalog_words(const struct check_words *w, enum check_language language)
{
    return language == CHECK_JA ? w->ja : w->en;
}

/* ---- summaries ---- */

static void append_value(struct json_object *value, struct buffer *out)
{
    if (json_object_is_type(value, json_type_string))
        buffer_append(out, json_object_get_string(value),
                      (size_t)json_object_get_string_len(value));
    else
        json_write_plain(value, out);
}

static bool append_path(struct json_object *root, const char *path, struct buffer *out)
{
    struct json_object *value = path_first(root, path);
    if (!json_object_is_type(value, json_type_array)) {
        if (value != NULL)
            append_value(value, out);
        return value != NULL;
    }
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        if (i > 0)
            buffer_append_string(out, ", ");
        append_value(json_object_array_get_idx(value, i), out);
    }
    return true;
}

/* A summary while it is being made. */
struct summary {
    const struct check *check;
    enum check_language language;
    const struct check_summary_values *values;
    int depth; /* of words within words */
};

static bool look_up(void *ctx, const char *name, struct buffer *out);

static bool append_words(const struct summary *s, const char *member, struct buffer *out)
{
    struct summary within = *s;
    struct json_object *value = path_first(s->values->evidence, member);
    within.depth++;
    const struct wording w = { json_get(s->check->words, member),
                               s->language == CHECK_JA ? "ja" : "en", look_up, &within };
    return wording_append(&w, value != NULL ? value : path_first(s->values->detail, member), out);
}

static bool append_named(const struct check_summary_values *v, const char *name, struct buffer *out)
{
    const struct {
        const char *name, *value;
    } values[] = {
        { "subject", v->subject },
        { "name", v->name },
        { "id", v->id },
        { "account", v->account },
        { "account_name", v->account_name },
        { "region", v->region },
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (strcmp(values[i].name, name) != 0)
            continue;
        buffer_append_string(out, values[i].value == NULL ? "" : values[i].value);
        return true;
    }
    return false;
}

static bool look_up(void *ctx, const char *name, struct buffer *out)
{
    const struct summary *s = ctx;
    static const char evidence[] = "evidence.", detail[] = "detail.", words[] = "words.";
    if (strncmp(name, evidence, sizeof evidence - 1) == 0)
        return append_path(s->values->evidence, name + sizeof evidence - 1, out);
    if (strncmp(name, detail, sizeof detail - 1) == 0)
        return append_path(s->values->detail, name + sizeof detail - 1, out);
    if (s->depth < WORDING_DEPTH_MAX && strncmp(name, words, sizeof words - 1) == 0)
        return append_words(s, name + sizeof words - 1, out);
    return append_named(s->values, name, out);
}

bool catalog_summary(const struct check *check, enum check_language language,
                     const struct check_summary_values *v, struct buffer *out, struct error *err)
{
    struct summary s = { check, language, v, 0 };
    return template_expand(catalog_words(&check->summary, language), look_up, &s, out, err);
}

/* ---- for sheets ---- */

static struct json_object *both(const struct check_words *w)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "en", json_object_new_string(w->en));
    json_object_object_add(o, "ja", json_object_new_string(w->ja));
    return o;
}

static struct json_object *fix_of(const struct check *c)
{
    struct json_object *fix = json_object_new_object();
    json_object_object_add(fix, "console", both(&c->fix_console));
    if (c->fix_terraform != NULL)
        json_object_object_add(fix, "terraform", json_object_new_string(c->fix_terraform));
    if (c->fix_playbook != NULL)
        json_object_object_add(fix, "playbook", json_object_new_string(c->fix_playbook));
    return fix;
}

/* What a verdict rests on: its subject and what it needs. */
static struct json_object *types_of(const struct check *c)
{
    struct json_object *types = json_object_new_array();
    json_object_array_add(types, json_object_new_string(c->subject));
    for (size_t i = 0; i < c->need_count; i++)
        if (strcmp(c->needs[i].type, c->subject) != 0)
            json_object_array_add(types, json_object_new_string(c->needs[i].type));
    return types;
}

struct json_object *catalog_check_body(const struct check *check)
{
    struct json_object *o = json_object_new_object(), *themes = json_object_new_array();
    for (size_t i = 0; i < check->themes.count; i++)
        json_object_array_add(themes, json_object_new_string(check->themes.items[i]));
    json_object_object_add(o, "severity", json_object_new_string(check->severity));
    json_object_object_add(o, "subject", json_object_new_string(check->subject));
    json_object_object_add(o, "types", types_of(check));
    json_object_object_add(o, "themes", themes);
    json_object_object_add(o, "controls",
                           check->controls == NULL ? json_object_new_object()
                                                   : json_object_get(check->controls));
    json_object_object_add(o, "title", both(&check->title));
    json_object_object_add(o, "summary", both(&check->summary));
    if (check->words != NULL)
        json_object_object_add(o, "words", json_object_get(check->words));
    json_object_object_add(o, "why", both(&check->why));
    json_object_object_add(o, "fix", fix_of(check));
    return o;
}
