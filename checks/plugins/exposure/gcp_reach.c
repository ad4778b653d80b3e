#include "checks/plugins/exposure/gcp_reach.h"

#include "checks/gcp_pieces.h"
#include "checks/plugins/exposure/gcp_cut.h"
#include "checks/plugins/exposure/names.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct gcp_reach_network {
    const struct gcp_firewall *f;
    const struct gcp_surroundings *s;
    struct gcp_visits visits;
    struct gcp_pieces pieces; /* in order of profiles */
    size_t *starts;           /* of each profile's pieces, and the end */
    bool too_many;
};

const char *gcp_reach_word(enum gcp_reach reach)
{
    static const char *const words[] = { "reachable", "unknown", "attached", "open_by_rule" };
    return words[reach];
}

const char *gcp_reach_reason(enum gcp_reason reason)
{
    static const char *const words[] = {
        "members_unknown", "no_public_address", "no_route", "not_forwarded", "not_read",
        "other_projects",  "secure_tags",       "stopped",  "too_many",
    };
    return words[reason];
}

/* ---- the network ---- */

static void index_pieces(struct gcp_reach_network *n)
{
    size_t at = 0;
    n->starts = memory_new(n->visits.profiles.count + 1, sizeof *n->starts);
    for (size_t p = 0; p < n->visits.profiles.count; p++) {
        n->starts[p] = at;
        while (at < n->pieces.count && n->pieces.items[at].profile == p)
            at++;
    }
    n->starts[n->visits.profiles.count] = at;
}

struct gcp_reach_network *gcp_reach_new(const struct gcp_firewall *f,
                                        const struct gcp_surroundings *s)
{
    struct gcp_reach_network *n = memory_new(1, sizeof *n);
    struct error err = ERROR_INIT;
    n->f = f;
    n->s = s;
    /* The only fault is that it is too much to look at, which is said of each row. */
    n->too_many = !gcp_visits_make(f, s, &n->visits, &err) ||
                  !gcp_pieces_find(f, &n->visits.profiles, &n->pieces, &err);
    if (!n->too_many)
        index_pieces(n);
    return n;
}

void gcp_reach_free(struct gcp_reach_network *n)
{
    if (n == NULL)
        return;
    gcp_visits_release(&n->visits);
    gcp_pieces_release(&n->pieces);
    free(n->starts);
    free(n);
}

/* ---- one row ---- */

struct looking {
    const struct gcp_reach_network *n;
    const struct gcp_open_row *row;
    size_t owner;
    struct gcp_cut wanted; /* the row's ports */
    struct map *behind, *teams;
    struct gcp_reached *out;
    bool all_balanced;
};

enum { EITHER = 3 }; /* IPv4 is 1, IPv6 is 2 */

/* Of these families those in which a visit is open in one world; the ports are added to `found` unless that is NULL. */
static unsigned open_in(const struct looking *l, const struct gcp_visit *v, size_t world,
                        unsigned wanted, struct gcp_cut *found)
{
    const struct gcp_reach_network *n = l->n;
    unsigned families = 0;
    wanted &= (l->row->open.ipv4 ? 1U : 0) | (l->row->open.ipv6 ? 2U : 0);
    size_t profile = v->profile + world;
    for (size_t i = n->starts[profile]; i < n->starts[profile + 1]; i++) {
        const struct gcp_piece *p = &n->pieces.items[i];
        const struct gcp_ports piece = { p->protocol, p->first, p->last };
        unsigned family = p->family == 6 ? 2 : 1;
        if (p->owner == l->owner && (wanted & family) != 0 &&
            gcp_cut_meets(&l->wanted, &piece, v->by == NULL ? NULL : &v->by->rule, found))
            families |= family;
    }
    return families;
}

struct openness {
    unsigned families; /* in any world */
    bool always;       /* in every world */
};

static struct openness openness_of(const struct looking *l, const struct gcp_visit *v)
{
    struct openness o = { 0, true };
    for (size_t w = 0; w < l->n->visits.worlds; w++) {
        unsigned families = open_in(l, v, w, EITHER, NULL);
        o.families |= families;
        o.always = o.always && families != 0;
    }
    return o;
}

