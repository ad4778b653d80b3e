#ifndef TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_RANDOM_ESTATE_H
#define TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_RANDOM_ESTATE_H

/* What stands around a network of random rules: machines, routes, forwarding rules and what these lead to. As the API
 * would show it, and as plain structures for an evaluator that reads no JSON. */
#include "checks/plugins/exposure/gcp_visits.h"
#include "tests/unit/checks/random_rules.h"

enum { MACHINES_MAX = 6, ROUTES_MAX = 7, FORWARDING_MAX = 4, NICS = 2, REGIONS = 3, HOLDERS = 2 };

#define GUEST "guest" /* what the second holder is called; it calls its machines as the first does */

struct nic {
    bool here;   /* in the network */
    bool has[2]; /* an external address */
};

struct machine {
    char name[16];
    int holder;
    unsigned tags, secure; /* secure: what nobody sees */
    bool marked, running, managed;
    int account, region; /* account: number + 1, or 0; region: 1 to REGIONS */
    struct nic nics[NICS];
    int nic_count;
};

struct route {
    unsigned range; /* of the table of ranges */
    int bits, priority;
    bool six, gateway, for_marked;
};

enum led { LED_POOL, LED_INSTANCE, LED_MANAGED, LED_BY_HAND, LED_LISTED, LED_ENDPOINTS, LED_UNREAD };
enum { LEDS = LED_UNREAD + 1 };

struct forwarding {
    char name[16];
    int holder;
    enum led led;
    unsigned members; /* of a pool or a listed group; the number of an instance */
    bool by_network;  /* an instance's interface in the network, else its first */
    int region;
    bool six;
    int protocol, first, last; /* protocol -1: all */
    unsigned from;             /* addresses, as bits */
};

struct world {
    struct machine machines[MACHINES_MAX];
    struct route routes[ROUTES_MAX];
    struct forwarding forwarding[FORWARDING_MAX];
    int machine_count, route_count, forwarding_count;
};

#define PROJECT "https://www.googleapis.com/compute/v1/projects/p/"

static inline struct json_object *parsed(const char *format, ...)
{
    char text[4096];
    va_list more;
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    va_start(more, format);
    vsnprintf(text, sizeof text, format, more);
    va_end(more);
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s: %s", err.message, text);
    return o;
}

/* ---- machines ---- */

static inline void write_nic(struct buffer *b, const struct nic *n, int at)
{
    comma(b);
    buffer_append_format(b,
                         "{\"name\":\"nic%d\",\"network\":\"" PROJECT
                         "global/networks/%s\",\"networkIP\":\"10.0.0.%d\"",
                         at % 10, n->here ? "n" : "other", at);
    if (n->has[0])
        buffer_append_format(b, ",\"accessConfigs\":[{\"natIP\":\"198.51.100.%d\"}]", at);
    if (n->has[1])
        buffer_append_format(b, ",\"ipv6AccessConfigs\":[{\"externalIpv6\":\"2600::%d\"}]", at);
    buffer_append_char(b, '}');
}

static inline struct json_object *write_machine(const struct machine *m, int at)
{
    static const char *const accounts[] = { "", "a0@p", "a1@p", "other@p" };
    struct buffer b;
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    buffer_init(&b, JSON_MAX);
    buffer_append_format(&b,
                         "{\"name\":\"%s\",\"zone\":\"" PROJECT
                         "zones/r%d-a\",\"status\":\"%s\",\"tags\":{\"items\":[",
                         m->name, m->region, m->running ? "RUNNING" : "TERMINATED");
    for (unsigned i = 0; i < TAGS; i++)
        if ((m->tags >> i & 1) != 0) {
            comma(&b);
            buffer_append_format(&b, "\"t%u\"", i);
        }
    comma(&b);
    buffer_append_string(&b, m->marked ? "\"marked\"" : "\"odd\"");
    buffer_append_string(&b, "]},\"networkInterfaces\":[");
    for (int i = m->nic_count - 1; i >= 0; i--) /* which is the first its name says */
        write_nic(&b, &m->nics[i], 10 * at + i);
    buffer_append_char(&b, ']');
    if (m->account > 0)
        buffer_append_format(&b, ",\"serviceAccounts\":[{\"email\":\"%s\"}]", accounts[m->account]);
    if (m->managed)
        buffer_append_format(&b,
                             ",\"metadata\":{\"items\":[{\"key\":\"created-by\",\"value\":"
                             "\"projects/77/zones/r%d-a/instanceGroupManagers/crew\"}]}",
                             m->region);
    buffer_append_char(&b, '}');
    if (!buffer_ok(&b) || !json_parse(buffer_text(&b), &o, &err))
        fail_msg("%s", buffer_string(&b));
    buffer_release(&b);
    return o;
}

