#include "checks/plugins/exposure/aws_network.h"

#include "checks/plugins/exposure/aws_places.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define BALANCER_WORD "ELB "

struct aws_network *aws_network_new(void)
{
    struct aws_network *n = memory_new(1, sizeof *n);
    n->texts = map_new(free);
    return n;
}

const char *aws_network_text(struct aws_network *n, const char *s)
{
    if (s == NULL)
        return NULL;
    char *known = map_get(n->texts, s);
    if (known == NULL)
        map_set(n->texts, s, known = memory_string(s));
    return known;
}

void aws_network_add_id(struct aws_network *n, struct aws_ids *ids, const char *id)
{
    if (id == NULL || ids->count == AWS_IDS_MAX)
        return;
    if ((ids->count & (ids->count - 1)) == 0)
        ids->items =
            memory_resize(ids->items, ids->count == 0 ? 1 : ids->count * 2, sizeof *ids->items);
    ids->items[ids->count++] = aws_network_text(n, id);
}

bool aws_network_has_id(const struct aws_ids *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (ids->items[i] == id)
            return true;
    return false;
}

void *aws_network_room(void *items, size_t count, size_t size)
{
    if ((count & (count - 1)) == 0)
        items = memory_resize(items, count == 0 ? 1 : count * 2, size);
    memset((char *)items + size * count, 0, size);
    return items;
}

/* ---- the end ---- */

void aws_network_ids_release(struct aws_ids *ids)
{
    free(ids->items);
}

static void interface_release(struct aws_interface *i)
{
    aws_network_ids_release(&i->groups);
    aws_network_ids_release(&i->private_addresses);
    aws_network_ids_release(&i->public_addresses);
    aws_network_ids_release(&i->ipv6);
}

static void balancer_release(struct aws_balancer *b)
{
    for (size_t i = 0; i < b->listeners.count; i++)
        aws_network_ids_release(&b->listeners.items[i].groups);
    free(b->listeners.items);
    aws_network_ids_release(&b->instances);
    free(b->cards.items);
    free(b->target_groups.items);
}

static void table_release(struct aws_table *t)
{
    free(t->routes.items);
    aws_network_ids_release(&t->subnets);
    aws_network_ids_release(&t->gateways);
}

static void release_items(struct aws_network *n)
{
    for (size_t i = 0; i < n->acls.count; i++) {
        free(n->acls.items[i].entries.items);
        aws_network_ids_release(&n->acls.items[i].subnets);
    }
    for (size_t i = 0; i < n->tables.count; i++)
        table_release(&n->tables.items[i]);
    for (size_t i = 0; i < n->blocks.count; i++)
        aws_network_ids_release(&n->blocks.items[i].excluded);
    for (size_t i = 0; i < n->groups.count; i++) {
        port_rules_release(&n->groups.items[i].rules);
        free(n->groups.items[i].cards.items);
        free(n->groups.items[i].openings.items);
        free(n->groups.items[i].sets.items);
    }
    for (size_t i = 0; i < n->sets.count; i++)
        free(n->sets.items[i].groups);
    for (size_t i = 0; i < n->interfaces.count; i++)
        interface_release(&n->interfaces.items[i]);
    for (size_t i = 0; i < n->balancers.count; i++)
        balancer_release(&n->balancers.items[i]);
    for (size_t i = 0; i < n->target_groups.count; i++) {
        free(n->target_groups.items[i].targets.items);
        aws_network_ids_release(&n->target_groups.items[i].balancers);
    }
}

void aws_network_free(struct aws_network *n)
{
    if (n == NULL)
        return;
    release_items(n);
    void *const lists[] = { n->acls.items,      n->tables.items,    n->subnets.items,
                            n->blocks.items,    n->groups.items,    n->interfaces.items,
                            n->instances.items, n->balancers.items, n->target_groups.items,
                            n->sets.items,      n->places.items,    n->plain.items };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        free(lists[i]);
    struct map *const maps[] = { n->texts,           n->subnet_by_id,       n->group_by_id,
                                 n->instance_by_id,  n->balancer_by_label,  n->acl_of_subnet,
                                 n->table_of_subnet, n->main_table_of_vpc,  n->table_of_gateway,
                                 n->card_by_address, n->target_group_by_arn };
    for (size_t i = 0; i < sizeof maps / sizeof *maps; i++)
        map_free(maps[i]);
    free(n);
}

/* ---- finding ---- */

static void put(struct map *m, const char *region, const char *id, void *item)
{
    if (region == NULL || id == NULL)
        return;
    char *key = memory_format("%s/%s", region, id);
    map_set(m, key, item);
    free(key);
}

static void *look(const struct map *m, const char *region, const char *id)
{
    if (m == NULL || region == NULL || id == NULL)
        return NULL;
    char *key = memory_format("%s/%s", region, id);
    void *found = map_get(m, key);
    free(key);
    return found;
}

static void index_guards(struct aws_network *n)
{
    n->acl_of_subnet = map_new(NULL);
    n->table_of_subnet = map_new(NULL);
    n->main_table_of_vpc = map_new(NULL);
    n->table_of_gateway = map_new(NULL);
    for (size_t i = 0; i < n->tables.count; i++) {
        struct aws_table *t = &n->tables.items[i];
        for (size_t k = 0; k < t->subnets.count; k++)
            put(n->table_of_subnet, t->region, t->subnets.items[k], t);
        for (size_t k = 0; k < t->gateways.count; k++)
            put(n->table_of_gateway, t->region, t->gateways.items[k], t);
        if (t->is_main)
            put(n->main_table_of_vpc, t->region, t->vpc, t);
    }
    for (size_t i = 0; i < n->acls.count; i++)
        for (size_t k = 0; k < n->acls.items[i].subnets.count; k++)
            put(n->acl_of_subnet, n->acls.items[i].region, n->acls.items[i].subnets.items[k],
                &n->acls.items[i]);
}

