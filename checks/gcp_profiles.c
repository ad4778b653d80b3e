#include "checks/gcp_profiles.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORD_MAX = 4096,
    WORDS_MAX = 64 * 1024,
    STEPS_MAX = 64 * GCP_PROFILES_MAX, /* one profile may be come by in several ways */
};

struct making {
    const struct gcp_firewall *f;
    const char *region;
    bool one_at_a_time;
    struct map *known;
    size_t steps;
    struct gcp_profiles *out;
};

static bool is_here(const struct making *m, const struct gcp_level *level)
{
    return level->region == NULL || (m->region != NULL && strcmp(m->region, level->region) == 0);
}

/* Adds an element in order. False when an instance cannot have it beside what it has. */
static bool add_element(const struct making *m, struct gcp_profile *p, size_t element)
{
    const struct gcp_element *all = m->f->elements;
    if (p->count == GCP_PROFILE_MAX)
        return false;
    size_t at = p->count;
    for (size_t i = 0; i < p->count; i++) {
        if (p->elements[i] == element ||
            (all[p->elements[i]].kind == GCP_ACCOUNT && all[element].kind == GCP_ACCOUNT))
            return false;
        if (p->elements[i] > element && at == p->count)
            at = i;
    }
    memmove(p->elements + at + 1, p->elements + at, (p->count - at) * sizeof *p->elements);
    p->elements[at] = element;
    p->count++;
    return true;
}

static bool add_profile(struct making *m, const struct gcp_profile *p)
{
    struct buffer key;
    buffer_init(&key, WORD_MAX);
    buffer_append_string(&key, m->region == NULL ? "" : m->region);
    for (size_t i = 0; i < p->count; i++)
        buffer_append_format(&key, " %zu", p->elements[i]);
    bool known = map_get(m->known, buffer_string(&key)) != NULL;
    bool room = (known || m->out->count < GCP_PROFILES_MAX) && m->steps++ < STEPS_MAX;
    if (!known && room) {
        map_set(m->known, buffer_string(&key), m);
        struct gcp_profiles *out = m->out;
        if ((out->count & (out->count - 1)) == 0)
            out->items =
                memory_resize(out->items, out->count == 0 ? 1 : out->count * 2, sizeof *out->items);
        out->items[out->count] = *p;
        out->items[out->count++].region = m->region;
    }
    buffer_release(&key);
    return room;
}

/* Whether an earlier goto_next of the level targets the same name. */
static bool was_before(const struct gcp_firewall *f, size_t first, size_t rule, size_t element)
{
    for (size_t i = first; i < rule; i++)
        for (size_t k = 0; f->rules[i].action == GCP_NEXT && k < f->rules[i].who_count; k++)
            if (f->rules[i].who[k] == element)
                return true;
    return false;
}

static bool extend(struct making *m, const struct gcp_profile *p, size_t from);

/* The profile with each name that a goto_next of the level targets, and on with the levels below. */
static bool extend_by(struct making *m, const struct gcp_profile *p, size_t at)
{
    const struct gcp_level *level = &m->f->levels[at];
    for (size_t i = level->first; i < level->first + level->count; i++) {
        const struct gcp_rule *r = &m->f->rules[i];
        for (size_t k = 0; r->action == GCP_NEXT && k < r->who_count; k++) {
            struct gcp_profile more = *p;
            if (was_before(m->f, level->first, i, r->who[k]) || !add_element(m, &more, r->who[k]))
                continue;
            bool ok = m->one_at_a_time ? add_profile(m, &more) : extend(m, &more, at + 1);
            if (!ok)
                return false;
        }
    }
    return true;
}

static bool extend(struct making *m, const struct gcp_profile *p, size_t from)
{
    if (!add_profile(m, p))
        return false;
    for (size_t l = from; l < m->f->level_count; l++)
        if (is_here(m, &m->f->levels[l]) && !extend_by(m, p, l))
            return false;
    return true;
}

/* One that no rule names, then one for each name that an allowing rule targets. */
static bool make_on_network(struct making *m, const struct gcp_profile *network)
{
    if (!extend(m, network, 0))
        return false;
    for (size_t i = 0; i < m->f->rule_count; i++) {
        const struct gcp_rule *r = &m->f->rules[i];
        bool allows = r->action == GCP_ALLOW || r->action == GCP_INSPECT;
        for (size_t k = 0; allows && k < r->who_count; k++) {
            struct gcp_profile p = *network;
            if (add_element(m, &p, r->who[k]) && !extend(m, &p, 0))
                return false;
        }
    }
    return true;
}

