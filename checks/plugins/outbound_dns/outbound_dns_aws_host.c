#include "checks/plugins/outbound_dns/outbound_dns_aws_host.h"

#include "checks/plugins/outbound_dns/outbound_dns_event.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define INTERFACE "aws_ec2_network_interface"
#define INSTANCE "aws_ec2_instance"

struct outbound_dns_aws_hosts {
    const struct check_view *view;
    const struct outbound_dns_aws_estate *estate;
    struct map *groups; /* by instance: what GuardDuty remembers (char *) */
    struct map
        *remembered;   /* by what the event names: what the state remembers (struct remembered) */
    struct map *names; /* made up here (char *), by themselves */
};

struct remembered {
    char *host; /* NULL: nothing */
    bool on_instance;
};

/* What an event says of who asked. */
struct trace {
    const char *account; /* whose it was */
    const char *instance, *interface, *subnet, *source, *cluster, *service;
    int64_t at_unix_s;
};

static void remembered_free(void *value)
{
    struct remembered *r = value;
    free(r->host);
    free(r);
}

struct outbound_dns_aws_hosts *outbound_dns_aws_hosts_new(
    const struct check_view *view, const struct outbound_dns_aws_estate *estate)
{
    struct outbound_dns_aws_hosts *h = memory_new(1, sizeof *h);
    h->view = view;
    h->estate = estate;
    h->groups = map_new(free);
    h->remembered = map_new(remembered_free);
    h->names = map_new(free);
    return h;
}

void outbound_dns_aws_hosts_free(struct outbound_dns_aws_hosts *h)
{
    if (h == NULL)
        return;
    map_free(h->groups);
    map_free(h->remembered);
    map_free(h->names);
    free(h);
}

/* Takes `name`. */
static const char *keep(struct outbound_dns_aws_hosts *h, char *name)
{
    const char *kept = map_get(h->names, name);
    if (kept != NULL) {
        free(name);
        return kept;
    }
    map_set(h->names, name, name);
    return name;
}

/* ---- what GuardDuty remembers ---- */

/* As the type has it whose member an instance is (providers/aws/types/ec2.yaml). */
static const char *const group_tags[] = {
    "aws:autoscaling:groupName",        "karpenter.sh/nodepool",
    "eks:kubernetes-node-pool-name",    "aws:ec2spot:fleet-request-id",
    "aws:elasticmapreduce:job-flow-id",
};

static const char *tag_of(struct json_object *instance, const char *key)
{
    struct json_object *tags = json_get(instance, "Tags");
    size_t count = json_object_is_type(tags, json_type_array) ? json_object_array_length(tags) : 0;
    for (size_t i = 0; i < count; i++) {
        struct json_object *tag = json_object_array_get_idx(tags, i);
        if (outbound_dns_event_is(tag, "Key", key))
            return outbound_dns_event_word(tag, "Value");
    }
    return NULL;
}

void outbound_dns_aws_hosts_note(struct outbound_dns_aws_hosts *h, struct json_object *resource)
{
    struct json_object *instance = json_get(resource, "InstanceDetails");
    const char *id = outbound_dns_event_word(instance, "InstanceId"), *group = NULL;
    for (size_t i = 0; group == NULL && i < sizeof group_tags / sizeof *group_tags; i++)
        group = tag_of(instance, group_tags[i]);
    if (id != NULL && group != NULL)
        map_set(h->groups, id, memory_string(group));
}

/* ---- what the state remembers ---- */

struct recalling {
    const struct trace *trace;
    char *interface, *instance; /* whose these were */
};

static void take_name(char **into, const struct check_holder *holder)
{
    if (*into == NULL)
        *into = memory_string(holder->parent != NULL ? holder->parent : holder->id);
}

/* Ids are never used again; an address is, so that what held it then is only believed beside the interface itself. */
static bool take_holder(void *ctx, const struct check_holder *holder, struct error *err)
{
    struct recalling *r = ctx;
    (void)err;
    if (strcmp(holder->type, INTERFACE) == 0 && r->trace->interface != NULL &&
        strcmp(holder->id, r->trace->interface) == 0)
        take_name(&r->interface, holder);
    else if (strcmp(holder->type, INSTANCE) == 0 &&
             (r->trace->instance != NULL
                  ? strcmp(holder->id, r->trace->instance) == 0
                  : holder->then && strcmp(holder->account, r->trace->account) == 0))
        take_name(&r->instance, holder);
    return true;
}

