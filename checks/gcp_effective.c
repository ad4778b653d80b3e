#include "checks/gcp_effective.h"

#include "checks/gcp_ports.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool has(const struct gcp_profile *p, size_t element)
{
    for (size_t i = 0; i < p->count; i++)
        if (p->elements[i] == element)
            return true;
    return false;
}

static bool has_any(const struct gcp_profile *p, const size_t *elements, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has(p, elements[i]))
            return true;
    return count == 0;
}

void gcp_effective_applies(const struct gcp_firewall *f, const struct gcp_profile *p, bool *out)
{
    for (size_t l = 0; l < f->level_count; l++) {
        const struct gcp_level *level = &f->levels[l];
        bool here =
            level->region == NULL || (p->region != NULL && strcmp(p->region, level->region) == 0);
        for (size_t i = level->first; i < level->first + level->count; i++)
            out[i] = here && has_any(p, f->rules[i].who, f->rules[i].who_count) &&
                     has_any(p, f->rules[i].networks, f->rules[i].network_count);
    }
}

bool gcp_effective_matches(const struct gcp_rule *r, int protocol, int port)
{
    for (size_t i = 0; i < r->port_count; i++) {
        const struct gcp_ports *p = &r->ports[i];
        if (p->protocol == PORTS_ALL_PROTOCOLS)
            return true;
        if (p->protocol == protocol &&
            (!gcp_ports_told_apart(protocol) || (p->first <= port && port <= p->last)))
            return true;
    }
    return false;
}

/* ---- walking the levels, one family at a time ---- */

struct walk {
    const struct gcp_firewall *f;
    int family;                   /* 0: IPv4, 1: IPv6 */
    struct spans blocked, passed; /* denied so far; sent on by goto_next in this level */
    struct gcp_admissions *out;
};

static void admit(struct walk *w, size_t rule, struct spans reach)
{
    struct gcp_admissions *out = w->out;
    if (reach.count == 0) {
        spans_release(&reach);
        return;
    }
    size_t at = 0;
    while (at < out->count && out->items[at].rule != rule)
        at++;
    if (at == out->count) {
        out->items = memory_resize(out->items, at + 1, sizeof *out->items);
        out->items[at] = (struct gcp_admission){ .rule = rule };
        out->count++;
    }
    out->items[at].reach[w->family] = reach;
}

static void step(struct walk *w, size_t at)
{
    const struct gcp_rule *r = &w->f->rules[at];
    struct spans here = spans_without(&r->reach[w->family], &w->passed);
    if (r->action == GCP_DENY) {
        spans_join(&w->blocked, &here);
    } else if (r->action == GCP_NEXT) {
        spans_join(&w->passed, &here);
    } else {
        admit(w, at, spans_without(&here, &w->blocked));
    }
    spans_release(&here);
}

static int compare_admissions(const void *a, const void *b)
{
    const struct gcp_admission *x = a, *y = b;
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

void gcp_effective(const struct gcp_firewall *f, const bool *applies, int protocol, int port,
                   struct gcp_admissions *out)
{
    *out = (struct gcp_admissions){ NULL, 0 };
    for (int family = 0; family < 2; family++) {
        struct walk w = { .f = f, .family = family, .out = out };
        for (size_t l = 0; l < f->level_count; l++) {
            const struct gcp_level *level = &f->levels[l];
            for (size_t i = level->first; i < level->first + level->count; i++)
                if (applies[i] && gcp_effective_matches(&f->rules[i], protocol, port))
                    step(&w, i);
            spans_release(&w.passed);
        }
        spans_release(&w.blocked);
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare_admissions);
}

void gcp_admissions_release(struct gcp_admissions *a)
{
    for (size_t i = 0; i < a->count; i++) {
        spans_release(&a->items[i].reach[0]);
        spans_release(&a->items[i].reach[1]);
    }
    free(a->items);
    *a = (struct gcp_admissions){ NULL, 0 };
}
