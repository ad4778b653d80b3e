#include "checks/plugins/exposure/aws_feeds.h"

#include "checks/plugins/exposure/aws_forwards.h"
#include "checks/plugins/exposure/aws_reach.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>

#define ANYWHERE "*" /* a network that is not known */

enum { KEY_FEEDS_MAX = 1000 }; /* of one target; more add nothing to the verdict */

struct fed {
    AWS_LIST(aws_feed) feeds;
};

struct fed_ref {
    const struct fed *fed;
};

struct owned {
    AWS_LIST(fed_ref) list;
};

struct aws_feeds {
    struct map *fed;                   /* by region and machine, or VPC and address */
    const struct aws_network *network; /* once settled */
    struct owned *owned; /* by number of interface; NULL until then, and where there are no feeds */
};

static void fed_free(void *value)
{
    struct fed *f = value;
    free(f->feeds.items);
    free(f);
}

struct aws_feeds *aws_feeds_new(void)
{
    struct aws_feeds *f = memory_new(1, sizeof *f);
    f->fed = map_new(fed_free);
    return f;
}

void aws_feeds_free(struct aws_feeds *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; f->owned != NULL && i < f->network->interfaces.count; i++)
        free(f->owned[i].list.items);
    free(f->owned);
    map_free(f->fed);
    free(f);
}

/* Addresses are of their VPC alone. */
static bool is_address(const char *id)
{
    return !text_starts_with(text_of(id), "i-") && !text_starts_with(text_of(id), "arn:");
}

static char *key_of(const char *region, const char *vpc, const char *id)
{
    return memory_format("%s/%s/%s", region, !is_address(id) || vpc == NULL ? "" : vpc, id);
}

static void add(struct aws_feeds *f, const char *key, const struct aws_feed *feed)
{
    struct fed *fed = map_get(f->fed, key);
    if (fed == NULL)
        map_set(f->fed, key, fed = memory_new(1, sizeof *fed));
    if (fed->feeds.count < KEY_FEEDS_MAX)
        *AWS_NETWORK_ADD(&fed->feeds) = *feed;
}

struct adding {
    struct aws_feeds *feeds;
    const struct aws_balancer *balancer;
    struct aws_feed feed; /* what all of the listener's have in common */
};

static void add_forward(void *ctx, const struct aws_forward *to)
{
    struct adding *a = ctx;
    struct aws_feed feed = a->feed;
    if (to->target == NULL)
        return;
    feed.port = to->port;
    feed.keeps_address = to->sees_client;
    feed.gaps |= (to->elsewhere ? AWS_GAP_NETWORK : 0U) | (to->by_rule ? AWS_GAP_RULES : 0U);
    const char *vpc = to->elsewhere ? ANYWHERE : to->group == NULL ? NULL : to->group->vpc;
    char *key = key_of(a->balancer->region, vpc, to->target);
    add(a->feeds, key, &feed);
    free(key);
}

void aws_feeds_add(struct aws_feeds *f, const struct aws_network *n, const struct aws_balancer *b,
                   const struct aws_listener *l, unsigned gaps)
{
    struct adding a = {
        f, b, { .protocol = l->protocol, .gaps = gaps, .door = l->port, .balancer = b->name }
    };
    aws_forwards_each(n, b, l, add_forward, &a);
}

/* ---- whose they are ---- */

static void find(const struct aws_feeds *f, const char *region, const char *vpc, const char *id,
                 struct owned *out)
{
    char *key = id == NULL ? NULL : key_of(region, vpc, id);
    const struct fed *fed = key == NULL ? NULL : map_get(f->fed, key);
    if (fed != NULL)
        AWS_NETWORK_ADD(&out->list)->fed = fed;
    free(key);
}

static struct owned owned_by(const struct aws_feeds *f, const struct aws_interface *i)
{
    struct owned all = { { NULL, 0 } };
    find(f, i->region, NULL, i->is_first ? i->instance : NULL, &all);
    find(f, i->region, NULL, i->balancer == NULL ? NULL : i->balancer->key, &all);
    for (size_t k = 0; k < i->private_addresses.count; k++) {
        find(f, i->region, i->vpc, i->private_addresses.items[k], &all);
        find(f, i->region, ANYWHERE, i->private_addresses.items[k], &all);
    }
    return all;
}

void aws_feeds_settle(struct aws_feeds *f, const struct aws_network *n)
{
    if (map_count(f->fed) == 0)
        return;
    f->network = n;
    f->owned = memory_new(n->interfaces.count + 1, sizeof *f->owned);
    for (size_t i = 0; i < n->interfaces.count; i++)
        f->owned[i] = owned_by(f, &n->interfaces.items[i]);
}

static void each_of(const struct owned *o, void (*each)(void *ctx, const struct aws_feed *feed),
                    void *ctx)
{
    for (size_t i = 0; i < o->list.count; i++)
        for (size_t k = 0; k < o->list.items[i].fed->feeds.count; k++)
            each(ctx, &o->list.items[i].fed->feeds.items[k]);
}

void aws_feeds_each(const struct aws_feeds *f, const struct aws_interface *i,
                    void (*each)(void *ctx, const struct aws_feed *feed), void *ctx)
{
    if (map_count(f->fed) == 0)
        return;
    if (f->owned != NULL) {
        each_of(&f->owned[i - f->network->interfaces.items], each, ctx);
        return;
    }
    struct owned now = owned_by(f, i);
    each_of(&now, each, ctx);
    free(now.list.items);
}
