#include "checks/plugins/exposure/aws_fronts.h"

#include "checks/json_list.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_AFTER "loadbalancer/" /* in an ARN */

enum { TCP = 6, UDP = 17 };

static bool is(struct json_object *o, const char *member, const char *word)
{
    const char *text = json_string(o, member);
    return text != NULL && strcmp(text, word) == 0;
}

static struct aws_listener *add_listener(struct aws_balancer *b, int protocol,
                                         struct json_object *port)
{
    if (port == NULL)
        return NULL;
    struct aws_listener *l = AWS_NETWORK_ADD(&b->listeners);
    l->protocol = protocol;
    l->port = json_object_get_int(port);
    return l;
}

static void add_classic_listener(struct aws_balancer *b, struct json_object *o)
{
    struct aws_listener *l = add_listener(b, TCP, json_get(o, "LoadBalancerPort"));
    if (l == NULL)
        return;
    l->to_port = (int)json_int(o, "InstancePort", 0);
    l->http = is(o, "Protocol", "HTTP") || is(o, "Protocol", "HTTPS");
}

bool aws_fronts_classic(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct aws_balancer *b = AWS_NETWORK_ADD(&in->network->balancers);
    struct json_object *list = json_get(r->config, "ListenerDescriptions");
    (void)err;
    b->region = aws_network_text(in->network, r->region);
    b->name = b->label = aws_reading_text(in, r->config, "LoadBalancerName");
    b->listens = true;
    b->is_public = is(r->config, "Scheme", "internet-facing");
    for (size_t i = 0; i < json_list_length(list); i++)
        add_classic_listener(b, json_get(json_object_array_get_idx(list, i), "Listener"));
    aws_reading_ids(in, r->config, "Instances[].InstanceId", &b->instances);
    return true;
}

/* ---- the others ---- */

static struct aws_balancer *find(struct aws_reading *in, const char *region, const char *label)
{
    for (size_t i = 0; i < in->network->balancers.count; i++) {
        struct aws_balancer *b = &in->network->balancers.items[i];
        if (b->region == region && b->label == label)
            return b;
    }
    return NULL;
}

/* By "app/shop/50dc6c495c0c9188": kind, name, what tells it from one before it. */
static struct aws_balancer *add_balancer(struct aws_reading *in, const char *region,
                                         const char *label)
{
    struct aws_balancer *b = AWS_NETWORK_ADD(&in->network->balancers);
    struct text rest = text_of(label), kind = text_cut(&rest, '/');
    char *name = text_copy(text_cut(&rest, '/'));
    b->region = region;
    b->label = label;
    b->name = aws_network_text(in->network, name);
    b->keeps_addresses = text_equal_string(kind, "net");
    b->http = text_equal_string(kind, "app");
    b->listens = true;
    free(name);
    return b;
}

static bool asks_who(struct json_object *config)
{
    struct json_object *actions = json_get(config, "DefaultActions");
    for (size_t i = 0; i < json_list_length(actions); i++) {
        const char *type = json_string(json_object_array_get_idx(actions, i), "Type");
        if (type != NULL && (text_starts_with(text_of(type), "authenticate-") ||
                             strcmp(type, "jwt-validation") == 0))
            return true;
    }
    return false;
}

static void add_with_groups(struct aws_reading *in, struct aws_balancer *b, int protocol,
                            struct json_object *config)
{
    struct aws_listener *l = add_listener(b, protocol, json_get(config, "Port"));
    if (l == NULL)
        return;
    l->guarded = asks_who(config);
    l->verifies = is(json_get(config, "MutualAuthentication"), "Mode", "verify");
    aws_reading_ids(in, config, "DefaultActions[].ForwardConfig.TargetGroups[].TargetGroupArn",
                    &l->groups);
    if (l->groups.count == 0)
        aws_reading_ids(in, config, "DefaultActions[].TargetGroupArn", &l->groups);
}

bool aws_fronts_listener(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    const char *arn = aws_reading_text(in, r->config, "LoadBalancerArn");
    const char *after = arn == NULL ? NULL : strstr(arn, LABEL_AFTER);
    const char *region = aws_network_text(in->network, r->region);
    bool both = is(r->config, "Protocol", "TCP_UDP");
    bool udp = is(r->config, "Protocol", "UDP") || is(r->config, "Protocol", "QUIC");
    (void)err;
    if (after == NULL)
        return true;
    const char *label = aws_network_text(in->network, after + sizeof LABEL_AFTER - 1);
    struct aws_balancer *b = find(in, region, label);
    if (b == NULL)
        b = add_balancer(in, region, label);
    b->key = arn;
    b->is_public = is(r->config, "Scheme", "internet-facing");
    if (both || !udp)
        add_with_groups(in, b, TCP, r->config);
    if (both || udp)
        add_with_groups(in, b, UDP, r->config);
    return true;
}

void aws_fronts_finish(struct aws_reading *in)
{
    for (size_t i = 0; i < in->network->interfaces.count; i++) {
        const struct aws_interface *card = &in->network->interfaces.items[i];
        const char *label = aws_network_label(card);
        if (label == NULL || strchr(label, '/') == NULL ||
            find(in, card->region, aws_network_text(in->network, label)) != NULL)
            continue;
        struct aws_balancer *b =
            add_balancer(in, card->region, aws_network_text(in->network, label));
        b->listens = in->view->was_read(in->view->ctx, AWS_FRONTS_LISTENER_TYPE, card->account,
                                        card->region);
    }
}

bool aws_fronts_target_group(void *ctx, const struct check_resource *r, struct error *err)
{
    struct aws_reading *in = ctx;
    struct json_object *targets = json_get(r->config, "TargetHealth");
    struct aws_target_group *g = AWS_NETWORK_ADD(&in->network->target_groups);
    (void)err;
    g->region = aws_network_text(in->network, r->region);
    g->arn = aws_reading_text(in, r->config, "TargetGroupArn");
    g->vpc = aws_reading_text(in, r->config, "VpcId");
    g->port = (int)json_int(r->config, "Port", 0);
    aws_reading_ids(in, r->config, "LoadBalancerArns[]", &g->balancers);
    for (size_t i = 0; i < json_list_length(targets) && g->targets.count < AWS_IDS_MAX; i++) {
        struct json_object *target = json_get(json_object_array_get_idx(targets, i), "Target");
        const char *id = aws_reading_text(in, target, "Id");
        if (id == NULL)
            continue;
        struct aws_target *t = AWS_NETWORK_ADD(&g->targets);
        t->id = id;
        t->elsewhere = is(target, "AvailabilityZone", "all");
        t->port = (int)json_int(target, "Port", g->port);
    }
    return true;
}