static struct remembered *recall_now(const struct outbound_dns_aws_hosts *h, const struct trace *t,
                                     struct error *err)
{
    struct recalling r = { t, NULL, NULL };
    bool ok = h->view->holders(h->view->ctx, t->source, t->at_unix_s, take_holder, &r, err);
    struct remembered *found = ok ? memory_new(1, sizeof *found) : NULL;
    if (ok && r.instance != NULL && (t->instance != NULL || r.interface != NULL)) {
        found->host = r.instance;
        found->on_instance = true;
        r.instance = NULL;
    } else if (ok) {
        found->host = r.interface;
        r.interface = NULL;
    }
    free(r.interface);
    free(r.instance);
    return found;
}

/* NULL on failure. */
static const struct remembered *recall(struct outbound_dns_aws_hosts *h, const struct trace *t,
                                       struct error *err)
{
    static const struct remembered nothing = { NULL, false };
    if (t->source == NULL || (t->instance == NULL && t->interface == NULL))
        return &nothing;
    char *key = memory_format("%s\x1f%s\x1f%s", t->instance == NULL ? "" : t->instance,
                              t->interface == NULL ? "" : t->interface, t->source);
    struct remembered *found = map_get(h->remembered, key);
    if (found == NULL) {
        found = recall_now(h, t, err);
        if (found != NULL)
            map_set(h->remembered, key, found);
    }
    free(key);
    return found;
}

/* ---- who is nobody's ---- */

static const char *service_of(struct outbound_dns_aws_hosts *h, const struct trace *t)
{
    if (t->cluster == NULL && t->service == NULL)
        return NULL;
    return keep(h, memory_format("ecs %s%s%s", t->cluster == NULL ? "" : t->cluster,
                                 t->cluster == NULL || t->service == NULL ? "" : "/",
                                 t->service == NULL ? "" : t->service));
}

static const char *crowd_of(struct outbound_dns_aws_hosts *h,
                            const struct outbound_dns_aws_network *network, const struct trace *t)
{
    struct outbound_dns_aws_subnet subnet = { t->subnet, NULL };
    bool listed = h->view->was_read(h->view->ctx, INTERFACE, h->view->account, network->region);
    if (t->subnet == NULL && !outbound_dns_aws_estate_subnet(h->estate, network->id,
                                                             network->region, t->source, &subnet))
        subnet.id = network->id;
    return keep(h,
                memory_format("%s machines of %s", listed ? "short-lived" : "unlisted", subnet.id));
}

/* A machine that the inventory does not show. */
static bool name_absent(struct outbound_dns_aws_hosts *h,
                        const struct outbound_dns_aws_network *network, const struct trace *t,
                        struct outbound_dns_sighting *s, struct error *err)
{
    if (t->instance == NULL && t->interface == NULL && t->source == NULL)
        return true; /* nothing says who it was */
    const struct remembered *then = recall(h, t, err);
    if (then == NULL)
        return false;
    s->host = outbound_dns_aws_estate_instance(h->estate, t->instance);
    if (s->host == NULL && then->on_instance)
        s->host = then->host;
    if (s->host == NULL)
        s->host = service_of(h, t);
    if (s->host == NULL)
        s->host = then->host;
    if (s->host == NULL && t->instance != NULL)
        s->host = map_get(h->groups, t->instance);
    if (s->host == NULL) {
        s->host = crowd_of(h, network, t);
        s->crowd = true;
    }
    s->member = t->instance != NULL ? t->instance : t->interface;
    if (s->member != NULL && strcmp(s->member, s->host) == 0)
        s->member = NULL;
    return true;
}

static void name_present(struct outbound_dns_aws_hosts *h,
                         const struct outbound_dns_aws_interface *by, const struct trace *t,
                         struct outbound_dns_sighting *s)
{
    const char *service = by->on_instance ? NULL : service_of(h, t);
    s->host = service != NULL ? service : by->host;
    s->member = by->member;
}

static void name_behind(struct outbound_dns_aws_hosts *h,
                        const struct outbound_dns_aws_interface *gateway,
                        struct outbound_dns_sighting *s)
{
    s->host = keep(h, memory_format("machines behind %s", gateway->gateway));
    s->nat = true;
    s->crowd = true;
}

