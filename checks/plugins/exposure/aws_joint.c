#include "checks/plugins/exposure/aws_joint.h"

#include "checks/plugins/exposure/aws_ports.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { TCP = 6, UDP = 17, TOGETHER_MAX = 64 }; /* groups of one interface; AWS allows 16 */

/* The groups of one interface, and a protocol and family of theirs. */
struct joint {
    struct aws_network *network;
    const struct aws_group *groups[TOGETHER_MAX];
    size_t count;
    const struct aws_group *of; /* whose rules are asked for */
    int protocol, family;
    struct aws_port_list segments;
    struct port_rules *out;
    struct aws_ids *with;
};

static bool has_ports(int protocol)
{
    return protocol == TCP || protocol == UDP;
}

static bool fits(const struct joint *j, const struct port_rule *r, int port)
{
    if (r->range.family != j->family || !cidr_is_public(&r->range))
        return false;
    if (r->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return r->protocol == j->protocol &&
           (!has_ports(j->protocol) || (r->first <= port && port <= r->last));
}

static size_t add_ranges(const struct joint *j, const struct aws_group *g, int port,
                         struct spans *out)
{
    size_t found = 0;
    for (size_t i = 0; i < g->rules.count; i++) {
        if (!fits(j, &g->rules.items[i], port))
            continue;
        spans_add(out, &g->rules.items[i].range);
        found++;
    }
    return found;
}

static bool covers(struct spans *s, int family)
{
    spans_settle(s);
    bool enough = cidr_spans_public(s->items, s->count, family) >= cidr_internet_bound(family);
    spans_release(s);
    return enough;
}

/* Whether all of them open the port together, the one that is asked for among them, and none does alone. */
static bool opens_together(const struct joint *j, int port)
{
    struct spans all = { NULL, 0, 0 };
    bool takes_part = false, alone = false;
    for (size_t i = 0; i < j->count && !alone; i++) {
        struct spans own = { NULL, 0, 0 };
        size_t found = add_ranges(j, j->groups[i], port, &own);
        takes_part = takes_part || (j->groups[i] == j->of && found > 0);
        add_ranges(j, j->groups[i], port, &all);
        alone = covers(&own, j->family);
    }
    bool together = covers(&all, j->family);
    return together && takes_part && !alone;
}

/* ---- segments of ports ---- */

static void divide(struct joint *j)
{
    int last = has_ports(j->protocol) ? PORTS_LAST : 0;
    aws_ports_add(&j->segments, 0, 0);
    for (size_t i = 0; i < j->count && last > 0; i++)
        for (size_t k = 0; k < j->groups[i]->rules.count; k++) {
            const struct port_rule *r = &j->groups[i]->rules.items[k];
            if (r->protocol != j->protocol)
                continue;
            aws_ports_add(&j->segments, r->first, 0);
            if (r->last < PORTS_LAST)
                aws_ports_add(&j->segments, r->last + 1, 0);
        }
    aws_ports_divide(&j->segments, last);
}

/* Leaves the segments that are open together, joined. */
static void keep_open(struct joint *j)
{
    size_t kept = 0;
    for (size_t i = 0; i < j->segments.count; i++)
        if (opens_together(j, j->segments.items[i].first))
            j->segments.items[kept++] = j->segments.items[i];
    j->segments.count = kept;
    aws_ports_settle(&j->segments);
}

static void note_with(struct joint *j, const struct aws_group *g)
{
    const char *name = g->parent != NULL ? g->parent : g->id;
    if (!aws_network_has_id(j->with, name))
        aws_network_add_id(j->network, j->with, name);
}

static void add_rules_of(struct joint *j, const struct aws_group *g, struct aws_ports ports)
{
    for (size_t i = 0; i < g->rules.count; i++) {
        struct port_rule rule = g->rules.items[i];
        bool all = rule.protocol == PORTS_ALL_PROTOCOLS;
        int first = all || rule.first < ports.first ? ports.first : rule.first;
        int last = all || rule.last > ports.last ? ports.last : rule.last;
        if ((has_ports(j->protocol) && first > last) ||
            !fits(j, &rule, has_ports(j->protocol) ? first : 0))
            continue;
        rule.protocol = j->protocol;
        rule.first = first;
        rule.last = last;
        port_rules_add(j->out, &rule);
        note_with(j, g);
    }
}

static void add_protocol(struct joint *j, int protocol)
{
    j->protocol = protocol;
    for (j->family = 4; j->family <= 6; j->family += 2) {
        divide(j);
        keep_open(j);
        for (size_t i = 0; i < j->segments.count; i++)
            for (size_t k = 0; k < j->count; k++)
                if (j->groups[k] != j->of)
                    add_rules_of(j, j->groups[k], j->segments.items[i]);
        aws_ports_release(&j->segments);
    }
}

/* Each protocol that any of them names; all protocols together first. */
static void add_set(struct joint *j)
{
    bool named[256] = { false };
    for (size_t i = 0; i < j->count; i++)
        for (size_t k = 0; k < j->groups[i]->rules.count; k++)
            if (j->groups[i]->rules.items[k].protocol >= 0)
                named[j->groups[i]->rules.items[k].protocol] = true;
    add_protocol(j, PORTS_ALL_PROTOCOLS);
    for (int p = 0; p < 256; p++)
        if (named[p])
            add_protocol(j, p);
}

/* ---- sets of groups ---- */

static bool has_public_rule(const struct aws_group *g)
{
    for (size_t i = 0; i < g->rules.count; i++)
        if (cidr_is_public(&g->rules.items[i].range))
            return true;
    return false;
}

static int compare_groups(const void *a, const void *b)
{
    return strcmp((*(const struct aws_group *const *)a)->id,
                  (*(const struct aws_group *const *)b)->id);
}

/* Those of an interface's groups that let anybody of the internet in. */
static void gather(struct joint *j, const struct aws_interface *card)
{
    j->count = 0;
    for (size_t i = 0; i < card->groups.count && j->count < TOGETHER_MAX; i++) {
        const struct aws_group *g =
            aws_network_group(j->network, card->region, card->groups.items[i]);
        if (g != NULL && has_public_rule(g))
            j->groups[j->count++] = g;
    }
    if (j->count > 1)
        qsort(j->groups, j->count, sizeof(struct aws_group *), compare_groups);
}

/* Whether this set of groups is looked at for the first time. */
static bool is_new(const struct joint *j, struct map *seen)
{
    char *key = memory_string("");
    for (size_t i = 0; i < j->count; i++) {
        char *longer = memory_format("%s %s", key, j->groups[i]->id);
        free(key);
        key = longer;
    }
    bool fresh = map_get(seen, key) == NULL;
    map_set(seen, key, seen);
    free(key);
    return fresh;
}

void aws_joint_rules(struct aws_network *n, const struct aws_group *g, struct port_rules *out,
                     struct aws_ids *with)
{
    struct joint j = { .network = n, .of = g, .out = out, .with = with };
    struct map *seen = map_new(NULL);
    for (size_t i = 0; i < g->rules.count; i++)
        port_rules_add(out, &g->rules.items[i]);
    for (size_t i = 0; i < g->cards.count && has_public_rule(g); i++) {
        gather(&j, g->cards.items[i].interface);
        if (j.count > 1 && is_new(&j, seen))
            add_set(&j);
    }
    map_free(seen);
}
