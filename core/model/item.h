#ifndef CORE_MODEL_ITEM_H
#define CORE_MODEL_ITEM_H

#include "core/base/digest.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct json_object;
struct resource_type;
struct shape;

/* Where an item was found, or is looked for. All borrowed; what is 0 or NULL has no name in templates. */
struct item_place {
    const char *partition, *account, *region; /* {partition} {account} {region}: of the scope */
    struct text redact_key;
    int64_t started_unix_s;             /* of the run: {day} {two_days_ago} */
    int64_t since_unix_s, until_unix_s; /* evidence: {since} {until}, with _s and _ms as numbers */
    const char *each;                   /* {each} */
    const char *resolvers;              /* evidence: {resolvers}, a filter's words for addresses of known resolvers */
    struct json_object *parent;         /* {parent.PATH} */
};

/*
 * One listed thing made into a resource: identity, what people call it, and the JSON that is kept.
 * Everything is owned; item_release().
 */
struct item {
    char *key, *life, *id, *name, *region, *owner; /* owner "" when the type has none, key "" for evidence */
    char *tags;                                    /* JSON object, keys sorted */
    char *config; /* canonical JSON: JSON-in-strings parsed, redacted */
    char *parent, *follows; /* what an ephemeral member belongs to, or who knows it (ephemeral.h); or NULL */
    unsigned char digest[DIGEST_BYTES];
};

/* What could not be read tonight: `unread` names the parts (part -> reason), `last` is the item's stored
 * config, from which they keep their last value. Either may be NULL. */
struct item_gaps {
    struct json_object *unread, *last;
};

/* Makes a resource of `tree` (its list entry with its parts), which is changed: redacted and normalised,
 * unread parts put in as they were (they are redacted already). ERROR_DATA when the id or the key cannot
 * be made, naming the path. */
bool item_make(const struct resource_type *type, const struct shape *shape,
               const struct item_place *place, const struct item_gaps *gaps,
               struct json_object *tree, struct item *out, struct error *err);
void item_release(struct item *i);

/* What item_make() does first: JSON in texts is parsed, secrets become marks. For items that wait on disk; a second time
 * changes nothing. */
void item_normalise(const struct resource_type *type, const struct item_place *place,
                    struct json_object *tree);

/* The item's key alone, free(); NULL with an error when a path is missing. Of the place it knows no more
 * than partition, account and region: a key is the same every night. {region} is the home region of an item
 * that has one, wherever it was listed. */
char *item_key(const struct resource_type *type, const struct item_place *place,
               struct json_object *tree, struct error *err);

/* The id alone, free(); NULL when the item has none. */
char *item_id(const struct resource_type *type, const struct item_place *place,
              struct json_object *tree);

/* Whose the item is, and the region it is at home in, free(): what is at `owner` and `home_region`, of an ARN
 * its account and its region; "" where the type, the item or the ARN tells none. */
char *item_owner(const struct resource_type *type, struct json_object *tree);
char *item_home_region(const struct resource_type *type, struct json_object *tree);

/* One template expanded over place and item, free(); NULL with ERROR_DATA when a name has no value. */
char *item_text(const char *template, const struct item_place *place, struct json_object *tree,
                struct error *err);

/* Expands the strings inside `with` (templates, at any depth) over place and item; a new object. A string
 * that is one "{Name}" and nothing else keeps the value's JSON type. `tree` NULL: a list's arguments.
 * NULL with ERROR_DATA when a name has no value. */
struct json_object *item_arguments(struct json_object *with, const struct item_place *place,
                                   struct json_object *tree, struct error *err);

#endif
