#ifndef CHECKS_SQL_FUNCTIONS_H
#define CHECKS_SQL_FUNCTIONS_H

#include "core/base/error.h"

#include <stdbool.h>

struct sandbox;

/*
 * What SQL gains for checks. A null argument gives null unless said otherwise; booleans are 1 and 0.
 *
 *   cidr_contains(outer, inner)     whether all of inner lies in outer; null for what is no range
 *   cidr_is_public(range)           whether any address of it is public (cidr.h); null for what is no range
 *   cidr_covers_internet(json)      whether the JSON array of ranges is open to the internet in either family
 *                                   (cidr.h); entries that are no ranges do not count
 *   dns_destination(address)        who answers there when asked for names, as JSON {kind, server, operator}
 *                                   (dns_destinations.h); null for what is no address. The check declares the settings
 *                                   public_resolvers, root_servers and dns
 *   port_notes(protocol, first, last, ports, notes)   which of the named sets of ports a row of open ports opens some
 *                                   of (port_notes.h), as a JSON array; null first: `ports` says them, null: all
 *   port_range_has(first, last, port)   null or -1 for first and last: every port
 *   public_statements(policy)       what an AWS resource policy lets anybody do, as a JSON array of statements
 *                                   (policy_public.h); null for what is no policy
 *   tag(tags, key)                  the tag's value, or null; upper and lower case differ
 *   unread(unread, part)            why the part is unread, or null when it was read; `unread` is the column
 *   param(name)                     a setting that the check declares under `params`: lists and objects as JSON.
 *                                   An error for a name that is not declared
 *   run_time()                      when the run began, in seconds since 1970. A check that calls it is judged
 *                                   anew each night
 *   unix_time(text)                 an ISO 8601 time as seconds since 1970; null for what is none
 *   is_complete(type, account [, region])   whether that scope was read completely this run; without region
 *                                   all scopes of the type in the account
 *   was_read(type, account [, region])      whether it ever was: then what is missing was missing at least then
 */
bool sql_functions_register(struct sandbox *s, struct error *err);

#endif
