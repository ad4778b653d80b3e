#include "checks/plugins/exposure/gcp_visits.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MAX = 64 * 1024 };

struct within {
    struct spans s[2];
};

struct making {
    const struct gcp_firewall *f;
    const struct gcp_surroundings *s;
    struct map *elements; /* index + 1, by kind and name */
    struct map *kinds;    /* first profile + 1, by what tells kinds apart */
    struct gcp_visits *out;
    struct error *err;
};

/* ---- from where packets come ---- */

static void free_within(void *value)
{
    struct within *w = value;
    spans_release(&w->s[0]);
    spans_release(&w->s[1]);
    free(w);
}

static struct within *make_within(const struct making *m, const struct gcp_visit *v,
                                  const struct string_list *tags)
{
    struct within *w = memory_new(1, sizeof *w);
    const struct gcp_nic *nic = &v->machine->nics[v->nic];
    if (m->s->routes != NULL)
        gcp_routes_outward(m->s->routes, tags, w->s);
    for (int family = 0; family < 2; family++) {
        bool used = v->by == NULL ? nic->has[family] : v->by->family == family;
        if (!used)
            spans_release(&w->s[family]);
        else if (v->by != NULL && v->by->steered)
            spans_keep(&w->s[family], &v->by->sources);
    }
    return w;
}

/* What is alike is made once: by tags that routes ask for, and by addresses or the forwarding rule. */
static struct within *find_within(const struct making *m, const struct gcp_visit *v)
{
    const struct gcp_nic *nic = &v->machine->nics[v->nic];
    struct string_list tags = { NULL, 0 };
    struct buffer key;
    buffer_init(&key, KEY_MAX);
    if (m->s->routes != NULL)
        gcp_routes_tags(m->s->routes, &v->machine->tags, &tags);
    if (v->by == NULL)
        buffer_append_format(&key, "%d%d", nic->has[0], nic->has[1]);
    else
        buffer_append_format(&key, "by %p", (const void *)v->by);
    for (size_t i = 0; i < tags.count; i++)
        buffer_append_format(&key, " %s", tags.items[i]);
    struct within *w = map_get(m->out->within, buffer_string(&key));
    if (w == NULL) {
        w = make_within(m, v, &tags);
        map_set(m->out->within, buffer_string(&key), w);
    }
    buffer_release(&key);
    string_list_release(&tags);
    return w;
}

/* ---- kinds of instances ---- */

static void add_element(const struct making *m, enum gcp_element_kind kind, const char *name,
                        struct gcp_profile *p)
{
    char *word = memory_format("%d %s", (int)kind, name);
    uintptr_t at = (uintptr_t)map_get(m->elements, word);
    free(word);
    if (at > 0 && p->count < GCP_PROFILE_MAX)
        p->elements[p->count++] = at - 1;
}

/* As if without secure tags, and from anywhere. */
static struct gcp_profile profile_of(const struct making *m, const struct gcp_machine *machine)
{
    struct gcp_profile p = { .count = 0 };
    add_element(m, GCP_NETWORK, m->f->network, &p);
    if (machine->account != NULL)
        add_element(m, GCP_ACCOUNT, machine->account, &p);
    for (size_t i = 0; i < machine->tags.count; i++)
        add_element(m, GCP_TAG, machine->tags.items[i], &p);
    for (size_t l = 0; l < m->f->level_count && p.region == NULL; l++)
        if (m->f->levels[l].region != NULL && strcmp(m->f->levels[l].region, machine->region) == 0)
            p.region = m->f->levels[l].region;
    return p;
}

static void append(struct gcp_profiles *all, const struct gcp_profile *p)
{
    if ((all->count & (all->count - 1)) == 0)
        all->items =
            memory_resize(all->items, all->count == 0 ? 1 : all->count * 2, sizeof *all->items);
    all->items[all->count++] = *p;
}

/* One that has the secure tag number `which` alone, counted from 0; with which < 0 all that there is room for. */
static struct gcp_profile with_secure(const struct gcp_firewall *f, const struct gcp_profile *p,
                                      int which)
{
    struct gcp_profile more = *p;
    int nth = 0;
    for (size_t i = 0; i < f->element_count; i++) {
        if (f->elements[i].kind != GCP_SECURE_TAG)
            continue;
        if ((which < 0 || nth == which) && more.count < GCP_PROFILE_MAX)
            more.elements[more.count++] = i;
        nth++;
    }
    return more;
}

static bool add_worlds(const struct making *m, const struct gcp_profile *p)
{
    struct gcp_visits *out = m->out;
    if (out->profiles.count + out->worlds > GCP_PROFILES_MAX)
        return error_set(m->err, ERROR_LIMIT, "more than %d kinds of machines", GCP_PROFILES_MAX);
    append(&out->profiles, p);
    for (size_t i = 1; i < out->worlds; i++) {
        struct gcp_profile more = with_secure(m->f, p, (int)i - 2);
        append(&out->profiles, &more);
    }
    return true;
}