/* Begins anew with what is better than all before. False for what is worse. */
static bool improve(struct looking *l, enum gcp_reach reach)
{
    struct gcp_reached *out = l->out;
    if (reach >= out->reach)
        return reach == out->reach;
    out->reach = reach;
    memset(out->because, 0, sizeof out->because);
    map_free(l->behind);
    map_free(l->teams);
    l->behind = map_new(NULL);
    l->teams = map_new(NULL);
    return true;
}

static void note_behind(struct looking *l, const struct gcp_visit *v)
{
    char *word = gcp_machines_word(v->machine);
    map_set(l->behind, word, l);
    free(word);
    if (v->by != NULL)
        map_set(l->behind, v->by->word, l);
    if (v->machine->team[0] != '\0')
        map_set(l->teams, v->machine->team, l);
}

static void add_member(struct json_object *o, const char *name, char *value)
{
    json_object_object_add(o, name, json_object_new_string(value));
    free(value);
}

/* An address with its ports of one protocol. */
static void add_address(struct looking *l, const struct gcp_visit *v, const char *address,
                        const struct gcp_cut *found, int protocol)
{
    struct gcp_reached *out = l->out;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "address", json_object_new_string(address));
    add_member(o, "protocol", gcp_cut_protocol(protocol));
    add_member(o, "ports", gcp_cut_words(found, protocol));
    json_object_object_add(o, "instance", json_object_new_string(v->machine->name));
    if (v->machine->parent != NULL)
        json_object_object_add(o, "parent", json_object_new_string(v->machine->parent));
    if (v->machine->project != NULL)
        json_object_object_add(o, "project", json_object_new_string(v->machine->project));
    json_object_array_add(out->addresses, o);
}

static void list_address(struct looking *l, const struct gcp_visit *v, const char *address,
                         struct gcp_cut *found)
{
    gcp_cut_settle(found);
    l->out->address_count++;
    for (size_t i = 0; i < found->count; i++)
        if ((i == 0 || found->ports[i].protocol != found->ports[i - 1].protocol) &&
            json_object_array_length(l->out->addresses) < GCP_ADDRESSES_MAX)
            add_address(l, v, address, found, found->ports[i].protocol);
}

static void add_addresses(struct looking *l, const struct gcp_visit *v)
{
    for (int f = 0; f < 2; f++) {
        struct gcp_cut found = { NULL, 0 };
        const char *address = v->by == NULL        ? v->machine->nics[v->nic].address[f]
                              : v->by->family == f ? v->by->address
                                                   : NULL;
        if (open_in(l, v, 0, 1U << f, &found) != 0 && address != NULL)
            list_address(l, v, address, &found);
        gcp_cut_release(&found);
    }
}

/* One way to a machine that runs. */
static void look_at_way(struct looking *l, const struct gcp_visit *v)
{
    struct openness o = openness_of(l, v);
    if (o.families == 0)
        return;
    if (o.always && v->sure) {
        improve(l, GCP_REACHABLE);
        note_behind(l, v);
        l->all_balanced = l->all_balanced && v->by != NULL && v->by->balanced;
        add_addresses(l, v);
    } else if (improve(l, GCP_REACH_UNKNOWN)) {
        note_behind(l, v);
        l->out->because[o.always ? GCP_MEMBERS_UNKNOWN : GCP_SECURE_TAGS] = true;
    }
}

/* Whether the way is one in that family, and whether it is for some of the row's ports, from anywhere. */
static bool is_way(const struct gcp_visit *v, int family)
{
    return v->by == NULL ? v->machine->nics[v->nic].has[family] : v->by->family == family;
}

static bool is_forwarded(const struct looking *l, const struct gcp_visit *v)
{
    const struct gcp_ports any = { PORTS_ALL_PROTOCOLS, 0, PORTS_LAST };
    return v->by == NULL ||
           (!v->by->steered && gcp_cut_meets(&l->wanted, &any, &v->by->rule, NULL));
}

/* Why nothing gets to an interface for which the rules are open. */
static enum gcp_reason reason_of(const struct looking *l, const struct gcp_visit *ways,
                                 size_t count, int family)
{
    enum gcp_reason reason = GCP_NO_ADDRESS;
    for (size_t i = 0; i < count; i++) {
        if (!is_way(&ways[i], family))
            continue;
        if (is_forwarded(l, &ways[i]))
            return GCP_NO_ROUTE;
        reason = GCP_NOT_FORWARDED;
    }
    return reason;
}

