#include "core/model/type_file.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/decode/yaml.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_PER_FILE_MAX = 200 };

/* One file being read. */
struct reading {
    const char *file;
    struct yaml_document *doc;
    struct error *err;
};

/* One type, or one detail, being filled from `node`. */
struct filling {
    const struct reading *in;
    struct json_object *node;
    void *into;
};

typedef bool (*special_fn)(const struct filling *f, struct json_object *value);

enum key_kind { KEY_TEXT, KEY_PATH, KEY_TEMPLATE, KEY_PATHS, KEY_WORDS, KEY_OBJECT, KEY_SPECIAL };

struct key {
    const char *name;
    enum key_kind kind;
    size_t offset;
    special_fn special;
};

static bool fault(const struct reading *in, const struct json_object *at, const char *what,
                  const char *word)
{
    return error_set(in->err, ERROR_CONFIG, "%s:%d: %s%s%s", in->file, yaml_line(in->doc, at), what,
                     word[0] == '\0' ? "" : " ", word);
}

static bool read_text(const struct filling *f, const char *key, struct json_object *value,
                      char **out)
{
    if (!json_object_is_type(value, json_type_string))
        return fault(f->in, value, "expected a text for", key);
    free(*out);
    *out = memory_string(json_object_get_string(value));
    return true;
}

static bool check_path(const struct filling *f, const struct json_object *at, const char *path)
{
    struct error why = ERROR_INIT;
    if (path_check(path, &why))
        return true;
    return fault(f->in, at, why.message, "");
}

static bool read_path(const struct filling *f, const char *key, struct json_object *value,
                      char **out)
{
    return read_text(f, key, value, out) && check_path(f, value, *out);
}

static bool read_template(const struct filling *f, const char *key, struct json_object *value,
                          char **out)
{
    struct error why = ERROR_INIT;
    if (!read_text(f, key, value, out))
        return false;
    return template_names(*out, NULL, NULL, &why) || fault(f->in, value, why.message, "");
}

static bool read_list(const struct filling *f, const char *key, struct json_object *value,
                      bool paths, struct string_list *out)
{
    if (!json_object_is_type(value, json_type_array))
        return fault(f->in, value, "expected a list for", key);
    size_t count = json_object_array_length(value);
    if (count > TYPE_LIST_MAX)
        return fault(f->in, value, "too many entries in", key);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        if (!json_object_is_type(entry, json_type_string))
            return fault(f->in, value, "expected only texts in", key);
        if (paths && !check_path(f, entry, json_object_get_string(entry)))
            return false;
        string_list_add(out, json_object_get_string(entry));
    }
    return true;
}

static bool read_key(const struct filling *f, const struct key *key, struct json_object *value)
{
    char *at = (char *)f->into + key->offset;
    switch (key->kind) {
    case KEY_TEXT:
        return read_text(f, key->name, value, (char **)(void *)at);
    case KEY_PATH:
        return read_path(f, key->name, value, (char **)(void *)at);
    case KEY_TEMPLATE:
        return read_template(f, key->name, value, (char **)(void *)at);
    case KEY_PATHS:
    case KEY_WORDS:
        return read_list(f, key->name, value, key->kind == KEY_PATHS,
                         (struct string_list *)(void *)at);
    case KEY_OBJECT:
        if (!json_object_is_type(value, json_type_object))
            return fault(f->in, value, "expected members for", key->name);
        *(struct json_object **)(void *)at = json_object_get(value);
        return true;
    case KEY_SPECIAL:
        return key->special(f, value);
    }
    return false;
}

/* Reads every member of f->node by its key; unknown ones are faults. */
static bool read_keys(const struct filling *f, const struct key *keys, size_t count)
{
    if (!json_object_is_type(f->node, json_type_object))
        return fault(f->in, f->node, "expected members", "");
    json_object_object_foreach(f->node, name, value)
    {
        size_t i = 0;
        while (i < count && strcmp(keys[i].name, name) != 0)
            i++;
        if (i == count)
            return error_set(f->in->err, ERROR_CONFIG, "%s:%d: unknown key %s", f->in->file,
                             yaml_key_line(f->in->doc, f->node, name), name);
        if (!read_key(f, &keys[i], value))
            return false;
    }
    return true;
}

