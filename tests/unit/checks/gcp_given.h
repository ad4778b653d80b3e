#ifndef TESTS_UNIT_CHECKS_GCP_GIVEN_H
#define TESTS_UNIT_CHECKS_GCP_GIVEN_H

/* A network of Google Cloud as JSON, what it opens, and that in one line. */
#include "checks/gcp_open.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { TEXT_MAX = 8 * 1024 * 1024 };

static const char admin_text[] = "{\"tcp\":[22,23,3389],\"udp\":[161]}";

struct given {
    struct json_object *network, *regional, *admin;
    struct gcp_firewall firewall;
    struct gcp_open_rows rows;
};

static inline struct json_object *parse(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s", err.message);
    return o;
}

/* Reads and evaluates; the error is what came. */
static inline bool run(const char *network, const char *regional, struct given *g, struct error *err)
{
    *g = (struct given){ .network = parse(network), .admin = parse(admin_text) };
    if (regional != NULL)
        g->regional = parse(regional);
    return gcp_firewall_read(g->network, g->regional, &g->firewall, err) &&
           gcp_open(&g->firewall, g->admin, &g->rows, err);
}

static inline void drop(struct given *g)
{
    gcp_open_rows_release(&g->rows);
    gcp_firewall_release(&g->firewall);
    json_object_put(g->network);
    json_object_put(g->regional);
    json_object_put(g->admin);
}

/* Each row as "name subject(ports)sources targets rules", then 4, 6: families, a: administration, i: inspected, +: with help,
 * n, u: narrowed, unread. */
static inline char *words(const struct given *g)
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX);
    for (size_t i = 0; i < g->rows.count; i++) {
        const struct gcp_open_row *r = &g->rows.items[i];
        buffer_append_format(&b, "%s%s %s(%s)%s %s %s %s%s%s%s%s%s", i == 0 ? "" : "; ",
                             r->owner->name, r->open.subject, r->open.ports, r->open.sources,
                             r->targets, r->rules, r->open.ipv4 ? "4" : "", r->open.ipv6 ? "6" : "",
                             r->open.admin ? "a" : "", r->inspected ? "i" : "",
                             r->open.direct ? "" : "+",
                             r->owner->exposure == GCP_INTERNET   ? ""
                             : r->owner->exposure == GCP_NARROWED ? "n"
                                                                  : "u");
    }
    return buffer_detach(&b);
}

#define LINK "\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/p/global/networks/n\","
#define NETWORK(firewalls, policies)                                                               \
    "{" LINK "\"EffectiveFirewalls\":{\"firewalls\":[" firewalls                                   \
    "],\"firewallPolicys\":[" policies "]}}"

static inline void opens_with(const char *network, const char *regional, const char *wanted)
{
    struct error err = ERROR_INIT;
    struct given g;
    if (!run(network, regional, &g, &err))
        fail_msg("%s", err.message);
    char *came = words(&g);
    assert_string_equal(came, wanted);
    free(came);
    drop(&g);
}

static inline void opens(const char *network, const char *wanted)
{
    opens_with(network, NULL, wanted);
}

#define ANY "\"sourceRanges\":[\"0.0.0.0/0\"]"
#define TCP(ports) "[{\"IPProtocol\":\"tcp\",\"ports\":[" ports "]}]"

#define RULE(n, action, match)                                                                     \
    "{\"priority\":" #n ",\"action\":\"" action "\",\"direction\":\"INGRESS\",\"match\":{" match   \
    "}}"
#define FROM_ANY "\"srcIpRanges\":[\"0.0.0.0/0\"],"
#define L4(ports) "\"layer4Configs\":[{\"ipProtocol\":\"tcp\",\"ports\":[" ports "]}]"

#endif
