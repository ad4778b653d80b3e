#ifndef CORE_STORE_CAUSE_H
#define CORE_STORE_CAUSE_H

#include "core/store/store.h"

/*
 * Why a finding's verdict is another than at the check's last evaluation of the account. The first that
 * holds, from the nearest to the finding outwards:
 *
 *   account closed  its resource ended with its account
 *   cloud           the resource itself changed, began or ended
 *   check           the check's digest did, or it is new (config: it was off)
 *   tool            the resource was re-based: a model or type that this program knows better
 *   coverage        a part of it was read that was not, or the other way round
 *   cloud           anything in the account changed, or an event came: something that the check joins
 *   coverage        how a read in the account ended did
 *   time            events of the account left their window
 *   cloud           volatile values of the account are others, or anything in the estate changed
 *   config          what is left
 *
 * A check that was edited while the cloud changed elsewhere in the account is blamed, not the cloud.
 */
struct cause_input {
    const char *check_id, *check_digest;
    int64_t account;
};

struct cause {
    struct store *s;
    int64_t since;       /* run of the last evaluation; the baseline where there was none */
    int64_t account;
    bool check_changed, was_off;
    const char *outside; /* what the account and the estate say; NULL: not asked yet */
};

bool cause_init(struct cause *c, struct store *s, const struct store_run *run, struct cause_input input,
                struct error *err);

/* Of a finding on this resource. `ctx` is the struct cause. A constant text. */
const char *cause_of(void *ctx, int64_t resource);

#endif
