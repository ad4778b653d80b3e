#include "checks/plugins/exposure/gcp_forwarding.h"

#include "checks/gcp_ports.h"
#include "checks/gcp_rule.h"
#include "checks/json_list.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static void put(void *value)
{
    json_object_put(value);
}

void gcp_forwarding_init(struct gcp_forwardings *all)
{
    *all = (struct gcp_forwardings){ .items = NULL };
    for (int i = 0; i < GCP_BACKENDS; i++)
        all->backends[i] = map_new(put);
}

static void rule_release(struct gcp_forwarding *f)
{
    free(f->word);
    free(f->address);
    free(f->region);
    free(f->target);
    gcp_rule_release(&f->rule);
    spans_release(&f->sources);
}

void gcp_forwarding_release(struct gcp_forwardings *all)
{
    for (size_t i = 0; i < all->count; i++)
        rule_release(&all->items[i]);
    free(all->items);
    for (int i = 0; i < GCP_BACKENDS; i++)
        map_free(all->backends[i]);
    *all = (struct gcp_forwardings){ .items = NULL };
}

void gcp_forwarding_add_backend(struct gcp_forwardings *all, enum gcp_backend kind,
                                struct json_object *config)
{
    map_set(all->backends[kind], gcp_machines_tail(json_string(config, "selfLink")),
            json_object_get(config));
}

/* ---- reading ---- */

static bool starts_with(const char *s, const char *prefix)
{
    return s != NULL && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* What it hands packets to as they are; NULL: nothing, or it is a proxy. */
static const char *target_of(struct json_object *o)
{
    const char *scheme = json_string(o, "loadBalancingScheme"), *target = json_string(o, "target");
    if (!starts_with(scheme, "EXTERNAL") || strcmp(scheme, "EXTERNAL_MANAGED") == 0)
        return NULL;
    if (json_string(o, "backendService") != NULL)
        return json_string(o, "backendService");
    return target != NULL && (strstr(target, "/targetPools/") != NULL ||
                              strstr(target, "/targetInstances/") != NULL)
               ? target
               : NULL;
}

/* Its ports as a rule of a firewall would have them. None said are all. */
static bool take_ports(struct gcp_forwarding *f, struct json_object *o, struct error *err)
{
    const char *protocol = json_string(o, "IPProtocol"), *range = json_string(o, "portRange");
    if (protocol == NULL || strcmp(protocol, "L3_DEFAULT") == 0) {
        gcp_ports_add_all(&f->rule);
        return true;
    }
    struct json_object *one = json_object_new_object(), *list = json_object_new_array(),
                       *ports = json_object_get(json_get(o, "ports"));
    if (ports == NULL && range != NULL) {
        ports = json_object_new_array();
        json_object_array_add(ports, json_object_new_string(range));
    }
    json_object_object_add(one, "IPProtocol", json_object_new_string(protocol));
    json_object_object_add(one, "ports", ports);
    json_object_array_add(list, one);
    bool ok = gcp_ports_add(&f->rule, list, "IPProtocol", err);
    json_object_put(list);
    return ok;
}

static bool take_sources(struct gcp_forwarding *f, struct json_object *list, struct error *err)
{
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct cidr range;
        const char *word = json_list_text(list, i);
        if (word == NULL || !cidr_parse(text_of(word), &range))
            return error_set(err, ERROR_DATA, "a source that is no range");
        f->steered = true;
        spans_add(&f->sources, &range);
    }
    spans_settle(&f->sources);
    return true;
}

static bool take_address(struct gcp_forwarding *f, struct json_object *o, struct error *err)
{
    struct cidr at;
    const char *address = json_string(o, "IPAddress");
    if (address == NULL || !cidr_parse(text_of(address), &at))
        return error_set(err, ERROR_DATA, "an address that is none");
    f->address = memory_string(address);
    f->family = at.family == 4 ? 0 : 1;
    return true;
}

bool gcp_forwarding_add(struct gcp_forwardings *all, const struct check_resource *r,
                        struct error *err)
{
    const char *target = target_of(r->config);
    struct gcp_forwarding f = { .balanced = false };
    if (target == NULL)
        return true;
    f.rule.name = memory_string(r->id);
    f.word = gcp_machines_of(r->parent != NULL ? memory_string(r->parent)
                                               : memory_format("forwarding rule %s", r->id),
                             r->own ? NULL : r->account);
    f.region = memory_string(gcp_machines_last(json_string(r->config, "region")));
    f.target = memory_string(gcp_machines_tail(target));
    f.balanced = strstr(target, "/targetInstances/") == NULL;
    bool ok = all->count < GCP_FORWARDING_MAX ||
              error_set(err, ERROR_LIMIT, "more than %d", GCP_FORWARDING_MAX);
    ok = ok && take_address(&f, r->config, err) && take_ports(&f, r->config, err) &&
         take_sources(&f, json_get(r->config, "sourceIpRanges"), err);
    if (!ok) {
        rule_release(&f);
        return error_prefix(err, "forwarding rule %s", r->id);
    }
    all->items = memory_resize(all->items, all->count + 1, sizeof *all->items);
    all->items[all->count++] = f;
    return true;
}