/* Machines and what leads to them are told apart by whose they are. */
static inline int number_of(const struct world *w, int holder)
{
    int count = 0;
    for (int i = 0; i < w->machine_count; i++)
        count += w->machines[i].holder == holder;
    return count;
}

static inline void make_machine(struct world *w, struct gcp_holder *holders)
{
    struct error err = ERROR_INIT;
    int holder = below(3) == 0, number = number_of(w, holder), at = w->machine_count++;
    struct machine *m = &w->machines[at];
    *m = (struct machine){ .holder = holder,
                           .tags = below(4),
                           .marked = below(4) == 0,
                           .running = below(5) > 0,
                           .managed = below(4) == 0,
                           .account = (int)below(4),
                           .region = 1 + (int)below(REGIONS),
                           .nic_count = 1 + (below(4) == 0) };
    snprintf(m->name, sizeof m->name, "m%d", number);
    for (int i = 0; i < m->nic_count; i++)
        m->nics[i] = (struct nic){ below(4) > 0, { below(2) == 0, below(3) == 0 } };
    struct json_object *config = write_machine(m, at);
    const struct check_resource r = { .id = m->name,
                                      .own = holder == 0,
                                      .account = GUEST,
                                      .parent = m->managed ? "crew" : NULL,
                                      .team = at % 2 == 0 ? "even" : "",
                                      .config = config };
    assert_true(gcp_machines_add(&holders[holder].machines, &r, &err));
    json_object_put(config);
}

/* ---- routes ---- */

static inline void make_route(struct world *w, unsigned range, struct gcp_routes *out)
{
    static const int priorities[] = { 100, 1000 };
    struct error err = ERROR_INIT;
    struct route r = { .range = range,
                       .priority = priorities[below(2)],
                       .six = range >= 7,
                       .gateway = below(3) > 0,
                       .for_marked = below(3) == 0 };
    bool dropped = below(10) == 0;
    sscanf(strchr(ranges[range].range, '/') + 1, "%d", &r.bits);
    struct json_object *o = parsed(
        "{\"destRange\":\"%s\",\"priority\":%d,\"%s\":\"" PROJECT "%s\"%s%s}", ranges[range].range,
        r.priority, r.gateway ? "nextHopGateway" : "nextHopIlb",
        r.gateway ? "global/gateways/default-internet-gateway" : "regions/r1/forwardingRules/wall",
        r.for_marked ? ",\"tags\":[\"marked\",\"none\"]" : "",
        dropped ? ",\"routeStatus\":\"DROPPED\"" : "");
    assert_true(gcp_routes_add(out, o, &err));
    json_object_put(o);
    if (!dropped)
        w->routes[w->route_count++] = r;
}

static inline void make_routes(struct world *w, struct gcp_routes *out)
{
    if (below(5) > 0)
        make_route(w, 0, out);
    if (below(5) > 0)
        make_route(w, 7, out);
    for (unsigned i = 0, n = below(ROUTES_MAX - 1); i < n && i < ROUTES_MAX - 2; i++)
        make_route(w, below(11), out);
}

/* ---- forwarding rules ---- */

static inline unsigned some_of(const struct world *w, int holder)
{
    unsigned members = below(1U << w->machine_count);
    for (int i = 0; i < w->machine_count; i++)
        if (w->machines[i].holder != holder)
            members &= ~(1U << i);
    return members;
}