/* The network that is meant; or any, and each that is named. */
static bool make_in_region(struct making *m, const char *region)
{
    const struct gcp_firewall *f = m->f;
    struct gcp_profile plain = { .count = 0 };
    bool ok = true;
    m->region = region;
    for (size_t i = 0; ok && i < f->element_count; i++) {
        struct gcp_profile p = plain;
        if (f->elements[i].kind != GCP_NETWORK)
            continue;
        add_element(m, &p, i);
        if (f->network == NULL)
            ok = make_on_network(m, &p);
        else if (strcmp(f->network, f->elements[i].name) == 0)
            plain = p;
    }
    return ok && make_on_network(m, &plain);
}

static bool is_first_of_region(const struct gcp_firewall *f, size_t level)
{
    for (size_t i = 0; i < level; i++)
        if (f->levels[i].region != NULL &&
            strcmp(f->levels[i].region, f->levels[level].region) == 0)
            return false;
    return true;
}

static bool make(struct making *m)
{
    bool ok = make_in_region(m, NULL);
    for (size_t l = 0; ok && l < m->f->level_count; l++)
        if (m->f->levels[l].region != NULL && is_first_of_region(m->f, l))
            ok = make_in_region(m, m->f->levels[l].region);
    return ok;
}

bool gcp_profiles_make(const struct gcp_firewall *f, struct gcp_profiles *out, struct error *err)
{
    bool ok = false;
    *out = (struct gcp_profiles){ NULL, 0, false };
    for (int i = 0; !ok && i < 2; i++) {
        struct making m = { f, NULL, i == 1, map_new(NULL), 0, out };
        gcp_profiles_release(out);
        ok = make(&m);
        map_free(m.known);
    }
    return ok || error_set(err, ERROR_LIMIT, "more than %d kinds of instances by their targets",
                           GCP_PROFILES_MAX);
}

void gcp_profiles_release(struct gcp_profiles *p)
{
    free(p->items);
    *p = (struct gcp_profiles){ NULL, 0, false };
}

/* ---- words ---- */

/* The network that is meant goes without saying. */
static bool is_said(const struct gcp_firewall *f, size_t element)
{
    return f->network == NULL || f->elements[element].kind != GCP_NETWORK;
}

static bool says_all_of(const struct gcp_profile *p, const struct gcp_profile *less)
{
    for (size_t i = 0; i < less->count; i++) {
        bool found = false;
        for (size_t k = 0; k < p->count; k++)
            found = found || p->elements[k] == less->elements[i];
        if (!found)
            return false;
    }
    return true;
}

/* Whether a wanted profile with less says it already. */
static bool is_implied(const struct gcp_profiles *all, const bool *wanted, size_t at)
{
    for (size_t i = 0; i < all->count; i++)
        if (wanted[i] && i != at && says_all_of(&all->items[at], &all->items[i]) &&
            (all->items[i].count < all->items[at].count || i < at))
            return true;
    return false;
}

/* Elements are numbered as rules were listed, which may change; their words may not. */
static int compare_elements(const void *a, const void *b)
{
    const struct gcp_element *x = *(const struct gcp_element *const *)a,
                             *y = *(const struct gcp_element *const *)b;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->name, y->name);
}

static char *word_of(const struct gcp_firewall *f, const struct gcp_profile *p)
{
    static const char *const kinds[] = { "tag", "account", "secure tag", "network" };
    const struct gcp_element *elements[GCP_PROFILE_MAX];
    struct buffer b;
    size_t count = 0;
    buffer_init(&b, WORD_MAX);
    for (size_t i = 0; i < p->count; i++)
        if (is_said(f, p->elements[i]))
            elements[count++] = &f->elements[p->elements[i]];
    if (count > 0)
        qsort(elements, count, sizeof *elements, compare_elements);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&b, "%s%s %s", i > 0 ? " + " : "", kinds[elements[i]->kind],
                             elements[i]->name);
    if (buffer_ok(&b) && b.len > 0)
        return buffer_detach(&b);
    const char *other = buffer_ok(&b) ? "all" : "names too long to say";
    buffer_release(&b);
    return memory_string(other);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *gcp_profiles_words(const struct gcp_firewall *f, const struct gcp_profiles *all,
                         const bool *wanted)
{
    char **words = memory_new(all->count, sizeof *words);
    struct json_object *list = json_object_new_array();
    struct buffer out;
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        if (wanted[i] && !is_implied(all, wanted, i))
            words[count++] = word_of(f, &all->items[i]);
    if (count > 0)
        qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 0; i < count; i++) {
        if (i < PORTS_SOURCES_MAX)
            json_object_array_add(list, json_object_new_string(words[i]));
        free(words[i]);
    }
    if (count > PORTS_SOURCES_MAX) {
        char *rest = memory_format("+%zu", count - PORTS_SOURCES_MAX);
        json_object_array_add(list, json_object_new_string(rest));
        free(rest);
    }
    free(words);
    buffer_init(&out, WORDS_MAX);
    json_write_plain(list, &out);
    json_object_put(list);
    return buffer_detach(&out);
}