/* ---- keys with a form of their own ---- */

static bool read_scope(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    type->global = strcmp(word, "global") == 0;
    return type->global || strcmp(word, "region") == 0 ||
           fault(f->in, value, "scope is either region or global, not", word);
}

/* {only: value}: the one member of an object. */
static bool only_member(const struct filling *f, struct json_object *value, const char *key,
                        const char **out_name, struct json_object **out_value)
{
    if (!json_object_is_type(value, json_type_object) || json_object_object_length(value) != 1)
        return fault(f->in, value, "expected one member in", key);
    struct lh_entry *entry = json_object_get_object(value)->head;
    *out_name = lh_entry_k(entry);
    *out_value = lh_entry_v(entry);
    return true;
}

static bool read_until(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *path = NULL;
    struct json_object *wanted = NULL;
    if (!only_member(f, value, "until", &path, &wanted))
        return false;
    type->poll_path = memory_string(path);
    return check_path(f, value, path) && read_text(f, "until", wanted, &type->poll_value);
}

static bool read_poll(const struct filling *f, struct json_object *value)
{
    static const struct key keys[] = {
        { "call", KEY_TEXT, offsetof(struct resource_type, poll), NULL },
        { "until", KEY_SPECIAL, 0, read_until },
    };
    struct filling poll = { f->in, value, f->into };
    struct resource_type *type = f->into;
    return read_keys(&poll, keys, sizeof keys / sizeof *keys) &&
           ((type->poll != NULL && type->poll_path != NULL) ||
            fault(f->in, value, "poll needs call and until", ""));
}

static bool read_decode(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    const char *form = NULL;
    struct json_object *member = NULL;
    if (!only_member(f, value, "decode", &form, &member))
        return false;
    if (strcmp(form, "csv") != 0)
        return fault(f->in, value, "the only form that can be decoded is csv, not", form);
    return read_path(f, "csv", member, &type->decode_csv);
}

static bool read_only_for(const struct filling *f, struct json_object *value)
{
    struct string_list users = { NULL, 0 };
    bool ok = read_list(f, "only_for", value, false, &users);
    if (ok && (users.count != 1 || strcmp(users.items[0], "checks") != 0))
        ok = fault(f->in, value, "only_for can hold nothing but checks", "");
    ((struct type_detail *)f->into)->only_for_checks = ok;
    string_list_release(&users);
    return ok;
}

static bool read_referenced_by(const struct filling *f, struct json_object *value)
{
    struct type_detail *detail = f->into;
    const char *type = NULL;
    struct json_object *paths = NULL;
    if (!only_member(f, value, "referenced_by", &type, &paths))
        return false;
    detail->referenced_by = memory_string(type);
    return read_list(f, "referenced_by", paths, true, &detail->referenced_paths);
}

static bool read_detail(const struct filling *f, struct json_object *node, struct type_detail *out)
{
    static const struct key keys[] = {
        { "get", KEY_TEXT, offsetof(struct type_detail, operation), NULL },
        { "with", KEY_OBJECT, offsetof(struct type_detail, with), NULL },
        { "as", KEY_TEXT, offsetof(struct type_detail, as), NULL },
        { "items", KEY_PATH, offsetof(struct type_detail, items), NULL },
        { "absent", KEY_WORDS, offsetof(struct type_detail, absent), NULL },
        { "only_for", KEY_SPECIAL, 0, read_only_for },
        { "referenced_by", KEY_SPECIAL, 0, read_referenced_by },
    };
    struct filling detail = { f->in, node, out };
    return read_keys(&detail, keys, sizeof keys / sizeof *keys) &&
           ((out->operation != NULL && out->as != NULL) ||
            fault(f->in, node, "a detail needs get and as", ""));
}

