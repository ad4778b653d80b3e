#include "checks/plugins/exposure/gcp_gather.h"

#include "checks/gcp_rule.h"
#include "checks/json_list.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define IN_FORCE "EffectiveFirewalls"
#define RULES "firewalls"
#define GUESTS "XpnResources"
#define MEMBERS "Members"

void gcp_gather_release(struct gcp_gathered *g)
{
    for (size_t i = 0; i < g->network_count; i++) {
        struct gcp_network *n = &g->networks[i];
        free(n->id);
        free(n->key);
        free(n->path);
        free(n->account);
        json_object_put(n->config);
        gcp_routes_release(&n->routes);
    }
    for (size_t i = 0; i < g->policy_count; i++) {
        free(g->policies[i].key);
        free(g->policies[i].id);
        json_object_put(g->policies[i].config);
    }
    free(g->networks);
    free(g->policies);
    json_object_put(g->regional);
    for (size_t i = 0; i < g->holder_count; i++) {
        free(g->holders[i].project);
        gcp_machines_release(&g->holders[i].machines);
        gcp_forwarding_release(&g->holders[i].forwardings);
    }
    free(g->holders);
    json_object_put(g->guests);
    map_free(g->by_path);
    map_free(g->by_project);
    free(g->project);
    *g = (struct gcp_gathered){ .networks = NULL };
}

/* ---- networks ---- */

static void keep(struct json_object *to, struct json_object *from, const char *name)
{
    if (json_get(from, name) != NULL)
        json_object_object_add(to, name, json_object_get(json_get(from, name)));
}

static struct json_object *config_of(struct json_object *o, bool listed)
{
    struct json_object *in_force = json_get(o, IN_FORCE);
    if (!json_object_is_type(in_force, json_type_object))
        return NULL;
    struct json_object *config = json_object_new_object(), *mine = json_object_new_object();
    keep(config, o, "selfLink");
    keep(config, o, "networkFirewallPolicyEnforcementOrder");
    keep(mine, in_force, "firewallPolicys");
    if (listed)
        json_object_object_add(mine, RULES, json_object_new_array());
    else
        keep(mine, in_force, RULES);
    json_object_object_add(config, IN_FORCE, mine);
    return config;
}

