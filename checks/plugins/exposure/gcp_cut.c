#include "checks/plugins/exposure/gcp_cut.h"

#include "checks/gcp_effective.h"
#include "checks/gcp_ports.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

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

static char *word_of(const struct gcp_ports *p)
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
    const char *name = NULL;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].number == p->protocol)
            name = words[i].word;
    if (name == NULL)
        return memory_format("proto/%d", p->protocol);
    if (!gcp_ports_told_apart(p->protocol) || (p->first == 0 && p->last == PORTS_LAST))
        return memory_string(name);
    return p->first == p->last ? memory_format("%s/%d", name, p->first)
                               : memory_format("%s/%d-%d", name, p->first, p->last);
}

static void note(const struct gcp_ports *p, struct string_list *words)
{
    if (words == NULL || words->count == GCP_CUT_WORDS_MAX)
        return;
    char *word = word_of(p);
    if (!string_list_has(words, word))
        string_list_add(words, word);
    free(word);
}

bool gcp_cut_meets(const struct gcp_cut *c, const struct gcp_ports *piece,
                   const struct gcp_rule *rule, struct string_list *words)
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
            note(&left, words);
            any = true;
        }
    }
    return any;
}