/* What belongs to an interface, and what it belongs to. */
static void index_card(struct aws_network *n, struct aws_interface *card)
{
    struct aws_balancer *balancer =
        look(n->balancer_by_label, card->region, aws_network_label(card));
    card->machine = aws_network_instance(n, card->region, card->instance);
    card->balancer = balancer;
    struct aws_subnet *subnet = look(n->subnet_by_id, card->region, card->subnet);
    if (subnet != NULL && card->accelerates)
        subnet->accelerated = true;
    if (balancer != NULL)
        AWS_NETWORK_ADD(&balancer->cards)->interface = card;
    for (size_t k = 0; k < card->groups.count; k++) {
        struct aws_group *group = look(n->group_by_id, card->region, card->groups.items[k]);
        if (group != NULL)
            AWS_NETWORK_ADD(&group->cards)->interface = card;
    }
    for (size_t k = 0; card->vpc != NULL && k < card->private_addresses.count; k++) {
        char *key = memory_format("%s/%s", card->vpc, card->private_addresses.items[k]);
        if (look(n->card_by_address, card->region, key) == NULL)
            put(n->card_by_address, card->region, key, card);
        free(key);
    }
}

static void index_target_groups(struct aws_network *n)
{
    struct map *balancers = map_new(NULL);
    n->target_group_by_arn = map_new(NULL);
    for (size_t i = 0; i < n->balancers.count; i++)
        put(balancers, "", n->balancers.items[i].key, &n->balancers.items[i]);
    for (size_t i = 0; i < n->target_groups.count; i++) {
        struct aws_target_group *g = &n->target_groups.items[i];
        put(n->target_group_by_arn, g->region, g->arn, g);
        for (size_t k = 0; k < g->balancers.count; k++) {
            struct aws_balancer *b = look(balancers, "", g->balancers.items[k]);
            if (b != NULL)
                AWS_NETWORK_ADD(&b->target_groups)->group = g;
        }
    }
    map_free(balancers);
}

void aws_network_index(struct aws_network *n)
{
    n->subnet_by_id = map_new(NULL);
    n->group_by_id = map_new(NULL);
    n->instance_by_id = map_new(NULL);
    n->balancer_by_label = map_new(NULL);
    n->card_by_address = map_new(NULL);
    for (size_t i = 0; i < n->subnets.count; i++)
        put(n->subnet_by_id, n->subnets.items[i].region, n->subnets.items[i].id,
            &n->subnets.items[i]);
    for (size_t i = 0; i < n->groups.count; i++)
        put(n->group_by_id, n->groups.items[i].region, n->groups.items[i].id, &n->groups.items[i]);
    for (size_t i = 0; i < n->instances.count; i++)
        put(n->instance_by_id, n->instances.items[i].region, n->instances.items[i].id,
            &n->instances.items[i]);
    for (size_t i = 0; i < n->balancers.count; i++)
        put(n->balancer_by_label, n->balancers.items[i].region, n->balancers.items[i].label,
            &n->balancers.items[i]);
    index_guards(n);
    for (size_t i = 0; i < n->interfaces.count; i++)
        index_card(n, &n->interfaces.items[i]);
    index_target_groups(n);
    aws_places_make(n);
}

const struct aws_subnet *aws_network_subnet(const struct aws_network *n, const char *region,
                                            const char *id)
{
    return look(n->subnet_by_id, region, id);
}

const struct aws_group *aws_network_group(const struct aws_network *n, const char *region,
                                          const char *id)
{
    return look(n->group_by_id, region, id);
}

const struct aws_instance *aws_network_instance(const struct aws_network *n, const char *region,
                                                const char *id)
{
    return look(n->instance_by_id, region, id);
}

const struct aws_acl *aws_network_acl(const struct aws_network *n, const struct aws_subnet *s)
{
    return look(n->acl_of_subnet, s->region, s->id);
}

const struct aws_table *aws_network_table(const struct aws_network *n, const struct aws_subnet *s)
{
    const struct aws_table *own = look(n->table_of_subnet, s->region, s->id);
    return own != NULL ? own : look(n->main_table_of_vpc, s->region, s->vpc);
}

const struct aws_table *aws_network_edge(const struct aws_network *n, const char *region,
                                         const char *gateway)
{
    return look(n->table_of_gateway, region, gateway);
}

const struct aws_interface *aws_network_holder(const struct aws_network *n, const char *region,
                                               const char *vpc, const char *address)
{
    char *key = vpc == NULL ? NULL : memory_format("%s/%s", vpc, address);
    const struct aws_interface *holder = look(n->card_by_address, region, key);
    free(key);
    return holder;
}

const struct aws_target_group *aws_network_target_group(const struct aws_network *n,
                                                        const char *region, const char *arn)
{
    return look(n->target_group_by_arn, region, arn);
}

bool aws_network_is_plain(const struct aws_network *n, int port)
{
    for (size_t i = 0; i < n->plain.count; i++)
        if (n->plain.items[i].port == port)
            return true;
    return false;
}

const char *aws_network_label(const struct aws_interface *i)
{
    size_t skip = sizeof BALANCER_WORD - 1;
    bool labelled = i->for_balancer && i->description != NULL &&
                    strncmp(i->description, BALANCER_WORD, skip) == 0;
    return labelled ? i->description + skip : NULL;
}
