#include "providers/gcp/bulk.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/gcp/discovery.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* What is asked about, and with how many lists. */
struct parent {
    char *name; /* "organizations/1", "folders/2", "projects/a" */
    bool is_project;
};

struct gcp_bulk {
    const struct config_gcp *gcp;
    struct gcp_discovery *discovery;
    const struct resource_type **types; /* those that can be had so */
    size_t type_count;
    const struct resource_type **project_types; /* of them those that projects have */
    size_t project_type_count;
    struct parent *parents;
    size_t parent_count;
    size_t parent, type; /* the next list */
    const char *account; /* of the list at hand, NULL: of many */
    char read_time[TIMESTAMP_MAX];
};

/* Cloud Asset's second name of what one list of the API shows together. */
static const struct {
    const char *official, *also;
} kin[] = {
    { "compute.googleapis.com/Address", "compute.googleapis.com/GlobalAddress" },
    { "compute.googleapis.com/Disk", "compute.googleapis.com/RegionDisk" },
    { "compute.googleapis.com/ForwardingRule", "compute.googleapis.com/GlobalForwardingRule" },
};

/* ---- what there is to ask ---- */

static bool can_be_had(const struct resource_type *t)
{
    return !t->no_bulk && !t->evidence && t->official[0] != '\0' && t->from_parent.count == 0 &&
           t->from_answer.count == 0 && t->wrap == NULL && t->decode_csv == NULL;
}

static void add_parent(struct gcp_bulk *b, const char *collection, const char *name)
{
    b->parents = memory_resize(b->parents, b->parent_count + 1, sizeof *b->parents);
    b->parents[b->parent_count++] = (struct parent){ memory_format("%s/%s", collection, name),
                                                     strcmp(collection, "projects") == 0 };
}

static void add_folders(struct gcp_bulk *b)
{
    const struct config_gcp *gcp = b->gcp;
    for (size_t i = 0; i < gcp->folders.count; i++) {
        char *name = memory_format("folders/%s", gcp->folders.items[i]);
        if (!gcp_discovery_has_folder(b->discovery, name))
            add_parent(b, "folders", gcp->folders.items[i]);
        free(name);
    }
}

static void add_project(struct gcp_bulk *b, const char *id)
{
    if (!gcp_discovery_has_project(b->discovery, id))
        add_parent(b, "projects", id);
}

static void add_parents(struct gcp_bulk *b)
{
    const struct string_list *projects = &b->gcp->projects;
    const char *id;
    if (b->gcp->organization != NULL)
        add_parent(b, "organizations", b->gcp->organization);
    add_folders(b);
    for (size_t i = 0; i < projects->count; i++)
        if (!config_gcp_is_glob(projects->items[i]))
            add_project(b, projects->items[i]);
    for (size_t i = 0; (id = gcp_discovery_matched(b->discovery, i)) != NULL; i++)
        if (!string_list_has(projects, id))
            add_project(b, id);
}

static void clear(struct gcp_bulk *b)
{
    for (size_t i = 0; i < b->parent_count; i++)
        free(b->parents[i].name);
    free(b->parents);
    free(b->types);
    free(b->project_types);
    b->parents = NULL;
    b->types = b->project_types = NULL;
    b->parent_count = b->type_count = b->project_type_count = 0;
    b->parent = b->type = 0;
    b->account = NULL;
}

static void begin(struct gcp_bulk *b, const struct resource_type *const *types, size_t count,
                  int64_t now_unix_s)
{
    clear(b);
    timestamp_iso(now_unix_s - GCP_BULK_AGE_S, b->read_time);
    b->types = memory_new(count, sizeof *b->types);
    b->project_types = memory_new(count, sizeof *b->project_types);
    for (size_t i = 0; i < count; i++) {
        if (!can_be_had(types[i]))
            continue;
        b->types[b->type_count++] = types[i];
        if (types[i]->level == NULL)
            b->project_types[b->project_type_count++] = types[i];
    }
    add_parents(b);
}

struct gcp_bulk *gcp_bulk_new(const struct config_gcp *gcp, struct gcp_discovery *discovery)
{
    struct gcp_bulk *b = memory_new(1, sizeof *b);
    b->gcp = gcp;
    b->discovery = discovery;
    return b;
}

void gcp_bulk_free(struct gcp_bulk *b)
{
    if (b == NULL)
        return;
    clear(b);
    free(b);
}

/* ---- lists ---- */

/* Takes types into the list until a call is full; at least one. */
static size_t add_types(const struct resource_type *const *types, size_t count,
                        struct json_object *names)
{
    size_t taken = 0;
    while (taken < count && json_object_array_length(names) + 2 <= GCP_BULK_TYPES_MAX) {
        const char *official = types[taken++]->official;
        json_object_array_add(names, json_object_new_string(official));
        for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
            if (strcmp(kin[i].official, official) == 0)
                json_object_array_add(names, json_object_new_string(kin[i].also));
    }
    return taken;
}

