#ifndef CORE_MODEL_RESOURCE_TYPE_H
#define CORE_MODEL_RESOURCE_TYPE_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/*
 * A resource type is data: a few lines of YAML in providers/<cloud>/types/<service>.yaml (built in) or in
 * the user's types.d/. This is that file as structures; nothing here knows a cloud. The grammar is
 * described member by member; unknown keys, wrong paths and missing keys are errors with file and line.
 */

#define TYPE_ID_ACCOUNT "@account" /* in place of a path: the id is the account's own */
#define TYPE_LIST_MAX 64           /* entries of any list of a type */

struct string_list {
    char **items;
    size_t count;
};
bool string_list_has(const struct string_list *l, const char *s);
void string_list_add(struct string_list *l, const char *s); /* a copy */
void string_list_release(struct string_list *l);

/* A call for each item: {get: OPERATION, with: {…}, as: PART, …}. Its answer becomes member `as`. */
struct type_detail {
    char *operation;
    struct json_object *with; /* arguments; strings are templates over the item's fields */
    char *as;
    char *items; /* path of a list in the answer, paged and gathered; NULL: the whole answer */
    struct string_list absent; /* error codes that mean "there is none": the part is null */
    bool only_for_checks; /* only_for: [checks]: left out when no enabled check uses the type */
    /* referenced_by: {TYPE: [PATH…]}: fetched only when one of these paths in a resource of TYPE, same account
     * and region, holds the item's id. Otherwise the part is unread with reason "not_needed". */
    char *referenced_by;
    struct string_list referenced_paths;
};

struct type_column {
    char *name;    /* of the query column, or of the sheet's */
    char *path;    /* columns: where it is in the config */
    char *en, *ja; /* sheet: header words */
};

struct resource_type {
    char *name;     /* aws_ec2_security_group */
    char *provider; /* aws: the part before the first '_' */
    char *service;  /* ec2: the provider's own name of the service */
    char *official; /* AWS::EC2::SecurityGroup; "" when the cloud has no name for it */
    char *file;
    int line;
    bool global; /* scope: global */
    char *
        poll; /* poll: {call: OPERATION, until: {State: COMPLETE}}: called before `list` until the answer */
    char *poll_path,
        *poll_value; /* holds this; at most TYPE_POLLS_MAX times, TYPE_POLL_WAIT_MS apart */
    char *list;      /* the operation */
    struct json_object *with; /* its constant arguments */
    char *items; /* path of the items in the answer; "." : the whole answer is one item */
    char *
        decode_csv; /* decode: {csv: MEMBER}: base64 CSV in that member; each row is an item, header names its fields */
    struct string_list
        from_answer;    /* members of the answer copied into each item (always volatile) */
    char *id;           /* path, or "@account": the account's own id */
    char *display_name; /* path of `name`, or NULL; else the Name tag, else nothing */
    char *key;          /* template: {partition} {account} {region} and paths of the item */
    char *
        life; /* path; its value tells one thing from its successor under the same key; NULL: none */
    char *owner;           /* path of the owning account, or NULL */
    char *reference_owner; /* `reference: AWS`: items with this owner go to the reference table */
    char *region;          /* path of the resource's own region, or NULL */
    char *tags;            /* path of [{Key,Value}] or of an object, or NULL */
    struct type_detail *details;
    size_t detail_count;
    struct type_column *columns; /* indexed in the check language */
    size_t column_count;
    struct type_column
        *sheet; /* what inventory/<type>.csv shows; name refers to a column or is a path */
    size_t sheet_count;
    bool sheet_hidden; /* sheet: no */
    char *console;     /* template of the console's URL, or NULL */
    /* Paths. volatile: kept, but no change. redact: kept as an HMAC. plain: looks like a secret by its name,
     * and is none (a lint asks for one of the two). set, ordered: how a list of scalars is compared (lists
     * of objects are sets unless ordered). json: texts that hold JSON, parsed. */
    struct string_list volatile_paths, redact, plain, set, ordered, json;
};

enum {
    TYPE_POLLS_MAX = 30,
    TYPE_POLL_WAIT_MS = 2000,
    TYPE_DETAIL_PAGES_MAX = 100,
    TYPE_PAGES_MAX = 10000
};

/* The members of `part` that the item itself brings are its list entry; each detail is a part by its `as`. */

struct resource_types; /* all types, by name, in order of name */

void resource_type_free(struct resource_type *t); /* one that no table owns */

struct resource_types *resource_types_new(void);
void resource_types_free(struct resource_types *types);

/* Adds the types of one YAML text. ERROR_CONFIG with FILE:LINE on any fault, nothing added. */
bool resource_types_add(struct resource_types *types, const char *file, struct text yaml,
                        struct error *err);

/* Adds every *.yaml of a folder (sorted); a folder that does not exist adds nothing. */
bool resource_types_add_folder(struct resource_types *types, const char *folder, struct error *err);

const struct resource_type *resource_types_find(const struct resource_types *types,
                                                const char *name);
size_t resource_types_count(const struct resource_types *types);
const struct resource_type *resource_types_at(const struct resource_types *types, size_t index);

#endif
