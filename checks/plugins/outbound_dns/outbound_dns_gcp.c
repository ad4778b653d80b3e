#include "checks/plugins/outbound_dns/outbound_dns_gcp.h"

#include "checks/json_list.h"
#include "checks/plugins/outbound_dns/outbound_dns_event.h"
#include "checks/plugins/outbound_dns/outbound_dns_talks.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THINGS_MAX = 2000000 }; /* of each kind */
#define UNKNOWN_HOST "?"

struct network {
    char *key, *path;
    bool own, populated;
    bool blind; /* a subnet with machines writes down no flows */
};

struct judging {
    const struct check_view *view;
    struct map *networks;    /* by path: struct network */
    struct map *subnetworks; /* by REGION/NAME of the project: path of the network */
    struct map *watched;     /* by path: subnets that write flows down */
    struct map *instances;   /* by project US name: the host */
    struct map *addresses;   /* by path of the network US address: the same */
    struct map *names;       /* made up here, by themselves */
    struct outbound_dns_talks *talks;
    int64_t unplaced;
    check_result_fn result;
    void *result_ctx;
};

static void network_free(void *value)
{
    struct network *n = value;
    free(n->key);
    free(n->path);
    free(n);
}

/* "projects/P/global/networks/N", of a URL in whatever form; a network of the same name elsewhere is another. */
static const char *path_of(const char *url)
{
    return url == NULL ? NULL : strstr(url, "projects/");
}

static void *find(const struct map *m, const char *key)
{
    return key == NULL ? NULL : map_get(m, key);
}

static bool has_room(const struct map *m, const char *type, struct error *err)
{
    return map_count(m) < THINGS_MAX ||
           error_set(err, ERROR_LIMIT, "more than %d %s", THINGS_MAX, type);
}

/* ---- what there is ---- */

static bool take_network(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    const char *path = path_of(r->key);
    if (path == NULL || map_get(j->networks, path) != NULL)
        return true;
    struct network *n = memory_new(1, sizeof *n);
    *n = (struct network){ .key = memory_string(r->key),
                           .path = memory_string(path),
                           .own = r->own };
    map_set(j->networks, path, n);
    return has_room(j->networks, "gcp_compute_network", err);
}

static bool take_subnetwork(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    const char *network = path_of(json_string(r->config, "network")), *path = path_of(r->key);
    if (network == NULL || path == NULL)
        return true;
    char *name = memory_format("%s/%s/%s", r->account, r->region, r->id);
    map_set(j->subnetworks, name, memory_string(network));
    free(name);
    if (json_boolean(json_get(r->config, "logConfig"), "enable", false))
        map_set(j->watched, path, j);
    return has_room(j->subnetworks, "gcp_compute_subnetwork", err);
}

/* Where a machine has an interface somebody may ask; whose address it is says who did. */
static void take_card(struct judging *j, struct json_object *card, const char *host)
{
    struct network *n = find(j->networks, path_of(json_string(card, "network")));
    const char *address = json_string(card, "networkIP");
    if (n == NULL)
        return;
    n->populated = true;
    n->blind = n->blind || find(j->watched, path_of(json_string(card, "subnetwork"))) == NULL;
    char *key = memory_format("%s\x1f%s", n->path, address == NULL ? "" : address);
    map_set(j->addresses, key, memory_string(host));
    free(key);
}

static bool take_instance(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct json_object *cards = json_get(r->config, "networkInterfaces");
    const char *host = r->parent != NULL ? r->parent : r->id;
    for (size_t i = 0; i < json_list_length(cards); i++)
        take_card(j, json_object_array_get_idx(cards, i), host);
    char *name = memory_format("%s\x1f%s", r->account, r->id);
    map_set(j->instances, name, memory_string(host));
    free(name);
    outbound_dns_talks_know(j->talks, r);
    return has_room(j->instances, "gcp_compute_instance", err);
}

/* ---- flows ---- */

/* Where an entry says that it was seen: "us-east1", and the subnet's name; either NULL where it is not said. */
struct place {
    char region[64];
    const char *subnet;
};

