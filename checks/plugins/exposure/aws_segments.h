#ifndef CHECKS_PLUGINS_EXPOSURE_AWS_SEGMENTS_H
#define CHECKS_PLUGINS_EXPOSURE_AWS_SEGMENTS_H

#include "checks/plugins/exposure/aws_ground.h"

/*
 * The ports of a place (aws_network.h), for one protocol and family, in segments which all rules and entries judge alike. Each is
 * judged when it is first asked for.
 */
struct aws_segment {
    int first, last;
    bool judged;
    bool admitted;     /* the groups let the internet in */
    bool acl_lets;     /* so does the ACL, both ways */
    bool together;     /* all of groups, ACL and routes at once let enough through */
    bool past_inspector; /* likewise, with routes by way of an inspector */
    unsigned barriers; /* ACL, ROUTE, INSPECTED, each by itself */
};

struct aws_segments {
    const struct aws_ground *ground;
    AWS_LIST(aws_segment) list; /* of all ports; one of a protocol without */
};

struct aws_places_judged;

/* The network must outlive it. */
struct aws_places_judged *aws_segments_new(const struct aws_network *n);
void aws_segments_free(struct aws_places_judged *p); /* NULL is fine */

/* Good until the next call. */
struct aws_segments *aws_segments_of(struct aws_places_judged *p, const struct aws_place *place, int protocol, int family);

/* The number of the one that holds a port; and one by its number, judged. */
size_t aws_segments_at(const struct aws_segments *s, int port);
const struct aws_segment *aws_segments_get(struct aws_segments *s, const struct aws_set *set, size_t number);

#endif
