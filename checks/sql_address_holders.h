#ifndef CHECKS_SQL_ADDRESS_HOLDERS_H
#define CHECKS_SQL_ADDRESS_HOLDERS_H

#include "core/base/error.h"

#include <stdbool.h>

struct sandbox;

/*
 * address_holders(address, at): who holds an address over the whole estate, all clouds, and who did (struct check_holder
 * in check.h).
 *
 *   address   text; what is no address nobody holds. null: no rows
 *   at        when: ISO 8601 text, or seconds since 1970. null: no rows
 *
 * Columns: position (from 1, in the order that check.h says), provider, account, account_name, team, region, type, key, id,
 * name, parent (null: none), held_from, held_until (ISO 8601; held_until null: still), held_then (1: at that time). At most
 * CHECK_HOLDERS_MAX rows. Private addresses overlap: look at account. An `at` that is no time is an SQL error. A check that
 * asks is judged anew each night.
 */
bool sql_address_holders_register(struct sandbox *s, struct error *err);

#endif
