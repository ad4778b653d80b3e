#include "core/model/item.h"

#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/model/edit.h"
#include "core/model/ephemeral.h"
#include "core/model/item_expand.h"
#include "core/model/resource_type.h"
#include "core/model/shape.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ITEM_CONFIG_MAX = 4 * 1024 * 1024, /* bytes of one resource's JSON */
    ITEM_TAGS_MAX = 256 * 1024,
    REDACTED_HEX = 12, /* digits kept of a redacted value's HMAC */
};

static char *text_at(struct json_object *tree, const char *path)
{
    struct json_object *value = path == NULL ? NULL : path_first(tree, path);
    struct buffer out;
    buffer_init(&out, ITEM_TEXT_MAX);
    if (value != NULL)
        item_expand_append(value, &out);
    return buffer_detach(&out);
}

/* ---- whose, and where ---- */

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE */
enum arn_field { ARN_REGION = 3, ARN_ACCOUNT = 4 };

/* A text that is no ARN is what an ARN would hold. */
static char *word_or_arn_field(struct json_object *tree, const char *path, enum arn_field field)
{
    char *whole = text_at(tree, path);
    struct text rest = text_of(whole), part = { NULL, 0 };
    if (strncmp(whole, "arn:", 4) != 0)
        return whole;
    for (int i = 0; i <= (int)field; i++)
        part = rest.data == NULL ? (struct text){ "", 0 } : text_cut(&rest, ':');
    char *out = text_copy(part);
    free(whole);
    return out;
}

char *item_owner(const struct resource_type *type, struct json_object *tree)
{
    return word_or_arn_field(tree, type->owner, ARN_ACCOUNT);
}

char *item_home_region(const struct resource_type *type, struct json_object *tree)
{
    return word_or_arn_field(tree, type->home_region, ARN_REGION);
}

/* ---- tags ---- */

static bool add_tag(void *ctx, struct json_object *tag)
{
    static const char *const names[][2] = { { "Key", "Value" },
                                            { "key", "value" },
                                            { "TagKey", "TagValue" } };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *key = json_string(tag, names[i][0]);
        struct json_object *value = json_get(tag, names[i][1]);
        if (key != NULL)
            json_object_object_add(
                ctx, key, value == NULL ? json_object_new_string("") : json_object_get(value));
    }
    return true;
}

static struct json_object *tags_of(const struct resource_type *type, struct json_object *tree)
{
    struct json_object *tags = json_object_new_object();
    struct json_object *found = type->tags == NULL ? NULL : path_first(tree, type->tags);
    if (json_object_is_type(found, json_type_array)) {
        size_t count = json_object_array_length(found);
        for (size_t i = 0; i < count; i++)
            add_tag(tags, json_object_array_get_idx(found, i));
    } else if (json_object_is_type(found, json_type_object)) {
        json_object_object_foreach(found, key, value)
            json_object_object_add(tags, key, json_object_get(value));
    }
    return tags;
}

/* ---- normalising ---- */

/* A text that holds JSON becomes that JSON; anything else stays. */
static struct json_object *parse_text(void *ctx, struct json_object *value)
{
    (void)ctx;
    struct error err = ERROR_INIT;
    struct json_object *parsed = NULL;
    if (!json_object_is_type(value, json_type_string) ||
        !json_parse(text_of(json_object_get_string(value)), &parsed, &err))
        return json_object_get(value);
    return parsed;
}

/* What a type calls plain stays as it is, whatever redact path it is under. */
struct redaction {
    const struct item_place *place;
    struct json_object
        *plain[TYPE_LIST_MAX]; /* references; where there are more, those are redacted */
    size_t plain_count;
};

static bool take_plain(void *ctx, struct json_object *value)
{
    struct redaction *r = ctx;
    if (r->plain_count < TYPE_LIST_MAX)
        r->plain[r->plain_count++] = json_object_get(value);
    return r->plain_count < TYPE_LIST_MAX;
}

static bool stays_plain(const struct redaction *r, const struct json_object *value)
{
    for (size_t i = 0; i < r->plain_count; i++)
        if (r->plain[i] == value)
            return true;
    return false;
}

/* Done before: of a thing that waited on disk. */
static bool is_mark(struct json_object *value)
{
    static const char prefix[] = "hmac:";
    const char *text =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    return strncmp(text, prefix, sizeof prefix - 1) == 0 &&
           strlen(text) == sizeof prefix - 1 + REDACTED_HEX &&
           strspn(text + sizeof prefix - 1, "0123456789abcdef") == REDACTED_HEX;
}

static struct json_object *redacted(void *ctx, struct json_object *value)
{
    const struct redaction *r = ctx;
    if (stays_plain(r, value) || is_mark(value))
        return json_object_get(value);
    unsigned char mac[DIGEST_BYTES];
    char hex[DIGEST_HEX_MAX], word[8 + REDACTED_HEX];
    struct buffer bytes;
    buffer_init(&bytes, ITEM_CONFIG_MAX);
    json_write_canonical(value, &bytes);
    digest_hmac(r->place->redact_key, buffer_text(&bytes), mac);
    buffer_wipe(&bytes);
    encode_hex(mac, sizeof mac, hex);
    snprintf(word, sizeof word, "hmac:%.*s", REDACTED_HEX, hex);
    return json_object_new_string(word);
}

void item_normalise(const struct resource_type *type, const struct item_place *place,
                    struct json_object *tree)
{
    for (size_t i = 0; i < type->json.count; i++)
        edit_values(tree, type->json.items[i], parse_text, NULL);
    struct redaction r = { .place = place };
    for (size_t i = 0; type->redact.count > 0 && i < type->plain.count; i++)
        path_each(tree, type->plain.items[i], take_plain, &r);
    for (size_t i = 0; i < type->redact.count; i++)
        edit_values(tree, type->redact.items[i], redacted, &r);
    while (r.plain_count > 0)
        json_object_put(r.plain[--r.plain_count]);
}

