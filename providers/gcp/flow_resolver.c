#include "providers/gcp/flow_resolver.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

#define FIELD "jsonPayload.connection.dest_ip"

bool gcp_flow_resolver_read(const char *text, char out_address[INET6_ADDRSTRLEN], int64_t *out_bits,
                            struct error *err)
{
    unsigned char bytes_of[16];
    struct text rest = text_of(text), host = text_cut(&rest, '/');
    int family = memchr(host.data, ':', host.len) == NULL ? AF_INET : AF_INET6;
    bool ok = host.len > 0 && host.len < INET6_ADDRSTRLEN;
    if (ok) {
        memcpy(out_address, host.data, host.len);
        out_address[host.len] = '\0';
        ok = inet_pton(family, out_address, bytes_of) == 1;
    }
    *out_bits = -1;
    if (ok && rest.data != NULL)
        ok = text_to_int64(rest, out_bits) && *out_bits >= 0 &&
             *out_bits <= (family == AF_INET ? 32 : 128);
    return ok || error_set(err, ERROR_CONFIG, "%s is no address and no range", text);
}

/* Addresses are one comparison with many values, each range is one by itself. */
struct clauses {
    struct buffer addresses, ranges;
    size_t left_out;
};

static bool has_room(const struct clauses *c, size_t more)
{
    return c->addresses.len + c->ranges.len + more < GCP_FLOW_RESOLVER_TEXT_MAX;
}

static void add(struct clauses *c, const char *address, int64_t bits)
{
    char *text = bits < 0
                     ? memory_format(" OR \"%s\"", address)
                     : memory_format(" OR ip_in_net(" FIELD ", \"%s/%d\")", address, (int)bits);
    if (has_room(c, strlen(text)))
        buffer_append_string(bits < 0 ? &c->addresses : &c->ranges, text);
    else
        c->left_out++;
    free(text);
}

char *gcp_flow_resolver_filter(const struct string_list *resolvers, size_t *out_left_out)
{
    struct clauses c = { .left_out = 0 };
    struct error ignored = ERROR_INIT; /* the checks complain of it */
    char address[INET6_ADDRSTRLEN];
    int64_t bits = 0;
    buffer_init(&c.addresses, GCP_FLOW_RESOLVER_TEXT_MAX + 1);
    buffer_init(&c.ranges, GCP_FLOW_RESOLVER_TEXT_MAX + 1);
    buffer_append_string(&c.addresses, FIELD " = (\"\"");
    for (size_t i = 0; i < resolvers->count; i++)
        if (gcp_flow_resolver_read(resolvers->items[i], address, &bits, &ignored))
            add(&c, address, bits);
    buffer_append_char(&c.addresses, ')');
    buffer_append(&c.addresses, buffer_string(&c.ranges), c.ranges.len);
    buffer_release(&c.ranges);
    *out_left_out = c.left_out;
    return buffer_detach(&c.addresses);
}
