#ifndef CORE_STORE_FOLLOW_H
#define CORE_STORE_FOLLOW_H

#include "core/store/store.h"

/*
 * Gives what follows another resource (version.follows, "TYPE ID") that one's parent: in the same account, and the
 * same region or the global one. It is looked for as it was last known, also when it is gone by now: what it was a
 * member of does not change by that. Where it is no member, or was never read, its follower is an ordinary
 * resource. Written in place, as every other parent that changes alone: no version begins, nothing is a change.
 *
 * To be called between store_begin() and store_commit() of a publish, once all scopes have ended and before anything
 * looks at parents: so it does not matter which of the two was read first. Looks only where resources of one of
 * the two types were written since the run's baseline.
 */
bool follow_resolve(struct store *s, const struct store_run *run, struct error *err);

#endif
