#include "checks/plugins/root_activity/root_actor.h"

#include "checks/plugins/root_activity/root_address.h"
#include "checks/plugins/root_activity/root_holders.h"
#include "checks/plugins/root_activity/root_tally.h"
#include "core/base/digest.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NAT_GATEWAY "aws_ec2_nat_gateway"

enum {
    TOKEN_KEPT = 80, /* bytes of a token that is too long; what follows tells it from its likes */
    TOKEN_MARK = 8,  /* hex digits */
    WORDS_MAX = 120, /* bytes of words in an address's place */
    ADDRESSES_MAX = 2000, /* whose holders are remembered */
};

struct root_actors {
    const struct check_view *view;
    struct json_object *lists; /* borrowed */
    struct map *known;         /* address -> struct root_holders */
    struct map *places;        /* id of a NAT gateway -> its place; "" */
    struct root_holders last;  /* of an address that is not remembered */
};

static void free_holders(void *value)
{
    root_holders_release(value);
    free(value);
}

struct root_actors *root_actors_new(const struct check_view *view)
{
    struct root_actors *a = memory_new(1, sizeof *a);
    a->view = view;
    a->lists = view->params;
    a->known = map_new(free_holders);
    a->places = map_new(free);
    return a;
}

void root_actors_free(struct root_actors *a)
{
    if (a == NULL)
        return;
    root_holders_release(&a->last);
    map_free(a->places);
    map_free(a->known);
    free(a);
}

void root_actor_release(struct root_actor *a)
{
    char *texts[] = { a->type, a->id,    a->name,    a->account, a->account_name,
                      a->team, a->place, a->network, a->owner,   a->token };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    json_object_put(a->others);
    memset(a, 0, sizeof *a);
}

/* Too many to remember the rest, or more holders than are told at once: asked for each event. */
static const struct root_holders *holders_of(struct root_actors *a, const struct root_look *look,
                                             struct error *err)
{
    struct root_holders *h = map_get(a->known, look->address);
    if (h != NULL)
        return h;
    root_holders_release(&a->last);
    if (!root_holders_ask(&a->last, a->view, look->address, look->at_unix_s, err))
        return NULL;
    if (a->last.count == CHECK_HOLDERS_MAX || map_count(a->known) == ADDRESSES_MAX)
        return &a->last;
    h = memory_new(1, sizeof *h);
    *h = a->last;
    a->last.count = 0;
    map_set(a->known, look->address, h);
    return h;
}

/* ---- what is written of it ---- */

static char *token_of(const char *text)
{
    char hex[DIGEST_HEX_MAX];
    char *clean = root_tally_clean(text, strlen(text));
    if (strlen(clean) <= ROOT_ACTOR_TOKEN_MAX)
        return clean;
    char *head = root_tally_clean(clean, TOKEN_KEPT);
    digest_sha256_hex(text_of(clean), hex);
    char *token = memory_format("%s~%.*s", head, TOKEN_MARK, hex);
    free(head);
    free(clean);
    return token;
}

static void add_text(struct json_object *o, const char *name, const char *value)
{
    if (*value != '\0')
        json_object_object_add(o, name, json_object_new_string(value));
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(unix_s, date);
    if (unix_s > 0)
        json_object_object_add(o, name, json_object_new_string(date));
}

/* All of them, but the one that was chosen. */
static struct json_object *others_of(const struct root_holders *h, const struct root_holder *chosen)
{
    struct json_object *list = NULL;
    for (size_t i = 0; i < h->count; i++) {
        const struct root_holder *one = &h->items[i];
        if (one == chosen || (chosen != NULL && one->until_unix_s == 0))
            continue;
        struct json_object *o = json_object_new_object();
        add_text(o, "id", one->parent == NULL ? one->id : one->parent);
        add_text(o, "type", one->type);
        add_text(o, "name", one->name);
        add_text(o, "account", one->account);
        add_time(o, "from", one->from_unix_s);
        add_time(o, "until", one->until_unix_s);
        list = list == NULL ? json_object_new_array() : list;
        json_object_array_add(list, o);
    }
    return list;
}

/* ---- what it is ---- */

static void be_holder(struct root_actor *a, const struct root_holder *h, int64_t at_unix_s)
{
    a->of_estate = true;
    a->member = h->parent != NULL;
    a->shared = root_holders_is_shared(h);
    a->proven = root_holders_held(h, at_unix_s) == ROOT_HELD_THEN;
    a->later = at_unix_s <= h->from_unix_s - ROOT_ACTOR_LATER_S;
    a->seen_from_unix_s = h->from_unix_s;
    a->seen_until_unix_s = h->until_unix_s;
    a->from = "estate";
    a->type = memory_string(h->type);
    a->id = memory_string(a->member ? h->parent : h->id);
    a->name = memory_string(a->member ? "" : h->name);
    a->account = memory_string(h->account);
    a->account_name = memory_string(h->account_name);
    a->team = memory_string(h->team);
    a->place = memory_string("");
    a->network = memory_string("");
    a->owner = memory_string("");
    /* Names of Google's machines are their projects' own. */
    char *whole = strcmp(h->provider, "gcp") == 0 ? memory_format("%s:%s", a->account, a->id)
                                                  : memory_string(a->id);
    a->token = token_of(*whole == '\0' ? "unnamed" : whole);
    free(whole);
}