static bool add_network(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_gathered *g = ctx;
    const char *path = gcp_rule_network(json_string(r->config, "selfLink"));
    if (path == NULL)
        return true;
    if (g->network_count == GCP_NETWORKS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d networks", GCP_NETWORKS_MAX);
    g->networks = memory_resize(g->networks, g->network_count + 1, sizeof *g->networks);
    g->networks[g->network_count++] = (struct gcp_network){
        .id = memory_string(r->id),
        .key = memory_string(r->key),
        .path = memory_string(path),
        .account = memory_string(r->account),
        .own = r->own,
        .proven = r->verified && json_get(r->unread, IN_FORCE) == NULL,
        .config = config_of(r->config, g->listed),
    };
    map_set(g->by_path, path, (void *)(uintptr_t)g->network_count);
    return true;
}

static struct gcp_network *network_of(const struct gcp_gathered *g, struct json_object *config)
{
    const char *path = gcp_rule_network(json_string(config, "network"));
    uintptr_t at = path == NULL ? 0 : (uintptr_t)map_get(g->by_path, path);
    return at == 0 ? NULL : &g->networks[at - 1];
}

static bool add_firewall(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_network *n = network_of(ctx, r->config);
    (void)err;
    if (n != NULL && n->config != NULL)
        json_object_array_add(json_get(json_get(n->config, IN_FORCE), RULES),
                              json_object_get(r->config));
    return true;
}

static bool add_route(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_network *n = network_of(ctx, r->config);
    return n == NULL || gcp_routes_add(&n->routes, r->config, err) ||
           error_prefix(err, "route %s", r->id);
}

static bool add_router(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_network *n = network_of(ctx, r->config);
    (void)err;
    if (n != NULL && json_list_length(json_get(r->config, "bgpPeers")) > 0)
        n->dynamic = true;
    return true;
}

static bool add_policy(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_gathered *g = ctx;
    if (g->policy_count == GCP_POLICIES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d policies", GCP_POLICIES_MAX);
    g->policies = memory_resize(g->policies, g->policy_count + 1, sizeof *g->policies);
    g->policies[g->policy_count++] =
        (struct gcp_policy){ memory_string(r->key), memory_string(r->id), r->own,
                             json_object_get(r->config) };
    if (json_string(r->config, "region") != NULL)
        json_object_array_add(g->regional, json_object_get(r->config));
    return true;
}

/* ---- what is in them ---- */

static bool find_holder(struct gcp_gathered *g, const char *project, struct gcp_holder **out,
                        struct error *err)
{
    uintptr_t at = (uintptr_t)map_get(g->by_project, project);
    if (at == 0 && g->holder_count == GCP_HOLDERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d projects", GCP_HOLDERS_MAX);
    if (at == 0) {
        g->holders = memory_resize(g->holders, g->holder_count + 1, sizeof *g->holders);
        g->holders[g->holder_count] = (struct gcp_holder){ .project = memory_string(project) };
        gcp_forwarding_init(&g->holders[g->holder_count].forwardings);
        at = ++g->holder_count;
        map_set(g->by_project, project, (void *)at);
    }
    *out = &g->holders[at - 1];
    return true;
}

/* Others are of no account here, and a guest may have many. */
static bool is_in_a_network(const struct gcp_gathered *g, struct json_object *config)
{
    struct json_object *nics = json_get(config, "networkInterfaces");
    for (size_t i = 0; i < json_list_length(nics); i++)
        if (network_of(g, json_object_array_get_idx(nics, i)) != NULL)
            return true;
    return false;
}

static bool add_machine(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_gathered *g = ctx;
    struct gcp_holder *h = NULL;
    return !is_in_a_network(g, r->config) ||
           (find_holder(g, r->account, &h, err) && gcp_machines_add(&h->machines, r, err));
}

static bool add_forwarding(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_holder *h = NULL;
    return find_holder(ctx, r->account, &h, err) && gcp_forwarding_add(&h->forwardings, r, err);
}

struct backends {
    struct gcp_gathered *g;
    enum gcp_backend kind;
};

/* What was not read tonight does not say who is in it. */
static struct json_object *without_members(struct json_object *config)
{
    struct json_object *known = json_object_new_object();
    json_object_object_foreach(config, name, value) {
        if (strcmp(name, MEMBERS) != 0)
            json_object_object_add(known, name, json_object_get(value));
    }
    return known;
}

static bool add_backend(void *ctx, const struct check_resource *r, struct error *err)
{
    const struct backends *b = ctx;
    struct gcp_holder *h = NULL;
    if (!find_holder(b->g, r->account, &h, err))
        return false;
    struct json_object *known = json_get(r->unread, MEMBERS) == NULL ? json_object_get(r->config)
                                                                     : without_members(r->config);
    gcp_forwarding_add_backend(&h->forwardings, b->kind, known);
    json_object_put(known);
    return true;
}

static bool gather_backends(const struct check_view *view, struct gcp_gathered *g,
                            struct error *err)
{
    static const char *const types[GCP_BACKENDS] = { "gcp_compute_backend_service",
                                                     "gcp_compute_target_pool",
                                                     "gcp_compute_target_instance",
                                                     "gcp_compute_instance_group" };
    for (int i = 0; i < GCP_BACKENDS; i++) {
        struct backends b = { g, (enum gcp_backend)i };
        if (!view->resources(view->ctx, types[i], add_backend, &b, err))
            return false;
    }
    return true;
}

static bool add_project(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gcp_gathered *g = ctx;
    const char *status = json_string(r->config, "xpnProjectStatus");
    (void)err;
    if (!r->own)
        return true;
    free(g->project);
    g->project = memory_string(r->key);
    g->lends = status != NULL && strcmp(status, "HOST") == 0;
    if (g->lends && json_get(r->unread, GUESTS) == NULL)
        g->guests = json_object_get(json_get(r->config, GUESTS));
    return true;
}

/* ---- all ---- */

static bool was_read(const struct check_view *view, const char *type, const char *account)
{
    return view->was_read(view->ctx, type, account, NULL);
}

static bool was_project_read(const struct check_view *view, const char *project)
{
    return was_read(view, "gcp_compute_instance", project) &&
           was_read(view, "gcp_compute_forwarding_rule", project);
}

/* Those that Google tells of, whether or not they have anything there, and those that have. */
static bool were_guests_read(const struct check_view *view, const struct gcp_gathered *g)
{
    bool all = g->guests != NULL;
    for (size_t i = 0; all && i < json_list_length(g->guests); i++) {
        const char *id = json_string(json_object_array_get_idx(g->guests, i), "id");
        all = id != NULL && was_project_read(view, id);
    }
    for (size_t i = 1; all && i < g->holder_count; i++)
        all = was_project_read(view, g->holders[i].project);
    return all;
}

bool gcp_gather(const struct check_view *view, bool listed, struct gcp_gathered *out,
                struct error *err)
{
    static const struct {
        const char *type;
        check_resource_fn each;
    } all[] = {
        { "gcp_compute_network", add_network },
        { "gcp_compute_route", add_route },
        { "gcp_compute_router", add_router },
        { "gcp_compute_network_firewall_policy", add_policy },
        { "gcp_compute_instance", add_machine },
        { "gcp_compute_forwarding_rule", add_forwarding },
        { "gcp_compute_project", add_project },
    };
    struct gcp_holder *own = NULL;
    *out = (struct gcp_gathered){ .regional = json_object_new_array(),
                                  .by_path = map_new(NULL),
                                  .by_project = map_new(NULL),
                                  .listed = listed };
    if (!find_holder(out, view->account, &own, err))
        return false;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!view->resources(view->ctx, all[i].type, all[i].each, out, err))
            return false;
    if (listed && !view->resources(view->ctx, "gcp_compute_firewall", add_firewall, out, err))
        return false;
    out->read = was_project_read(view, view->account) &&
                was_read(view, "gcp_compute_project", view->account);
    if (!gather_backends(view, out, err))
        return false;
    out->guests_read = out->lends && were_guests_read(view, out);
    return true;
}

struct gcp_surroundings gcp_gather_around(const struct check_view *view, struct gcp_gathered *g,
                                          size_t network)
{
    struct gcp_network *n = &g->networks[network];
    return (struct gcp_surroundings){
        .holders = g->holders,
        .holder_count = g->holder_count,
        .routes = &n->routes,
        .read = g->read && was_read(view, "gcp_compute_route", n->account),
        .shared = n->own && g->lends && !g->guests_read,
        .dynamic = n->dynamic,
    };
}
