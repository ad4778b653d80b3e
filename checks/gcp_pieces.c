#include "checks/gcp_pieces.h"

#include "checks/gcp_ports.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* What one owner admits at the port that is looked at, and whether that was the internet at every port so far. */
struct standing {
    struct spans all, plain; /* plain: without what is inspected */
    bool alone, whole, whole_inspected;
};

struct finding {
    const struct gcp_firewall *f;
    bool *applies;
    struct standing *owners;
    const struct gcp_profiles *profiles;
    size_t profile, first_piece; /* of this profile */
    const char *region;
    int family; /* 0: IPv4, 1: IPv6 */
    int64_t steps;
    struct gcp_pieces *out;
};

void gcp_pieces_release(struct gcp_pieces *p)
{
    free(p->items);
    *p = (struct gcp_pieces){ NULL, 0 };
}

static int number_of(int family)
{
    return family == 0 ? 4 : 6;
}

static bool is_internet(const struct spans *s, int family)
{
    return cidr_spans_public(s->items, s->count, family) >= cidr_internet_bound(family);
}

/* An owner is judged where it is asked: those of one region there, the others where no region has policies of
 * its own, since these can only deny them more. For instances that there are all are judged. */
static bool is_judged(const struct finding *w, const struct gcp_owner *o)
{
    if (w->profiles->actual)
        return o->region == NULL || (w->region != NULL && strcmp(o->region, w->region) == 0);
    return o->region == NULL ? w->region == NULL
                             : w->region != NULL && strcmp(o->region, w->region) == 0;
}

/* ---- pieces ---- */

static bool is_continued(const struct gcp_piece *a, const struct gcp_piece *b)
{
    return a->owner == b->owner && a->rule == b->rule && a->protocol == b->protocol &&
           a->family == b->family && a->inspected == b->inspected && a->together == b->together &&
           a->last + 1 == b->first;
}

/* False when there are too many. */
static bool add_piece(struct finding *w, const struct gcp_piece *p)
{
    struct gcp_pieces *out = w->out;
    for (size_t i = out->count; i > w->first_piece && out->items[i - 1].protocol == p->protocol;
         i--)
        if (is_continued(&out->items[i - 1], p)) {
            out->items[i - 1].last = p->last;
            return true;
        }
    if (out->count == GCP_PIECES_MAX)
        return false;
    if ((out->count & (out->count - 1)) == 0)
        out->items =
            memory_resize(out->items, out->count == 0 ? 1 : out->count * 2, sizeof *out->items);
    out->items[out->count++] = *p;
    return true;
}

/* ---- one port ---- */

static bool is_ranged(const struct finding *w, size_t rule)
{
    return w->f->owners[w->f->rules[rule].owner].exposure == GCP_INTERNET;
}

/* What the owners admit that are not open by themselves. */
static struct spans others(const struct finding *w, const struct gcp_admissions *a)
{
    struct spans all = { NULL, 0, 0 };
    for (size_t i = 0; i < a->count; i++)
        if (is_ranged(w, a->items[i].rule) && !w->owners[w->f->rules[a->items[i].rule].owner].alone)
            spans_join(&all, &a->items[i].reach);
    return all;
}

static bool has_public(const struct finding *w, const struct spans *s)
{
    return cidr_spans_public(s->items, s->count, number_of(w->family)) > 0;
}

static void gather(struct finding *w, const struct gcp_admissions *a)
{
    int family = number_of(w->family);
    for (size_t i = 0; i < a->count; i++) {
        const struct gcp_rule *r = &w->f->rules[a->items[i].rule];
        struct standing *o = &w->owners[r->owner];
        spans_join(&o->all, &a->items[i].reach);
        if (r->action == GCP_ALLOW)
            spans_join(&o->plain, &a->items[i].reach);
    }
    for (size_t i = 0; i < a->count; i++) {
        struct standing *o = &w->owners[w->f->rules[a->items[i].rule].owner];
        o->alone = o->alone || is_internet(&o->all, family);
    }
}

static void forget(struct finding *w, const struct gcp_admissions *a)
{
    for (size_t i = 0; i < a->count; i++) {
        struct standing *o = &w->owners[w->f->rules[a->items[i].rule].owner];
        spans_release(&o->all);
        spans_release(&o->plain);
        o->alone = false;
    }
}