static void be_stranger(struct root_actor *a, const char *from, const char *network,
                        const char *owner)
{
    a->from = from;
    a->type = memory_string("");
    a->id = memory_string("");
    a->name = memory_string("");
    a->account = memory_string("");
    a->account_name = memory_string("");
    a->team = memory_string("");
    a->place = memory_string("");
    a->network = root_tally_clean(network, WORDS_MAX);
    a->owner = root_tally_clean(owner, WORDS_MAX);
    a->token = token_of(*network == '\0' ? from : network);
}

static void be_public(struct root_actor *a, struct json_object *lists, const char *address,
                      const char *network)
{
    const char *tor = root_address_in(lists, "tor_exits", address);
    const char *hosting = tor != NULL ? NULL : root_address_in(lists, "hosting_ranges", address);
    be_stranger(a,
                tor != NULL       ? "tor"
                : hosting != NULL ? "hosting"
                                  : "unknown",
                network, hosting == NULL ? "" : hosting);
}

/* A NAT gateway that is looked for. */
struct gateway {
    const char *id;
    char *place; /* NULL: not found */
};

static bool look_at_gateway(void *ctx, const struct check_resource *r, struct error *err)
{
    struct gateway *g = ctx;
    const char *vpc = json_string(r->config, "VpcId"), *subnet = json_string(r->config, "SubnetId");
    (void)err;
    if (g->place == NULL && strcmp(r->id, g->id) == 0 && vpc != NULL)
        g->place = subnet == NULL ? memory_string(vpc) : memory_format("%s, %s", vpc, subnet);
    return true;
}

/* Which machines are behind it. Of other accounts' networks nothing more is known here. */
static bool find_place(struct root_actors *all, struct root_actor *a, struct error *err)
{
    struct gateway g = { a->id, NULL };
    if (strcmp(a->type, NAT_GATEWAY) != 0 || strcmp(a->account, all->view->account) != 0)
        return true;
    if (map_get(all->places, a->id) == NULL) {
        if (!all->view->resources(all->view->ctx, NAT_GATEWAY, look_at_gateway, &g, err)) {
            free(g.place);
            return false;
        }
        map_set(all->places, a->id, g.place == NULL ? memory_string("") : g.place);
    }
    free(a->place);
    a->place = memory_string(map_get(all->places, a->id));
    return true;
}

static bool be_at_address(struct root_actors *all, const struct root_look *look,
                          const struct root_address *address, struct root_actor *out,
                          struct error *err)
{
    bool private = address->form == ROOT_ADDRESS_PRIVATE, several = false;
    const struct root_holders *h = holders_of(all, look, err);
    if (h == NULL)
        return false;
    const struct root_holder *one =
        root_holders_choose(h, private ? look->account : NULL, look->at_unix_s, &several);
    if (one != NULL)
        be_holder(out, one, look->at_unix_s);
    else if (private)
        be_stranger(out, "private", address->network, "");
    else
        be_public(out, all->lists, look->address, address->network);
    out->others = others_of(h, one);
    return find_place(all, out, err);
}

bool root_actors_find(struct root_actors *a, const struct root_look *look, struct root_actor *out,
                      struct error *err)
{
    struct root_address address;
    struct root_actor found = { 0 };
    bool ok = true;
    root_address_read(look->address, &address);
    switch (address.form) {
    case ROOT_ADDRESS_PUBLIC:
    case ROOT_ADDRESS_PRIVATE:
        ok = be_at_address(a, look, &address, &found, err);
        break;
    case ROOT_ADDRESS_INSIDE:
        be_stranger(&found, "inside", look->address, "");
        break;
    case ROOT_ADDRESS_AWS:
        be_stranger(&found, "aws-internal", "", "");
        break;
    case ROOT_ADDRESS_SERVICE:
        be_stranger(&found, "aws-internal", look->address, "");
        break;
    case ROOT_ADDRESS_WORDS:
        be_stranger(&found, "unknown", look->address, "");
        break;
    case ROOT_ADDRESS_NONE:
        be_stranger(&found, "none", "", "");
        break;
    }
    if (ok)
        *out = found;
    else
        root_actor_release(&found);
    return ok;
}
