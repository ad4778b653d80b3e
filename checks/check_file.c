#include "checks/check_file.h"

#include "checks/check_controls.h"
#include "checks/check_needs.h"
#include "checks/check_reading.h"
#include "checks/check_tests_file.h"
#include "checks/check_wording.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- words ---- */

struct words_reading {
    struct check_reading in;
    struct check_words *out;
};

static bool read_en(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &((struct words_reading *)in)->out->en);
}

static bool read_ja(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &((struct words_reading *)in)->out->ja);
}

/* Both languages, always. */
static bool read_both(struct check_reading *in, struct json_object *value, struct check_words *out)
{
    static const struct check_key keys[] = { { "en", false, read_en }, { "ja", false, read_ja } };
    struct words_reading words = { *in, out };
    return check_reading_keys(&words.in, value, keys, 2);
}

static bool read_title(struct check_reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->title);
}

static bool read_why(struct check_reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->why);
}

static bool read_summary(struct check_reading *in, struct json_object *value)
{
    struct check_words *w = &in->check->summary;
    return read_both(in, value, w) && check_wording_template(in, w->en) &&
           check_wording_template(in, w->ja);
}

static bool read_console(struct check_reading *in, struct json_object *value)
{
    return read_both(in, value, &in->check->fix_console);
}

static bool read_terraform(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &in->check->fix_terraform);
}

static bool read_playbook(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &in->check->fix_playbook) &&
           (text_starts_with(text_of(in->check->fix_playbook), "https://") ||
            check_reading_fault(in, "expected an https:// URL", ""));
}

static bool read_fix(struct check_reading *in, struct json_object *value)
{
    static const struct check_key keys[] = { { "console", false, read_console },
                                             { "terraform", true, read_terraform },
                                             { "playbook", true, read_playbook } };
    return check_reading_keys(in, value, keys, sizeof keys / sizeof *keys);
}

/* ---- what it is about ---- */

/* The id is the file's name, so that a person finds the one by the other. */
static bool read_id(struct check_reading *in, struct json_object *value)
{
    if (!check_reading_text(in, value, &in->check->id))
        return false;
    const char *slash = strrchr(in->check->file, '/');
    char *wanted = memory_format("%s.yaml", in->check->id);
    bool named = strcmp(slash == NULL ? in->check->file : slash + 1, wanted) == 0;
    free(wanted);
    if (!check_reading_is_word(in->check->id))
        return check_reading_fault(in, "an id has lower case letters, digits and _, not",
                                   in->check->id);
    return named || check_reading_fault(in, "the file must be called as the id:", in->check->id);
}

static bool read_formerly(struct check_reading *in, struct json_object *value)
{
    return check_reading_words(in, value, &in->check->formerly);
}

static bool read_themes(struct check_reading *in, struct json_object *value)
{
    return check_reading_words(in, value, &in->check->themes);
}

static bool read_params(struct check_reading *in, struct json_object *value)
{
    return check_reading_words(in, value, &in->check->params);
}

static bool read_subject(struct check_reading *in, struct json_object *value)
{
    if (!check_reading_text(in, value, &in->check->subject))
        return false;
    const struct resource_type *type = check_reading_type(in, in->check->subject);
    return type != NULL &&
           (!type->evidence ||
            check_reading_fault(
                in, "a finding is about a thing, not about evidence:", in->check->subject));
}

static bool read_uses(struct check_reading *in, struct json_object *value)
{
    if (!check_reading_list(in, value, &in->check->uses))
        return false;
    for (size_t i = 0; i < in->check->uses.count; i++)
        if (check_reading_type(in, in->check->uses.items[i]) == NULL)
            return false;
    return true;
}

static bool read_uses_of_owners(struct check_reading *in, struct json_object *value)
{
    return check_reading_list(in, value, &in->check->uses_of_owners);
}

static bool read_of_tenants(struct check_reading *in, struct json_object *value)
{
    return check_reading_list(in, value, &in->check->of_tenants);
}

static bool read_severity(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &in->check->severity) &&
           (check_is_severity(in->check->severity) ||
            check_reading_fault(in, "severity is critical, high, medium, low or info, not",
                                in->check->severity));
}