/* `visits`: of one interface, `count` of them. */
static void look_at_interface(struct looking *l, const struct gcp_visit *visits, size_t count)
{
    struct openness o = openness_of(l, &visits[0]);
    bool running = visits[0].machine->running;
    if (o.families == 0)
        return;
    l->out->machine_count++;
    for (size_t i = 1; running && i < count; i++)
        look_at_way(l, &visits[i]);
    if (!improve(l, GCP_ATTACHED))
        return;
    note_behind(l, &visits[0]);
    for (int f = 0; f < 2; f++)
        if ((o.families >> f & 1) != 0)
            l->out->because[running ? reason_of(l, visits + 1, count - 1, f) : GCP_STOPPED] = true;
}

static void look_at_all(struct looking *l)
{
    const struct gcp_visits *all = &l->n->visits;
    for (size_t i = 0, count = 1; i < all->count; i += count) {
        count = 1;
        while (i + count < all->count && all->items[i + count].way != GCP_WAY_NONE)
            count++;
        look_at_interface(l, &all->items[i], count);
    }
}

/* What nobody can know is no all-clear. */
static void doubt(struct looking *l)
{
    const struct gcp_surroundings *s = l->n->s;
    if (l->out->reach <= GCP_REACH_UNKNOWN || (s->read && !s->shared && !l->n->too_many))
        return;
    if (l->out->reach == GCP_ATTACHED)
        memset(l->out->because, 0, sizeof l->out->because);
    l->out->reach = GCP_REACH_UNKNOWN;
    l->out->because[GCP_NOT_READ] = !s->read;
    l->out->because[GCP_OTHER_PROJECTS] = s->shared;
    l->out->because[GCP_TOO_MANY] = l->n->too_many;
}

/* ---- results ---- */

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void gcp_reach_of(const struct gcp_reach_network *n, const struct gcp_open_row *row,
                  struct gcp_reached *out)
{
    struct looking l = { .n = n,
                         .row = row,
                         .owner = (size_t)(row->owner - n->f->owners),
                         .behind = map_new(NULL),
                         .teams = map_new(NULL),
                         .out = out,
                         .all_balanced = true };
    *out = (struct gcp_reached){ .reach = GCP_OPEN_BY_RULE, .addresses = json_object_new_array() };
    gcp_cut_of(&row->open, &l.wanted);
    if (!n->too_many)
        look_at_all(&l);
    doubt(&l);
    out->dynamic = n->s->dynamic && out->reach <= GCP_REACH_UNKNOWN;
    out->behind = names_of(l.behind);
    out->teams = names_of(l.teams);
    out->by_balancer_alone = out->reach == GCP_REACHABLE && l.all_balanced;
    map_free(l.behind);
    map_free(l.teams);
    gcp_cut_release(&l.wanted);
}

void gcp_reach_release(struct gcp_reached *r)
{
    string_list_release(&r->behind);
    string_list_release(&r->teams);
    json_object_put(r->addresses);
    *r = (struct gcp_reached){ .addresses = NULL };
}

static void join_lists(struct string_list *to, const struct string_list *from)
{
    for (size_t i = 0; i < from->count; i++)
        if (!string_list_has(to, from->items[i]))
            string_list_add(to, from->items[i]);
    if (to->count > 0)
        qsort(to->items, to->count, sizeof *to->items, compare_strings);
}

void gcp_reach_join(struct gcp_reached *r, const struct gcp_reached *more)
{
    r->machine_count += more->machine_count;
    if (more->reach > r->reach)
        return;
    if (more->reach < r->reach) {
        size_t machines = r->machine_count;
        gcp_reach_release(r);
        *r = (struct gcp_reached){ .reach = more->reach,
                                   .addresses = json_object_new_array(),
                                   .machine_count = machines,
                                   .by_balancer_alone = more->by_balancer_alone };
    }
    r->dynamic = r->dynamic || more->dynamic;
    for (int i = 0; i < GCP_REASONS; i++)
        r->because[i] = r->because[i] || more->because[i];
    join_lists(&r->behind, &more->behind);
    join_lists(&r->teams, &more->teams);
    r->address_count += more->address_count;
    r->by_balancer_alone = r->by_balancer_alone && more->by_balancer_alone;
    for (size_t i = 0; i < json_object_array_length(more->addresses) &&
                       json_object_array_length(r->addresses) < GCP_ADDRESSES_MAX;
         i++)
        json_object_array_add(r->addresses,
                              json_object_get(json_object_array_get_idx(more->addresses, i)));
}