static inline void write_pool(const struct world *w, struct forwarding *f,
                              struct gcp_forwardings *out, int at)
{
    struct buffer b;
    buffer_init(&b, JSON_MAX);
    f->members = some_of(w, f->holder);
    for (int i = 0; i < w->machine_count; i++)
        if ((f->members >> i & 1) != 0)
            buffer_append_format(&b, "%s\"" PROJECT "zones/r%d-a/instances/%s\"",
                                 b.len > 0 ? "," : "", w->machines[i].region, w->machines[i].name);
    struct json_object *pool =
        parsed("{\"selfLink\":\"" PROJECT "regions/r%d/targetPools/b%d\",\"instances\":[%s]}",
               f->region, at, b.len > 0 ? buffer_string(&b) : "");
    gcp_forwarding_add_backend(out, GCP_BACKEND_POOL, pool);
    json_object_put(pool);
    buffer_release(&b);
}

static inline void write_instance(const struct world *w, struct forwarding *f,
                                  struct gcp_forwardings *out, int at)
{
    f->by_network = below(2) == 0;
    struct json_object *o = parsed(
        "{\"selfLink\":\"" PROJECT "zones/r%d-a/targetInstances/b%d\",\"instance\":\"" PROJECT
        "zones/r%d-a/instances/%s\"%s}",
        f->region, at, w->machines[f->members].region, w->machines[f->members].name,
        f->by_network ? ",\"network\":\"" PROJECT "global/networks/n\"" : "");
    gcp_forwarding_add_backend(out, GCP_BACKEND_INSTANCE, o);
    json_object_put(o);
}

/* A group that was asked who is in it. */
static inline void write_listed(const struct world *w, struct forwarding *f, struct gcp_forwardings *out, int at)
{
    struct buffer b;
    buffer_init(&b, JSON_MAX);
    f->members = some_of(w, f->holder);
    for (int i = 0; i < w->machine_count; i++)
        if ((f->members >> i & 1) != 0)
            buffer_append_format(&b, "%s{\"instance\":\"" PROJECT "zones/r%d-a/instances/%s\",\"status\":\"RUNNING\"}",
                                 b.len > 0 ? "," : "", w->machines[i].region, w->machines[i].name);
    struct json_object *o =
        parsed("{\"selfLink\":\"" PROJECT "zones/r%d-a/instanceGroups/listed%d\",\"network\":\"" PROJECT
               "global/networks/n\",\"Members\":[%s]}",
               f->region, at, b.len > 0 ? buffer_string(&b) : "");
    gcp_forwarding_add_backend(out, GCP_BACKEND_GROUP, o);
    json_object_put(o);
    o = parsed("{\"selfLink\":\"" PROJECT "regions/r%d/backendServices/b%d\",\"backends\":[{\"group\":\"" PROJECT
               "zones/r%d-a/instanceGroups/listed%d\"}]}",
               f->region, at, f->region, at);
    gcp_forwarding_add_backend(out, GCP_BACKEND_SERVICE, o);
    json_object_put(o);
    buffer_release(&b);
}

static inline void write_service(const struct forwarding *f, struct gcp_forwardings *out, int at)
{
    static const char *const groups[] = { [LED_MANAGED] = "instanceGroups/crew",
                                          [LED_BY_HAND] = "instanceGroups/hand",
                                          [LED_ENDPOINTS] = "networkEndpointGroups/neg" };
    struct json_object *o =
        parsed("{\"selfLink\":\"" PROJECT
               "regions/r%d/backendServices/b%d\",\"backends\":[{\"group\":\"" PROJECT
               "zones/r%d-a/%s\"}]}",
               f->region, at, f->region, groups[f->led]);
    gcp_forwarding_add_backend(out, GCP_BACKEND_SERVICE, o);
    json_object_put(o);
    o = parsed("{\"selfLink\":\"" PROJECT "zones/r%d-a/instanceGroups/%s\",\"network\":\"" PROJECT
               "global/networks/n\",\"description\":\"%s\"}",
               f->region, f->led == LED_MANAGED ? "crew" : "hand",
               f->led == LED_MANAGED
                   ? "This instance group is controlled by Instance Group Manager 'crew'."
                   : "");
    gcp_forwarding_add_backend(out, GCP_BACKEND_GROUP, o);
    json_object_put(o);
}

