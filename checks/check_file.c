#include "checks/check_file.h"

#include "checks/check_tests_file.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/template.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_BYTES_MAX = 4000, ID_BYTES_MAX = 100 };

/* One mapping of the file being read into `check`. `line` is of the key in hand. */
struct reading {
    const struct yaml_document *doc;
    const struct resource_types *types;
    struct check *check;
    int line;
    struct error *err;
};

typedef bool (*key_fn)(struct reading *in, struct json_object *value);

struct key {
    const char *name;
    bool optional;
    key_fn read;
};

static bool fault(const struct reading *in, const char *what, const char *word)
{
    return error_set(in->err, ERROR_CONFIG, "%s:%d: %s%s%s", yaml_file(in->doc), in->line, what,
                     word[0] == '\0' ? "" : " ", word);
}

/* Every key of the mapping must be known, and every key that is not optional be there. */
static bool read_keys(struct reading *in, struct json_object *mapping, const struct key *keys, size_t count)
{
    int whole = in->line;
    if (!json_object_is_type(mapping, json_type_object))
        return fault(in, "expected members", "");
    json_object_object_foreach(mapping, name, value)
    {
        size_t i = 0;
        in->line = yaml_key_line(in->doc, mapping, name);
        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count)
            return fault(in, "unknown key", name);
        if (value == NULL)
            return fault(in, "no value for", name);
        if (!keys[i].read(in, value))
            return false;
    }
    in->line = whole;
    for (size_t i = 0; i < count; i++)
        if (!keys[i].optional && !json_object_object_get_ex(mapping, keys[i].name, NULL))
            return fault(in, "missing key", keys[i].name);
    return true;
}

/* A text without the blanks at its end, which block scalars bring. */
static bool read_text(struct reading *in, struct json_object *value, char **out)
{
    if (!json_object_is_type(value, json_type_string))
        return fault(in, "expected a text", "");
    struct text t = text_trim(text_of(json_object_get_string(value)));
    if (t.len == 0 || t.len > WORDS_BYTES_MAX || memchr(t.data, '\0', t.len) != NULL)
        return fault(in, "expected 1 to 4000 bytes of text", "");
    *out = text_copy(t);
    return true;
}

static bool is_word(const char *s)
{
    size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    return len > 0 && s[len] == '\0' && len <= ID_BYTES_MAX;
}

static bool read_list(struct reading *in, struct json_object *value, struct string_list *out)
{
    if (!json_object_is_type(value, json_type_array) || json_object_array_length(value) > CHECK_LIST_MAX)
        return fault(in, "expected a list of at most 32 texts", "");
    for (size_t i = 0; i < json_object_array_length(value); i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        if (!json_object_is_type(entry, json_type_string))
            return fault(in, "expected a list of texts", "");
        if (string_list_has(out, json_object_get_string(entry)))
            return fault(in, "twice in the list:", json_object_get_string(entry));
        string_list_add(out, json_object_get_string(entry));
    }
    return true;
}

static bool read_words_list(struct reading *in, struct json_object *value, struct string_list *out)
{
    if (!read_list(in, value, out))
        return false;
    for (size_t i = 0; i < out->count; i++)
        if (!is_word(out->items[i]))
            return fault(in, "expected lower case letters, digits, _ and - in", out->items[i]);
    return true;
}

static const struct resource_type *find_type(struct reading *in, const char *name)
{
    const struct resource_type *type = resource_types_find(in->types, name);
    if (type == NULL)
        fault(in, "there is no resource type", name);
    return type;
}

/* ---- words ---- */

struct words_reading {
    struct reading in;
    struct check_words *out;
};

static bool read_en(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &((struct words_reading *)in)->out->en);
}

static bool read_ja(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &((struct words_reading *)in)->out->ja);
}

/* Both languages, always. */
static bool read_both(struct reading *in, struct json_object *value, struct check_words *out)
{
    static const struct key keys[] = { { "en", false, read_en }, { "ja", false, read_ja } };
    struct words_reading words = { *in, out };
    return read_keys(&words.in, value, keys, 2);
}

static bool read_title(struct reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->title);
}

static bool read_why(struct reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->why);
}

