#ifndef CORE_STORE_FINDING_ASKED_H
#define CORE_STORE_FINDING_ASKED_H

#include "core/store/findings.h"

/*
 * Whether a run asked for all that a check's verdict in an account rests on: the types that it reads, and of the
 * accounts in whose things the account lives those that it needs or uses of owners, and of those that live in its
 * own those that it sees of them. A run with filters reads some types only, of some accounts; what coverage says of
 * the others is of an earlier one.
 */
bool finding_asked(struct store *s, const struct store_run *run, const struct finding_batch *batch, bool *out,
                   struct error *err);

#endif