/* ---- whom it serves ---- */

static bool is_in_zone(const char *path, const struct gcp_machine *m)
{
    size_t len = strlen(m->zone);
    return starts_with(path, "zones/") && strncmp(path + 6, m->zone, len) == 0 &&
           path[6 + len] == '/';
}

static bool is_in_region(const char *path, const struct gcp_machine *m)
{
    size_t len = strlen(m->region);
    return starts_with(path, "regions/") && strncmp(path + 8, m->region, len) == 0 &&
           path[8 + len] == '/';
}

static bool is_near(const char *path, const struct gcp_machine *m)
{
    return is_in_zone(path, m) || is_in_region(path, m);
}

/* Whether packets for the machine go to that interface, where `config` may say which network they are for. */
static bool is_interface(struct json_object *config, const struct gcp_machine *m, size_t nic)
{
    const char *network = gcp_rule_network(json_string(config, "network"));
    return network == NULL ? m->nics[nic].first : strcmp(network, m->nics[nic].network) == 0;
}

static bool is_member(struct json_object *members, const struct gcp_machine *m)
{
    for (size_t i = 0; i < json_list_length(members); i++) {
        const char *instance = json_string(json_object_array_get_idx(members, i), "instance");
        if (instance != NULL && strcmp(gcp_machines_tail(instance), m->path) == 0)
            return true;
    }
    return false;
}

/* A group without a manager is filled by hand: which machines are in it it says where it was asked. */
static enum gcp_serves group_serves(const struct gcp_forwardings *all, const char *path,
                                    const struct gcp_machine *m)
{
    struct json_object *group = map_get(all->backends[GCP_BACKEND_GROUP], path),
                       *members = json_get(group, "Members");
    const char *words = json_string(group, "description"),
               *network = gcp_rule_network(json_string(group, "network"));
    if (members != NULL)
        return is_member(members, m) ? GCP_SERVES : GCP_SERVES_NOT;
    if (m->group != NULL)
        return strcmp(m->group, path) == 0 ? GCP_SERVES : GCP_SERVES_NOT;
    if (words != NULL && strstr(words, "controlled by Instance Group Manager") != NULL)
        return GCP_SERVES_NOT;
    bool fits = network == NULL;
    for (size_t i = 0; i < m->nic_count; i++)
        fits = fits || strcmp(m->nics[i].network, network) == 0;
    return fits && is_near(path, m) ? GCP_SERVES_MAYBE : GCP_SERVES_NOT;
}

static enum gcp_serves service_serves(const struct gcp_forwardings *all,
                                      struct json_object *service, const struct gcp_machine *m)
{
    struct json_object *backends = json_get(service, "backends");
    enum gcp_serves best = GCP_SERVES_NOT;
    for (size_t i = 0; i < json_list_length(backends); i++) {
        const char *path =
            gcp_machines_tail(json_string(json_object_array_get_idx(backends, i), "group"));
        enum gcp_serves serves = strstr(path, "instanceGroups/") != NULL
                                     ? group_serves(all, path, m)
                                 : is_near(path, m) ? GCP_SERVES_MAYBE
                                                    : GCP_SERVES_NOT;
        best = serves > best ? serves : best;
    }
    return best;
}

static enum gcp_serves pool_serves(const struct gcp_forwardings *all, const char *path,
                                   const struct gcp_machine *m, bool backup)
{
    struct json_object *pool = map_get(all->backends[GCP_BACKEND_POOL], path),
                       *list = json_get(pool, "instances");
    if (pool == NULL)
        return is_near(path, m) ? GCP_SERVES_MAYBE : GCP_SERVES_NOT;
    for (size_t i = 0; i < json_list_length(list); i++)
        if (strcmp(gcp_machines_tail(json_list_text(list, i)), m->path) == 0)
            return GCP_SERVES;
    const char *other = json_string(pool, "backupPool");
    return other == NULL || backup ? GCP_SERVES_NOT
                                   : pool_serves(all, gcp_machines_tail(other), m, true);
}

enum gcp_serves gcp_forwarding_serves(const struct gcp_forwardings *all,
                                      const struct gcp_forwarding *f, const struct gcp_machine *m,
                                      size_t nic)
{
    struct json_object *known = NULL;
    if (strstr(f->target, "targetPools/") != NULL)
        return m->nics[nic].first ? pool_serves(all, f->target, m, false) : GCP_SERVES_NOT;
    if (strstr(f->target, "targetInstances/") != NULL) {
        known = map_get(all->backends[GCP_BACKEND_INSTANCE], f->target);
        if (known != NULL && is_interface(known, m, nic))
            return strcmp(gcp_machines_tail(json_string(known, "instance")), m->path) == 0
                       ? GCP_SERVES
                       : GCP_SERVES_NOT;
    } else {
        known = map_get(all->backends[GCP_BACKEND_SERVICE], f->target);
        if (known != NULL && is_interface(known, m, nic))
            return service_serves(all, known, m);
    }
    return known == NULL && m->nics[nic].first && is_near(f->target, m) ? GCP_SERVES_MAYBE
                                                                        : GCP_SERVES_NOT;
}
