#include "core/model/type_file.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/yaml.h"
#include "core/model/resource_type.h"
#include "core/model/type_reading.h"

#include <json-c/json.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { TYPES_PER_FILE_MAX = 200 };

/* ---- a whole type ---- */

#define TYPE_KEY(key, kind, member)                                                                \
    {                                                                                              \
        key, kind, offsetof(struct resource_type, member), NULL                                    \
    }

static const struct type_key type_keys[] = {
    TYPE_KEY("official", KEY_TEXT, official),
    { "kind", KEY_SPECIAL, 0, type_read_kind },
    TYPE_KEY("at", KEY_PATH, at),
    { "window", KEY_SPECIAL, 0, type_read_window },
    { "scope", KEY_SPECIAL, 0, type_read_scope },
    TYPE_KEY("level", KEY_TEXT, level),
    { "bulk", KEY_SPECIAL, 0, type_read_bulk },
    TYPE_KEY("count_by", KEY_PATH, count_by),
    { "get", KEY_SPECIAL, 0, type_read_get },
    TYPE_KEY("children_of", KEY_TEXT, children_of),
    TYPE_KEY("from_parent", KEY_PATHS, from_parent),
    TYPE_KEY("each", KEY_WORDS, each),
    TYPE_KEY("absent", KEY_WORDS, absent),
    TYPE_KEY("disabled", KEY_WORDS, disabled),
    TYPE_KEY("list", KEY_TEXT, list),
    { "many", KEY_SPECIAL, 0, type_read_many },
    TYPE_KEY("asked_by", KEY_TEXT, asked_by),
    TYPE_KEY("aggregate", KEY_TEXT, aggregate),
    TYPE_KEY("with", KEY_OBJECT, with),
    TYPE_KEY("items", KEY_PATH, items),
    TYPE_KEY("wrap", KEY_TEXT, wrap),
    { "poll", KEY_SPECIAL, 0, type_read_poll },
    { "decode", KEY_SPECIAL, 0, type_read_decode },
    TYPE_KEY("from_answer", KEY_WORDS, from_answer),
    TYPE_KEY("id", KEY_TEXT, id),
    TYPE_KEY("name", KEY_PATH, display_name),
    TYPE_KEY("key", KEY_TEMPLATE, key),
    TYPE_KEY("life", KEY_PATH, life),
    TYPE_KEY("owner", KEY_PATH, owner),
    TYPE_KEY("lender", KEY_PATH, lender),
    TYPE_KEY("tenants", KEY_PATH, tenants),
    TYPE_KEY("home_region", KEY_PATH, home_region),
    TYPE_KEY("reference", KEY_TEXT, reference_owner),
    TYPE_KEY("region", KEY_PATH, region),
    TYPE_KEY("tags", KEY_PATH, tags),
    { "details", KEY_SPECIAL, 0, type_read_details },
    { "columns", KEY_SPECIAL, 0, type_read_columns },
    { "sheet", KEY_SPECIAL, 0, type_read_sheet },
    TYPE_KEY("console", KEY_TEMPLATE, console),
    { "ephemeral", KEY_SPECIAL, 0, type_read_ephemeral },
    TYPE_KEY("addresses", KEY_PATHS, addresses),
    { "holder", KEY_SPECIAL, 0, type_read_holder },
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

static bool lacks(const struct type_filling *f, const char *key)
{
    return !type_fault(f->in, f->node, "this type lacks the key", key);
}

static bool check_needed(const struct type_filling *f, const struct resource_type *t)
{
    bool listed = t->asked_by == NULL && t->aggregate == NULL;
    if (t->list == NULL && listed)
        return !lacks(f, "list");
    if (t->items == NULL && listed)
        return !lacks(f, "items");
    if (t->id == NULL)
        return !lacks(f, "id");
    if (!t->evidence)
        return t->key != NULL || !lacks(f, "key");
    if (t->at == NULL)
        return !lacks(f, "at");
    return t->window_s > 0 || !lacks(f, "window");
}

static bool can_take_many(const struct resource_type *t)
{
    return t->evidence && t->global && t->list != NULL && t->children_of == NULL && t->each.count == 0 &&
           t->poll == NULL && t->wrap == NULL && t->decode_csv == NULL && t->from_answer.count == 0;
}

static bool is_one_text(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) && json_object_array_length(list) == 1 &&
           json_object_is_type(json_object_array_get_idx(list, 0), json_type_string);
}

struct fitting {
    bool wrong;
    const char *why;
};

static bool check_rules(const struct type_filling *f, const struct fitting *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (rules[i].wrong)
            return type_fault(f->in, f->node, rules[i].why, "");
    return true;
}

/* What things have and evidence has not, and the other way. */
static bool check_kind(const struct type_filling *f, const struct resource_type *t)
{
    const struct fitting rules[] = {
        { !t->evidence && t->at != NULL, "at is for kind: evidence" },
        { !t->evidence && t->window_s != 0, "window is for kind: evidence" },
        { t->evidence && t->key != NULL, "evidence has no key" },
        { t->evidence && t->sheet_count > 0, "evidence has no sheet" },
        { t->evidence && t->ephemeral_count > 0, "evidence cannot be ephemeral" },
        { t->evidence && t->lender != NULL, "evidence has no lender" },
        { t->evidence && t->tenants != NULL, "evidence has no tenants" },
        { t->evidence && t->addresses.count > 0, "evidence holds no addresses" },
    };
    return check_rules(f, rules, sizeof rules / sizeof *rules);
}

