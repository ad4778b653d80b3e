#ifndef CHECKS_SQL_OPEN_PORTS_H
#define CHECKS_SQL_OPEN_PORTS_H

#include "core/base/error.h"

#include <stdbool.h>

struct sandbox;

/*
 * open_ports(permissions, lists, admin): a table of what the rules of an EC2 security group open to the
 * internet, as ports.h says.
 *
 *   permissions   JSON array of IpPermission (config ->> 'IpPermissions'); null: none
 *   lists         JSON object: prefix list id -> array of ranges; null: none. A list that is not in it
 *                 admits nobody
 *   admin         JSON object: {"tcp": [22, …], "udp": […]}; null: none
 *
 * Columns: subject, protocol, ports, first, last, sources (JSON), ipv4, ipv6, admin, direct; null where there
 * are no ports. Rules from other groups are not from the internet. What is not of the API's form is an
 * SQL error; a range that cannot be read admits nobody.
 */
bool sql_open_ports_register(struct sandbox *s, struct error *err);

#endif
