#include "providers/aws/flowlogs/flow_watch.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum { PORTS = 65536, SLOTS = 32768 }; /* SLOTS: a power of two, well above the most addresses */

struct watched {
    struct flow_address address;
    int bits; /* 128: the address alone */
    uint16_t port;
};

struct flow_watch {
    unsigned char any[PORTS / 8], some[PORTS / 8]; /* ports: all destinations, only those below */
    struct watched *addresses; /* SLOTS of them, bits 0: free; open addressing */
    size_t address_count;
    struct watched ranges[FLOW_WATCH_RANGES_MAX];
    size_t range_count;
};

struct flow_watch *flow_watch_new(void)
{
    struct flow_watch *w = memory_new(1, sizeof *w);
    w->addresses = memory_new(SLOTS, sizeof *w->addresses);
    return w;
}

void flow_watch_free(struct flow_watch *w)
{
    if (w == NULL)
        return;
    free(w->addresses);
    free(w);
}

static bool has(const unsigned char *ports, uint16_t port)
{
    return (ports[port / 8] >> (port % 8) & 1) != 0;
}

static void add(unsigned char *ports, uint16_t port)
{
    ports[port / 8] = (unsigned char)(ports[port / 8] | 1 << (port % 8));
}

void flow_watch_port(struct flow_watch *w, uint16_t port)
{
    add(w->any, port);
}

/* Where it is, or the free place where it would be. The list is ours, so that nobody can choose its collisions. */
static struct watched *find(const struct flow_watch *w, const struct flow_address *a, uint16_t port)
{
    uint32_t hash = port;
    for (size_t i = 0; i < sizeof a->bytes; i++)
        hash = (hash ^ a->bytes[i]) * 16777619u;
    size_t at = (hash ^ hash >> 16) % SLOTS;
    while (w->addresses[at].bits != 0 &&
           (w->addresses[at].port != port || memcmp(&w->addresses[at].address, a, sizeof *a) != 0))
        at = (at + 1) % SLOTS;
    return &w->addresses[at];
}

/* "/8" of IPv4 is 104 of 128 bits. */
static bool read_range(const char *text, struct watched *out)
{
    struct text rest = text_of(text);
    struct text address = text_cut(&rest, '/');
    int64_t bits = 128;
    if (!flow_address_parse(address, &out->address))
        return false;
    if (rest.data != NULL) {
        int above = flow_address_is_ipv4(&out->address) ? 96 : 0;
        if (!text_to_int64(rest, &bits) || bits < 0 || bits > 128 - above)
            return false;
        bits += above;
    }
    out->bits = (int)bits;
    return true;
}

bool flow_watch_address(struct flow_watch *w, const char *address, uint16_t port, struct error *err)
{
    struct watched entry = { .port = port };
    if (!read_range(address, &entry))
        return error_set(err, ERROR_CONFIG, "%s is no address or range", address);
    if (entry.bits == 128) {
        struct watched *place = find(w, &entry.address, port);
        if (place->bits == 0 && w->address_count++ == FLOW_WATCH_ADDRESSES_MAX)
            return error_set(err, ERROR_LIMIT, "more than %d addresses", FLOW_WATCH_ADDRESSES_MAX);
        *place = entry;
    } else {
        if (w->range_count == FLOW_WATCH_RANGES_MAX)
            return error_set(err, ERROR_LIMIT, "more than %d ranges of addresses",
                             FLOW_WATCH_RANGES_MAX);
        w->ranges[w->range_count++] = entry;
    }
    add(w->some, port);
    return true;
}

bool flow_watch_has_port(const struct flow_watch *w, uint16_t port)
{
    return has(w->any, port) || has(w->some, port);
}

bool flow_watch_wants(const struct flow_watch *w, const struct flow_address *destination,
                      uint16_t port)
{
    if (has(w->any, port) && !flow_address_is_inside(destination))
        return true;
    if (!has(w->some, port))
        return false;
    if (find(w, destination, port)->bits != 0)
        return true;
    for (size_t i = 0; i < w->range_count; i++)
        if (w->ranges[i].port == port &&
            flow_address_same(&w->ranges[i].address, destination, w->ranges[i].bits))
            return true;
    return false;
}

void flow_watch_each(const struct flow_watch *w, flow_watch_fn each, void *ctx)
{
    for (unsigned port = 0; port < PORTS; port++)
        if (has(w->any, (uint16_t)port))
            each(ctx, (uint16_t)port, NULL, 0);
    for (size_t i = 0; i < SLOTS; i++)
        if (w->addresses[i].bits != 0)
            each(ctx, w->addresses[i].port, &w->addresses[i].address, w->addresses[i].bits);
    for (size_t i = 0; i < w->range_count; i++)
        each(ctx, w->ranges[i].port, &w->ranges[i].address, w->ranges[i].bits);
}