/* ---- events ---- */

/* The interface of who asked: mostly the one that the log is of, but a gateway's log shows others' packets, too.
 * An address is somebody else's by now where the log's own interface is gone. NULL: it is not there any more. */
static const struct outbound_dns_aws_interface *asking(
    const struct outbound_dns_aws_hosts *h, const struct outbound_dns_aws_network *network,
    const struct outbound_dns_aws_interface *seen_at, const struct trace *t)
{
    const struct outbound_dns_aws_interface *by =
        outbound_dns_aws_estate_address(h->estate, network, t->source);
    if (seen_at == NULL && t->interface != NULL)
        return NULL;
    if (by != NULL || seen_at == NULL)
        return by;
    return seen_at->gateway == NULL || t->source == NULL ? seen_at : NULL;
}

/* Behind a gateway may be networks whose machines nobody knows here. */
static bool is_elsewhere(const struct outbound_dns_aws_hosts *h,
                         const struct outbound_dns_aws_network *network, const struct trace *t)
{
    struct outbound_dns_aws_subnet subnet;
    return !outbound_dns_aws_estate_subnet(h->estate, network->id, network->region, t->source,
                                           &subnet);
}

bool outbound_dns_aws_hosts_of_flow(struct outbound_dns_aws_hosts *h,
                                    const struct outbound_dns_aws_network *network,
                                    const struct check_resource *event,
                                    struct outbound_dns_sighting *s, bool *out_server,
                                    struct error *err)
{
    struct json_object *flow = event->config;
    struct trace t = {
        .account = event->account,
        .instance = outbound_dns_event_word(flow, "InstanceId"),
        .interface = outbound_dns_event_word(flow, "InterfaceId"),
        .subnet = outbound_dns_event_word(flow, "SubnetId"),
        .source = outbound_dns_event_word(flow, "SourceAddress"),
        .cluster = outbound_dns_event_word(flow, "EcsCluster"),
        .service = outbound_dns_event_word(flow, "EcsService"),
        .at_unix_s = s->last_unix_s,
    };
    const struct outbound_dns_aws_interface *seen_at =
        outbound_dns_aws_estate_interface(h->estate, t.interface);
    const struct outbound_dns_aws_interface *by = asking(h, network, seen_at, &t);
    *out_server = outbound_dns_aws_estate_is_resolver(h->estate, network, t.source);
    s->second_hand = seen_at != NULL && by != seen_at;
    if (seen_at != NULL && seen_at->gateway != NULL &&
        (by == seen_at || (by == NULL && is_elsewhere(h, network, &t)))) {
        s->second_hand = false;
        name_behind(h, seen_at, s);
        return true;
    }
    if (by != NULL) {
        name_present(h, by, &t, s);
        return true;
    }
    if (seen_at != NULL) { /* what the flow says else is the gateway's own */
        t.instance = t.interface = t.subnet = NULL;
        s->nat = true;
    }
    return name_absent(h, network, &t, s, err);
}

bool outbound_dns_aws_hosts_of_finding(struct outbound_dns_aws_hosts *h,
                                       const struct outbound_dns_aws_network *network,
                                       const struct check_resource *event,
                                       struct outbound_dns_sighting *s, struct error *err)
{
    struct json_object *resource = json_get(json_get(event->config, "Finding"), "Resource");
    struct json_object *instance = json_get(resource, "InstanceDetails");
    const struct trace t = {
        .account = event->account,
        .instance = outbound_dns_event_word(instance, "InstanceId"),
        .interface = outbound_dns_event_word(instance, "NetworkInterfaces[].NetworkInterfaceId"),
        .subnet = outbound_dns_event_word(instance, "NetworkInterfaces[].SubnetId"),
        .source = outbound_dns_event_word(instance, "NetworkInterfaces[].PrivateIpAddress"),
        .at_unix_s = s->last_unix_s,
    };
    const char *cluster = path_string(resource, "EksClusterDetails.Name");
    if (cluster == NULL)
        cluster = path_string(resource, "EcsClusterDetails.Name");
    if (t.instance == NULL) {
        s->host = cluster;
        return true;
    }
    return name_absent(h, network, &t, s, err);
}
