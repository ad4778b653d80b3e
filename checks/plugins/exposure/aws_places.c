#include "checks/plugins/exposure/aws_places.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Lists grow while places are found: until the end these are numbers of items, plus one. */
struct making {
    struct aws_network *network;
    struct map *set_by_key, *place_by_key;
    size_t *place_of; /* by number of interface */
    size_t *set_of;   /* by number of place */
};

static void find_openings(struct aws_group *g)
{
    for (size_t i = 0; i < g->rules.count; i++) {
        struct cidr_span span;
        const struct port_rule *rule = &g->rules.items[i];
        if (!cidr_is_public(&rule->range) || !cidr_span(&rule->range, &span))
            continue;
        *AWS_NETWORK_ADD(&g->openings) =
            (struct aws_opening){ rule, cidr_spans_public(&span, 1, rule->range.family) };
    }
}

/* ---- sets ---- */

static int compare_groups(const void *a, const void *b)
{
    return strcmp((*(const struct aws_group *const *)a)->id,
                  (*(const struct aws_group *const *)b)->id);
}

static struct aws_set set_of(const struct aws_network *n, const struct aws_interface *card)
{
    struct aws_set set = { memory_new(card->groups.count + 1, sizeof *set.groups), 0,
                           card->groups.count == 0 && card->for_balancer };
    for (size_t i = 0; i < card->groups.count; i++) {
        const struct aws_group *g = aws_network_group(n, card->region, card->groups.items[i]);
        if (g != NULL)
            set.groups[set.count++] = g;
    }
    if (set.count > 1)
        qsort(set.groups, set.count, sizeof *set.groups, compare_groups);
    return set;
}

/* Groups are told apart by where they are in the list of all. */
static char *key_of(const struct aws_network *n, const struct aws_set *set)
{
    char *key = memory_string(set->everybody ? "*" : "");
    for (size_t i = 0; i < set->count; i++) {
        char *longer = memory_format("%s %td", key, set->groups[i] - n->groups.items);
        free(key);
        key = longer;
    }
    return key;
}

static size_t number_of_set(struct making *m, const struct aws_interface *card)
{
    struct aws_set set = set_of(m->network, card);
    char *key = key_of(m->network, &set);
    uintptr_t number = (uintptr_t)map_get(m->set_by_key, key);
    if (number == 0) {
        *AWS_NETWORK_ADD(&m->network->sets) = set;
        number = m->network->sets.count;
        map_set(m->set_by_key, key, (void *)number);
    } else {
        free(set.groups);
    }
    free(key);
    return number;
}

/* ---- places ---- */

static size_t number_of_place(struct making *m, const struct aws_interface *card)
{
    struct aws_network *n = m->network;
    const struct aws_subnet *subnet = aws_network_subnet(n, card->region, card->subnet);
    size_t set = number_of_set(m, card);
    char *key = memory_format("%zu %td", set, subnet == NULL ? -1 : subnet - n->subnets.items);
    uintptr_t number = (uintptr_t)map_get(m->place_by_key, key);
    if (number == 0) {
        AWS_NETWORK_ADD(&n->places)->subnet = subnet;
        number = n->places.count;
        m->set_of[number - 1] = set;
        map_set(m->place_by_key, key, (void *)number);
    }
    free(key);
    return number;
}

static void link_all(struct making *m)
{
    struct aws_network *n = m->network;
    for (size_t i = 0; i < n->places.count; i++)
        n->places.items[i].set = &n->sets.items[m->set_of[i] - 1];
    for (size_t i = 0; i < n->interfaces.count; i++)
        n->interfaces.items[i].place = &n->places.items[m->place_of[i] - 1];
    for (size_t i = 0; i < n->sets.count; i++)
        for (size_t k = 0; k < n->sets.items[i].count; k++) {
            struct aws_group *g = &n->groups.items[n->sets.items[i].groups[k] - n->groups.items];
            AWS_NETWORK_ADD(&g->sets)->set = &n->sets.items[i];
        }
}

void aws_places_make(struct aws_network *n)
{
    struct making m = { n, map_new(NULL), map_new(NULL),
                        memory_new(n->interfaces.count + 1, sizeof(size_t)),
                        memory_new(n->interfaces.count + 1, sizeof(size_t)) };
    for (size_t i = 0; i < n->groups.count; i++)
        find_openings(&n->groups.items[i]);
    for (size_t i = 0; i < n->interfaces.count; i++)
        m.place_of[i] = number_of_place(&m, &n->interfaces.items[i]);
    link_all(&m);
    map_free(m.set_by_key);
    map_free(m.place_by_key);
    free(m.place_of);
    free(m.set_of);
}