/* ---- the whole ---- */

char *item_id(const struct resource_type *type, const struct item_place *place,
              struct json_object *tree)
{
    if (strcmp(type->id, TYPE_ID_ACCOUNT) == 0)
        return memory_string(place->account);
    struct error ignored = ERROR_INIT; /* a name without value: no id */
    char *id = strchr(type->id, '{') != NULL ? item_expand_text(type->id, place, tree, &ignored)
                                             : text_at(tree, type->id);
    if (id == NULL || id[0] != '\0')
        return id;
    free(id);
    return NULL;
}

static void put_last_values(const struct item_gaps *gaps, struct json_object *tree)
{
    if (gaps == NULL || gaps->unread == NULL || gaps->last == NULL)
        return;
    json_object_object_foreach(gaps->unread, part, reason) {
        struct json_object *value = NULL;
        (void)reason;
        if (json_object_object_get_ex(gaps->last, part, &value))
            json_object_object_add(tree, part, json_object_get(value));
    }
}

char *item_key(const struct resource_type *type, const struct item_place *place,
               struct json_object *tree, struct error *err)
{
    if (type->evidence)
        return memory_string("");
    char *home = item_home_region(type, tree);
    struct item_place named = { .partition = place->partition,
                                .account = place->account,
                                .region = home[0] == '\0' ? place->region : home };
    char *key = item_expand_text(type->key, &named, tree, err);
    free(home);
    if (key == NULL)
        error_prefix(err, "%s: the key of an item", type->name);
    return key;
}

static char *name_of(const struct resource_type *type, struct json_object *tree,
                     struct json_object *tags)
{
    if (type->display_name != NULL)
        return text_at(tree, type->display_name);
    const char *name = json_string(tags, "Name");
    return memory_string(name == NULL ? "" : name);
}

static char *canonical_text(struct json_object *tree, size_t max, const char *what,
                            const struct resource_type *type, struct error *err)
{
    struct buffer out;
    buffer_init(&out, max);
    json_write_canonical(tree, &out);
    if (buffer_ok(&out))
        return buffer_detach(&out);
    buffer_release(&out);
    error_set(err, ERROR_LIMIT, "%s: the %s of an item is larger than %zu bytes", type->name, what,
              max);
    return NULL;
}

/* Names of things and URLs hold the place in which they are. */
static char *place_in(const char *name)
{
    static const char *const marks[] = { "/zones/", "/regions/", "/locations/" };
    const char *slash = strrchr(name, '/');
    if (slash == NULL)
        return memory_string(name);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        const char *at = strstr(name, marks[i]);
        if (at != NULL) {
            at += strlen(marks[i]);
            return memory_string_n(at, strcspn(at, "/"));
        }
    }
    return memory_string(slash + 1);
}

/* Its own, else the one it is at home in, else where it was listed. */
static char *own_region(const struct resource_type *type, const struct item_place *place,
                        struct json_object *tree)
{
    char *value = text_at(tree, type->region);
    char *own = place_in(value);
    free(value);
    if (own[0] != '\0')
        return own;
    free(own);
    char *home = item_home_region(type, tree);
    if (home[0] != '\0')
        return home;
    free(home);
    return memory_string(place->region);
}

bool item_make(const struct resource_type *type, const struct shape *shape,
               const struct item_place *place, const struct item_gaps *gaps,
               struct json_object *tree, struct item *out, struct error *err)
{
    struct item made = { 0 };
    made.region = own_region(type, place, tree);
    made.life = text_at(tree, type->life);
    made.owner = item_owner(type, tree);
    made.id = item_id(type, place, tree);
    if (made.id == NULL)
        error_set(err, ERROR_DATA, "%s: an item without %s", type->name, type->id);
    made.key = made.id == NULL ? NULL : item_key(type, place, tree, err);
    struct json_object *tags = tags_of(type, tree);
    made.name = name_of(type, tree, tags);
    made.tags = canonical_text(tags, ITEM_TAGS_MAX, "tags", type, err);
    item_normalise(type, place, tree);
    put_last_values(gaps, tree);
    struct ephemeral_kin kin = ephemeral_find(type, place, tree, tags);
    made.parent = kin.parent;
    made.follows = kin.follows;
    json_object_put(tags);
    if (made.key != NULL && made.tags != NULL)
        made.config = canonical_text(tree, ITEM_CONFIG_MAX, "configuration", type, err);
    if (made.config == NULL) {
        item_release(&made);
        return false;
    }
    shape_digest(shape, tree, made.digest);
    *out = made;
    return true;
}

void item_release(struct item *i)
{
    char *owned[] = { i->key,   i->life, i->id,     i->name,   i->region,
                      i->owner, i->tags, i->config, i->parent, i->follows };
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
        free(owned[k]);
    *i = (struct item){ 0 };
}

char *item_text(const char *template, const struct item_place *place, struct json_object *tree,
                struct error *err)
{
    return item_expand_text(template, place, tree, err);
}

struct json_object *item_arguments(struct json_object *with, const struct item_place *place,
                                   struct json_object *tree, struct error *err)
{
    struct json_object *out = json_object_new_object();
    if (with == NULL)
        return out;
    json_object_object_foreach(with, name, value) {
        struct json_object *filled = item_expand_tree(value, place, tree, err);
        if (filled == NULL && value != NULL) {
            error_prefix(err, "argument %s", name);
            json_object_put(out);
            return NULL;
        }
        json_object_object_add(out, name, filled);
    }
    return out;
}
