#ifndef CHECKS_GCP_FIREWALL_H
#define CHECKS_GCP_FIREWALL_H

#include "checks/ports.h"
#include "checks/spans.h"
#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/*
 * The ingress rules of one network of Google Cloud, in the order in which they are asked, as far as they matter
 * to what comes from the internet. Sources: the discovery document of compute v1, and
 * https://docs.cloud.google.com/firewall/docs/firewall-policies-rule-eval-order.
 *
 * Levels, outermost first: hierarchical policies as they are listed (the organization's, then each folder's towards
 * the project); Google's own system policies; then by networkFirewallPolicyEnforcementOrder
 *   AFTER_CLASSIC_FIREWALL, and nothing   VPC rules, global policies, regional policies
 *   BEFORE_CLASSIC_FIREWALL               global policies, regional policies, VPC rules
 * and what nobody allowed is denied. Several network policies go by the priority of their association. In a
 * level the lower priority number comes first, of VPC rules with the same number a deny. `goto_next` ends a level.
 *
 * What a rule is read as:
 *   sources     ranges, tags, accounts, countries, names, threat lists and address groups are alternatives; those that
 *               have no address here are no part of what it surely matches. A VPC rule without any is 0.0.0.0/0, a
 *               policy's rule both families. A network context must be met beside them: INTERNET is no limit to
 *               what comes from there; a rule with any other says nothing about it and is left out
 *   destination an ingress rule for some addresses only denies nothing here, since others remain, but allows
 *   targets     network tags, service accounts and secure tags are alternatives, networks (targetResources) come on top;
 *               an INEFFECTIVE secure tag is none. Rules for internal load balancers are left out
 *   disabled    left out
 */
enum {
    GCP_RULES_MAX = 8000,      /* of a network, all levels; a rule with countries counts twice */
    GCP_ELEMENTS_MAX = 2000,   /* names of targets */
    GCP_RANGES_MAX = 50000,    /* sources, all rules */
    GCP_PRIORITY_DEFAULT = 1000,
};

enum gcp_action { GCP_ALLOW, GCP_INSPECT, GCP_DENY, GCP_NEXT };

/* How sure it is that what a thing allows is the internet. */
enum gcp_exposure {
    GCP_INTERNET, /* by ranges */
    GCP_NARROWED, /* strangers, but not all: countries, threat lists */
    GCP_UNREAD,   /* address groups, whose ranges are not known here */
};

enum gcp_element_kind { GCP_TAG, GCP_ACCOUNT, GCP_SECURE_TAG, GCP_NETWORK };

/* What a target names. */
struct gcp_element {
    enum gcp_element_kind kind;
    char *name;
};

/* What a finding is about: a VPC rule or a policy, once for each exposure. */
struct gcp_owner {
    char *key;         /* full resource name: //compute.googleapis.com/projects/P/global/firewalls/N */
    char *name;
    const char *level; /* vpc, hierarchical, system, global, regional */
    char *region;      /* of a policy that is regional, also of Google's own; else NULL */
    enum gcp_exposure exposure;
};

struct gcp_ports {
    int protocol;    /* or PORTS_ALL_PROTOCOLS */
    int first, last; /* 0 and PORTS_LAST: all */
};

struct gcp_rule {
    size_t owner;
    int64_t priority;
    enum gcp_action action;
    char *name;                /* its own, else the priority */
    char *words;               /* sources without ranges, as they are named; NULL: by its ranges */
    struct gcp_ports *ports;
    size_t port_count;
    struct cidr *ranges;       /* as written */
    size_t range_count;
    struct spans reach[2];     /* IPv4, IPv6: what it surely matches */
    uint64_t public_units[2];
    size_t *who, *networks;    /* elements; none: all */
    size_t who_count, network_count;
};

struct gcp_level {
    size_t first, count; /* of the rules */
    const char *region;  /* where alone it is asked; NULL: everywhere */
};

struct gcp_firewall {
    struct gcp_rule *rules; /* in order */
    struct gcp_owner *owners;
    struct gcp_level *levels;
    struct gcp_element *elements;
    size_t rule_count, owner_count, level_count, element_count;
    size_t range_count;
    char *network;   /* projects/P/global/networks/N; NULL: no network is meant, but any */
    char *project;   /* "" when there is no network */
};

/*
 * `network`: a Network as networks.list returns it, with what networks.getEffectiveFirewalls says as EffectiveFirewalls; its
 * selfLink may be missing where there are policies alone. `regional`: array of FirewallPolicy as
 * networkFirewallPolicies.aggregatedList returns them, of which those count that are associated with this network
 * (all without a network); NULL: none. ERROR_DATA for what is not of the API's form, ERROR_LIMIT beyond the maxima.
 * Release in any case.
 */
bool gcp_firewall_read(struct json_object *network, struct json_object *regional, struct gcp_firewall *out,
                       struct error *err);
void gcp_firewall_release(struct gcp_firewall *f);

#endif