/* Keys that mean something only beside others. */
static bool check_fitting(const struct type_filling *f, const struct resource_type *t)
{
    const struct fitting rules[] = {
        { t->reference_owner != NULL && t->owner == NULL, "reference needs owner" },
        { t->from_parent.count > 0 && t->children_of == NULL, "from_parent needs children_of" },
        { t->lender != NULL && t->tenants != NULL, "a type has lender or tenants, not both" },
        { t->holder != TYPE_HOLDER && t->addresses.count == 0, "holder needs addresses" },
        { t->poll != NULL && (t->children_of != NULL || t->each.count > 0),
          "poll goes with one list, not with children_of or each" },
        { t->global && t->home_region != NULL, "a global type has no home_region" },
        { t->spread && t->region == NULL, "scope: spread needs region" },
        { t->asked_by != NULL && strcmp(t->asked_by, "probe") != 0, "the only command that asks is probe" },
        { t->asked_by != NULL && (!t->evidence || !t->global), "asked_by is for evidence with scope: global" },
        { t->asked_by != NULL && t->list != NULL, "asked_by goes without list" },
        { t->spread && t->evidence, "evidence is not spread" },
        { t->aggregate != NULL && (!t->evidence || t->global), "aggregate is for evidence of regions" },
        { t->aggregate != NULL && (t->list != NULL || t->items != NULL || t->poll != NULL || t->detail_count > 0 ||
                                   t->children_of != NULL || t->each.count > 0 || t->asked_by != NULL),
          "aggregate goes without what is asked for: list, items, details and their like" },
        { t->bulk_only && (!t->global || t->evidence || t->children_of != NULL || t->detail_count > 0),
          "bulk: only is for things of scope: global without children_of and details" },
        { t->many_argument != NULL && !can_take_many(t),
          "many is for evidence of scope: global with one list of objects (no children_of, each, poll, wrap, decode, "
          "from_answer)" },
        { t->many_argument != NULL && !is_one_text(json_get(t->with, t->many_argument)),
          "many needs its argument in with, as a list of one text" },
        { t->count_by != NULL && !t->bulk_only, "count_by needs bulk: only" },
        { t->count_by != NULL && strpbrk(t->count_by, ".[") != NULL, "count_by is one name" },
    };
    return check_rules(f, rules, sizeof rules / sizeof *rules);
}

/* "items[created-by]" is of one element; these know only "items[]", all of them. */
static bool check_all_elements(const struct type_filling *f, const struct resource_type *t)
{
    const struct string_list *const lists[] = { &t->volatile_paths, &t->redact, &t->set,
                                                &t->ordered, &t->json, &t->addresses };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            for (const char *at = lists[i]->items[k]; (at = strchr(at, '[')) != NULL; at++)
                if (at[1] != ']')
                    return type_fault(f->in, f->node, "one element cannot be named by itself in",
                                      lists[i]->items[k]);
    return true;
}

static bool check_complete(const struct type_filling *f, const struct resource_type *t)
{
    return check_needed(f, t) && check_kind(f, t) && check_fitting(f, t) &&
           check_all_elements(f, t) &&
           (strcmp(t->id, TYPE_ID_ACCOUNT) == 0 || strchr(t->id, '{') != NULL ||
            type_check_path(f, f->node, t->id));
}

static struct resource_type *read_type(const struct type_reading *in, struct json_object *all,
                                       const char *service, const char *name,
                                       struct json_object *node)
{
    struct resource_type *type = memory_new(1, sizeof *type);
    struct type_filling f = { in, node, type };
    type->name = memory_string(name);
    type->service = memory_string(service);
    type->file = memory_string(in->file);
    type->holder = TYPE_HOLDER;
    type->line = yaml_key_line(in->doc, all, name);
    type->provider = memory_string_n(name, strcspn(name, "_"));
    if (!is_type_name(name))
        type_fault(in, node, "a type's name is cloud_service_thing in small letters, not", name);
    else if (type_read_keys(&f, type_keys, sizeof type_keys / sizeof *type_keys) &&
             check_complete(&f, type) && type_resolve_sheet(&f, type)) {
        if (type->official == NULL)
            type->official = memory_string("");
        return type;
    }
    resource_type_free(type);
    return NULL;
}

static bool read_document(const struct type_reading *in, struct json_object *root,
                          struct resource_type **out, size_t *out_count)
{
    const char *service = json_string(root, "service");
    struct json_object *types = json_get(root, "types");
    if (service == NULL || !json_object_is_type(types, json_type_object) ||
        json_object_object_length(root) != 2)
        return error_set(in->err, ERROR_CONFIG, "%s:1: expected the two keys service and types",
                         in->file);
    if (json_object_object_length(types) > TYPES_PER_FILE_MAX)
        return type_fault(in, types, "too many types in one file", "");
    json_object_object_foreach(types, name, node) {
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
    struct type_reading in = { file, yaml_parse(yaml, file, err), err };
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