static bool read_details(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (!json_object_is_type(value, json_type_array) ||
        json_object_array_length(value) > TYPE_LIST_MAX)
        return fault(f->in, value, "expected a list of calls for details", "");
    size_t count = json_object_array_length(value);
    type->details = memory_new(count, sizeof *type->details);
    while (type->detail_count < count) {
        size_t i = type->detail_count++;
        if (!read_detail(f, json_object_array_get_idx(value, i), &type->details[i]))
            return false;
    }
    return true;
}

static bool read_columns(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > TYPE_LIST_MAX)
        return fault(f->in, value, "expected members NAME: PATH for columns", "");
    type->columns = memory_new((size_t)json_object_object_length(value), sizeof *type->columns);
    json_object_object_foreach(value, name, path)
    {
        struct type_column *column = &type->columns[type->column_count++];
        column->name = memory_string(name);
        if (!read_path(f, name, path, &column->path))
            return false;
    }
    return true;
}

static bool read_sheet_column(const struct filling *f, struct json_object *words,
                              struct type_column *out)
{
    static const struct key keys[] = {
        { "en", KEY_TEXT, offsetof(struct type_column, en), NULL },
        { "ja", KEY_TEXT, offsetof(struct type_column, ja), NULL },
        { "path", KEY_PATH, offsetof(struct type_column, path), NULL },
    };
    struct filling column = { f->in, words, out };
    return read_keys(&column, keys, sizeof keys / sizeof *keys) &&
           ((out->en != NULL && out->ja != NULL) ||
            fault(f->in, words, "a sheet column needs its words in en and ja:", out->name));
}

static bool read_sheet(const struct filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (json_object_is_type(value, json_type_string) &&
        strcmp(json_object_get_string(value), "no") == 0) {
        type->sheet_hidden = true;
        return true;
    }
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > TYPE_LIST_MAX)
        return fault(f->in, value, "sheet is either no or members NAME: {en: …, ja: …}", "");
    type->sheet = memory_new((size_t)json_object_object_length(value), sizeof *type->sheet);
    json_object_object_foreach(value, name, words)
    {
        struct type_column *column = &type->sheet[type->sheet_count++];
        column->name = memory_string(name);
        if (!read_sheet_column(f, words, column))
            return false;
    }
    return true;
}

/* ---- a whole type ---- */

#define TYPE_KEY(key, kind, member)                                                                \
    {                                                                                              \
        key, kind, offsetof(struct resource_type, member), NULL                                    \
    }

static const struct key type_keys[] = {
    TYPE_KEY("official", KEY_TEXT, official),
    { "scope", KEY_SPECIAL, 0, read_scope },
    TYPE_KEY("list", KEY_TEXT, list),
    TYPE_KEY("with", KEY_OBJECT, with),
    TYPE_KEY("items", KEY_PATH, items),
    { "poll", KEY_SPECIAL, 0, read_poll },
    { "decode", KEY_SPECIAL, 0, read_decode },
    TYPE_KEY("from_answer", KEY_WORDS, from_answer),
    TYPE_KEY("id", KEY_TEXT, id),
    TYPE_KEY("name", KEY_PATH, display_name),
    TYPE_KEY("key", KEY_TEMPLATE, key),
    TYPE_KEY("life", KEY_PATH, life),
    TYPE_KEY("owner", KEY_PATH, owner),
    TYPE_KEY("reference", KEY_TEXT, reference_owner),
    TYPE_KEY("region", KEY_PATH, region),
    TYPE_KEY("tags", KEY_PATH, tags),
    { "details", KEY_SPECIAL, 0, read_details },
    { "columns", KEY_SPECIAL, 0, read_columns },
    { "sheet", KEY_SPECIAL, 0, read_sheet },
    TYPE_KEY("console", KEY_TEMPLATE, console),
    TYPE_KEY("volatile", KEY_PATHS, volatile_paths),
    TYPE_KEY("redact", KEY_PATHS, redact),
    TYPE_KEY("plain", KEY_PATHS, plain),
    TYPE_KEY("set", KEY_PATHS, set),
    TYPE_KEY("ordered", KEY_PATHS, ordered),
    TYPE_KEY("json", KEY_PATHS, json),
};

