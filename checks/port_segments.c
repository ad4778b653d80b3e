#include "checks/port_segments.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCES_TEXT_MAX = 64 * 1024 };

/* What admits one segment. */
struct admitted {
    const struct port_rule **rules;
    struct cidr *ranges; /* scratch, as long as rules */
    size_t count;
};

static bool has_ports(int protocol)
{
    return protocol == 6 || protocol == 17;
}

static bool rule_admits(const struct port_rule *r, int protocol, int port)
{
    if (r->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    return r->protocol == protocol &&
           (!has_ports(protocol) || (r->first <= port && port <= r->last));
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* Where segments begin: 0, each rule's first port, the port after each rule's last. Sorted, once each. */
static int *cuts_of(const struct port_rules *rules, int protocol, size_t *out_count)
{
    int *cuts = memory_new(2 * rules->count + 1, sizeof *cuts);
    size_t count = 1, kept = 1;
    for (size_t i = 0; has_ports(protocol) && i < rules->count; i++) {
        const struct port_rule *r = &rules->items[i];
        if (r->protocol != protocol)
            continue;
        cuts[count++] = r->first;
        if (r->last < PORTS_LAST)
            cuts[count++] = r->last + 1;
    }
    qsort(cuts, count, sizeof *cuts, compare_ints);
    for (size_t i = 1; i < count; i++)
        if (cuts[i] != cuts[kept - 1])
            cuts[kept++] = cuts[i];
    *out_count = kept;
    return cuts;
}

static bool is_open(struct admitted *a, int family, bool direct_only)
{
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++)
        if (!direct_only || a->rules[i]->list == NULL)
            a->ranges[count++] = a->rules[i]->range;
    return cidr_covers_internet(a->ranges, count, family);
}

/* ---- sources ---- */

/* By address, wider first; a range written in a rule before the same range of a list. */
static int compare_rules(const void *a, const void *b)
{
    const struct port_rule *x = *(const struct port_rule *const *)a,
                           *y = *(const struct port_rule *const *)b;
    if (x->range.family != y->range.family)
        return x->range.family - y->range.family;
    int by_address = memcmp(x->range.bytes, y->range.bytes, sizeof x->range.bytes);
    if (by_address != 0)
        return by_address;
    if (x->range.bits != y->range.bits)
        return x->range.bits - y->range.bits;
    if (x->list == NULL || y->list == NULL)
        return (x->list != NULL) - (y->list != NULL);
    return strcmp(x->list, y->list);
}

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_unique(char **strings, size_t *count)
{
    size_t kept = 0;
    if (*count > 0)
        qsort(strings, *count, sizeof *strings, compare_strings);
    for (size_t i = 0; i < *count; i++) {
        if (kept > 0 && strcmp(strings[kept - 1], strings[i]) == 0)
            free(strings[i]);
        else
            strings[kept++] = strings[i];
    }
    *count = kept;
}

/* Ranges nest or are apart, so that in this order what is contained follows what contains it. */
static void take_sources(struct admitted *a, struct segment *s)
{
    const struct port_rule *last = NULL;
    char text[CIDR_TEXT_MAX];
    qsort(a->rules, a->count, sizeof *a->rules, compare_rules);
    s->sources = memory_new(a->count, sizeof(char *));
    for (size_t i = 0; i < a->count; i++) {
        const struct port_rule *r = a->rules[i];
        if (!(r->range.family == 4 ? s->ipv4 : s->ipv6) || !cidr_is_public(&r->range))
            continue;
        if (last != NULL && cidr_contains(&last->range, &r->range))
            continue;
        last = r;
        cidr_write(&r->range, text);
        s->sources[s->source_count++] = memory_string(r->list == NULL ? text : r->list);
    }
    sort_unique(s->sources, &s->source_count);
}

char *segment_sources(const struct segment *const *some, size_t count)
{
    size_t room = 0, used = 0;
    struct buffer out;
    for (size_t i = 0; i < count; i++)
        room += some[i]->source_count;
    char **all = memory_new(room, sizeof(char *));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < some[i]->source_count; k++)
            all[used++] = memory_string(some[i]->sources[k]);
    sort_unique(all, &used);
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < used; i++)
        if (i < PORTS_SOURCES_MAX)
            json_object_array_add(list, json_object_new_string(all[i]));
    if (used > PORTS_SOURCES_MAX) {
        char *rest = memory_format("+%zu", used - PORTS_SOURCES_MAX);
        json_object_array_add(list, json_object_new_string(rest));
        free(rest);
    }
    buffer_init(&out, SOURCES_TEXT_MAX);
    json_write_plain(list, &out);
    json_object_put(list);
    for (size_t i = 0; i < used; i++)
        free(all[i]);
    free(all);
    return buffer_detach(&out);
}

/* ---- segments ---- */

static void segment_release(struct segment *s)
{
    for (size_t i = 0; i < s->source_count; i++)
        free(s->sources[i]);
    free(s->sources);
}

static bool are_alike(const struct segment *a, const struct segment *b)
{
    if (a->ipv4 != b->ipv4 || a->ipv6 != b->ipv6 || a->direct != b->direct ||
        a->source_count != b->source_count)
        return false;
    for (size_t i = 0; i < a->source_count; i++)
        if (strcmp(a->sources[i], b->sources[i]) != 0)
            return false;
    return true;
}

/* Judges the ports from `s->first` on by what admits that port. */
static void judge(struct admitted *a, struct segments_families done, struct segment *s)
{
    s->ipv4 = !done.ipv4 && is_open(a, 4, false);
    s->ipv6 = !done.ipv6 && is_open(a, 6, false);
    if (!s->ipv4 && !s->ipv6)
        return;
    s->direct = (s->ipv4 && is_open(a, 4, true)) || (s->ipv6 && is_open(a, 6, true));
    take_sources(a, s);
}

static void add(struct segments *out, struct segment *s)
{
    struct segment *before = out->count == 0 ? NULL : &out->items[out->count - 1];
    if (before != NULL && before->last + 1 == s->first && are_alike(before, s)) {
        before->last = s->last;
        segment_release(s);
        return;
    }
    out->items = memory_resize(out->items, out->count + 1, sizeof *out->items);
    out->items[out->count++] = *s;
}

struct segments segments_of(const struct port_rules *rules, int protocol,
                            struct segments_families done)
{
    struct segments out = { NULL, 0 };
    struct admitted a = { memory_new(rules->count, sizeof(struct port_rule *)),
                          memory_new(rules->count, sizeof(struct cidr)), 0 };
    size_t count = 0;
    int *cuts = cuts_of(rules, protocol, &count);
    for (size_t i = 0; i < count; i++) {
        struct segment s = { .first = cuts[i],
                             .last = i + 1 < count ? cuts[i + 1] - 1 : PORTS_LAST };
        a.count = 0;
        for (size_t k = 0; k < rules->count; k++)
            if (rule_admits(&rules->items[k], protocol, s.first))
                a.rules[a.count++] = &rules->items[k];
        judge(&a, done, &s);
        if (s.ipv4 || s.ipv6)
            add(&out, &s);
    }
    free(cuts);
    free(a.rules);
    free(a.ranges);
    return out;
}

void segments_release(struct segments *s)
{
    for (size_t i = 0; i < s->count; i++)
        segment_release(&s->items[i]);
    free(s->items);
    *s = (struct segments){ NULL, 0 };
}
