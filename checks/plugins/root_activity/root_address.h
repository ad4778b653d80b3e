#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_ADDRESS_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_ADDRESS_H

#include "checks/cidr.h"

struct json_object;

/* What stands where an event says from where it came. */
enum root_address_form {
    ROOT_ADDRESS_NONE,    /* nothing */
    ROOT_ADDRESS_PUBLIC,  /* an address that one party in the world has */
    ROOT_ADDRESS_PRIVATE, /* one that many networks have at once: RFC 1918, RFC 6598, RFC 4193, link-local */
    ROOT_ADDRESS_INSIDE,  /* Google's words for its own network: "private", "gce-internal-ip" */
    ROOT_ADDRESS_AWS,     /* "AWS Internal" */
    ROOT_ADDRESS_SERVICE, /* cloudformation.amazonaws.com */
    ROOT_ADDRESS_WORDS,   /* anything else */
};

struct root_address {
    enum root_address_form form;
    char network[CIDR_TEXT_MAX]; /* of an address: what stays when it moves, its /24 or /48 */
};

void root_address_read(const char *text, struct root_address *out);

/* Lists of addresses, the settings tor_exits and hosting_ranges: ["RANGE" or "RANGE NAME"…]. Whether `address` is in
 * one: NULL, or the entry's name, "" where it has none; borrowed. */
const char *root_address_in(struct json_object *settings, const char *list, const char *address);

#endif
