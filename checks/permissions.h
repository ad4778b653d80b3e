#ifndef CHECKS_PERMISSIONS_H
#define CHECKS_PERMISSIONS_H

#include "checks/ports.h"
#include "core/base/error.h"

struct json_object;

/*
 * The rules of an EC2 security group, IpPermissions as the API has them, appended as port rules.
 *
 *   permissions   array of IpPermission; NULL: none
 *   lists         object: prefix list id -> array of ranges; NULL: none. A list that is not in it admits nobody
 *
 * Rules from other groups are not from the internet and left out. A range that cannot be read admits nobody; what is
 * not of the API's form is ERROR_DATA. The ids of lists in the rules are borrowed from `permissions`.
 */
bool permissions_read(struct json_object *permissions, struct json_object *lists, struct port_rules *out,
                      struct error *err);

#endif