/* The rules with which an owner that is open by itself is so. */
static bool add_alone(struct finding *w, const struct gcp_admission *a, struct gcp_piece p)
{
    const struct gcp_rule *r = &w->f->rules[a->rule];
    const struct standing *o = &w->owners[r->owner];
    p.owner = r->owner;
    p.rule = a->rule;
    p.inspected = !is_internet(&o->plain, p.family);
    return !o->alone || !is_judged(w, &w->f->owners[r->owner]) || !has_public(w, &a->reach) ||
           add_piece(w, &p);
}

/* The rules with which an owner is open together with others: its own and theirs. */
static bool add_together(struct finding *w, const struct gcp_admissions *a, size_t at,
                         struct gcp_piece p)
{
    const struct gcp_admission *own = &a->items[at];
    p.owner = w->f->rules[own->rule].owner;
    p.together = true;
    if (!is_ranged(w, own->rule) || w->owners[p.owner].alone ||
        !is_judged(w, &w->f->owners[p.owner]) || !has_public(w, &own->reach))
        return true;
    for (size_t i = 0; i < a->count; i++) {
        const struct gcp_rule *r = &w->f->rules[a->items[i].rule];
        p.rule = a->items[i].rule;
        if (is_ranged(w, p.rule) && !w->owners[r->owner].alone &&
            has_public(w, &a->items[i].reach) && !add_piece(w, &p))
            return false;
    }
    return true;
}

static void note_whole(struct finding *w, int family)
{
    for (size_t i = 0; i < w->f->owner_count; i++) {
        struct standing *o = &w->owners[i];
        o->whole = o->whole && o->alone;
        o->whole_inspected = o->whole_inspected && !is_internet(&o->plain, family);
    }
}

static bool judge(struct finding *w, const struct gcp_admissions *a, struct gcp_piece p)
{
    bool ok = true;
    gather(w, a);
    for (size_t i = 0; ok && i < a->count; i++)
        ok = add_alone(w, &a->items[i], p);
    struct spans rest = others(w, a);
    if (is_internet(&rest, p.family))
        for (size_t i = 0; ok && i < a->count; i++)
            ok = add_together(w, a, i, p);
    spans_release(&rest);
    note_whole(w, p.family);
    forget(w, a);
    return ok;
}

/* Whether what is allowed could be the internet, were nothing denied. */
static bool may_be_open(struct finding *w, int protocol, int port)
{
    uint64_t units = 0, bound = cidr_internet_bound(number_of(w->family));
    for (size_t i = 0; i < w->f->rule_count && units < bound; i++) {
        const struct gcp_rule *r = &w->f->rules[i];
        w->steps++;
        if (w->applies[i] && (r->action == GCP_ALLOW || r->action == GCP_INSPECT) &&
            r->public_units[w->family] > 0 && gcp_effective_matches(r, protocol, port))
            units += r->public_units[w->family];
    }
    return units >= bound;
}

static void none_is_whole(struct finding *w)
{
    for (size_t i = 0; i < w->f->owner_count; i++)
        w->owners[i].whole = false;
}

/* Leaves of what is admitted what can come at all. */
static void limit(const struct finding *w, struct gcp_admissions *a)
{
    const struct spans *within = w->profiles->items[w->profile].within[w->family];
    for (size_t i = 0; within != NULL && i < a->count; i++)
        spans_keep(&a->items[i].reach, within);
}

static bool look_at_port(struct finding *w, int protocol, int first, int last)
{
    struct gcp_admissions a;
    if (!may_be_open(w, protocol, first)) {
        none_is_whole(w);
        return true;
    }
    gcp_effective(w->f, w->applies, w->family, protocol, first, &a);
    w->steps += a.steps;
    limit(w, &a);
    const struct gcp_piece p = { .protocol = protocol,
                                 .first = first,
                                 .last = last,
                                 .family = number_of(w->family),
                                 .profile = w->profile };
    bool ok = judge(w, &a, p);
    gcp_admissions_release(&a);
    return ok && w->steps < GCP_STEPS_MAX;
}

