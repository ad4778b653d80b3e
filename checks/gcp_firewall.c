#include "checks/gcp_firewall.h"

#include "checks/gcp_rule.h"
#include "checks/json_list.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum place { PLACE_HIERARCHICAL, PLACE_SYSTEM, PLACE_GLOBAL, PLACE_REGIONAL, PLACE_UNKNOWN };

static const char *const place_words[] = { "hierarchical", "system", "global", "regional" };

/* A policy before its rules are read. */
struct policy {
    struct json_object *json;
    enum place place;
    int64_t priority; /* of its association */
    size_t order;     /* as listed */
};

struct policies {
    struct policy *items;
    size_t count;
};

/* The last piece of a URL or name; "" for NULL. */
static const char *last_piece(const char *url)
{
    const char *slash = url == NULL ? NULL : strrchr(url, '/');
    return url == NULL ? "" : slash == NULL ? url : slash + 1;
}

void gcp_firewall_release(struct gcp_firewall *f)
{
    for (size_t i = 0; i < f->rule_count; i++)
        gcp_rule_release(&f->rules[i]);
    for (size_t i = 0; i < f->owner_count; i++) {
        free(f->owners[i].key);
        free(f->owners[i].name);
        free(f->owners[i].region);
    }
    for (size_t i = 0; i < f->element_count; i++)
        free(f->elements[i].name);
    free(f->rules);
    free(f->owners);
    free(f->levels);
    free(f->elements);
    free(f->network);
    free(f->project);
    *f = (struct gcp_firewall){ .rules = NULL };
}

/* ---- owners and levels ---- */

/* Takes over key and region. */
static size_t add_owner(struct gcp_firewall *f, struct gcp_owner o)
{
    if ((f->owner_count & (f->owner_count - 1)) == 0)
        f->owners = memory_resize(f->owners, f->owner_count == 0 ? 1 : f->owner_count * 2,
                                  sizeof *f->owners);
    f->owners[f->owner_count] = o;
    return f->owner_count++;
}

static int compare_rules(const void *a, const void *b)
{
    const struct gcp_rule *x = a, *y = b;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    if ((x->action == GCP_DENY) != (y->action == GCP_DENY))
        return x->action == GCP_DENY ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_level(struct gcp_firewall *f, size_t first, const char *region)
{
    size_t count = f->rule_count - first;
    if (count == 0)
        return;
    qsort(f->rules + first, count, sizeof *f->rules, compare_rules);
    f->levels = memory_resize(f->levels, f->level_count + 1, sizeof *f->levels);
    f->levels[f->level_count++] = (struct gcp_level){ first, count, region };
}

/* ---- VPC rules ---- */

static bool is_live_ingress(struct json_object *rule)
{
    const char *direction = json_string(rule, "direction");
    return !json_boolean(rule, "disabled", false) &&
           (direction == NULL || strcmp(direction, "INGRESS") == 0);
}

static bool read_vpc(struct gcp_reading *in, struct json_object *list)
{
    struct gcp_firewall *f = in->firewall;
    size_t first = f->rule_count;
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct json_object *rule = json_object_array_get_idx(list, i);
        const char *name = json_string(rule, "name");
        if (name == NULL)
            return error_set(in->err, ERROR_DATA, "a VPC rule without a name");
        if (!is_live_ingress(rule))
            continue;
        size_t owner = add_owner(
            f, (struct gcp_owner){
                   .key = memory_format("//compute.googleapis.com/projects/%s/global/firewalls/%s",
                                        f->project, name),
                   .name = memory_string(name),
                   .level = "vpc" });
        if (!gcp_rule_add_vpc(in, rule, owner))
            return false;
    }
    add_level(f, first, NULL);
    return true;
}

/* ---- policies ---- */

static enum place place_of(const char *type)
{
    static const struct {
        const char *type;
        enum place place;
    } all[] = {
        { "HIERARCHY", PLACE_HIERARCHICAL }, { "SYSTEM", PLACE_SYSTEM },
        { "SYSTEM_GLOBAL", PLACE_SYSTEM },   { "SYSTEM_REGIONAL", PLACE_SYSTEM },
        { "NETWORK", PLACE_GLOBAL },         { "NETWORK_REGIONAL", PLACE_REGIONAL },
    };
    for (size_t i = 0; type != NULL && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].type, type) == 0)
            return all[i].place;
    return PLACE_UNKNOWN;
}

static void add_policy(struct policies *all, struct json_object *json, enum place place,
                       int64_t priority)
{
    all->items = memory_resize(all->items, all->count + 1, sizeof *all->items);
    all->items[all->count] = (struct policy){ json, place, priority, all->count };
    all->count++;
}

static bool collect_effective(struct policies *all, struct json_object *list, struct error *err)
{
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct json_object *policy = json_object_array_get_idx(list, i);
        const char *type = json_string(policy, "type");
        enum place place = place_of(type);
        if (place == PLACE_UNKNOWN)
            return error_set(err, ERROR_DATA, "unknown type of firewall policy %s",
                             type == NULL ? "(none)" : type);
        int64_t priority = place == PLACE_HIERARCHICAL || place == PLACE_SYSTEM
                               ? 0
                               : json_int(policy, "priority", GCP_PRIORITY_DEFAULT);
        add_policy(all, policy, place, priority);
    }
    return true;
}

