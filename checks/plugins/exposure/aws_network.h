#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_NETWORK_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_NETWORK_H

#include "checks/ports.h"
#include "checks/spans.h"

#include <stdbool.h>
#include <stddef.h>

struct map;

/*
 * What of an AWS account decides who can reach what, as plain structures: aws_read.h fills them from a view, the
 * other files judge over them. Texts are the network's own, each kept once, so that equal ones are the same pointer. Ids of
 * EC2 are unique in a region over all accounts, so that subnets, tables and groups of a shared network are found by id.
 */
enum { AWS_IDS_MAX = 4096 }; /* ids of one list (groups of an interface, targets of a group); the others are left out */

#define AWS_LIST(of)                                                                               \
    struct {                                                                                       \
        struct of *items;                                                                          \
        size_t count;                                                                              \
    }

struct aws_ids {
    const char **items;
    size_t count;
};

/* ---- what guards a subnet ---- */

struct aws_acl_entry {
    int number;
    bool egress, allow;
    int protocol; /* or PORTS_ALL_PROTOCOLS */
    int first, last;
    struct cidr range;
};

struct aws_acl {
    const char *id, *region;
    struct aws_ids subnets;
    AWS_LIST(aws_acl_entry) entries; /* in order of number */
    bool partly_known; /* an entry has a form that is not known */
};

enum aws_way {
    AWS_WAY_OTHER,    /* local, NAT, an egress-only gateway, another network, nowhere (blackhole) */
    AWS_WAY_GATEWAY,  /* an internet gateway */
    AWS_WAY_INSPECTED /* an endpoint of a firewall, a machine or an interface that looks at it */
};

struct aws_route {
    struct cidr range;
    int rank; /* of routes for the same range the lowest counts: written ones, those of prefix lists, propagated ones */
    enum aws_way way;
    const char *via; /* what it leads to */
};

struct aws_table {
    const char *id, *region, *vpc;
    bool is_main;
    struct aws_ids subnets, gateways; /* gateways: what comes in through them takes these routes */
    AWS_LIST(aws_route) routes;
    bool partly_known; /* a route to an internet gateway names a prefix list that was not read, or no range */
};

struct aws_subnet {
    const char *id, *region, *vpc, *account;
    const char *block; /* BlockPublicAccessStates.InternetGatewayBlockMode, or NULL */
    bool block_read;   /* its owner's settings of VPC Block Public Access are known */
    bool accelerated;  /* Global Accelerator has an interface in it; made by aws_network_index() */
};

/* VPC Block Public Access of an account in a region; one of each. */
struct aws_block {
    const char *account, *region, *mode; /* mode NULL: unknown, only exclusions were seen */
    struct aws_ids excluded;             /* ids of VPCs and subnets that may be reached all the same */
};

/* ---- what is reached ---- */

/* A rule that lets somebody of the internet in, and how much of it (cidr.h counts so). */
struct aws_opening {
    const struct port_rule *rule;
    uint64_t weight;
};

struct aws_group {
    const char *account, *region, *key, *id, *name, *vpc;
    const char *parent; /* of one that Kubernetes makes and makes again; or NULL */
    bool own;
    struct port_rules rules;
    AWS_LIST(aws_card) cards; /* its interfaces */
    AWS_LIST(aws_opening) openings;
    AWS_LIST(aws_set_ref) sets; /* in which it is */
};

struct aws_card {
    const struct aws_interface *interface;
};

/* The groups that an interface has, as far as they are known; of many interfaces with the same ones this is one set. */
struct aws_set {
    const struct aws_group **groups; /* in order of id */
    size_t count;
    bool everybody; /* there is none that could keep anybody out: a network load balancer without groups */
};

struct aws_set_ref {
    const struct aws_set *set;
};

/* A set of groups in a subnet (NULL: not known): what guards all interfaces there alike. */
struct aws_place {
    const struct aws_set *set;
    const struct aws_subnet *subnet;
};

struct aws_interface {
    const char *account, *region, *id, *name, *team, *parent;
    const char *vpc, *subnet, *instance, *description;
    bool by_service;   /* an AWS service made it */
    bool for_balancer; /* a load balancer's */
    bool accelerates;  /* Global Accelerator's, by which it reaches what is in the subnet */
    bool is_first;     /* of its machine */
    struct aws_ids groups;
    struct aws_ids private_addresses; /* of both families */
    struct aws_ids public_addresses;  /* IPv4 */
    struct aws_ids ipv6;              /* global ones */
    /* Made by aws_network_index(). */
    const struct aws_instance *machine;
    const struct aws_balancer *balancer;
    const struct aws_place *place;
};

struct aws_instance {
    const char *region, *id, *name, *team, *parent;
    bool autoscaled; /* parent is an autoscaling group */
    bool idle;       /* EC2 says that it does not run */
    bool stopped;    /* idle, and one that stays: of those that come and go another one is there tomorrow */
};