static bool find_profile(const struct making *m, const struct gcp_profile *p, size_t *out)
{
    struct buffer key;
    bool ok = true;
    buffer_init(&key, KEY_MAX);
    buffer_append_format(&key, "%s %p %p", p->region == NULL ? "" : p->region,
                         (const void *)p->within[0], (const void *)p->within[1]);
    for (size_t i = 0; i < p->count; i++)
        buffer_append_format(&key, " %zu", p->elements[i]);
    uintptr_t at = (uintptr_t)map_get(m->kinds, buffer_string(&key));
    *out = at > 0 ? at - 1 : m->out->profiles.count;
    if (at == 0) {
        map_set(m->kinds, buffer_string(&key), (void *)(uintptr_t)(*out + 1));
        ok = add_worlds(m, p);
    }
    buffer_release(&key);
    return ok;
}

/* ---- visits ---- */

static bool add_visit(const struct making *m, const struct gcp_profile *plain, struct gcp_visit v)
{
    struct gcp_visits *out = m->out;
    struct gcp_profile p = *plain;
    if (v.way != GCP_WAY_NONE) {
        const struct within *w = find_within(m, &v);
        p.within[0] = &w->s[0];
        p.within[1] = &w->s[1];
    }
    if (!find_profile(m, &p, &v.profile))
        return false;
    if (out->count == GCP_VISITS_MAX)
        return error_set(m->err, ERROR_LIMIT, "more than %d ways into the network", GCP_VISITS_MAX);
    if ((out->count & (out->count - 1)) == 0)
        out->items =
            memory_resize(out->items, out->count == 0 ? 1 : out->count * 2, sizeof *out->items);
    out->items[out->count++] = v;
    return true;
}

static bool visit_nic(const struct making *m, const struct gcp_holder *of,
                      const struct gcp_machine *machine, size_t nic)
{
    const struct gcp_profile plain = profile_of(m, machine);
    const bool *has = machine->nics[nic].has;
    struct gcp_visit v = { .machine = machine, .nic = nic, .sure = true };
    if (!add_visit(m, &plain, v))
        return false;
    v.way = GCP_WAY_ADDRESS;
    if ((has[0] || has[1]) && !add_visit(m, &plain, v))
        return false;
    v.way = GCP_WAY_FORWARDED;
    for (size_t i = 0; i < of->forwardings.count; i++) {
        v.by = &of->forwardings.items[i];
        enum gcp_serves serves = gcp_forwarding_serves(&of->forwardings, v.by, machine, nic);
        v.sure = serves == GCP_SERVES;
        if (serves != GCP_SERVES_NOT && !add_visit(m, &plain, v))
            return false;
    }
    return true;
}

static bool visit_machine(const struct making *m, const struct gcp_holder *of,
                          const struct gcp_machine *machine)
{
    for (size_t nic = 0; nic < machine->nic_count; nic++)
        if (strcmp(machine->nics[nic].network, m->f->network) == 0 &&
            !visit_nic(m, of, machine, nic))
            return false;
    return true;
}

static bool visit_all(const struct making *m)
{
    for (size_t h = 0; h < m->s->holder_count; h++) {
        const struct gcp_holder *of = &m->s->holders[h];
        for (size_t i = 0; i < of->machines.count; i++)
            if (!visit_machine(m, of, &of->machines.items[i]))
                return false;
    }
    return true;
}

bool gcp_visits_make(const struct gcp_firewall *f, const struct gcp_surroundings *s,
                     struct gcp_visits *out, struct error *err)
{
    struct making m = { f, s, map_new(NULL), map_new(NULL), out, err };
    size_t secure = 0;
    *out = (struct gcp_visits){ .profiles = { .actual = true }, .within = map_new(free_within) };
    for (size_t i = 0; i < f->element_count; i++) {
        char *word = memory_format("%d %s", (int)f->elements[i].kind, f->elements[i].name);
        map_set(m.elements, word, (void *)(uintptr_t)(i + 1));
        free(word);
        secure += f->elements[i].kind == GCP_SECURE_TAG;
    }
    out->worlds = secure == 0   ? 1
                  : secure == 1 ? 2
                                : 2 + (secure < GCP_SECURE_MAX ? secure : GCP_SECURE_MAX);
    bool ok = visit_all(&m);
    map_free(m.elements);
    map_free(m.kinds);
    return ok;
}

void gcp_visits_release(struct gcp_visits *v)
{
    free(v->items);
    gcp_profiles_release(&v->profiles);
    map_free(v->within);
    *v = (struct gcp_visits){ .items = NULL };
}