/* Whether it is associated with the network, and at which priority. */
static bool is_associated(struct json_object *policy, const char *network, int64_t *out_priority)
{
    struct json_object *list = json_get(policy, "associations");
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        const char *target = gcp_rule_network(json_string(one, "attachmentTarget"));
        if (target == NULL || strcmp(target, network) != 0)
            continue;
        *out_priority = json_int(one, "priority", GCP_PRIORITY_DEFAULT);
        return true;
    }
    return false;
}

static void collect_regional(struct policies *all, struct json_object *list, const char *network)
{
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct json_object *policy = json_object_array_get_idx(list, i);
        int64_t priority = GCP_PRIORITY_DEFAULT;
        if (network != NULL && !is_associated(policy, network, &priority))
            continue;
        const char *source = json_string(policy, "policySource");
        bool system = source != NULL && strcmp(source, "SYSTEM") == 0;
        add_policy(all, policy, system ? PLACE_SYSTEM : PLACE_REGIONAL, priority);
    }
}

static int compare_policies(const void *a, const void *b)
{
    const struct policy *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    if (x->priority != y->priority)
        return x->priority < y->priority ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* By its own address where it says one, else by its place; free(). */
static char *policy_key(const struct gcp_firewall *f, const struct policy *p, const char *name)
{
    const char *link = json_string(p->json, "selfLink");
    const char *path = gcp_rule_network(link);
    if (path == NULL && link != NULL)
        path = strstr(link, "locations/");
    if (path != NULL)
        return memory_format("//compute.googleapis.com/%s", path);
    if (p->place == PLACE_HIERARCHICAL)
        return memory_format("//compute.googleapis.com/locations/global/firewallPolicies/%s", name);
    const char *region = last_piece(json_string(p->json, "region"));
    return region[0] == '\0'
               ? memory_format("//compute.googleapis.com/projects/%s/global/firewallPolicies/%s",
                               f->project, name)
               : memory_format(
                     "//compute.googleapis.com/projects/%s/regions/%s/firewallPolicies/%s",
                     f->project, region, name);
}

/* One owner for each exposure, in their order. */
static size_t add_policy_owners(struct gcp_firewall *f, const struct policy *p)
{
    const char *name = json_string(p->json, "name");
    const char *word = json_string(p->json, "shortName");
    const char *region = last_piece(json_string(p->json, "region"));
    bool is_regional =
        p->place == PLACE_REGIONAL || (p->place == PLACE_SYSTEM && region[0] != '\0');
    size_t first = f->owner_count;
    for (int e = GCP_INTERNET; e <= GCP_UNREAD; e++)
        add_owner(f, (struct gcp_owner){ .key = policy_key(f, p, name == NULL ? "" : name),
                                         .name = memory_string(word != NULL   ? word
                                                               : name != NULL ? name
                                                                              : ""),
                                         .level = place_words[p->place],
                                         .region = is_regional ? memory_string(region) : NULL,
                                         .exposure = (enum gcp_exposure)e });
    return first;
}

static bool read_policy(struct gcp_reading *in, const struct policy *p)
{
    struct gcp_firewall *f = in->firewall;
    struct json_object *rules = json_get(p->json, "rules");
    size_t owner = add_policy_owners(f, p), first = f->rule_count;
    for (size_t i = 0; i < json_list_length(rules); i++) {
        struct json_object *rule = json_object_array_get_idx(rules, i);
        if (is_live_ingress(rule) && !gcp_rule_add(in, rule, owner))
            return error_prefix(in->err, "policy %s", f->owners[owner].name);
    }
    add_level(f, first, f->owners[owner].region);
    return true;
}

static bool read_places(struct gcp_reading *in, const struct policies *all, enum place from,
                        enum place to)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].place >= from && all->items[i].place <= to &&
            !read_policy(in, &all->items[i]))
            return false;
    return true;
}

/* ---- the network ---- */

static void name_network(struct gcp_firewall *f, struct json_object *network)
{
    const char *path = gcp_rule_network(json_string(network, "selfLink"));
    f->network = memory_string(path);
    struct text rest = text_of(path);
    text_cut(&rest, '/');
    f->project = path == NULL ? memory_string("") : text_copy(text_cut(&rest, '/'));
}

static bool read_levels(struct gcp_reading *in, struct json_object *network,
                        const struct policies *all)
{
    struct json_object *effective = json_get(network, "EffectiveFirewalls");
    const char *order = json_string(network, "networkFirewallPolicyEnforcementOrder");
    bool before = order != NULL && strcmp(order, "BEFORE_CLASSIC_FIREWALL") == 0;
    return read_places(in, all, PLACE_HIERARCHICAL, PLACE_SYSTEM) &&
           (before || read_vpc(in, json_get(effective, "firewalls"))) &&
           read_places(in, all, PLACE_GLOBAL, PLACE_REGIONAL) &&
           (!before || read_vpc(in, json_get(effective, "firewalls")));
}

bool gcp_firewall_read(struct json_object *network, struct json_object *regional,
                       struct gcp_firewall *out, struct error *err)
{
    struct policies all = { NULL, 0 };
    struct gcp_reading in = { out, map_new(NULL), err };
    struct json_object *effective = json_get(network, "EffectiveFirewalls");
    *out = (struct gcp_firewall){ .rules = NULL };
    name_network(out, network);
    bool ok = collect_effective(&all, json_get(effective, "firewallPolicys"), err);
    collect_regional(&all, regional, out->network);
    if (ok && all.count > 0)
        qsort(all.items, all.count, sizeof *all.items, compare_policies);
    ok = ok && read_levels(&in, network, &all);
    map_free(in.elements);
    free(all.items);
    return ok;
}
