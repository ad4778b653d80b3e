#ifndef CHECKS_PORTS_H
#define CHECKS_PORTS_H

#include "checks/cidr.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/*
 * What a set of allowing rules opens to the internet (cidr.h says when a set of ranges is that). Rules are
 * united: for every protocol and port the ranges that admit it are taken together, so that halves of
 * the internet in two rules are the internet. IPv4 and IPv6 are judged apart.
 *
 * Subjects are few and steady, since each is a finding with a history:
 *   all          every protocol is open (IpProtocol -1). What is open beyond, in the other family, has a row of its own
 *   tcp/22       one administration port; also one whose range was cut to a single port
 *   tcp/20-21    a range of other ports: administration ports are cut out of it
 *   tcp/many     more than PORTS_ADMIN_MAX administration ports of a protocol are open: one row for them and the
 *                ranges that hold them, so that moving an end of a wide range opens and resolves nothing.
 *                Likewise one row where more than PORTS_RANGES_MAX ranges of other ports are open
 *   icmp icmpv6 proto/47   protocols without ports; an ICMP type is never called a port
 * Every open port is in exactly one row: administration or other.
 */
enum {
    PORTS_RULES_MAX = 4000, /* rules by range, lists unrolled; AWS allows 1,000 on an interface */
    PORTS_SOURCES_MAX = 20, /* named in a row; the others are counted: "+37" */
    PORTS_ADMIN_MAX = 5,
    PORTS_RANGES_MAX = 10,
    PORTS_LAST = 65535,
    PORTS_ALL_PROTOCOLS = -1,
};

struct port_rule {
    int protocol;      /* 0..255, or PORTS_ALL_PROTOCOLS */
    int first, last;   /* ports, tcp and udp only */
    struct cidr range;
    const char *list;  /* the prefix list that it came from, borrowed; NULL: written in the rule */
};

struct port_rules {
    struct port_rule *items;
    size_t count;
    bool overflowed; /* more than PORTS_RULES_MAX came */
};

/* Starts as { NULL, 0, false }. */
void port_rules_add(struct port_rules *r, const struct port_rule *rule);
void port_rules_release(struct port_rules *r);

/* "tcp", "6", "icmpv6", "-1", "all"; false for a word that is no protocol. */
bool ports_protocol(struct text t, int *out_protocol);

struct open_row {
    char *subject, *protocol; /* protocol: all, tcp, udp, icmp, icmpv6, proto/47 */
    char *ports;              /* "22", "20-25", "0-21, 24-65535": the open ranges, uncut; "" without ports */
    int first, last;          /* of the ports that the row stands for; -1 without ports or with several ranges */
    char *sources;            /* JSON array: ranges and prefix list ids that make it open, sorted; what lies
                               * within another of them, and what is not public, is left out */
    bool ipv4, ipv6;          /* open in that family */
    bool admin;               /* all, or administration ports */
    bool direct;              /* open by ranges written in the rules, whatever lists hold */
};

struct open_rows {
    struct open_row *items;
    size_t count;
};

/* `admin`: the administration ports, {"tcp": [22, …], "udp": […]}; NULL: none. Rows in order of protocol and
 * first port. ERROR_LIMIT when there were too many rules. Release `out` also on failure. */
bool ports_open(const struct port_rules *rules, struct json_object *admin, struct open_rows *out,
                struct error *err);
void open_rows_release(struct open_rows *rows);

#endif
