#include "checks/source_holders.h"

#include "core/store/address.h"

_Static_assert((int)ADDRESS_HOLDERS_MAX == (int)CHECK_HOLDERS_MAX,
               "check.h tells plugins how many holders the store names");

struct asking {
    check_holder_fn each;
    void *ctx;
};

static bool tell(void *ctx, const struct address_holder *h, struct error *err)
{
    const struct asking *a = ctx;
    const struct check_holder holder = {
        .provider = h->provider,
        .account = h->account,
        .account_name = h->account_name,
        .team = h->team,
        .region = h->region,
        .type = h->type,
        .key = h->key,
        .id = h->id,
        .name = h->name,
        .parent = h->parent,
        .from_unix_s = h->from_unix_s,
        .until_unix_s = h->until_unix_s,
        .then = h->then,
    };
    return a->each(a->ctx, &holder, err);
}

static bool look(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each,
                 void *each_ctx, struct error *err)
{
    const struct source_holders *h = ctx;
    struct asking asking = { each, each_ctx };
    const struct address_question q = { .address = address,
                                        .at_unix_s = at_unix_s,
                                        .account = sandbox_run(h->sandbox)->account };
    return address_holders(h->store, sandbox_types(h->sandbox), &q, tell, &asking, err);
}

struct sandbox_holders source_holders_of(struct source_holders *h)
{
    return (struct sandbox_holders){ look, h };
}
