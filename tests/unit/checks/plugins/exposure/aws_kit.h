#ifndef TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_KIT_H
#define TESTS_UNIT_CHECKS_PLUGINS_EXPOSURE_AWS_KIT_H

/* A view over JSON: {TYPE: [{…}…]}. Of a resource "_id", "_name", "_team", "_parent", "_account", "_region", "_tags" are what
 * struct check_resource says beside the body; "_id" is needed. `unread`: types that were never complete, or of "stale" not tonight. */
#include "checks/check.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

#define KIT_ACCOUNT "111122223333"
#define KIT_REGION "eu-west-1"

struct kit {
    struct json_object *types, *unread;
};

static inline const char *kit_word(struct json_object *o, const char *name, const char *otherwise)
{
    const char *word = json_string(o, name);
    return word == NULL ? otherwise : word;
}

static inline bool kit_resources(void *ctx, const char *type, check_resource_fn each, void *each_ctx, struct error *err)
{
    const struct kit *k = ctx;
    struct json_object *list = json_get(k->types, type);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        struct json_object *o = json_object_array_get_idx(list, i);
        const char *id = json_string(o, "_id");
        const struct check_resource r = {
            .account = kit_word(o, "_account", KIT_ACCOUNT),
            .account_name = "main",
            .team = kit_word(o, "_team", ""),
            .key = id,
            .region = kit_word(o, "_region", KIT_REGION),
            .id = id,
            .name = kit_word(o, "_name", ""),
            .parent = json_string(o, "_parent"),
            .tags = json_get(o, "_tags"),
            .config = o,
            .verified = true,
            .own = json_get(o, "_account") == NULL,
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
    return json_get(k->unread, type) == NULL && (account == NULL || strcmp(account, KIT_ACCOUNT) == 0);
}

static inline bool kit_was_read(void *ctx, const char *type, const char *account, const char *region)
{
    const char *word = json_string(((const struct kit *)ctx)->unread, type);
    return kit_is_complete(ctx, type, account, region) || (word != NULL && strcmp(word, "stale") == 0);
}

static inline struct check_view kit_view(struct kit *k, const char *check, struct json_object *params)
{
    return (struct check_view){ .ctx = k,
                                .check = check,
                                .account = KIT_ACCOUNT,
                                .params = params,
                                .resources = kit_resources,
                                .is_complete = kit_is_complete,
                                .was_read = kit_was_read };
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

#endif