static bool is_type_name(const char *name)
{
    return name[0] >= 'a' && name[0] <= 'z' && strlen(name) <= 100 && strchr(name, '_') != NULL &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static bool check_complete(const struct filling *f, const struct resource_type *t)
{
    const struct {
        const char *key;
        const void *value;
    } needed[] = { { "list", t->list }, { "items", t->items }, { "id", t->id }, { "key", t->key } };
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (needed[i].value == NULL)
            return fault(f->in, f->node, "this type lacks the key", needed[i].key);
    if (strcmp(t->id, TYPE_ID_ACCOUNT) != 0 && !check_path(f, f->node, t->id))
        return false;
    if (t->reference_owner != NULL && t->owner == NULL)
        return fault(f->in, f->node, "reference needs owner", "");
    return true;
}

/* A sheet column without a path of its own shows the query column of that name. */
static bool resolve_sheet(const struct filling *f, struct resource_type *t)
{
    for (size_t i = 0; i < t->sheet_count; i++) {
        struct type_column *shown = &t->sheet[i];
        for (size_t k = 0; shown->path == NULL && k < t->column_count; k++)
            if (strcmp(shown->name, t->columns[k].name) == 0)
                shown->path = memory_string(t->columns[k].path);
        if (shown->path == NULL)
            return fault(f->in, f->node,
                         "this sheet column is no column and has no path:", shown->name);
    }
    return true;
}

static struct resource_type *read_type(const struct reading *in, struct json_object *all,
                                       const char *service, const char *name,
                                       struct json_object *node)
{
    struct resource_type *type = memory_new(1, sizeof *type);
    struct filling f = { in, node, type };
    type->name = memory_string(name);
    type->service = memory_string(service);
    type->file = memory_string(in->file);
    type->line = yaml_key_line(in->doc, all, name);
    type->provider = memory_string_n(name, strcspn(name, "_"));
    if (!is_type_name(name))
        fault(in, node, "a type's name is cloud_service_thing in small letters, not", name);
    else if (read_keys(&f, type_keys, sizeof type_keys / sizeof *type_keys) &&
             check_complete(&f, type) && resolve_sheet(&f, type)) {
        if (type->official == NULL)
            type->official = memory_string("");
        return type;
    }
    resource_type_free(type);
    return NULL;
}

static bool read_document(const struct reading *in, struct json_object *root,
                          struct resource_type **out, size_t *out_count)
{
    const char *service = json_string(root, "service");
    struct json_object *types = json_get(root, "types");
    if (service == NULL || !json_object_is_type(types, json_type_object) ||
        json_object_object_length(root) != 2)
        return error_set(in->err, ERROR_CONFIG, "%s:1: expected the two keys service and types",
                         in->file);
    if (json_object_object_length(types) > TYPES_PER_FILE_MAX)
        return fault(in, types, "too many types in one file", "");
    json_object_object_foreach(types, name, node)
    {
        struct resource_type *type = read_type(in, types, service, name, node);
        if (type == NULL)
            return false;
        out[(*out_count)++] = type;
    }
    return true;
}

bool type_file_read(const char *file, struct text yaml, struct resource_type ***out_types,
                    size_t *out_count, struct error *err)
{
    struct reading in = { file, yaml_parse(yaml, file, err), err };
    if (in.doc == NULL)
        return false;
    struct resource_type **types = memory_new(TYPES_PER_FILE_MAX, sizeof(struct resource_type *));
    size_t count = 0;
    bool ok = read_document(&in, yaml_root(in.doc), types, &count);
    yaml_document_free(in.doc);
    if (ok) {
        *out_types = types;
        *out_count = count;
        return true;
    }
    while (count > 0)
        resource_type_free(types[--count]);
    free(types);
    return false;
}
