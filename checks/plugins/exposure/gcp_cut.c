#include "checks/plugins/exposure/gcp_cut.h"

#include "checks/gcp_effective.h"
#include "checks/gcp_ports.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    WORDS_MAX = 512,
    WORD_MAX = 40
}; /* bytes of ports, and of one of them with how many are left out */

static void add(struct gcp_cut *c, int protocol, int first, int last)
{
    c->ports = memory_resize(c->ports, c->count + 1, sizeof *c->ports);
    c->ports[c->count++] = (struct gcp_ports){ protocol, first, last };
}

/* ports.h and gcp_open.h say what protocols are called. */
static int protocol_of(const char *word)
{
    int number = GCP_PROTOCOL_REST;
    struct text t = text_of(word);
    if (strcmp(word, "all") == 0)
        return PORTS_ALL_PROTOCOLS;
    if (text_starts_with(t, "proto/"))
        text_cut(&t, '/');
    return ports_protocol(t, &number) ? number : GCP_PROTOCOL_REST;
}

void gcp_cut_of(const struct open_row *row, struct gcp_cut *out)
{
    int protocol = protocol_of(row->protocol);
    struct text rest = text_of(row->ports);
    *out = (struct gcp_cut){ NULL, 0 };
    if (row->first >= 0 && gcp_ports_told_apart(protocol)) {
        add(out, protocol, row->first, row->last);
        return;
    }
    if (rest.len == 0)
        add(out, protocol, 0, PORTS_LAST);
    while (rest.data != NULL && rest.len > 0) {
        struct text piece = text_trim(text_cut(&rest, ','));
        struct text begin = text_cut(&piece, '-');
        int64_t first = 0, last = 0;
        text_to_int64(begin, &first);
        last = first;
        text_to_int64(piece, &last);
        add(out, protocol, (int)first, (int)last);
    }
}

void gcp_cut_release(struct gcp_cut *c)
{
    free(c->ports);
    *c = (struct gcp_cut){ NULL, 0 };
}

/* Leaves what both are; false when that is nothing. */
static bool meet(struct gcp_ports *a, const struct gcp_ports *b)
{
    if (b->protocol == PORTS_ALL_PROTOCOLS)
        return true;
    if (a->protocol == PORTS_ALL_PROTOCOLS) {
        *a = *b;
        return true;
    }
    if (a->protocol != b->protocol)
        return false;
    if (gcp_ports_told_apart(a->protocol)) {
        a->first = a->first > b->first ? a->first : b->first;
        a->last = a->last < b->last ? a->last : b->last;
    }
    return a->first <= a->last;
}

static void note(const struct gcp_ports *p, struct gcp_cut *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (memcmp(&found->ports[i], p, sizeof *p) == 0)
            return;
    add(found, p->protocol, p->first, p->last);
}

bool gcp_cut_meets(const struct gcp_cut *c, const struct gcp_ports *piece,
                   const struct gcp_rule *rule, struct gcp_cut *found)
{
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        struct gcp_ports both = c->ports[i];
        if (!meet(&both, piece))
            continue;
        for (size_t k = 0; k < (rule == NULL ? 1 : rule->port_count); k++) {
            struct gcp_ports left = both;
            if (rule != NULL && !meet(&left, &rule->ports[k]))
                continue;
            if (found != NULL)
                note(&left, found);
            any = true;
        }
    }
    return any;
}

/* ---- words ---- */

static int compare(const void *a, const void *b)
{
    const struct gcp_ports *x = a, *y = b;
    return x->protocol != y->protocol ? x->protocol - y->protocol : x->first - y->first;
}

void gcp_cut_settle(struct gcp_cut *c)
{
    size_t kept = 0;
    if (c->count > 0)
        qsort(c->ports, c->count, sizeof *c->ports, compare);
    for (size_t i = 0; i < c->count; i++) {
        struct gcp_ports *last = kept == 0 ? NULL : &c->ports[kept - 1];
        if (last == NULL || last->protocol != c->ports[i].protocol ||
            last->last + 1 < c->ports[i].first)
            c->ports[kept++] = c->ports[i];
        else if (last->last < c->ports[i].last)
            last->last = c->ports[i].last;
    }
    c->count = kept;
}

char *gcp_cut_protocol(int protocol)
{
    static const struct {
        int number;
        const char *word;
    } words[] = { { PORTS_ALL_PROTOCOLS, "all" },
                  { GCP_PROTOCOL_REST, "other" },
                  { 1, "icmp" },
                  { 6, "tcp" },
                  { 17, "udp" },
                  { 58, "icmpv6" } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].number == protocol)
            return memory_string(words[i].word);
    return memory_format("proto/%d", protocol);
}

char *gcp_cut_words(const struct gcp_cut *c, int protocol)
{
    struct buffer b;
    size_t left_out = 0;
    buffer_init(&b, WORDS_MAX);
    if (protocol == PORTS_ALL_PROTOCOLS)
        buffer_append_string(&b, "all");
    for (size_t i = 0; i < c->count && gcp_ports_told_apart(protocol); i++) {
        const struct gcp_ports *p = &c->ports[i];
        if (p->protocol != protocol)
            continue;
        if (b.len + WORD_MAX > WORDS_MAX)
            left_out++;
        else
            buffer_append_format(&b, p->first == p->last ? "%s%d" : "%s%d-%d",
                                 b.len > 0 ? ", " : "", p->first, p->last);
    }
    if (left_out > 0)
        buffer_append_format(&b, ", +%zu", left_out);
    return buffer_detach(&b);
}
