#include "checks/ports.h"

#include "checks/port_segments.h"
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PROTOCOLS = 256, PORTS_TEXT_MAX = 1024, RANGES_NAMED_MAX = 20 };

static const struct {
    const char *name;
    int number;
} protocols[] = {
    { "all", PORTS_ALL_PROTOCOLS }, { "tcp", 6 }, { "udp", 17 }, { "icmp", 1 }, { "icmpv6", 58 },
};

void port_rules_add(struct port_rules *r, const struct port_rule *rule)
{
    if (r->count == PORTS_RULES_MAX) {
        r->overflowed = true;
        return;
    }
    if ((r->count & (r->count - 1)) == 0)
        r->items = memory_resize(r->items, r->count == 0 ? 1 : r->count * 2, sizeof *r->items);
    r->items[r->count++] = *rule;
}

void port_rules_release(struct port_rules *r)
{
    free(r->items);
    *r = (struct port_rules){ NULL, 0, false };
}

bool ports_protocol(struct text t, int *out_protocol)
{
    int64_t number = 0;
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++) {
        if (!text_equal_nocase(t, protocols[i].name))
            continue;
        *out_protocol = protocols[i].number;
        return true;
    }
    if (!text_to_int64(t, &number) || number < PORTS_ALL_PROTOCOLS || number >= PROTOCOLS)
        return false;
    *out_protocol = (int)number;
    return true;
}

static char *protocol_word(int protocol)
{
    for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
        if (protocols[i].number == protocol)
            return memory_string(protocols[i].name);
    return memory_format("proto/%d", protocol);
}

void open_rows_release(struct open_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].subject);
        free(rows->items[i].protocol);
        free(rows->items[i].ports);
        free(rows->items[i].sources);
    }
    free(rows->items);
    *rows = (struct open_rows){ NULL, 0 };
}

/* One protocol's turn. */
struct turn {
    int protocol;
    const struct segments *segments;
    struct open_rows *out;
    bool *admin; /* by port: whether it is an administration port; NULL without ports */
};

static bool *admin_ports(struct json_object *list)
{
    bool *admin = memory_new(PORTS_LAST + 1, sizeof *admin);
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    for (size_t i = 0; i < count; i++) {
        int64_t port = json_object_get_int64(json_object_array_get_idx(list, i));
        if (port >= 0 && port <= PORTS_LAST)
            admin[port] = true;
    }
    return admin;
}

static int count_admin(const struct turn *t, const struct segment *s)
{
    int found = 0;
    for (int port = s->first; port <= s->last; port++)
        found += t->admin[port];
    return found;
}

static void append_range(struct buffer *b, int first, int last)
{
    if (b->len > 0)
        buffer_append_string(b, ", ");
    buffer_append_format(b, first == last ? "%d" : "%d-%d", first, last);
}

static struct open_row *add_row(const struct turn *t, char *subject, bool admin)
{
    struct open_rows *rows = t->out;
    rows->items = memory_resize(rows->items, rows->count + 1, sizeof *rows->items);
    struct open_row *row = &rows->items[rows->count++];
    *row = (struct open_row){ .subject = subject,
                              .protocol = protocol_word(t->protocol),
                              .first = -1,
                              .last = -1,
                              .admin = admin };
    return row;
}

/* A row for ports that all lie in one open range. */
static void add_single(const struct turn *t, const struct segment *s, struct text what, bool admin)
{
    struct buffer ports;
    buffer_init(&ports, PORTS_TEXT_MAX);
    append_range(&ports, s->first, s->last);
    char *word = protocol_word(t->protocol);
    struct open_row *row =
        add_row(t, memory_format("%s/%.*s", word, (int)what.len, what.data), admin);
    free(word);
    row->ports = buffer_detach(&ports);
    row->sources = segment_sources(&s, 1);
    row->ipv4 = s->ipv4;
    row->ipv6 = s->ipv6;
    row->direct = s->direct;
}

static void add_ports(const struct turn *t, const struct segment *s, int first, int last,
                      bool admin)
{
    struct buffer what;
    buffer_init(&what, PORTS_TEXT_MAX);
    append_range(&what, first, last);
    add_single(t, s, buffer_text(&what), admin);
    buffer_release(&what);
    t->out->items[t->out->count - 1].first = first;
    t->out->items[t->out->count - 1].last = last;
}