static struct place place_of(struct json_object *entry)
{
    struct place p = { "", outbound_dns_event_word(entry, "jsonPayload.src_vpc.subnetwork_name") };
    const char *region = outbound_dns_event_word(entry, "jsonPayload.src_vpc.subnetwork_region"),
               *location = outbound_dns_event_word(entry, "resource.labels.location");
    if (p.subnet == NULL)
        p.subnet = outbound_dns_event_word(entry, "resource.labels.subnetwork_name");
    if (region == NULL && location == NULL)
        return p;
    snprintf(p.region, sizeof p.region, "%s", region != NULL ? region : location);
    char *dash = strrchr(p.region, '-'); /* us-east1-b is a zone of us-east1 */
    if (region == NULL && dash != NULL && strlen(dash) == 2)
        *dash = '\0';
    return p;
}

/* The project that an entry was written in says whose subnet it means. */
static struct network *network_of(const struct judging *j, struct json_object *entry,
                                  const char *account)
{
    const char *name = outbound_dns_event_word(entry, "jsonPayload.src_vpc.vpc_name"),
               *project = outbound_dns_event_word(entry, "jsonPayload.src_vpc.project_id");
    struct place place = place_of(entry);
    struct network *found = NULL;
    if (name != NULL) {
        char *path = memory_format("projects/%s/global/networks/%s",
                                   project == NULL ? account : project, name);
        found = map_get(j->networks, path);
        free(path);
    }
    if (found != NULL || place.subnet == NULL || *place.region == '\0')
        return found;
    char *key = memory_format("%s/%s/%s", account, place.region, place.subnet);
    found = find(j->networks, find(j->subnetworks, key));
    free(key);
    return found;
}

static const char *host_at(const struct judging *j, const struct network *network,
                           const char *address)
{
    char *key = memory_format("%s\x1f%s", network->path, address == NULL ? "" : address);
    const char *host = address == NULL ? NULL : map_get(j->addresses, key);
    free(key);
    return host;
}

/* What an entry says of who asked. */
struct trace {
    const char *name, *project, *address; /* name, address: or NULL */
    bool here;                            /* of the project itself, as far as is said */
    int64_t at_unix_s;
    char *held; /* by whom the address was held then, as the state remembers; or NULL */
};

static bool take_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct trace *t = ctx;
    (void)err;
    if (t->held == NULL && strcmp(h->type, "gcp_compute_instance") == 0 &&
        strcmp(h->account, t->project) == 0 &&
        (t->name != NULL ? strcmp(h->id, t->name) == 0 : h->then))
        t->held = memory_string(h->parent != NULL ? h->parent : h->id);
    return true;
}

/* Takes `name`. */
static const char *keep(struct judging *j, char *name)
{
    const char *kept = map_get(j->names, name);
    if (kept == NULL)
        map_set(j->names, name, name);
    else
        free(name);
    return kept == NULL ? name : kept;
}

/* Machines that no inventory shows: they came and went between two nights; of a project that shares the network they
 * may as well be in none of ours. */
static const char *crowd_of(struct judging *j, const struct check_resource *r,
                            const struct trace *t)
{
    struct place p = place_of(r->config);
    bool listed = j->view->was_read(j->view->ctx, "gcp_compute_instance", r->account, "global");
    const char *subnet = p.subnet == NULL ? "this network" : p.subnet;
    const char *slash = *p.region == '\0' || p.subnet == NULL ? "" : "/";
    const char *region = *slash == '\0' ? "" : p.region;
    if (!t->here)
        return keep(j,
                    memory_format("machines of %s in %s%s%s", t->project, region, slash, subnet));
    return keep(j, memory_format("%s machines of %s%s%s", listed ? "short-lived" : "unlisted",
                                 region, slash, subnet));
}

static const char *listed_host(struct judging *j, const struct network *network,
                               const struct trace *t)
{
    if (t->name == NULL)
        return host_at(j, network, t->address);
    char *name = memory_format("%s\x1f%s", t->project, t->name);
    const char *host = map_get(j->instances, name);
    free(name);
    return host;
}

/* By the same name every night, whether the machine is still there or not: its own or its group's, as the inventory
 * has it or had it; else the group or cluster that the entry names; else it is one of many. */
