#include "providers/gcp/bulk.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/gcp/assets.h"
#include "providers/gcp/discovery.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define PROJECTS "projects/"

/* One list: whom it asks about, and which of the types. */
struct list {
    char *parent;                       /* "organizations/1", "folders/2", "projects/a" */
    const char *account;                /* "a": within parent; NULL: it is about many */
    const struct resource_type **types; /* within the bulk's */
    size_t type_count;
};

struct gcp_bulk {
    const struct config_gcp *gcp;
    struct gcp_discovery *discovery;
    bool made;
    const struct resource_type **types;         /* that can be had so */
    const struct resource_type **project_types; /* of them those that projects have */
    size_t type_count, project_type_count;
    struct list *lists;
    size_t count, room;
    const struct list *now; /* the list last given */
    struct gcp_assets *assets;
    const struct resource_type *now_only; /* of a list of what says bulk: only: its type; else NULL */
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
    return !t->no_bulk && !t->evidence && (t->bulk_only || t->official[0] != '\0') &&
           t->from_parent.count == 0 && t->from_answer.count == 0 && t->wrap == NULL &&
           t->decode_csv == NULL;
}

static void add_list(struct gcp_bulk *b, const char *parent, const struct resource_type **types,
                     size_t count)
{
    if (b->count == b->room) {
        b->room = b->room == 0 ? 16 : b->room * 2;
        b->lists = memory_resize(b->lists, b->room, sizeof *b->lists);
    }
    struct list *l = &b->lists[b->count++];
    *l = (struct list){ memory_string(parent), NULL, types, count };
    if (strncmp(parent, PROJECTS, sizeof PROJECTS - 1) == 0)
        l->account = l->parent + sizeof PROJECTS - 1;
}

static size_t names_of(const struct resource_type *type)
{
    size_t count = 1;
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        count += strcmp(kin[i].official, type->official) == 0;
    return count;
}

/* Over a tree types of one service alone, so that a list that fails takes no other service's along. */
static bool go_together(const struct resource_type *a, const struct resource_type *b,
                        bool by_service)
{
    return a == b || (!a->bulk_only && !b->bulk_only &&
                      (!by_service || strcmp(a->service, b->service) == 0));
}

/* As many types a list as a call takes. */
static void add_lists(struct gcp_bulk *b, const char *parent, const struct resource_type **types,
                      size_t count, bool by_service)
{
    size_t from = 0;
    while (from < count) {
        size_t to = from, names = 0;
        while (to < count && names + names_of(types[to]) <= GCP_BULK_TYPES_MAX &&
               go_together(types[from], types[to], by_service))
            names += names_of(types[to++]);
        add_list(b, parent, &types[from], to - from);
        from = to;
    }
}

/* An organization or a folder. */
static void add_tree(struct gcp_bulk *b, const char *collection, const char *number)
{
    char *parent = memory_format("%s/%s", collection, number);
    if (!gcp_discovery_has_folder(b->discovery, parent))
        add_lists(b, parent, b->types, b->type_count, true);
    free(parent);
}

static void add_project(struct gcp_bulk *b, const char *id)
{
    char *parent = memory_format(PROJECTS "%s", id);
    add_lists(b, parent, b->project_types, b->project_type_count, false);
    free(parent);
}

/* Trees only where tonight's discovery told who is in them: by last night's list nobody is known by number. */
static void add_trees(struct gcp_bulk *b)
{
    const char *id;
    if (!gcp_discovery_is_done(b->discovery))
        return;
    if (b->gcp->organization != NULL)
        add_tree(b, "organizations", b->gcp->organization);
    for (size_t i = 0; i < b->gcp->folders.count; i++)
        add_tree(b, "folders", b->gcp->folders.items[i]);
    for (size_t i = 0; (id = gcp_discovery_matched(b->discovery, i)) != NULL; i++)
        if (!string_list_has(&b->gcp->projects, id))
            add_project(b, id);
}

static void choose_types(struct gcp_bulk *b, const struct resource_type *const *types, size_t count,
                         bool only)
{
    for (size_t i = 0; i < count; i++) {
        if (!can_be_had(types[i]) || types[i]->bulk_only != only)
            continue;
        b->types[b->type_count++] = types[i];
        if (types[i]->level == NULL)
            b->project_types[b->project_type_count++] = types[i];
    }
}

static void make_lists(struct gcp_bulk *b, const struct resource_type *const *types, size_t count,
                       int64_t now_unix_s)
{
    const struct string_list *projects = &b->gcp->projects;
    timestamp_iso(now_unix_s - GCP_BULK_AGE_S, b->read_time);
    b->types = memory_new(count, sizeof *b->types);
    b->project_types = memory_new(count, sizeof *b->project_types);
    choose_types(b, types, count, false);
    choose_types(b, types, count, true);
    add_trees(b);
    for (size_t i = 0; i < projects->count; i++)
        if (!config_gcp_is_glob(projects->items[i]))
            add_project(b, projects->items[i]);
    b->made = true;
}

struct gcp_bulk *gcp_bulk_new(const struct config_gcp *gcp, struct gcp_discovery *discovery,
                              const struct provider_options *options)
{
    struct gcp_bulk *b = memory_new(1, sizeof *b);
    b->gcp = gcp;
    b->assets = gcp_assets_new(options->types, options->included);
    b->discovery = discovery;
    return b;
}

