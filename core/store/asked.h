#ifndef CORE_STORE_ASKED_H
#define CORE_STORE_ASKED_H

#include "core/store/store.h"

struct resource_types;

/*
 * What an address answered (evidence of types that say `asked_by`: members Address, and Run, the name of the published run
 * that said where the address was) is an answer of whatever held the address then. Addresses move: what another thing
 * answered yesterday must not be said of the one that has its address today.
 */

/*
 * Forgets the answers of addresses that have not been held by the same things, and by nothing else, ever since: somebody
 * came or went, the thing is a new one under its old name, or nothing holds the address any more. What could not be read
 * holds what it held. A thing that is known for the first time since (of a type that the config did not list before) is
 * somebody who came: better nothing than another's answer. Checks have something new to judge then.
 * To be called within a publish, between address_update() and the checks.
 */
bool asked_prune(struct store *s, const struct store_run *run, const struct resource_types *types, struct error *err);

#endif