static struct json_object *arguments_of(const struct gcp_bulk *b, const char *parent,
                                        struct json_object *types)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "parent", json_object_new_string(parent));
    json_object_object_add(o, "contentType", json_object_new_string("RESOURCE"));
    json_object_object_add(o, "assetTypes", types);
    json_object_object_add(o, "readTime", json_object_new_string(b->read_time));
    json_object_object_add(o, "pageSize", json_object_new_int(GCP_BULK_PAGE_SIZE));
    return o;
}

/* To the next parent that has a type left; false: there is none. */
static bool advance(struct gcp_bulk *b)
{
    while (b->parent < b->parent_count) {
        bool project = b->parents[b->parent].is_project;
        if (b->type < (project ? b->project_type_count : b->type_count))
            return true;
        b->parent++;
        b->type = 0;
    }
    return false;
}

bool gcp_bulk_next(struct gcp_bulk *b, size_t index, const struct resource_type *const *types,
                   size_t count, int64_t now_unix_s, struct provider_bulk *out)
{
    if (index == 0)
        begin(b, types, count, now_unix_s);
    if (!advance(b))
        return false;
    const struct parent *parent = &b->parents[b->parent];
    const struct resource_type *const *from =
        (parent->is_project ? b->project_types : b->types) + b->type;
    size_t left = parent->is_project ? b->project_type_count - b->type : 1;
    struct json_object *names = json_object_new_array();
    size_t taken = add_types(from, left, names);
    b->type += taken;
    b->account = parent->is_project ? parent->name + strlen("projects/") : NULL;
    *out = (struct provider_bulk){ { "cloudasset", "assets.list", "global",
                                     arguments_of(b, parent->name, names), "assets" },
                                   from,
                                   taken,
                                   b->account };
    return true;
}

/* ---- items ---- */

static const char *official_of(const char *type)
{
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        if (strcmp(kin[i].also, type) == 0)
            return kin[i].official;
    return type;
}

static bool is_root(const struct gcp_bulk *b, const char *ancestor)
{
    const char *slash = strchr(ancestor, '/');
    if (slash == NULL)
        return false;
    if (strncmp(ancestor, "organizations/", 14) == 0)
        return b->gcp->organization != NULL && strcmp(b->gcp->organization, slash + 1) == 0;
    return strncmp(ancestor, "folders/", 8) == 0 && string_list_has(&b->gcp->folders, slash + 1);
}

static const char *text_at(struct json_object *list, size_t index)
{
    struct json_object *text = json_object_array_get_idx(list, index);
    return json_object_is_type(text, json_type_string) ? json_object_get_string(text) : "";
}

/* The organization or folder that has it; what is in a project that is not ours is nobody's. */
static const char *owner_of(const struct gcp_bulk *b, struct json_object *ancestors)
{
    size_t count =
        json_object_is_type(ancestors, json_type_array) ? json_object_array_length(ancestors) : 0;
    const char *first = count > 0 ? text_at(ancestors, 0) : "";
    if (b->account != NULL)
        return b->account;
    if (strncmp(first, "projects/", 9) == 0)
        return gcp_discovery_project(b->discovery, first + 9);
    for (size_t i = 0; i < count; i++)
        if (is_root(b, text_at(ancestors, i)))
            return text_at(ancestors, i);
    return NULL;
}

/* A project that the config names by its id is known by its number from now on. */
static void learn_number(struct gcp_bulk *b, struct json_object *ancestors)
{
    const char *first =
        json_object_is_type(ancestors, json_type_array) && json_object_array_length(ancestors) > 0
            ? text_at(ancestors, 0)
            : "";
    if (b->account != NULL && strncmp(first, "projects/", 9) == 0 &&
        gcp_discovery_project(b->discovery, first + 9) == NULL)
        gcp_discovery_note_project(b->discovery, first + 9, b->account);
}

bool gcp_bulk_item(struct gcp_bulk *b, struct json_object *item, struct provider_bulk_item *out,
                   struct error *err)
{
    const char *type = json_string(item, "assetType"), *name = json_string(item, "name");
    struct json_object *data = json_get(json_get(item, "resource"), "data");
    struct json_object *ancestors = json_get(item, "ancestors");
    if (type == NULL || !json_object_is_type(data, json_type_object))
        return error_set(err, ERROR_DATA, "an asset without type or data: %s",
                         name == NULL ? "" : name);
    learn_number(b, ancestors);
    *out = (struct provider_bulk_item){ memory_string(owner_of(b, ancestors)),
                                        memory_string(official_of(type)), json_object_get(data) };
    return true;
}