void gcp_bulk_free(struct gcp_bulk *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->count; i++)
        free(b->lists[i].parent);
    free(b->lists);
    free(b->types);
    free(b->project_types);
    gcp_assets_free(b->assets);
    free(b);
}

/* ---- lists ---- */

static void add_names(const struct resource_type *type, struct json_object *names)
{
    json_object_array_add(names, json_object_new_string(type->official));
    for (size_t i = 0; i < sizeof kin / sizeof *kin; i++)
        if (strcmp(kin[i].official, type->official) == 0)
            json_object_array_add(names, json_object_new_string(kin[i].also));
}

static void add_types(const struct list *l, struct json_object *o)
{
    struct json_object *names = json_object_new_array();
    for (size_t i = 0; i < l->type_count; i++)
        add_names(l->types[i], names);
    json_object_object_add(o, "contentType", json_object_new_string("RESOURCE"));
    json_object_object_add(o, "assetTypes", names);
}

/* And the list is the one whose items come next. */
static struct json_object *arguments_of(struct gcp_bulk *b, const struct list *l)
{
    struct json_object *o = json_object_new_object();
    b->now_only = l->types[0]->bulk_only ? l->types[0] : NULL;
    if (b->now_only != NULL)
        gcp_assets_arguments(b->assets, b->now_only, o);
    else
        add_types(l, o);
    json_object_object_add(o, "parent", json_object_new_string(l->parent));
    json_object_object_add(o, "readTime", json_object_new_string(b->read_time));
    json_object_object_add(o, "pageSize", json_object_new_int(GCP_BULK_PAGE_SIZE));
    return o;
}

bool gcp_bulk_list(struct gcp_bulk *b, size_t index, const struct resource_type *const *types,
                   size_t count, int64_t now_unix_s, struct provider_bulk *out)
{
    if (!b->made)
        make_lists(b, types, count, now_unix_s);
    b->now = NULL;
    if (index >= b->count)
        return false;
    const struct list *l = b->now = &b->lists[index];
    *out = (struct provider_bulk){ { "cloudasset", "assets.list", "global", arguments_of(b, l),
                                     "assets" },
                                   (const struct resource_type *const *)l->types,
                                   l->type_count,
                                   l->account };
    return true;
}

/* An account of the kind that has no number in its name is a project. */
bool gcp_bulk_of(struct gcp_bulk *b, const struct resource_type *type, const char *account,
                 int64_t now_unix_s, struct provider_listing *out)
{
    const struct resource_type *types[] = { type };
    bool is_project = strchr(account, '/') == NULL;
    struct list l = { is_project ? memory_format(PROJECTS "%s", account) : memory_string(account),
                      NULL, types, 1 };
    if (b->read_time[0] == '\0')
        timestamp_iso(now_unix_s - GCP_BULK_AGE_S, b->read_time);
    *out = (struct provider_listing){ "cloudasset", "assets.list", "global", arguments_of(b, &l),
                                      "assets" };
    free(l.parent);
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

static bool is_account(const struct gcp_bulk *b, const char *ancestor)
{
    static const char organizations[] = "organizations/";
    size_t len = sizeof organizations - 1;
    if (strncmp(ancestor, organizations, len) == 0)
        return b->gcp->organization != NULL && strcmp(b->gcp->organization, ancestor + len) == 0;
    return gcp_discovery_knows_folder(b->discovery, ancestor);
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
    if (b->now != NULL && b->now->account != NULL)
        return b->now->account;
    if (strncmp(first, PROJECTS, sizeof PROJECTS - 1) == 0)
        return gcp_discovery_project(b->discovery, first + sizeof PROJECTS - 1);
    for (size_t i = 0; i < count; i++)
        if (is_account(b, text_at(ancestors, i)))
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
    if (b->now != NULL && b->now->account != NULL &&
        strncmp(first, PROJECTS, sizeof PROJECTS - 1) == 0 &&
        gcp_discovery_project(b->discovery, first + sizeof PROJECTS - 1) == NULL)
        gcp_discovery_note_project(b->discovery, first + sizeof PROJECTS - 1, b->now->account);
}

bool gcp_bulk_item(struct gcp_bulk *b, struct json_object *item, struct provider_bulk_item *out,
                   struct error *err)
{
    const char *type = json_string(item, "assetType"), *name = json_string(item, "name");
    struct json_object *data = json_get(json_get(item, "resource"), "data");
    struct json_object *ancestors = json_get(item, "ancestors");
    if (type == NULL || (b->now_only == NULL && !json_object_is_type(data, json_type_object)))
        return error_set(err, ERROR_DATA, "an asset without type or data: %s",
                         name == NULL ? "" : name);
    learn_number(b, ancestors);
    if (b->now_only != NULL) {
        struct json_object *tree = gcp_assets_tree(b->assets, b->now_only, official_of(type), item);
        if (tree != NULL)
            *out = (struct provider_bulk_item){ memory_string(owner_of(b, ancestors)),
                                                memory_string(b->now_only->name), tree };
        return true;
    }
    *out = (struct provider_bulk_item){ memory_string(owner_of(b, ancestors)),
                                        memory_string(official_of(type)), json_object_get(data) };
    return true;
}