static bool name_host(struct judging *j, const struct network *network,
                      const struct check_resource *r, struct outbound_dns_sighting *s,
                      struct error *err)
{
    struct json_object *instance = path_first(r->config, "jsonPayload.src_instance");
    struct trace t = { .name = outbound_dns_event_word(instance, "vm_name"),
                       .project = outbound_dns_event_word(instance, "project_id"),
                       .address =
                           outbound_dns_event_word(r->config, "jsonPayload.connection.src_ip"),
                       .at_unix_s = s->last_unix_s };
    if (t.project == NULL)
        t.project = r->account;
    t.here = strcmp(t.project, r->account) == 0;
    s->host = listed_host(j, network, &t);
    if (s->host == NULL)
        s->host = outbound_dns_event_word(instance, "managed_instance_group.name");
    if (s->host == NULL && t.address != NULL &&
        !j->view->holders(j->view->ctx, t.address, t.at_unix_s, take_holder, &t, err))
        return false;
    if (t.held != NULL)
        s->host = keep(j, t.held);
    if (s->host == NULL)
        s->host =
            outbound_dns_event_word(r->config, "jsonPayload.src_gke_details.cluster.cluster_name");
    if (s->host == NULL && (t.name != NULL || t.address != NULL)) {
        s->host = crowd_of(j, r, &t);
        s->crowd = true;
    }
    if (s->host == NULL)
        s->host = UNKNOWN_HOST;
    s->member = t.name != NULL ? t.name : s->crowd ? t.address : NULL;
    if (s->member != NULL && strcmp(s->member, s->host) == 0)
        s->member = NULL;
    return true;
}

static bool take_flow(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct json_object *payload = json_get(r->config, "jsonPayload");
    const int64_t flows = outbound_dns_event_number(payload, "flows");
    struct outbound_dns_sighting s = {
        .address = outbound_dns_event_word(payload, "connection.dest_ip"),
        .packets = outbound_dns_event_number(payload, "packets_sent"),
        .bytes = outbound_dns_event_number(payload, "bytes_sent"),
        .flows = flows > 0 ? flows : 1,
        .second_hand = flows > 0, /* sums of what may be seen one by one, too */
        .first_unix_s = outbound_dns_event_time(payload, "start_time", r->at),
        .last_unix_s = outbound_dns_event_time(payload, "end_time", r->at),
    };
    const struct network *network = network_of(j, r->config, r->account);
    int64_t port = outbound_dns_event_number(payload, "connection.dest_port");
    if (!outbound_dns_talks_transport(
            port, outbound_dns_event_number(payload, "connection.protocol"), &s.transport) ||
        outbound_dns_talks_is_answer(outbound_dns_event_number(payload, "connection.src_port"),
                                     port))
        return true;
    if (network == NULL) {
        j->unplaced++;
        return true;
    }
    s.network = network->key;
    if (!network->own)
        return true;
    return name_host(j, network, r, &s, err) && outbound_dns_talks_add(j->talks, &s, err);
}

/* ---- what cannot be known ---- */

struct unknowing {
    struct judging *j;
    struct error *err;
    bool ok;
};

static bool give_unknown(void *ctx, const char *path, void *value)
{
    struct unknowing *u = ctx;
    const struct network *n = value;
    (void)path;
    if (!n->own || !n->populated)
        return true;
    const struct check_result row = {
        .key = n->key,
        .subject = "",
        .unknown = n->blind ? "there are machines in subnets without flow logs"
                   : u->j->unplaced > 0
                       ? "flows of this project name no network"
                       : "flow logs are a sample: what they do not show may have happened",
    };
    u->ok = u->j->result(u->j->result_ctx, &row, u->err);
    return u->ok;
}

bool outbound_dns_gcp_judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                            struct error *err)
{
    struct judging j = { .view = view,
                         .names = map_new(free),
                         .networks = map_new(network_free),
                         .subnetworks = map_new(free),
                         .watched = map_new(NULL),
                         .instances = map_new(free),
                         .addresses = map_new(free),
                         .talks = outbound_dns_talks_new(view),
                         .result = result,
                         .result_ctx = result_ctx };
    struct unknowing u = { &j, err, true };
    bool ok = view->resources(view->ctx, "gcp_compute_network", take_network, &j, err) &&
              view->resources(view->ctx, "gcp_compute_subnetwork", take_subnetwork, &j, err) &&
              view->resources(view->ctx, "gcp_compute_instance", take_instance, &j, err) &&
              view->resources(view->ctx, "gcp_logging_vpc_flow", take_flow, &j, err) &&
              outbound_dns_talks_rows(j.talks, j.unplaced, result, result_ctx, err);
    if (ok)
        map_each(j.networks, give_unknown, &u);
    outbound_dns_talks_free(j.talks);
    map_free(j.names);
    map_free(j.addresses);
    map_free(j.instances);
    map_free(j.watched);
    map_free(j.subnetworks);
    map_free(j.networks);
    return ok && u.ok;
}
