#include "core/model/ephemeral.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/model/globs.h"
#include "core/model/item.h"
#include "core/model/item_expand.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static char *from_template(const char *template, const struct item_place *place,
                           struct json_object *tree)
{
    struct error ignored = ERROR_INIT; /* a name without a value: the rule does not fit */
    struct item_place named = { .partition = place->partition,
                                .account = place->account,
                                .region = place->region };
    return item_expand_text(template, &named, tree, &ignored);
}

/* Keeps the first by its bytes: lists have another order from night to night. Of a URL or a name it is the id that
 * this ends in. */
static bool take_id(void *ctx, struct json_object *value)
{
    char **first = ctx;
    struct buffer text;
    buffer_init(&text, ITEM_TEXT_MAX);
    item_expand_append(value, &text);
    const char *whole = buffer_ok(&text) ? buffer_string(&text) : "", *slash = strrchr(whole, '/');
    const char *id = slash == NULL ? whole : slash + 1;
    if (id[0] != '\0' && (*first == NULL || strcmp(id, *first) < 0)) {
        free(*first);
        *first = memory_string(id);
    }
    buffer_release(&text);
    return true;
}

static char *whom_it_follows(const struct type_ephemeral *rule, struct json_object *tree)
{
    char *id = NULL;
    path_each(tree, rule->id, take_id, &id);
    char *follows = id == NULL ? NULL : memory_format("%s %s", rule->of, id);
    free(id);
    return follows;
}

static char *by_rule(const struct type_ephemeral *rule, const struct item_place *place,
                     struct json_object *tree, const struct json_object *tags)
{
    if (rule->tag != NULL) {
        const char *value = json_string(tags, rule->tag);
        return value == NULL ? NULL : memory_string(value);
    }
    if (!globs_fit_all(&rule->when, tree))
        return NULL;
    return rule->of != NULL ? whom_it_follows(rule, tree)
                            : from_template(rule->parent, place, tree);
}

struct ephemeral_kin ephemeral_find(const struct resource_type *type,
                                    const struct item_place *place, struct json_object *tree,
                                    const struct json_object *tags)
{
    struct ephemeral_kin kin = { 0 };
    for (size_t i = 0; i < type->ephemeral_count; i++) {
        const struct type_ephemeral *rule = &type->ephemeral[i];
        char *word = by_rule(rule, place, tree, tags);
        if (word == NULL || word[0] == '\0') {
            free(word);
            continue;
        }
        *(rule->of == NULL ? &kin.parent : &kin.follows) = word;
        break;
    }
    return kin;
}