static bool is_summary_name(const char *name)
{
    static const char *const names[] = { "subject", "name", "id", "account", "account_name", "region" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return strncmp(name, "evidence.", 9) == 0 && name[9] != '\0';
}

static bool look_at_name(void *ctx, const char *name)
{
    struct reading *in = ctx;
    return is_summary_name(name) || fault(in, "the summary names an unknown field", name);
}

static bool check_summary(struct reading *in, const char *template)
{
    struct error why = ERROR_INIT;
    error_clear(in->err);
    if (!template_names(template, look_at_name, in, &why))
        return fault(in, why.message, "");
    return in->err->kind == ERROR_NONE;
}

static bool read_summary(struct reading *in, struct json_object *value)
{
    struct check_words *w = &in->check->summary;
    return read_both(in, value, w) && check_summary(in, w->en) && check_summary(in, w->ja);
}

static bool read_console(struct reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->fix_console);
}

static bool read_terraform(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &in->check->fix_terraform);
}

static bool read_playbook(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &in->check->fix_playbook) &&
           (text_starts_with(text_of(in->check->fix_playbook), "https://") ||
            fault(in, "expected an https:// URL", ""));
}

static bool read_fix(struct reading *in, struct json_object *value)
{
    static const struct key keys[] = { { "console", false, read_console },
                                       { "terraform", true, read_terraform },
                                       { "playbook", true, read_playbook } };
    return read_keys(in, value, keys, sizeof keys / sizeof *keys);
}

/* ---- what it is about ---- */

/* The id is the file's name, so that a person finds the one by the other. */
static bool read_id(struct reading *in, struct json_object *value)
{
    if (!read_text(in, value, &in->check->id))
        return false;
    const char *slash = strrchr(in->check->file, '/');
    char *wanted = memory_format("%s.yaml", in->check->id);
    bool named = strcmp(slash == NULL ? in->check->file : slash + 1, wanted) == 0;
    free(wanted);
    if (!is_word(in->check->id))
        return fault(in, "an id has lower case letters, digits and _, not", in->check->id);
    return named || fault(in, "the file must be called as the id:", in->check->id);
}

static bool read_formerly(struct reading *in, struct json_object *value)
{
    return read_words_list(in, value, &in->check->formerly);
}

static bool read_themes(struct reading *in, struct json_object *value)
{
    return read_words_list(in, value, &in->check->themes);
}

static bool read_params(struct reading *in, struct json_object *value)
{
    return read_words_list(in, value, &in->check->params);
}

static bool read_subject(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &in->check->subject) && find_type(in, in->check->subject) != NULL;
}

static bool read_uses(struct reading *in, struct json_object *value)
{
    if (!read_list(in, value, &in->check->uses))
        return false;
    for (size_t i = 0; i < in->check->uses.count; i++)
        if (find_type(in, in->check->uses.items[i]) == NULL)
            return false;
    return true;
}

static bool read_severity(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &in->check->severity) &&
           (check_is_severity(in->check->severity) ||
            fault(in, "severity is critical, high, medium, low or info, not", in->check->severity));
}

static bool read_reach(struct reading *in, struct json_object *value)
{
    const char *word = json_object_get_string(value);
    in->check->reach = strcmp(word, "estate") == 0 ? CHECK_REACH_ESTATE : CHECK_REACH_ACCOUNT;
    return in->check->reach == CHECK_REACH_ESTATE || strcmp(word, "account") == 0 ||
           fault(in, "reach is account or estate, not", word);
}

static bool read_controls(struct reading *in, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object))
        return fault(in, "expected {FRAMEWORK: REQUIREMENT}", "");
    json_object_object_foreach(value, framework, requirement)
        if (!json_object_is_type(requirement, json_type_string))
            return fault(in, "expected a text for", framework);
    return json_object_deep_copy(value, &in->check->controls, NULL) == 0;
}

/* A block scalar begins on the line after its key; the query's own lines count from there. */
static bool read_query(struct reading *in, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return fault(in, "expected SQL", "");
    const char *sql = json_object_get_string(value);
    if (strlen(sql) != (size_t)json_object_get_string_len(value) || strlen(sql) > CHECK_QUERY_MAX)
        return fault(in, "expected at most 64 KB of SQL", "");
    in->check->query = memory_string(sql);
    in->check->query_line = in->line + (strchr(sql, '\n') != NULL);
    return true;
}

static bool read_plugin(struct reading *in, struct json_object *value)
{
    return fault(in, "there is no plugin", json_object_get_string(value));
}

static bool read_tests(struct reading *in, struct json_object *value)
{
    return check_tests_file_read(in->doc, value, &in->check->tests, in->err);
}

/* ---- needs ---- */

struct need_reading {
    struct reading in;
    struct check_need *need;
};

