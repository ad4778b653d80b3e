#include "providers/gcp/discovery.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum listing_kind { GET_ORGANIZATION, GET_FOLDER, LIST_PROJECTS, LIST_FOLDERS, SEARCH_PROJECTS };

/* As large as Resource Manager gives: more are cut to that. */
enum { PAGE_SIZE = 500 };

struct step {
    enum listing_kind kind;
    char *name; /* whom it asks about: "folders/2"; NULL for SEARCH_PROJECTS */
};

/* A queue of lists, grown by what they bring. */
struct gcp_discovery {
    const struct config_gcp *gcp;
    struct step *steps;
    size_t count, next, room;
    bool done;                  /* the lists were asked for more, and there were none */
    struct map *folders;        /* whose tree is walked, or not wanted */
    struct map *met;            /* of them those that a list brought */
    struct map *numbers;        /* number -> id, owned */
    struct map *searched;       /* of `matched` */
    struct string_list matched; /* live projects that globs matched */
};

/* ---- the queue ---- */

static void push(struct gcp_discovery *d, enum listing_kind kind, const char *name)
{
    if (d->count == d->room) {
        d->room = d->room == 0 ? 16 : d->room * 2;
        d->steps = memory_resize(d->steps, d->room, sizeof *d->steps);
    }
    d->steps[d->count++] = (struct step){ kind, memory_string(name) };
}

static void push_tree(struct gcp_discovery *d, const char *parent)
{
    push(d, LIST_PROJECTS, parent);
    push(d, LIST_FOLDERS, parent);
}

static bool has_globs(const struct string_list *projects)
{
    for (size_t i = 0; i < projects->count; i++)
        if (config_gcp_is_glob(projects->items[i]))
            return true;
    return false;
}

struct gcp_discovery *gcp_discovery_new(const struct config_gcp *gcp)
{
    struct gcp_discovery *d = memory_new(1, sizeof *d);
    d->gcp = gcp;
    d->folders = map_new(NULL);
    d->met = map_new(NULL);
    d->numbers = map_new(free);
    d->searched = map_new(NULL);
    if (gcp->organization != NULL) {
        char *name = memory_format("organizations/%s", gcp->organization);
        push(d, GET_ORGANIZATION, name);
        push_tree(d, name);
        free(name);
    }
    for (size_t i = 0; i < gcp->folders.count; i++) {
        char *name = memory_format("folders/%s", gcp->folders.items[i]);
        push(d, GET_FOLDER, name);
        free(name);
    }
    if (has_globs(&gcp->projects))
        push(d, SEARCH_PROJECTS, NULL);
    return d;
}

void gcp_discovery_free(struct gcp_discovery *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < d->count; i++)
        free(d->steps[i].name);
    free(d->steps);
    map_free(d->folders);
    map_free(d->met);
    map_free(d->numbers);
    map_free(d->searched);
    string_list_release(&d->matched);
    free(d);
}

enum provider_accounts gcp_discovery_accounts(const struct gcp_discovery *d)
{
    const struct config_gcp *gcp = d->gcp;
    if (gcp->organization != NULL && gcp->exclude_folders.count == 0)
        return PROVIDER_ACCOUNTS_WHOLE;
    return gcp->organization != NULL || gcp->folders.count > 0 || has_globs(&gcp->projects)
               ? PROVIDER_ACCOUNTS_LISTED
               : PROVIDER_ACCOUNTS_NAMED;
}

bool gcp_discovery_configured(const struct gcp_discovery *d, size_t index, struct account_spec *out)
{
    const struct string_list *projects = &d->gcp->projects;
    for (size_t i = 0; i < projects->count; i++) {
        if (config_gcp_is_glob(projects->items[i]) || index-- > 0)
            continue;
        *out = (struct account_spec){ .account = memory_string(projects->items[i]) };
        return true;
    }
    return false;
}

static struct json_object *arguments_of(const struct step *step)
{
    struct json_object *o = json_object_new_object();
    bool get = step->kind == GET_ORGANIZATION || step->kind == GET_FOLDER;
    if (step->name != NULL)
        json_object_object_add(o, get ? "name" : "parent", json_object_new_string(step->name));
    if (step->kind == LIST_PROJECTS || step->kind == LIST_FOLDERS)
        json_object_object_add(o, "showDeleted", json_object_new_boolean(true));
    if (!get)
        json_object_object_add(o, "pageSize", json_object_new_int(PAGE_SIZE));
    return o;
}

bool gcp_discovery_next(struct gcp_discovery *d, struct provider_listing *out)
{
    static const struct {
        const char *method, *items;
    } lists[] = {
        [GET_ORGANIZATION] = { "organizations.get", "." },
        [GET_FOLDER] = { "folders.get", "." },
        [LIST_PROJECTS] = { "projects.list", "projects" },
        [LIST_FOLDERS] = { "folders.list", "folders" },
        [SEARCH_PROJECTS] = { "projects.search", "projects" },
    };
    d->done = d->next == d->count;
    if (d->done)
        return false;
    const struct step *step = &d->steps[d->next++];
    *out = (struct provider_listing){ "cloudresourcemanager", lists[step->kind].method, "global",
                                      arguments_of(step), lists[step->kind].items };
    return true;
}

/* ---- items ---- */

/* google.cloud.resourcemanager.v3: ACTIVE, DELETE_REQUESTED. */
static const char *state_of(struct json_object *item)
{
    const char *state = json_string(item, "state");
    return state != NULL && strcmp(state, "DELETE_REQUESTED") == 0 ? "pending_deletion" : "active";
}