/* ---- all ports of one instance ---- */

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Where ranges of ports begin: at 0, with each rule's first port, after each rule's last. Sorted. */
static int *cuts_of(const struct finding *w, int protocol, size_t *out_count)
{
    size_t count = 1, room = 1;
    for (size_t i = 0; i < w->f->rule_count; i++)
        room += 2 * w->f->rules[i].port_count;
    int *cuts = memory_new(room, sizeof *cuts);
    for (size_t i = 0; gcp_ports_told_apart(protocol) && i < w->f->rule_count; i++)
        for (size_t k = 0; w->applies[i] && k < w->f->rules[i].port_count; k++) {
            const struct gcp_ports *p = &w->f->rules[i].ports[k];
            if (p->protocol != protocol)
                continue;
            cuts[count++] = p->first;
            cuts[count++] = p->last + 1;
        }
    qsort(cuts, count, sizeof *cuts, compare_ints);
    *out_count = count;
    return cuts;
}

static bool look_at_protocol(struct finding *w, int protocol)
{
    size_t count = 0;
    int *cuts = cuts_of(w, protocol, &count);
    bool ok = true;
    for (size_t i = 0; ok && i < count && cuts[i] <= PORTS_LAST; i++) {
        int next = i + 1 < count && cuts[i + 1] <= PORTS_LAST ? cuts[i + 1] : PORTS_LAST + 1;
        if (next > cuts[i])
            ok = look_at_port(w, protocol, cuts[i], next - 1);
    }
    free(cuts);
    return ok;
}

/* What is open at every port of every protocol is one piece for each rule. */
static void make_whole(struct finding *w)
{
    struct gcp_pieces *out = w->out;
    size_t kept = w->first_piece;
    for (size_t i = w->first_piece; i < out->count; i++) {
        struct gcp_piece p = out->items[i];
        const struct standing *o = &w->owners[p.owner];
        bool known = false;
        if (o->whole && p.family == number_of(w->family)) {
            p.protocol = PORTS_ALL_PROTOCOLS;
            p.first = 0;
            p.last = PORTS_LAST;
            p.inspected = o->whole_inspected;
            for (size_t k = w->first_piece; k < kept && !known; k++)
                known = out->items[k].owner == p.owner && out->items[k].rule == p.rule &&
                        out->items[k].family == p.family;
        }
        if (!known)
            out->items[kept++] = p;
    }
    out->count = kept;
}

static bool look_at_family(struct finding *w)
{
    bool named[GCP_PROTOCOL_REST] = { false }, ok = true;
    for (size_t i = 0; i < w->f->owner_count; i++)
        w->owners[i].whole = w->owners[i].whole_inspected = true;
    for (size_t i = 0; i < w->f->rule_count; i++)
        for (size_t k = 0; k < w->f->rules[i].port_count; k++)
            if (w->f->rules[i].ports[k].protocol >= 0)
                named[w->f->rules[i].ports[k].protocol] = true;
    named[6] = named[17] = true;
    for (int p = 0; ok && p < GCP_PROTOCOL_REST; p++)
        ok = !named[p] || look_at_protocol(w, p);
    ok = ok && look_at_protocol(w, GCP_PROTOCOL_REST);
    if (ok)
        make_whole(w);
    return ok;
}

static bool look_at_profile(struct finding *w, const struct gcp_profile *p)
{
    bool ok = true;
    w->region = p->region;
    gcp_effective_applies(w->f, p, w->applies);
    for (w->family = 0; ok && w->family < 2; w->family++) {
        w->first_piece = w->out->count;
        ok = look_at_family(w);
    }
    return ok;
}

bool gcp_pieces_find(const struct gcp_firewall *f, const struct gcp_profiles *profiles,
                     struct gcp_pieces *out, struct error *err)
{
    struct finding w = { .f = f,
                         .applies = memory_new(f->rule_count, sizeof(bool)),
                         .owners = memory_new(f->owner_count, sizeof(struct standing)),
                         .profiles = profiles,
                         .out = out };
    bool ok = true;
    *out = (struct gcp_pieces){ NULL, 0 };
    for (w.profile = 0; ok && w.profile < profiles->count; w.profile++)
        ok = look_at_profile(&w, &profiles->items[w.profile]);
    free(w.applies);
    free(w.owners);
    return ok || error_set(err, ERROR_LIMIT, "the rules of the network are too many to judge");
}
