#include "checks/plugins/exposure/gcp_machines.h"

#include "checks/gcp_rule.h"
#include "checks/json_list.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define MANAGERS "instanceGroupManagers/"

const char *gcp_machines_tail(const char *url)
{
    struct text rest = text_of(gcp_rule_network(url));
    text_cut(&rest, '/');
    text_cut(&rest, '/');
    return rest.data == NULL ? "" : rest.data;
}

const char *gcp_machines_last(const char *url)
{
    const char *slash = url == NULL ? NULL : strrchr(url, '/');
    return url == NULL ? "" : slash == NULL ? url : slash + 1;
}

char *gcp_machines_of(char *word, const char *project)
{
    if (project == NULL)
        return word;
    char *whose = memory_format("%s (%s)", word, project);
    free(word);
    return whose;
}

static char *word_of(const struct gcp_machine *m)
{
    if (m->pool != NULL)
        return memory_format("node pool %s", m->pool);
    if (m->parent == NULL)
        return memory_format("instance %s", m->name);
    return m->group != NULL && strcmp(gcp_machines_last(m->group), m->parent) == 0
               ? memory_format("instance group %s", m->parent)
               : memory_string(m->parent);
}

char *gcp_machines_word(const struct gcp_machine *m)
{
    return gcp_machines_of(word_of(m), m->project);
}

/* ---- addresses ---- */

static void take_address(struct gcp_nic *nic, int family, struct json_object *configs,
                         const char *member)
{
    for (size_t i = 0; i < json_list_length(configs) && nic->address[family] == NULL; i++) {
        nic->has[family] = true;
        nic->address[family] =
            memory_string(json_string(json_object_array_get_idx(configs, i), member));
    }
}

static bool add_nic(struct gcp_machine *m, struct json_object *o, struct error *err)
{
    const char *network = gcp_rule_network(json_string(o, "network"));
    const char *name = json_string(o, "name");
    struct gcp_nic nic = { .network = memory_string(network == NULL ? "" : network),
                           .first = name == NULL ? m->nic_count == 0 : strcmp(name, "nic0") == 0 };
    if (m->nic_count == GCP_NICS_MAX) {
        free(nic.network);
        return error_set(err, ERROR_LIMIT, "machine %s: more than %d interfaces", m->name,
                         GCP_NICS_MAX);
    }
    take_address(&nic, 0, json_get(o, "accessConfigs"), "natIP");
    take_address(&nic, 1, json_get(o, "ipv6AccessConfigs"), "externalIpv6");
    /* A running machine whose configuration has no address has none. */
    for (int f = 0; f < 2; f++)
        nic.has[f] = nic.has[f] && (nic.address[f] != NULL || !m->running);
    m->nics = memory_resize(m->nics, m->nic_count + 1, sizeof *m->nics);
    m->nics[m->nic_count++] = nic;
    return true;
}

/* ---- what made it ---- */

/* The group of a manager has the manager's name, and its place. */
static char *group_of(struct json_object *config)
{
    struct json_object *items = json_get(json_get(config, "metadata"), "items");
    for (size_t i = 0; i < json_list_length(items); i++) {
        struct json_object *one = json_object_array_get_idx(items, i);
        const char *key = json_string(one, "key");
        const char *tail = gcp_machines_tail(json_string(one, "value"));
        const char *at = strstr(tail, MANAGERS);
        if (key != NULL && strcmp(key, "created-by") == 0 && at != NULL)
            return memory_format("%.*sinstanceGroups/%s", (int)(at - tail), tail,
                                 at + strlen(MANAGERS));
    }
    return NULL;
}

/* What Kubernetes Engine writes on its nodes. */
static char *pool_of(const struct check_resource *r)
{
    struct json_object *labels = json_get(r->config, "labels");
    const char *cluster = json_string(labels, "goog-k8s-cluster-name"),
               *pool = json_string(labels, "goog-k8s-node-pool-name");
    return r->parent == NULL || cluster == NULL || pool == NULL
               ? NULL
               : memory_format("%s/%s", cluster, pool);
}

/* us-east1-b is in us-east1. */
static char *region_of(const char *zone)
{
    const char *dash = strrchr(zone, '-');
    return memory_string_n(zone, dash == NULL ? strlen(zone) : (size_t)(dash - zone));
}

static void machine_release(struct gcp_machine *m)
{
    for (size_t i = 0; i < m->nic_count; i++) {
        free(m->nics[i].network);
        free(m->nics[i].address[0]);
        free(m->nics[i].address[1]);
    }
    free(m->nics);
    free(m->name);
    free(m->project);
    free(m->parent);
    free(m->team);
    free(m->path);
    free(m->zone);
    free(m->region);
    free(m->group);
    free(m->pool);
    free(m->account);
    string_list_release(&m->tags);
}

static void take_frame(struct gcp_machine *m, const struct check_resource *r)
{
    const char *status = json_string(r->config, "status");
    struct json_object *tags = json_get(json_get(r->config, "tags"), "items"),
                       *accounts = json_get(r->config, "serviceAccounts");
    m->name = memory_string(r->id);
    m->project = r->own ? NULL : memory_string(r->account);
    m->parent = memory_string(r->parent);
    m->team = memory_string(r->team == NULL ? "" : r->team);
    m->zone = memory_string(gcp_machines_last(json_string(r->config, "zone")));
    m->path = memory_format("zones/%s/instances/%s", m->zone, r->id);
    m->region = region_of(m->zone);
    m->group = group_of(r->config);
    m->pool = pool_of(r);
    m->running = status != NULL && strcmp(status, "RUNNING") == 0;
    if (json_list_length(accounts) > 0)
        m->account = memory_string(json_string(json_object_array_get_idx(accounts, 0), "email"));
    for (size_t i = 0; i < json_list_length(tags); i++)
        if (json_list_text(tags, i) != NULL)
            string_list_add(&m->tags, json_list_text(tags, i));
}

bool gcp_machines_add(struct gcp_machines *all, const struct check_resource *r, struct error *err)
{
    struct gcp_machine m = { .name = NULL };
    struct json_object *nics = json_get(r->config, "networkInterfaces");
    bool ok = all->count < GCP_MACHINES_MAX ||
              error_set(err, ERROR_LIMIT, "more than %d machines", GCP_MACHINES_MAX);
    take_frame(&m, r);
    for (size_t i = 0; ok && i < json_list_length(nics); i++)
        ok = add_nic(&m, json_object_array_get_idx(nics, i), err);
    m.running = m.running || m.parent != NULL;
    if (!ok) {
        machine_release(&m);
        return false;
    }
    if ((all->count & (all->count - 1)) == 0)
        all->items =
            memory_resize(all->items, all->count == 0 ? 1 : all->count * 2, sizeof *all->items);
    all->items[all->count++] = m;
    return true;
}

void gcp_machines_release(struct gcp_machines *all)
{
    for (size_t i = 0; i < all->count; i++)
        machine_release(&all->items[i]);
    free(all->items);
    *all = (struct gcp_machines){ NULL, 0 };
}