static bool read_reach(struct check_reading *in, struct json_object *value)
{
    const char *word = json_object_get_string(value);
    in->check->reach = strcmp(word, "estate") == 0 ? CHECK_REACH_ESTATE : CHECK_REACH_ACCOUNT;
    return in->check->reach == CHECK_REACH_ESTATE || strcmp(word, "account") == 0 ||
           check_reading_fault(in, "reach is account or estate, not", word);
}

/* A block scalar begins on the line after its key; the query's own lines count from there. */
static bool read_query(struct check_reading *in, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return check_reading_fault(in, "expected SQL", "");
    const char *sql = json_object_get_string(value);
    if (strlen(sql) != (size_t)json_object_get_string_len(value) || strlen(sql) > CHECK_QUERY_MAX)
        return check_reading_fault(in, "expected at most 64 KB of SQL", "");
    in->check->query = memory_string(sql);
    in->check->query_line = in->line + (strchr(sql, '\n') != NULL);
    return true;
}

static bool read_plugin(struct check_reading *in, struct json_object *value)
{
    in->check->plugin_line = in->line;
    return check_reading_text(in, value, &in->check->plugin);
}

/* YAML 1.2 has yes and no as texts. */
static bool read_occurrence(struct check_reading *in, struct json_object *value)
{
    const char *word = json_object_get_string(value);
    in->check->occurrence = strcmp(word, "yes") == 0;
    return in->check->occurrence || strcmp(word, "no") == 0 ||
           check_reading_fault(in, "occurrence is yes or no, not", word);
}

static bool read_tests(struct check_reading *in, struct json_object *value)
{
    return check_tests_file_read(in->doc, value, &in->check->tests, in->err);
}

static bool is_needed_or_used(const struct check *c, const char *type)
{
    for (size_t i = 0; i < c->need_count; i++)
        if (strcmp(c->needs[i].type, type) == 0)
            return true;
    return string_list_has(&c->uses, type);
}

/* What can only be said once the whole file was read. */
static bool check_whole(struct check_reading *in)
{
    const struct check *c = in->check;
    if (c->query == NULL && c->plugin == NULL)
        return check_reading_fault(in, "missing key", "query");
    if (c->query != NULL && c->plugin != NULL)
        return check_reading_fault(in, "a check has a query or a plugin, not both", "");
    for (size_t i = 0; i < c->uses_of_owners.count; i++)
        if (!string_list_has(&c->uses, c->uses_of_owners.items[i]) ||
            c->reach == CHECK_REACH_ESTATE)
            return check_reading_fault(in, "uses_of_owners is of uses, account by account, not",
                                       c->uses_of_owners.items[i]);
    for (size_t i = 0; i < c->of_tenants.count; i++)
        if (!is_needed_or_used(c, c->of_tenants.items[i]) || c->reach == CHECK_REACH_ESTATE)
            return check_reading_fault(in,
                                       "of_tenants is of needs and uses, account by account, not",
                                       c->of_tenants.items[i]);
    return check_needs_fit(in);
}

static bool read_check(struct check_reading *in)
{
    static const struct check_key keys[] = {
        { "id", false, read_id },
        { "formerly", true, read_formerly },
        { "subject", false, read_subject },
        { "occurrence", true, read_occurrence },
        { "needs", true, check_needs_read },
        { "uses", true, read_uses },
        { "uses_of_owners", true, read_uses_of_owners },
        { "of_tenants", true, read_of_tenants },
        { "reach", true, read_reach },
        { "severity", false, read_severity },
        { "themes", false, read_themes },
        { "controls", true, check_controls_read },
        { "params", true, read_params },
        { "title", false, read_title },
        { "summary", false, read_summary },
        { "words", true, check_wording_read },
        { "why", false, read_why },
        { "fix", false, read_fix },
        { "query", true, read_query },
        { "plugin", true, read_plugin },
        { "tests", true, read_tests },
    };
    return check_reading_keys(in, yaml_root(in->doc), keys, sizeof keys / sizeof *keys) &&
           check_whole(in) && check_wording_check(in);
}

struct check *check_file_read(const char *file, struct text yaml,
                              const struct resource_types *types, struct error *err)
{
    struct yaml_document *doc = yaml_parse(yaml, file, err);
    if (doc == NULL)
        return NULL;
    struct check *c = memory_new(1, sizeof *c);
    c->file = memory_string(file);
    c->line = 1;
    struct check_reading in = { doc, types, c, 1, err };
    if (!read_check(&in)) {
        check_free(c);
        c = NULL;
    }
    yaml_document_free(doc);
    return c;
}