static bool read_need_type(struct reading *in, struct json_object *value)
{
    struct check_need *need = ((struct need_reading *)in)->need;
    return read_text(in, value, &need->type) && find_type(in, need->type) != NULL;
}

static bool read_need_where(struct reading *in, struct json_object *value)
{
    static const char *const words[] = { "region", "account", "estate" };
    for (int i = 0; i < 3; i++) {
        if (strcmp(words[i], json_object_get_string(value)) != 0)
            continue;
        ((struct need_reading *)in)->need->where = (enum check_where)i;
        return true;
    }
    return fault(in, "where is region, account or estate, not", json_object_get_string(value));
}

static bool read_need_ids(struct reading *in, struct json_object *value)
{
    return read_text(in, value, &((struct need_reading *)in)->need->ids);
}

static bool read_need_parts(struct reading *in, struct json_object *value)
{
    return read_list(in, value, &((struct need_reading *)in)->need->parts);
}

static bool read_needs(struct reading *in, struct json_object *value)
{
    static const struct key keys[] = { { "type", false, read_need_type },
                                       { "where", false, read_need_where },
                                       { "ids", true, read_need_ids },
                                       { "parts", true, read_need_parts } };
    struct check *c = in->check;
    if (!json_object_is_type(value, json_type_array) || json_object_array_length(value) > CHECK_LIST_MAX)
        return fault(in, "expected a list of at most 32 entries", "");
    size_t count = json_object_array_length(value);
    c->needs = memory_new(count, sizeof *c->needs);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        struct need_reading need = { *in, &c->needs[c->need_count++] };
        need.in.line = yaml_line(in->doc, entry) > 0 ? yaml_line(in->doc, entry) : in->line;
        if (!read_keys(&need.in, entry, keys, sizeof keys / sizeof *keys))
            return false;
    }
    return true;
}

static bool has_part(const struct resource_type *type, const char *part)
{
    for (size_t i = 0; i < type->detail_count; i++)
        if (strcmp(type->details[i].as, part) == 0)
            return true;
    return false;
}

static bool has_column(const struct resource_type *type, const char *column)
{
    for (size_t i = 0; i < type->column_count; i++)
        if (strcmp(type->columns[i].name, column) == 0)
            return true;
    return false;
}

/* What can only be said once the whole file was read. */
static bool check_whole(struct reading *in)
{
    const struct check *c = in->check;
    if (c->query == NULL)
        return fault(in, "missing key", "query");
    for (size_t i = 0; i < c->need_count; i++) {
        const struct check_need *need = &c->needs[i];
        if (string_list_has(&c->uses, need->type))
            return fault(in, "both needed and used:", need->type);
        if (need->where == CHECK_ESTATE && c->reach != CHECK_REACH_ESTATE)
            return fault(in, "where: estate is for checks with reach: estate; needed so:", need->type);
        if (need->ids != NULL && !has_column(resource_types_find(in->types, c->subject), need->ids))
            return fault(in, "ids: the subject's type has no column", need->ids);
        for (size_t k = 0; k < need->parts.count; k++)
            if (!has_part(resource_types_find(in->types, need->type), need->parts.items[k]))
                return fault(in, "the needed type has no part", need->parts.items[k]);
    }
    return true;
}

static bool read_check(struct reading *in)
{
    static const struct key keys[] = {
        { "id", false, read_id },           { "formerly", true, read_formerly },
        { "subject", false, read_subject }, { "needs", true, read_needs },
        { "uses", true, read_uses },        { "reach", true, read_reach },
        { "severity", false, read_severity }, { "themes", false, read_themes },
        { "controls", true, read_controls }, { "params", true, read_params },
        { "title", false, read_title },     { "summary", false, read_summary },
        { "why", false, read_why },         { "fix", false, read_fix },
        { "query", true, read_query },      { "plugin", true, read_plugin },
        { "tests", true, read_tests },
    };
    return read_keys(in, yaml_root(in->doc), keys, sizeof keys / sizeof *keys) && check_whole(in);
}

struct check *check_file_read(const char *file, struct text yaml, const struct resource_types *types,
                              struct error *err)
{
    struct yaml_document *doc = yaml_parse(yaml, file, err);
    if (doc == NULL)
        return NULL;
    struct check *c = memory_new(1, sizeof *c);
    c->file = memory_string(file);
    c->line = 1;
    struct reading in = { doc, types, c, 1, err };
    if (!read_check(&in)) {
        check_free(c);
        c = NULL;
    }
    yaml_document_free(doc);
    return c;
}
