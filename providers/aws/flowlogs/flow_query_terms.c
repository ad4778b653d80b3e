#include "providers/aws/flowlogs/flow_query_terms.h"

#include "core/base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS_TEXT_MAX = 10000 }; /* a whole query's */

static const struct {
    const char *before, *between, *after;
} kinds[FLOW_QUERY_KINDS] = {
    [FLOW_QUERY_ADDRESS] = { "ydst in [", ",", "]" },
    [FLOW_QUERY_PATTERN] = { "ydst like /(?i)^(", "|", ")/" },
    [FLOW_QUERY_RANGE] = { "", " or ", "" },
};

/* How an address of IPv6 is written down nobody says. What stands before its first zero is the same in any form, and
 * that is what is asked for. False where that is nothing. */
static bool write_pattern(const struct flow_address *a, char out[FLOW_QUERY_TERM_MAX])
{
    size_t len = 0;
    out[0] = '\0';
    for (int i = 0; i < 16; i += 2) {
        unsigned part = (unsigned)a->bytes[i] << 8 | a->bytes[i + 1];
        if (part == 0)
            return i > 0;
        len += (size_t)snprintf(out + len, FLOW_QUERY_TERM_MAX - len, "0*%x%s", part,
                                i < 14 ? ":" : "$");
    }
    return true;
}

static void write_range(const struct flow_address *a, int bits, char out[FLOW_QUERY_TERM_MAX])
{
    char text[FLOW_ADDRESS_TEXT_MAX];
    bool is_ipv4 = flow_address_is_ipv4(a);
    flow_address_write(a, text);
    snprintf(out, FLOW_QUERY_TERM_MAX, "%s(ydst,\"%s/%d\")",
             is_ipv4 ? "isIpv4InSubnet" : "isIpv6InSubnet", text, is_ipv4 ? bits - 96 : bits);
}

static void add_term(struct flow_query_terms *t, uint16_t port, const struct flow_address *address,
                     int bits)
{
    struct flow_query_term term = { .port = port, .kind = FLOW_QUERY_ADDRESS };
    char text[FLOW_ADDRESS_TEXT_MAX];
    if (bits != 128) {
        term.kind = FLOW_QUERY_RANGE;
        write_range(address, bits, term.text);
    } else if (flow_address_is_ipv4(address)) {
        flow_address_write(address, text);
        snprintf(term.text, sizeof term.text, "\"%s\"", text);
    } else if (write_pattern(address, term.text)) {
        term.kind = FLOW_QUERY_PATTERN;
    } else {
        term.kind = FLOW_QUERY_RANGE;
        write_range(address, bits, term.text);
    }
    if ((t->count & (t->count - 1)) == 0) /* full at each power of two */
        t->items = memory_resize(t->items, t->count == 0 ? 1 : t->count * 2, sizeof *t->items);
    t->items[t->count++] = term;
}

static void note_watched(void *ctx, uint16_t port, const struct flow_address *address, int bits)
{
    struct flow_query_terms *t = ctx;
    if (address == NULL)
        buffer_append_format(&t->ports, "%s%u", t->ports.len > 0 ? "|" : "", port);
    else
        add_term(t, port, address, bits);
}

static int compare_terms(const void *a, const void *b)
{
    const struct flow_query_term *x = a, *y = b;
    if (x->port != y->port)
        return x->port < y->port ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return strcmp(x->text, y->text);
}

/* In order, each once: addresses of one service share their beginning. */
static void sort_terms(struct flow_query_terms *t)
{
    size_t kept = 0;
    if (t->count > 0)
        qsort(t->items, t->count, sizeof *t->items, compare_terms);
    for (size_t i = 0; i < t->count; i++)
        if (kept == 0 || compare_terms(&t->items[kept - 1], &t->items[i]) != 0)
            t->items[kept++] = t->items[i];
    t->count = kept;
}

/* Terms of one port and kind; *at is moved past them. */
static void add_kind(struct buffer *out, const struct flow_query_term *terms, size_t end,
                     size_t *at)
{
    const struct flow_query_term *first = &terms[*at];
    buffer_append_string(out, kinds[first->kind].before);
    for (size_t i = *at;
         *at < end && first->port == terms[*at].port && first->kind == terms[*at].kind; ++*at)
        buffer_append_format(out, "%s%s", *at > i ? kinds[first->kind].between : "",
                             terms[*at].text);
    buffer_append_string(out, kinds[first->kind].after);
}

void flow_query_terms_add(const struct flow_query_terms *t, size_t from, size_t end, bool is_first,
                          struct buffer *out)
{
    const struct flow_query_term *terms = t->items;
    while (from < end) {
        uint16_t port = terms[from].port;
        buffer_append_format(out, "%s(yport like /^%u$/ and (", is_first ? "" : " or ", port);
        for (size_t i = from; from < end && terms[from].port == port;) {
            buffer_append_string(out, from > i ? " or " : "");
            add_kind(out, terms, end, &from);
        }
        buffer_append_string(out, "))");
        is_first = false;
    }
}

void flow_query_terms_init(struct flow_query_terms *t, const struct flow_watch *watch)
{
    *t = (struct flow_query_terms){ .count = 0 };
    buffer_init(&t->ports, PORTS_TEXT_MAX);
    flow_watch_each(watch, note_watched, t);
    sort_terms(t);
}

void flow_query_terms_release(struct flow_query_terms *t)
{
    buffer_release(&t->ports);
    free(t->items);
}
