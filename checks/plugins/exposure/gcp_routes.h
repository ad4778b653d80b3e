#ifndef CHECKS_PLUGINS_EXPOSURE_GCP_ROUTES_H
#define CHECKS_PLUGINS_EXPOSURE_GCP_ROUTES_H

#include "checks/spans.h"
#include "core/base/error.h"
#include "core/model/resource_type.h"

struct json_object;

/*
 * The routes of one network, and which addresses of the internet a machine's packets reach by the internet gateway. Who
 * sends to a machine is answered, and so can talk to it, only from there.
 *
 * The longest prefix wins, among equal ones the lowest priority number; of several that are equal in both each takes its
 * share, so that the gateway counts. A route with tags is for machines with one of them. One whose status is not ACTIVE is
 * left out. Source: https://docs.cloud.google.com/vpc/docs/routes.
 *
 * Not known here, since routes.list does not show them: routes that Cloud Routers learn, and policy-based routes.
 */
enum { GCP_ROUTES_MAX = 50000 };

struct gcp_route {
    struct cidr range;
    int64_t priority;
    bool gateway; /* to the default internet gateway */
    struct string_list tags;
};

struct gcp_routes {
    struct gcp_route *items;
    size_t count;
    bool settled;
    struct string_list tags; /* that some route asks for, each once */
};

/* Starts zeroed. A route whose range cannot be read: ERROR_DATA; beyond the maximum ERROR_LIMIT. */
bool gcp_routes_add(struct gcp_routes *all, struct json_object *route, struct error *err);
void gcp_routes_release(struct gcp_routes *all);

/* Adds to `out` those of `tags` that some route asks for, in order. */
void gcp_routes_tags(const struct gcp_routes *all, const struct string_list *tags, struct string_list *out);

/* What a machine with these tags reaches by the internet gateway, IPv4 and IPv6; settled. Release both. */
void gcp_routes_outward(struct gcp_routes *all, const struct string_list *tags, struct spans out[2]);

#endif
