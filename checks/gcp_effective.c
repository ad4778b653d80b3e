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

/* ---- walking the levels ---- */

struct walk {
    const struct gcp_firewall *f;
    const bool *applies;
    int family, protocol, port;
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
    out->items = memory_resize(out->items, out->count + 1, sizeof *out->items);
    out->items[out->count++] = (struct gcp_admission){ rule, reach };
}

static void step(struct walk *w, size_t at)
{
    const struct gcp_rule *r = &w->f->rules[at];
    struct spans here = spans_without(&r->reach[w->family], &w->passed);
    w->out->steps += (int64_t)(here.count + w->passed.count + w->blocked.count);
    if (r->action == GCP_DENY) {
        spans_join(&w->blocked, &here);
    } else if (r->action == GCP_NEXT) {
        spans_join(&w->passed, &here);
    } else {
        admit(w, at, spans_without(&here, &w->blocked));
    }
    spans_release(&here);
}

static void walk_level(struct walk *w, const struct gcp_level *level)
{
    for (size_t i = level->first; i < level->first + level->count; i++) {
        w->out->steps++;
        if (w->out->steps < GCP_STEPS_MAX && w->applies[i] &&
            gcp_effective_matches(&w->f->rules[i], w->protocol, w->port))
            step(w, i);
    }
    spans_release(&w->passed);
}

void gcp_effective(const struct gcp_firewall *f, const bool *applies, int family, int protocol,
                   int port, struct gcp_admissions *out)
{
    struct walk w = {
        .f = f, .applies = applies, .family = family, .protocol = protocol, .port = port, .out = out
    };
    *out = (struct gcp_admissions){ NULL, 0, 0 };
    for (size_t l = 0; l < f->level_count; l++)
        walk_level(&w, &f->levels[l]);
    spans_release(&w.blocked);
}

void gcp_admissions_release(struct gcp_admissions *a)
{
    for (size_t i = 0; i < a->count; i++)
        spans_release(&a->items[i].reach);
    free(a->items);
    *a = (struct gcp_admissions){ NULL, 0, 0 };
}
