#include "checks/plugins/root_activity/root_holders.h"

#include "core/base/memory.h"
#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

static char *copy(const char *s)
{
    return memory_string(s == NULL ? "" : s);
}

static bool keep(void *ctx, const struct check_holder *h, struct error *err)
{
    struct root_holders *all = ctx;
    (void)err;
    if (all->count == CHECK_HOLDERS_MAX)
        return true;
    all->items[all->count++] = (struct root_holder){
        .provider = copy(h->provider),
        .account = copy(h->account),
        .account_name = copy(h->account_name),
        .team = copy(h->team),
        .type = copy(h->type),
        .id = copy(h->id),
        .name = copy(h->name),
        .parent = memory_string(h->parent),
        .from_unix_s = h->from_unix_s,
        .until_unix_s = h->until_unix_s,
    };
    return true;
}

bool root_holders_ask(struct root_holders *h, const struct check_view *view, const char *address,
                      int64_t at_unix_s, struct error *err)
{
    h->count = 0;
    return view->holders(view->ctx, address, at_unix_s, keep, h, err);
}

void root_holders_release(struct root_holders *h)
{
    for (size_t i = 0; i < h->count; i++) {
        struct root_holder *one = &h->items[i];
        char *texts[] = { one->provider, one->account, one->account_name, one->team,
                          one->type,     one->id,      one->name,         one->parent };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free(texts[k]);
    }
    h->count = 0;
}

enum root_held root_holders_held(const struct root_holder *h, int64_t at_unix_s)
{
    if (at_unix_s < h->from_unix_s)
        return ROOT_HELD_SINCE;
    return h->until_unix_s == 0 || at_unix_s < h->until_unix_s ? ROOT_HELD_THEN : ROOT_HELD_BEFORE;
}

static bool is_one_of(const char *type, const char *const *types)
{
    for (; *types != NULL; types++)
        if (strcmp(type, *types) == 0)
            return true;
    return false;
}

bool root_holders_is_shared(const struct root_holder *h)
{
    static const char *const types[] = { "aws_ec2_nat_gateway", "gcp_compute_router", NULL };
    return is_one_of(h->type, types);
}

/* Nearer to whoever runs programs: smaller. */
static int distance(const struct root_holder *h)
{
    static const char *const machines[] = { "aws_ec2_instance", "gcp_compute_instance", NULL };
    static const char *const interfaces[] = { "aws_ec2_network_interface", NULL };
    static const char *const addresses[] = { "aws_ec2_address", "gcp_compute_address",
                                             "gcp_compute_global_address", NULL };
    if (is_one_of(h->type, machines))
        return 0;
    if (root_holders_is_shared(h))
        return 1;
    return is_one_of(h->type, interfaces) ? 3 : is_one_of(h->type, addresses) ? 4 : 2;
}

static bool is_same(const struct root_holder *a, const struct root_holder *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->account, b->account) == 0 &&
           strcmp(a->type, b->type) == 0;
}

/* Below 0: `a` has the better claim, 0: an equal one. Of those that came later the first. */
static int compare(const struct root_holder *a, const struct root_holder *b, int64_t at_unix_s)
{
    enum root_held left = root_holders_held(a, at_unix_s), right = root_holders_held(b, at_unix_s);
    if (left != right)
        return left < right ? -1 : 1;
    if (distance(a) != distance(b))
        return distance(a) < distance(b) ? -1 : 1;
    if (left == ROOT_HELD_SINCE && a->from_unix_s != b->from_unix_s)
        return a->from_unix_s < b->from_unix_s ? -1 : 1;
    return 0;
}

const struct root_holder *root_holders_choose(const struct root_holders *h, const char *account,
                                              int64_t at_unix_s, bool *out_several)
{
    const struct root_holder *best = NULL;
    bool several = false;
    for (size_t i = 0; i < h->count; i++) {
        const struct root_holder *one = &h->items[i];
        if (root_holders_held(one, at_unix_s) == ROOT_HELD_BEFORE ||
            (account != NULL && strcmp(one->account, account) != 0))
            continue;
        int order = best == NULL ? -1 : compare(one, best, at_unix_s);
        if (order == 0 && !is_same(one, best))
            several = true;
        if (order < 0) {
            best = one;
            several = false;
        }
    }
    *out_several = several;
    return several ? NULL : best;
}
