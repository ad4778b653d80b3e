#ifndef TESTS_UNIT_CHECKS_PLUGINS_KIT_H
#define TESTS_UNIT_CHECKS_PLUGINS_KIT_H

/* What a plugin sees in its tests: a view over JSON. */
#include "checks/check.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define KIT_ACCOUNT "111122223333"
#define KIT_REGION "eu-west-1"

struct kit {
    /* {TYPE: [{…}…]}: of a resource "_id", "_key" (else its id), "_name", "_team", "_parent", "_account", "_region", "_tags",
     * "_at" and "_foreign" (true: not to be judged, as all that is another account's) are what struct check_resource says
     * beside the body; "_id" is needed. */
    struct json_object *types;
    /* Types that were never complete, as members; NULL: none. */
    struct json_object *unread;
    /* {ADDRESS: [{account, account_name, team, type, id, name, parent, from, until, then}…]}: from and until are ISO 8601,
     * without them from the beginning and still; then says otherwise than they do; NULL: nobody holds anything. */
    struct json_object *holders;
    const char *account; /* that is judged; NULL: KIT_ACCOUNT */
    const char *region;  /* of what names none; NULL: KIT_REGION */
    const char *refused; /* a type whose reading fails; NULL: none */
    size_t asked;        /* how often for holders */
};

static inline const char *kit_word(struct json_object *o, const char *name, const char *otherwise)
{
    const char *word = json_string(o, name);
    return word == NULL ? otherwise : word;
}

static inline const char *kit_account(const struct kit *k)
{
    return k->account == NULL ? KIT_ACCOUNT : k->account;
}

static inline bool kit_resources(void *ctx, const char *type, check_resource_fn each, void *each_ctx, struct error *err)
{
    const struct kit *k = ctx;
    struct json_object *list = json_get(k->types, type);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    if (k->refused != NULL && strcmp(k->refused, type) == 0)
        return error_set(err, ERROR_STORE, "refused");
    for (size_t i = 0; i < count; i++) {
        struct json_object *o = json_object_array_get_idx(list, i);
        const char *id = json_string(o, "_id"), *account = kit_word(o, "_account", kit_account(k));
        const struct check_resource r = {
            .account = account,
            .account_name = "main",
            .team = kit_word(o, "_team", ""),
            .key = kit_word(o, "_key", id),
            .region = kit_word(o, "_region", k->region == NULL ? KIT_REGION : k->region),
            .id = id,
            .name = kit_word(o, "_name", ""),
            .parent = json_string(o, "_parent"),
            .at = json_string(o, "_at"),
            .tags = json_get(o, "_tags"),
            .config = o,
            .verified = true,
            .own = strcmp(account, kit_account(k)) == 0 && !json_boolean(o, "_foreign", false),
        };
        if (!each(each_ctx, &r, err))
            return false;
    }
    return true;
}

static inline bool kit_is_complete(void *ctx, const char *type, const char *account, const char *region)
{
    const struct kit *k = ctx;
    (void)region;
    return json_get(k->unread, type) == NULL && (account == NULL || strcmp(account, kit_account(k)) == 0);
}

static inline int64_t kit_time(const char *iso)
{
    int64_t ms = 0;
    if (!timestamp_parse_iso(text_of(iso), &ms))
        fail_msg("%s is no time", iso);
    return ms / 1000;
}

static inline struct check_holder kit_holder(struct json_object *o, int64_t at_unix_s)
{
    const char *from = json_string(o, "from"), *until = json_string(o, "until");
    const char *id = kit_word(o, "id", ""), *type = kit_word(o, "type", "");
    struct check_holder h = { .provider = strncmp(type, "gcp", 3) == 0 ? "gcp" : "aws",
                              .account = kit_word(o, "account", ""),
                              .account_name = kit_word(o, "account_name", ""),
                              .team = kit_word(o, "team", ""),
                              .region = "",
                              .type = type,
                              .key = id,
                              .id = id,
                              .name = kit_word(o, "name", ""),
                              .parent = json_string(o, "parent"),
                              .from_unix_s = from == NULL ? 0 : kit_time(from),
                              .until_unix_s = until == NULL ? 0 : kit_time(until) };
    h.then = json_boolean(o, "then",
                          h.from_unix_s <= at_unix_s && (until == NULL || at_unix_s < h.until_unix_s));
    return h;
}

static inline bool kit_holders(void *ctx, const char *address, int64_t at_unix_s, check_holder_fn each, void *each_ctx,
                               struct error *err)
{
    struct kit *k = ctx;
    struct json_object *list = json_get(k->holders, address);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    k->asked++;
    for (size_t i = 0; i < count; i++) {
        const struct check_holder h = kit_holder(json_object_array_get_idx(list, i), at_unix_s);
        if (!each(each_ctx, &h, err))
            return false;
    }
    return true;
}

static inline struct check_view kit_view(struct kit *k, const char *check, struct json_object *params)
{
    return (struct check_view){ .ctx = k,
                                .check = check,
                                .account = kit_account(k),
                                .params = params,
                                .resources = kit_resources,
                                .is_complete = kit_is_complete,
                                .was_read = kit_is_complete,
                                .holders = kit_holders };
}

static inline struct json_object *kit_json(const char *text)
{
    struct error err = ERROR_INIT;
    struct json_object *o = NULL;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s in %s", err.message, text);
    return o;
}

/* JSON whose quotes are single ones; it holds no others. */
static inline struct json_object *kit_quoted(const char *text)
{
    char *copy = memory_string(text);
    for (char *c = copy; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    struct json_object *o = kit_json(copy);
    free(copy);
    return o;
}

/* The list that is a member of `o`, made where there is none; borrowed. */
static inline struct json_object *kit_list(struct json_object *o, const char *name)
{
    struct json_object *list = json_get(o, name);
    if (list == NULL)
        json_object_object_add(o, name, list = json_object_new_array());
    return list;
}

#endif