/* One row for several open ranges, proven open only where each of them is. */
static void add_many(const struct turn *t, const struct segment **some, size_t count, bool admin)
{
    struct buffer ports;
    char *word = protocol_word(t->protocol);
    struct open_row *row = add_row(t, memory_format("%s/many", word), admin);
    free(word);
    row->direct = true;
    buffer_init(&ports, PORTS_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        if (i < RANGES_NAMED_MAX)
            append_range(&ports, some[i]->first, some[i]->last);
        row->ipv4 = row->ipv4 || some[i]->ipv4;
        row->ipv6 = row->ipv6 || some[i]->ipv6;
        row->direct = row->direct && some[i]->direct;
    }
    if (count > RANGES_NAMED_MAX)
        buffer_append_format(&ports, ", +%zu", count - RANGES_NAMED_MAX);
    row->ports = buffer_detach(&ports);
    row->sources = segment_sources(some, count);
}

/* A range with its administration ports, each a row of its own, cut out. */
static void add_cut(const struct turn *t, const struct segment *s)
{
    int first = s->first;
    for (int port = s->first; port <= s->last + 1; port++) {
        bool ends = port > s->last;
        if (!ends && !t->admin[port])
            continue;
        if (port > first)
            add_ports(t, s, first, port - 1, false);
        if (!ends)
            add_ports(t, s, port, port, true);
        first = port + 1;
    }
}

/* The open ranges without an administration port, where the others have a row of their own. */
static void add_others(const struct turn *t, const struct segment **others, size_t count)
{
    if (count > PORTS_RANGES_MAX) {
        add_many(t, others, count, false);
        return;
    }
    for (size_t i = 0; i < count; i++)
        add_ports(t, others[i], others[i]->first, others[i]->last, false);
}

static void add_protocol(const struct turn *t)
{
    size_t count = t->segments->count, held = 0, others = 0;
    const struct segment **holding = memory_new(count, sizeof(struct segment *));
    const struct segment **other = memory_new(count, sizeof(struct segment *));
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        const struct segment *s = &t->segments->items[i];
        int admin = count_admin(t, s);
        found += admin;
        if (admin > 0)
            holding[held++] = s;
        else
            other[others++] = s;
    }
    if (found > PORTS_ADMIN_MAX)
        add_many(t, holding, held, true);
    else
        for (size_t i = 0; i < held; i++)
            add_cut(t, holding[i]);
    add_others(t, other, others);
    free(holding);
    free(other);
}

/* A protocol without ports: at most one segment. */
static void add_whole(const struct turn *t)
{
    for (size_t i = 0; i < t->segments->count; i++) {
        const struct segment *s = &t->segments->items[i];
        struct open_row *row =
            add_row(t, protocol_word(t->protocol), t->protocol == PORTS_ALL_PROTOCOLS);
        row->ports = memory_string("");
        row->sources = segment_sources(&s, 1);
        row->ipv4 = s->ipv4;
        row->ipv6 = s->ipv6;
        row->direct = s->direct;
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct open_row *x = a, *y = b;
    int by_protocol = strcmp(x->protocol, y->protocol);
    return by_protocol != 0 ? by_protocol : x->first - y->first;
}

bool ports_open(const struct port_rules *rules, struct json_object *admin, struct open_rows *out,
                struct error *err)
{
    bool named[PROTOCOLS] = { false };
    struct segments_families done = { false, false };
    if (rules->overflowed)
        return error_set(err, ERROR_LIMIT, "more than %d rules", PORTS_RULES_MAX);
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].protocol >= 0)
            named[rules->items[i].protocol] = true;
    for (int p = PORTS_ALL_PROTOCOLS; p < PROTOCOLS; p++) {
        if (p >= 0 && !named[p])
            continue;
        struct segments found = segments_of(rules, p, done);
        struct turn t = { p, &found, out, NULL };
        if (p == 6 || p == 17) {
            t.admin = admin_ports(json_get(admin, p == 6 ? "tcp" : "udp"));
            add_protocol(&t);
            free(t.admin);
        } else {
            add_whole(&t);
        }
        for (size_t i = 0; p == PORTS_ALL_PROTOCOLS && i < found.count; i++)
            done = (struct segments_families){ found.items[i].ipv4, found.items[i].ipv6 };
        segments_release(&found);
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare_rows);
    return true;
}