static inline void write_forwarding(const struct forwarding *f, unsigned range, bool other,
                                    struct gcp_forwardings *out, int at)
{
    static const char *const kinds[] = { "targetPools", "targetInstances", "backendServices" };
    int kind = f->led == LED_POOL ? 0 : f->led == LED_INSTANCE ? 1 : 2;
    char ports[64] = "";
    struct error err = ERROR_INIT;
    if (f->last < 65535 || f->first > 0)
        snprintf(ports, sizeof ports, ",\"portRange\":\"%d-%d\"", f->first, f->last);
    struct json_object *o = parsed(
        "{\"loadBalancingScheme\":\"%s\",\"IPAddress\":\"%s%d\",\"IPProtocol\":\"%s\",\"region\":\"" PROJECT
        "regions/r%d\",\"%s\":\"" PROJECT "%s%d%s/%s/b%d\"%s%s%s%s}",
        other ? "EXTERNAL_MANAGED" : "EXTERNAL", f->six ? "2600:2::" : "198.51.101.", at,
        f->protocol == 6    ? "TCP"
        : f->protocol == 17 ? "UDP"
                            : "L3_DEFAULT",
        f->region, kind == 2 ? "backendService" : "target", kind == 1 ? "zones/r" : "regions/r",
        f->region, kind == 1 ? "-a" : "", kinds[kind], at, ports,
        range == 99 ? "" : ",\"sourceIpRanges\":[\"", range == 99 ? "" : ranges[range].range,
        range == 99 ? "" : "\"]");
    const struct check_resource r = { .id = f->name, .own = f->holder == 0, .account = GUEST, .config = o };
    if (!gcp_forwarding_add(out, &r, &err))
        fail_msg("%s", err.message);
    json_object_put(o);
}

static inline void make_forwarding(struct world *w, struct gcp_holder *holders)
{
    static const int kinds[] = { 6, 6, 17, -1 };
    bool other = below(8) == 0; /* a proxy's: no way to a machine */
    struct forwarding proxied, *f = other ? &proxied : &w->forwarding[w->forwarding_count];
    int at = other ? 90 : w->forwarding_count;
    unsigned range = 99;
    *f = (struct forwarding){ .led = (enum led)below(LEDS),
                              .holder = below(3) == 0,
                              .region = 1 + (int)below(2),
                              .six = below(3) == 0,
                              .protocol = kinds[below(4)],
                              .last = 65535,
                              .from = 0x7f };
    snprintf(f->name, sizeof f->name, "fr%d", at);
    f->members = below((unsigned)w->machine_count);
    if (f->led == LED_INSTANCE)
        f->holder = w->machines[f->members].holder;
    struct gcp_forwardings *out = &holders[f->holder].forwardings;
    if (f->protocol > 0 && below(2) == 0) {
        unsigned from = below(8), to = from + below(8 - from);
        f->first = port_ends[from];
        f->last = port_ends[to];
    }
    if (below(4) == 0) {
        range = f->six ? 7 + below(3) : below(3);
        f->from = ranges[range].holds;
    }
    if (f->led == LED_POOL)
        write_pool(w, f, out, at);
    else if (f->led == LED_INSTANCE)
        write_instance(w, f, out, at);
    else if (f->led == LED_LISTED)
        write_listed(w, f, out, at);
    else if (f->led != LED_UNREAD)
        write_service(f, out, at);
    write_forwarding(f, range, other, out, at);
    w->forwarding_count += !other;
}

/* ---- all ---- */

static inline void make_world(struct world *w, struct gcp_holder *holders, struct gcp_routes *routes)
{
    *w = (struct world){ .machine_count = 0 };
    for (unsigned i = 0, n = 1 + below(MACHINES_MAX); i < n; i++)
        make_machine(w, holders);
    make_routes(w, routes);
    for (unsigned i = 0, n = below(FORWARDING_MAX + 1); i < n; i++)
        make_forwarding(w, holders);
}

#endif
