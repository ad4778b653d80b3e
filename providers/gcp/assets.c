#include "providers/gcp/assets.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERN_MAX = 1024 };

struct gcp_assets {
    struct map *known; /* the cloud's names of our types */
    const struct string_list *included;
};

struct gcp_assets *gcp_assets_new(const struct resource_types *types,
                                  const struct string_list *included)
{
    struct gcp_assets *a = memory_new(1, sizeof *a);
    a->included = included;
    a->known = map_new(NULL);
    for (size_t i = 0; types != NULL && i < resource_types_count(types); i++)
        map_set(a->known, resource_types_at(types, i)->official, a);
    return a;
}

void gcp_assets_free(struct gcp_assets *a)
{
    if (a == NULL)
        return;
    map_free(a->known);
    free(a);
}

/* A glob as RE2 knows it; what else RE2 has a meaning for is in no asset type, and stands for any one character. */
static char *pattern_of(const char *glob)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-";
    struct buffer out;
    buffer_init(&out, PATTERN_MAX);
    for (const char *at = glob; *at != '\0'; at++)
        if (*at == '*')
            buffer_append_string(&out, ".*");
        else
            buffer_append_char(&out, (char)(strchr(plain, *at) != NULL ? *at : '.'));
    return buffer_detach(&out);
}

static bool is_everything(const char *pattern)
{
    return strcmp(pattern, ".*") == 0;
}

static void add_patterns(const struct string_list *globs, struct json_object *arguments)
{
    struct json_object *list = json_object_new_array();
    bool all = false;
    for (size_t i = 0; i < globs->count; i++) {
        char *pattern = pattern_of(globs->items[i]);
        all = all || is_everything(pattern);
        json_object_array_add(list, json_object_new_string(pattern));
        free(pattern);
    }
    if (all)
        json_object_put(list);
    else
        json_object_object_add(arguments, "assetTypes", list);
}

void gcp_assets_arguments(const struct gcp_assets *a, const struct resource_type *type,
                          struct json_object *arguments)
{
    if (type->count_by != NULL || a->included == NULL)
        return;
    json_object_object_add(arguments, "contentType", json_object_new_string("RESOURCE"));
    add_patterns(a->included, arguments);
}

static bool is_included(const struct gcp_assets *a, const char *official)
{
    for (size_t i = 0; a->included != NULL && i < a->included->count; i++)
        if (text_glob(a->included->items[i], official))
            return true;
    return false;
}

static void copy(struct json_object *from, struct json_object *to, const char *name)
{
    struct json_object *value = json_get(from, name);
    if (value != NULL)
        json_object_object_add(to, name, json_object_get(value));
}

struct json_object *gcp_assets_tree(const struct gcp_assets *a, const struct resource_type *type,
                                    const char *official, struct json_object *asset)
{
    struct json_object *from = json_get(asset, "resource"), *data = json_get(from, "data");
    if (map_get(a->known, official) != NULL ||
        (type->count_by == NULL && !is_included(a, official)))
        return NULL;
    struct json_object *tree = json_object_new_object();
    copy(asset, tree, "assetType");
    if (type->count_by != NULL)
        return tree;
    struct json_object *resource = json_object_new_object(), *kept = json_object_new_object();
    copy(asset, tree, "name");
    copy(from, resource, "location");
    copy(data, kept, "displayName");
    copy(data, kept, "labels");
    json_object_object_add(resource, "data", kept);
    json_object_object_add(tree, "resource", resource);
    return tree;
}

/* "*" stands for anything. */
struct json_object *gcp_assets_fields(const struct resource_type *type)
{
    struct error none = ERROR_INIT;
    struct json_object *fields = NULL;
    const char *text = type->count_by != NULL
                           ? "{\"assetType\":\"*\",\"count\":\"*\"}"
                           : "{\"assetType\":\"*\",\"name\":\"*\",\"resource\":{\"location\":\"*\","
                             "\"data\":{\"displayName\":\"*\",\"labels\":\"*\"}}}";
    return json_parse(text_of(text), &fields, &none) ? fields : NULL;
}
