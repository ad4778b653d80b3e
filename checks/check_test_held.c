#include "checks/check_test_held.h"

#include "checks/check_test_given.h"
#include "core/base/ip.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { MS_PER_S = 1000 };

struct holding {
    char address[IP_TEXT_MAX];
    enum type_holder rank;
    bool ours;                  /* of the account that is judged */
    struct check_holder holder; /* its texts are owned */
};

struct held {
    struct holding *items;
    size_t count;
};

struct held *check_test_held_new(void)
{
    return memory_new(1, sizeof(struct held));
}

void check_test_held_free(struct held *h)
{
    if (h == NULL)
        return;
    for (size_t i = 0; i < h->count; i++) {
        const struct check_holder *c = &h->items[i].holder;
        const char *const texts[] = {
            c->provider, c->account, c->account_name, c->team, c->region,
            c->type,     c->key,     c->id,           c->name, c->parent
        };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            free((void *)(uintptr_t)texts[k]);
    }
    free(h->items);
    free(h);
}

static const char *copy(const char *text)
{
    return text == NULL ? NULL : memory_string(text);
}

/* All texts are copied; no address, nothing held. */
static void add(struct held *h, const char *address, enum type_holder rank,
                const struct check_holder *c)
{
    struct holding fresh = { .rank = rank, .ours = strcmp(c->account, CHECK_TEST_ACCOUNT) == 0 };
    if (!ip_normal(text_of(address), fresh.address))
        return;
    fresh.holder = (struct check_holder){
        .provider = copy(c->provider),
        .account = copy(c->account),
        .account_name = copy(c->account_name),
        .team = copy(c->team),
        .region = copy(c->region),
        .type = copy(c->type),
        .key = copy(c->key),
        .id = copy(c->id),
        .name = copy(c->name),
        .parent = copy(c->parent),
        .from_unix_s = c->from_unix_s,
        .until_unix_s = c->until_unix_s,
    };
    h->items = memory_resize(h->items, h->count + 1, sizeof *h->items);
    h->items[h->count++] = fresh;
}

/* ---- the key `held` ---- */

static const char *word(struct json_object *entry, const char *name, const char *otherwise)
{
    const char *said = json_string(entry, name);
    return said == NULL ? otherwise : said;
}

static int64_t time_of(struct json_object *entry, const char *name)
{
    const char *said = json_string(entry, name);
    int64_t ms = 0;
    if (said != NULL)
        timestamp_parse_iso(text_of(said), &ms);
    return ms / MS_PER_S;
}

void check_test_held_add_list(struct held *h, const struct resource_types *types,
                              struct json_object *list)
{
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(list, i);
        const char *type = word(entry, "type", "");
        const struct resource_type *known = resource_types_find(types, type);
        char *provider = text_copy((struct text){ type, strcspn(type, "_") });
        const struct check_holder c = {
            .provider = word(entry, "provider", provider),
            .account = word(entry, "account", ""),
            .account_name = word(entry, "account_name", ""),
            .team = word(entry, "team", ""),
            .region = word(entry, "region", ""),
            .type = type,
            .key = word(entry, "key", word(entry, "id", "")),
            .id = word(entry, "id", ""),
            .name = word(entry, "name", ""),
            .parent = word(entry, "parent", NULL),
            .from_unix_s = time_of(entry, "from"),
            .until_unix_s = time_of(entry, "until"),
        };
        add(h, word(entry, "address", ""), known == NULL ? TYPE_HOLDER : known->holder, &c);
        free(provider);
    }
}

/* ---- what is given ---- */

struct adding {
    struct held *held;
    const struct held_resource *resource;
};

static bool add_addresses(void *ctx, struct json_object *value)
{
    const struct adding *a = ctx;
    const struct held_resource *r = a->resource;
    if (json_object_is_type(value, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(value); i++)
            add_addresses(ctx, json_object_array_get_idx(value, i));
        return true;
    }
    const struct check_holder c = {
        .provider = r->type->provider,
        .account = r->account,
        .account_name = r->account_name,
        .team = r->team,
        .region = r->item->region,
        .type = r->type->name,
        .key = r->item->key,
        .id = r->item->id,
        .name = r->item->name,
        .parent = r->item->parent,
        .from_unix_s = r->from_unix_s,
    };
    if (json_object_is_type(value, json_type_string))
        add(a->held, json_object_get_string(value), r->type->holder, &c);
    return true;
}

void check_test_held_add_resource(struct held *h, const struct held_resource *r)
{
    struct adding a = { h, r };
    for (size_t i = 0; i < r->type->addresses.count; i++)
        path_each(r->tree, r->type->addresses.items[i], add_addresses, &a);
}

/* ---- asking ---- */

static bool held_then(const struct check_holder *c, int64_t at)
{
    return c->from_unix_s <= at && (c->until_unix_s == 0 || at < c->until_unix_s);
}

/* The order of core/store/address.h; what was written first stands first where nothing else decides. */
static int compare(const void *left, const void *right)
{
    const struct holding *a = *(const struct holding *const *)left;
    const struct holding *b = *(const struct holding *const *)right;
    int64_t a_until = a->holder.until_unix_s == 0 ? INT64_MAX : a->holder.until_unix_s;
    int64_t b_until = b->holder.until_unix_s == 0 ? INT64_MAX : b->holder.until_unix_s;
    if (a->holder.then != b->holder.then)
        return a->holder.then ? -1 : 1;
    if (a->ours != b->ours)
        return a->ours ? -1 : 1;
    if (a->holder.then && a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    if (a_until != b_until)
        return a_until > b_until ? -1 : 1;
    if (a->holder.from_unix_s != b->holder.from_unix_s)
        return a->holder.from_unix_s > b->holder.from_unix_s ? -1 : 1;
    return (a > b) - (a < b);
}

static bool look(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each,
                 void *each_ctx, struct error *err)
{
    struct held *h = ctx;
    char normal[IP_TEXT_MAX];
    size_t count = 0;
    bool ok = true;
    if (!ip_normal(text_of(address), normal))
        return true;
    struct holding **found = memory_new(h->count + 1, sizeof *found);
    for (size_t i = 0; i < h->count; i++) {
        if (strcmp(h->items[i].address, normal) != 0)
            continue;
        h->items[i].holder.then = held_then(&h->items[i].holder, at_unix_s);
        found[count++] = &h->items[i];
    }
    qsort(found, count, sizeof *found, compare);
    for (size_t i = 0; ok && i < count && i < CHECK_HOLDERS_MAX; i++)
        ok = each(each_ctx, &found[i]->holder, err);
    free(found);
    return ok;
}

struct sandbox_holders check_test_held_holders(struct held *h)
{
    return (struct sandbox_holders){ look, h };
}