struct aws_target {
    const char *id; /* a machine, a private address, or the ARN of a load balancer */
    int port;
    bool elsewhere; /* the address is one of another network */
};

struct aws_target_group {
    const char *region, *arn, *vpc;
    int port; /* of targets that name none; 0 of functions */
    struct aws_ids balancers; /* their ARNs */
    AWS_LIST(aws_target) targets;
};

struct aws_listener {
    int protocol, port;
    int to_port;           /* of a classic load balancer: of its machines; else 0 */
    bool http;             /* of a classic load balancer: it passes on requests alone */
    bool guarded;          /* its default action asks who wants in */
    bool verifies;         /* whatever it does, it does for holders of certificates that it knows */
    struct aws_ids groups; /* ARNs of the target groups of its default action; none of a classic load balancer */
};

struct aws_balancer {
    const char *region, *name;
    const char *key;      /* ARN; NULL of a classic one, and of one without listeners */
    const char *label;    /* aws_network_label() of its interfaces */
    bool keeps_addresses; /* a network load balancer: those behind it see who asks */
    bool http;            /* an application load balancer: it passes on requests alone */
    bool is_public;       /* internet-facing */
    bool listens;         /* its listeners are known */
    AWS_LIST(aws_listener) listeners;
    struct aws_ids instances; /* of a classic one */
    /* Made by aws_network_index(). */
    AWS_LIST(aws_card) cards;
    AWS_LIST(aws_target_ref) target_groups;
};

struct aws_target_ref {
    const struct aws_target_group *group;
};

struct aws_plain {
    int port;
};

/* ---- all of it ---- */

struct aws_network {
    struct map *texts;
    AWS_LIST(aws_acl) acls;
    AWS_LIST(aws_table) tables;
    AWS_LIST(aws_subnet) subnets;
    AWS_LIST(aws_block) blocks;
    AWS_LIST(aws_group) groups;
    AWS_LIST(aws_interface) interfaces;
    AWS_LIST(aws_instance) instances;
    AWS_LIST(aws_balancer) balancers;
    AWS_LIST(aws_target_group) target_groups;
    AWS_LIST(aws_plain) plain; /* TCP ports on which nobody speaks HTTP */
    /* Made by aws_network_index(): "region/id" -> item. */
    struct map *subnet_by_id, *group_by_id, *instance_by_id, *balancer_by_label;
    struct map *acl_of_subnet, *table_of_subnet, *main_table_of_vpc, *table_of_gateway;
    struct map *card_by_address, *target_group_by_arn;
    AWS_LIST(aws_set) sets;
    AWS_LIST(aws_place) places;
};

struct aws_network *aws_network_new(void);
void aws_network_free(struct aws_network *n); /* NULL is fine */

/* The network's copy of a text; NULL gives NULL. */
const char *aws_network_text(struct aws_network *n, const char *s);
void aws_network_add_id(struct aws_network *n, struct aws_ids *ids, const char *id); /* NULL is left out */
void aws_network_ids_release(struct aws_ids *ids);
bool aws_network_has_id(const struct aws_ids *ids, const char *id);                  /* `id` a text of the network's */

/* Room for one more item, zeroed, behind `count` others; the list may move. */
void *aws_network_room(void *items, size_t count, size_t size);
/* Adds a zeroed item to a list {items, count} and gives it; good until the next one is added. */
#define AWS_NETWORK_ADD(list)                                                                      \
    ((list)->items = aws_network_room((list)->items, (list)->count, sizeof *(list)->items),        \
     &(list)->items[(list)->count++])

/* Once everything is there, and before anything below. */
void aws_network_index(struct aws_network *n);

/* NULL where it was not read. */
const struct aws_subnet *aws_network_subnet(const struct aws_network *n, const char *region, const char *id);
const struct aws_group *aws_network_group(const struct aws_network *n, const char *region, const char *id);
const struct aws_instance *aws_network_instance(const struct aws_network *n, const char *region, const char *id);
const struct aws_acl *aws_network_acl(const struct aws_network *n, const struct aws_subnet *s);
/* The table of the subnet, else the main one of its VPC. */
const struct aws_table *aws_network_table(const struct aws_network *n, const struct aws_subnet *s);
/* The table for what comes in through a gateway; NULL: it goes straight to its address. */
const struct aws_table *aws_network_edge(const struct aws_network *n, const char *region, const char *gateway);
/* Who holds a private address in a VPC. */
const struct aws_interface *aws_network_holder(const struct aws_network *n, const char *region, const char *vpc,
                                               const char *address);
const struct aws_target_group *aws_network_target_group(const struct aws_network *n, const char *region, const char *arn);
bool aws_network_is_plain(const struct aws_network *n, int port);
/* What EC2 says of the load balancer that an interface belongs to: "app/NAME/HASH", of a classic one its name; else NULL. */
const char *aws_network_label(const struct aws_interface *i);

#endif
