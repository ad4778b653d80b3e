#include "checks/dns_destinations.h"

#include "checks/json_list.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct cidr range;
    struct dns_destination is;
};

struct dns_destinations {
    struct entry *items; /* in the order in which they count */
    size_t count;
};

static bool is_address(const struct cidr *c)
{
    return c->bits == (c->family == 4 ? 32 : 128);
}

/* What IPv6 says of IPv4: ::ffff:0:0/96. */
static void unmap(struct cidr *c)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    if (c->family != 6 || c->bits < 96 || memcmp(c->bytes, mapped, sizeof mapped) != 0)
        return;
    unsigned char host[4];
    memcpy(host, c->bytes + sizeof mapped, sizeof host);
    memset(c->bytes, 0, sizeof c->bytes);
    memcpy(c->bytes, host, sizeof host);
    c->family = 4;
    c->bits -= 96;
}

static bool parse(struct text t, struct cidr *out)
{
    if (!cidr_parse(t, out))
        return false;
    unmap(out);
    return true;
}

static void add_list(struct dns_destinations *d, struct json_object *list,
                     const struct dns_destination *is)
{
    for (size_t i = 0; i < json_list_length(list); i++) {
        const char *text = json_list_text(list, i);
        struct entry e = { .is = *is };
        if (text == NULL || !parse(text_of(text), &e.range) ||
            d->count == DNS_DESTINATIONS_RANGES_MAX)
            continue;
        if ((d->count & (d->count - 1)) == 0)
            d->items = memory_resize(d->items, d->count == 0 ? 1 : d->count * 2, sizeof *d->items);
        d->items[d->count++] = e;
    }
}

static void add_roots(struct dns_destinations *d, struct json_object *roots)
{
    if (!json_object_is_type(roots, json_type_object))
        return;
    json_object_object_foreach(roots, name, list) {
        struct dns_destination is = { .kind = DNS_ROOT, .operator= text_of(name) };
        is.server = text_trim(text_cut(&is.operator, ','));
        is.operator= text_trim(is.operator);
        add_list(d, list, &is);
    }
}

static void add_resolvers(struct dns_destinations *d, struct json_object *resolvers)
{
    if (!json_object_is_type(resolvers, json_type_object))
        return;
    json_object_object_foreach(resolvers, name, list)
        add_list(d, list,
                 &(struct dns_destination){ .kind = DNS_PUBLIC, .operator= text_of(name) });
}

struct dns_destinations *dns_destinations_new(struct json_object *params)
{
    struct dns_destinations *d = memory_new(1, sizeof *d);
    add_list(d, json_get(json_get(params, "dns"), "expected_resolvers"),
             &(struct dns_destination){ .kind = DNS_EXPECTED });
    add_roots(d, json_get(params, "root_servers"));
    add_resolvers(d, json_get(params, "public_resolvers"));
    return d;
}

void dns_destinations_free(struct dns_destinations *d)
{
    if (d == NULL)
        return;
    free(d->items);
    free(d);
}

bool dns_destinations_find(const struct dns_destinations *d, struct text address,
                           struct dns_destination *out)
{
    struct cidr c;
    if (!parse(address, &c) || !is_address(&c))
        return false;
    for (size_t i = 0; i < d->count; i++)
        if (cidr_contains(&d->items[i].range, &c)) {
            *out = d->items[i].is;
            return true;
        }
    *out = (struct dns_destination){ .kind = cidr_is_public(&c) ? DNS_UNKNOWN : DNS_PRIVATE };
    return true;
}

bool dns_destinations_address(struct text t, char out[CIDR_TEXT_MAX])
{
    struct cidr c;
    if (!parse(t, &c) || !is_address(&c))
        return false;
    cidr_write(&c, out);
    *strchr(out, '/') = '\0';
    return true;
}

const char *dns_destinations_word(enum dns_kind kind)
{
    static const char *const words[] = { "expected", "root", "public", "private", "unknown" };
    return words[kind];
}

static void add_text(struct json_object *o, const char *name, struct text t)
{
    if (t.len > 0)
        json_object_object_add(o, name, json_object_new_string_len(t.data, (int)t.len));
}

struct json_object *dns_destinations_json(const struct dns_destination *found)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "kind", json_object_new_string(dns_destinations_word(found->kind)));
    add_text(o, "server", found->server);
    add_text(o, "operator", found->operator);
    return o;
}
