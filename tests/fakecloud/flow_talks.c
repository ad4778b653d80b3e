#include "tests/fakecloud/flow_talks.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/machines.h"
#include "tests/fakecloud/network.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

enum { FLOWS_BEFORE_S = 300, HOUR_S = 3600, FLOWS_MOST = 3, PATH_MAX_BYTES = 256 };

static const struct server {
    const char *address;
    int port, protocol;
} servers[] = {
    { "8.8.8.8", 53, 17 }, { "192.58.128.30", 53, 17 }, { "203.0.113.53", 53, 17 },
    { "1.1.1.1", 853, 6 }, { "9.9.9.9", 443, 6 },       { "2001:4860:4860::8888", 53, 17 },
};
enum { SERVERS = sizeof servers / sizeof *servers };

#define DEFAULT_FIELDS                                                                             \
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
#define OWN_FIELDS                                                                                                                \
    "region vpc-id subnet-id instance-id interface-id flow-direction dstport dstaddr srcaddr pkt-srcaddr protocol packets bytes " \
    "action start end traffic-path log-status account-id encryption-status"

uint64_t flow_talks_draw(const struct flow_talks *f, const char *what, uint64_t below)
{
    char path[PATH_MAX_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s", f->path, what);
    return chance_number(f->e->o.seed, path, below);
}

/* Who asks, and where it stands. */
struct asker {
    char *interface, *vpc, *subnet;
    struct machines_seen machine;
};

static void asker_init(struct asker *a, const struct flow_talks *f)
{
    char *path = memory_format("%s/%s/machine/" MACHINES_FIRST, f->at.account, f->at.region);
    a->interface = chance_id(f->e->o.seed, "eni-", path);
    a->vpc = network_vpc(f->e, f->at, NETWORK_OWN_VPC);
    a->subnet = network_subnet(f->e, f->at, NETWORK_OWN_VPC, 0);
    machines_see(f->e, f->at, MACHINES_FIRST, &a->machine);
    free(path);
}

static void asker_release(struct asker *a)
{
    free(a->interface);
    free(a->vpc);
    free(a->subnet);
    machines_seen_release(&a->machine);
}

/* Flows to one server, in one file: a row of the truth. */
struct talk {
    const struct server *to;
    bool refused;
    size_t flows;
    uint64_t packets[FLOWS_MOST], bytes[FLOWS_MOST];
    int64_t start_s[FLOWS_MOST];
};

static size_t count_of(const struct flow_talks *f)
{
    return 1 + (size_t)flow_talks_draw(f, "talks", SERVERS - 1);
}

static void talk_draw(const struct flow_talks *f, size_t number, struct talk *out)
{
    char what[64];
    out->to = &servers[(flow_talks_draw(f, "server", SERVERS) + number) % SERVERS];
    snprintf(what, sizeof what, "%zu/refused", number);
    out->refused = flow_talks_draw(f, what, 8) == 0;
    snprintf(what, sizeof what, "%zu/flows", number);
    out->flows = 1 + (size_t)flow_talks_draw(f, what, FLOWS_MOST);
    for (size_t i = 0; i < out->flows; i++) {
        snprintf(what, sizeof what, "%zu/%zu", number, i);
        uint64_t drawn = flow_talks_draw(f, what, 1000000);
        out->packets[i] = 1 + drawn % 40;
        out->bytes[i] = out->packets[i] * (60 + drawn % 400);
        out->start_s[i] = f->named_s - 1 - (int64_t)(drawn % FLOWS_BEFORE_S);
    }
}

static void add_flow(struct buffer *out, const struct flow_talks *f, const struct asker *a,
                     const struct talk *t, size_t i)
{
    const char *action = t->refused ? "REJECT" : "ACCEPT", *source = a->machine.address;
    unsigned long long packets = t->packets[i], bytes = t->bytes[i];
    long long start = t->start_s[i];
    if (f->own_fields)
        buffer_append_format(
            out, "%s %s %s %s %s egress %d %s %s %s %d %llu %llu %s %lld %lld 8 OK %s -\n",
            f->at.region, a->vpc, a->subnet, a->machine.instance, a->interface, t->to->port,
            t->to->address, source, source, t->to->protocol, packets, bytes, action, start,
            start + 50, f->at.account);
    else
        buffer_append_format(out, "2 %s %s %s %s %zu %d %d %llu %llu %lld %lld %s OK\n",
                             f->at.account, a->interface, source, t->to->address, 40000 + i,
                             t->to->port, t->to->protocol, packets, bytes, start, start + 50,
                             action);
}

/* What nobody asks for: pages of the web, the network's own resolver, answers, silence. */
static void add_rest(struct buffer *out, const struct flow_talks *f, const struct asker *a)
{
    long long start = f->named_s - 60;
    const char *id = f->at.account, *from = a->machine.address;
    if (f->own_fields)
        buffer_append_format(
            out,
            "%s %s %s %s %s ingress 53 203.0.113.53 198.51.100.9 198.51.100.9 17 1 60 ACCEPT %lld %lld - OK %s -\n"
            "- - - - %s - - - - - - - - - %lld %lld - NODATA %s -\n",
            f->at.region, a->vpc, a->subnet, a->machine.instance, a->interface, start, start + 50,
            id, a->interface, start, start + 50, id);
    else
        buffer_append_format(out,
                             "2 %s %s %s 198.51.100.80 40000 443 6 12 4000 %lld %lld ACCEPT OK\n"
                             "2 %s %s %s 10.20.0.2 40000 53 17 1 60 %lld %lld ACCEPT OK\n"
                             "2 %s %s 8.8.8.8 %s 53 40001 17 1 120 %lld %lld ACCEPT OK\n"
                             "2 %s %s - - - - - - - %lld %lld - NODATA\n",
                             id, a->interface, from, start, start + 50, id, a->interface, from,
                             start, start + 50, id, a->interface, from, start, start + 50, id,
                             a->interface, start, start + 50);
}

void flow_talks_write(const struct flow_talks *f, struct buffer *out)
{
    struct asker a;
    asker_init(&a, f);
    buffer_append_string(out, f->own_fields ? OWN_FIELDS "\n" : DEFAULT_FIELDS "\n");
    for (size_t i = 0; i < count_of(f); i++) {
        struct talk t;
        talk_draw(f, i, &t);
        for (size_t k = 0; k < t.flows; k++)
            add_flow(out, f, &a, &t, k);
    }
    add_rest(out, f, &a);
    asker_release(&a);
}

static void tell_talk(const struct flow_talks *f, const struct asker *a, const struct talk *t,
                      struct json_object *rows)
{
    char hour[TIMESTAMP_MAX];
    uint64_t packets = 0, bytes = 0;
    for (size_t i = 0; i < t->flows; i++) {
        packets += t->packets[i];
        bytes += t->bytes[i];
    }
    timestamp_iso(f->named_s - f->named_s % HOUR_S, hour);
    json_object_array_add(
        rows,
        estate_json("[\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",%d,%d,\"%s\",\"%s\",%llu,%llu,%zu]",
                    f->at.account, f->at.region, f->own_fields ? a->vpc : "", a->interface,
                    a->machine.address, t->to->address, t->to->port, t->to->protocol,
                    t->refused ? "REJECT" : "ACCEPT", hour, (unsigned long long)packets,
                    (unsigned long long)bytes, t->flows));
}

void flow_talks_tell(const struct flow_talks *f, struct json_object *rows)
{
    struct asker a;
    asker_init(&a, f);
    for (size_t i = 0; i < count_of(f); i++) {
        struct talk t;
        talk_draw(f, i, &t);
        tell_talk(f, &a, &t, rows);
    }
    asker_release(&a);
}