static bool fits(const struct string_list *globs, const char *id, const char *name)
{
    for (size_t i = 0; i < globs->count; i++)
        if (text_glob(globs->items[i], id) || (name != NULL && text_glob(globs->items[i], name)))
            return true;
    return false;
}

/* "folders/2" -> "2"; NULL where it is no such name. */
static const char *number_in(const char *name, const char *collection)
{
    size_t len = strlen(collection);
    if (name == NULL || strncmp(name, collection, len) != 0 || name[len] != '/')
        return NULL;
    const char *number = name + len + 1;
    return number[0] != '\0' && number[strspn(number, "0123456789")] == '\0' ? number : NULL;
}

static struct account_spec spec_of(struct json_object *item, const char *account)
{
    const char *name = json_string(item, "displayName");
    return (struct account_spec){ .account = memory_string(account),
                                  .name = memory_string(name == NULL ? "" : name),
                                  .state = memory_string(state_of(item)) };
}

static void keep(struct gcp_discovery *d, const char *number, const struct account_spec *project,
                 bool searched)
{
    gcp_discovery_note_project(d, number, project->account);
    if (!searched || map_get(d->searched, project->account) != NULL ||
        strcmp(project->state, "active") != 0)
        return;
    map_set(d->searched, project->account, d);
    string_list_add(&d->matched, project->account);
}

static bool read_project(struct gcp_discovery *d, struct json_object *item, bool searched,
                         struct account_spec *out, bool *out_wanted, struct error *err)
{
    const char *id = json_string(item, "projectId");
    const char *number = number_in(json_string(item, "name"), "projects");
    if (id == NULL || id[0] == '\0' || number == NULL)
        return error_set(err, ERROR_DATA,
                         "a project without projectId, or with a name that is "
                         "not projects/NUMBER");
    if (searched && !fits(&d->gcp->projects, id, NULL))
        return true;
    *out = spec_of(item, id);
    *out_wanted = !fits(&d->gcp->exclude_projects, id, out->name);
    if (*out_wanted)
        keep(d, number, out, searched);
    return true;
}

/* Its tree is walked once, however often it is met; a page that is sent again tells of it again. */
static bool walk_folder(struct gcp_discovery *d, const char *name, bool wanted, struct error *err)
{
    if (map_get(d->folders, name) != NULL)
        return true;
    if (map_count(d->folders) == GCP_DISCOVERY_FOLDERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d folders", GCP_DISCOVERY_FOLDERS_MAX);
    map_set(d->folders, name, d);
    if (wanted)
        push_tree(d, name);
    return true;
}

/* Each is an account of its own. */
static bool read_folder(struct gcp_discovery *d, struct json_object *item, bool met,
                        struct account_spec *out, bool *out_wanted, struct error *err)
{
    const char *name = json_string(item, "name");
    const char *number = number_in(name, "folders");
    if (number == NULL)
        return error_set(err, ERROR_DATA, "a folder with a name that is not folders/NUMBER");
    bool wanted = !fits(&d->gcp->exclude_folders, number, json_string(item, "displayName"));
    if (met)
        map_set(d->met, name, d);
    if (!walk_folder(d, name, wanted, err))
        return false;
    *out = spec_of(item, name);
    *out_wanted = wanted;
    return true;
}

/* The organization, or a folder that the config names, whatever is excluded: an account of its own. */
static bool read_root(struct gcp_discovery *d, const struct step *step, struct json_object *item,
                      struct account_spec *out, bool *out_wanted, struct error *err)
{
    const char *name = json_string(item, "name");
    if (name == NULL || strcmp(name, step->name) != 0)
        return error_set(err, ERROR_DATA, "asked for %s, the answer is about %s", step->name,
                         name == NULL ? "nothing" : name);
    if (step->kind == GET_ORGANIZATION)
        *out = spec_of(item, name);
    else if (!read_folder(d, item, false, out, out_wanted, err))
        return false;
    *out_wanted = true;
    return true;
}

bool gcp_discovery_item(struct gcp_discovery *d, struct json_object *item, struct account_spec *out,
                        bool *out_wanted, struct error *err)
{
    const struct step step = d->steps[d->next - 1]; /* a copy: what it brings may move the queue */
    *out_wanted = false;
    switch (step.kind) {
    case GET_ORGANIZATION:
    case GET_FOLDER:
        return read_root(d, &step, item, out, out_wanted, err);
    case LIST_FOLDERS:
        return read_folder(d, item, true, out, out_wanted, err);
    case LIST_PROJECTS:
    case SEARCH_PROJECTS:
        break;
    }
    return read_project(d, item, step.kind == SEARCH_PROJECTS, out, out_wanted, err);
}

/* ---- what was found ---- */

const char *gcp_discovery_project(const struct gcp_discovery *d, const char *number)
{
    return map_get(d->numbers, number);
}

void gcp_discovery_note_project(struct gcp_discovery *d, const char *number, const char *id)
{
    map_set(d->numbers, number, memory_string(id));
}

bool gcp_discovery_knows_folder(const struct gcp_discovery *d, const char *folder)
{
    return map_get(d->folders, folder) != NULL;
}

bool gcp_discovery_has_folder(const struct gcp_discovery *d, const char *folder)
{
    return map_get(d->met, folder) != NULL;
}

bool gcp_discovery_is_done(const struct gcp_discovery *d)
{
    return d->done;
}

const char *gcp_discovery_matched(const struct gcp_discovery *d, size_t index)
{
    return index < d->matched.count ? d->matched.items[index] : NULL;
}
