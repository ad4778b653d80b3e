#ifndef CORE_MODEL_RESOURCE_TYPE_H
#define CORE_MODEL_RESOURCE_TYPE_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* {PATH: GLOB, …}: values of an item by what fits them (* and ?, the whole value). core/model/globs.h */
struct type_globs {
    struct string_list paths, globs; /* pairs */
};

/* A call for each item: {get: OPERATION, with: {…}, as: PART, …}. Its answer becomes member `as`. */
struct type_detail {
    char *operation;
    char *service; /* of another service than the type's; NULL: the type's */
    struct json_object *with; /* arguments; strings in them, at any depth, are templates over the item's fields */
    char *as;
    char *items; /* path of a list in the answer, paged and gathered; NULL: the whole answer */
    struct string_list absent; /* error codes that mean "there is none": the part is null */
    bool only_for_checks; /* only_for: [checks]: left out when no enabled check uses the type */
    /* when: {PATH: GLOB}: only for items of the list that have, at each path, a value that fits; unless: {PATH: GLOB}: not
     * for those that have one at any. For all others the part is unread with reason "not_needed". */
    struct type_globs when, unless;
    /* batch: {argument: ARG, of: TEMPLATE, size: N, match: PATH}: one call for up to N items of a page. ARG holds a
     * list with one element an item (`of` over its fields); of the answer's `items` each belongs to the item whose
     * `of` equals what is at `match`, and becomes its part. An item that got no answer: the part is unread. */
    char *batch_argument, *batch_of, *batch_match; /* all NULL: no batch */
    size_t batch_size;
    /* referenced_by: {TYPE: [PATH…]}: fetched only when one of these paths in a resource of TYPE, same account
     * and region, holds the item's id. Otherwise the part is unread with reason "not_needed". */
    char *referenced_by;
    struct string_list referenced_paths;
};

/* Members that come and go by themselves, and what they belong to; the first rule that fits an item counts:
 *   - {tag: aws:autoscaling:groupName}                  items with this tag; its value is the parent
 *   - {when: {InterfaceType: lambda}, parent: TEMPLATE} items whose value at each path fits the glob (* and ?, the
 *                                                       whole value); the template, over the item, is the parent
 *   - {of: TYPE, id: PATH}                              items with an id there (of several the first by its bytes;
 *                                                       of a URL or name with slashes what stands after the last);
 *                                                       the parent is that of the resource of TYPE with this id in
 *                                                       the same account and region (a global TYPE: in the account).
 *                                                       Where that one has none, or was never read, the item has
 *                                                       none. TYPE itself has no such rule. `when` may stand
 *                                                       beside it
 * In sheets all members of one parent (account, region, type) are one row, in diffs none. */
struct type_ephemeral {
    char *tag;
    struct type_globs when;
    char *parent;
    char *of, *id;
};

struct type_column {
    char *name;    /* of the query column, or of the sheet's */
    char *path;    /* columns: where it is in the config */
    char *en, *ja; /* sheet: header words */
    bool last; /* sheet: last: yes: of URLs and names with slashes only what stands after the last */
};

struct resource_type {
    char *name;     /* aws_ec2_security_group */
    char *provider; /* aws: the part before the first '_' */
    char *service;  /* ec2: the provider's own name of the service */
    char *official; /* AWS::EC2::SecurityGroup; "" when the cloud has no name for it */
    char *file;
    int line;
    bool global; /* scope: global; true for spread, too: it is asked for once */
    /* scope: spread: one list answers for many places at once. Each thing is kept in the scope of its own `region`, and
     * what the answer could not tell of leaves the scopes of those places incomplete, no other. */
    bool spread;
    char *level; /* level: WORD: of accounts of a kind of their own (organization); which, the provider knows. NULL: the usual */
    bool no_bulk; /* bulk: no: never taken from a list over many accounts */
    /* bulk: only: taken from nowhere else, and only where the config's `inventory: {include: …}` names something: things of
     * no other type. Where no such list told of an account its scope says why. */
    bool bulk_only;
    /* count_by: PATH, with bulk: only: things are counted, by the text at PATH, whatever else is in them. Each such text
     * is one item {PATH: text, count: N}. A path of one name. NULL: not counted */
    char *count_by;
    /* get: {call: OPERATION, with: {…}}: one thing by itself, templates over what is stored of it. Asked when a list
     * over many accounts does not show it any more. NULL: none */
    char *get;
    struct json_object *get_with;
    char *
        poll; /* poll: {call: OPERATION, until: {State: COMPLETE}}: called before `list` until the answer */
    char *poll_path,
        *poll_value; /* holds this; at most TYPE_POLLS_MAX times, TYPE_POLL_WAIT_MS apart */
    char *list;      /* the operation */
    /* many: {argument: ARG, size: N, match: PATH}: the list of events takes up to N accounts at once. ARG, in `with` a list of
     * one text over {account}, then holds one of each; an item is of the account whose text that at PATH is, or begins
     * with before a slash. Nothing to do with `bulk`: it is the type's own list. NULL, 0: one account a list */
    char *many_argument, *many_match;
    size_t many_size;
    char *asked_by;  /* asked_by: probe: evidence that no scan reads, but the command of that name brings; then there is no
                      * list. NULL: scans read it */
    char *aggregate; /* aggregate: flow_logs: evidence that is summed up from logs in storage, or picked from them (trails),
                      * wherever the config says that they lie (logs:); which, the provider knows. Then there is no list.
                      * NULL: none */
    /* Its arguments; strings in them, at any depth, are templates over {partition} {account} {region}, of a child
     * type {parent.PATH}, with `each` {each}, of evidence {since} {until} (ISO 8601), {since_s} {until_s} {since_ms}
     * {until_ms} (numbers), {resolvers} (a filter's words for known ones). {day} {two_days_ago} are midnights (UTC, ISO
     * 8601) up to the run's start. */
    struct json_object *with;
    /* children_of: TYPE: the list is asked once for each resource of TYPE that the store holds in the same account and
     * region (a global TYPE: in the account) once that scope has been read. from_parent: paths of the parent, copied into
     * each item under their last name. A parent scope that is not complete leaves this one with its outcome. */
    char *children_of;
    struct string_list from_parent;
    struct string_list each; /* the list is asked once for each of these words: {each} in `with` */
    struct string_list absent;   /* error codes of `list` that mean: complete, there is none (here, or of this parent) */
    struct string_list disabled; /* error codes of `list` that mean: the service is not switched on */
    char *items; /* path of the items in the answer; "." : the whole answer is one item */
    char *wrap;  /* items are scalars (names, ARNs): each becomes an object with this one member */
    /* kind: evidence: events, not things. Kept by id for `window`, never inventory. Read from where the last complete
     * read began, less TYPE_EVIDENCE_OVERLAP_S, at first from `window` before the run. */
    bool evidence;
    char *at;         /* path of the event's time: ISO 8601 text, or a number of seconds since 1970 */
    int64_t window_s; /* window: 90d */
    char *
        decode_csv; /* decode: {csv: MEMBER}: base64 CSV in that member; each row is an item, header names its fields */
    struct string_list
        from_answer;    /* members of the answer copied into each item (always volatile) */
    char *id;           /* path, a template such as "{last name}", or "@account": the account's own id */
    char *display_name; /* path of `name`, or NULL; else the Name tag, else nothing */
    char *key;          /* template: {partition} {account} {region}, paths of the item, {last PATH}: what
                         * stands there after the last slash or colon (of a queue's address its name),
                         * {from WORD PATH}: what stands there from the segment WORD on (of a URL a name) */
    char *
        life; /* path; its value tells one thing from its successor under the same key; NULL: none */
    char *owner; /* path of the owning account's id, or of an ARN that holds it; or NULL */
    /* lender: PATH: in whose things it lives, where that may be another account's (a shared network): lender.h. What is
     * that account's is shown to checks that need something `where: owner`. NULL: none */
    char *lender;
    /* tenants: PATH: the other way round: the accounts that live in this one's things, as the thing itself says (the guests of a
     * shared network), whether or not they have anything there. A type has one of the two. NULL: none */
    char *tenants;
    char *home_region; /* path of the region (or of an ARN that holds it) in which a thing that many regions list is
                        * kept; listed elsewhere only the sharing is noted, while that scope is planned; or NULL */
    char *reference_owner; /* `reference: AWS`: items with this owner go to the reference table */
    char *region; /* path of the resource's own region, or NULL. Of a URL or name with slashes the place in it: what
                   * stands after zones/, regions/ or locations/, else after the last slash */
    char *tags; /* path of [{Key,Value}], [{key,value}], [{TagKey,TagValue}] or of an object, or NULL */
    struct type_detail *details;
    size_t detail_count;
    struct type_column *columns; /* indexed in the check language */
    size_t column_count;
    struct type_column
        *sheet; /* what inventory/<type>.csv shows; name refers to a column or is a path */
    size_t sheet_count;
    bool sheet_hidden; /* sheet: no */
    struct type_ephemeral *ephemeral;
    size_t ephemeral_count;
    /* addresses: [PATH…]: IP addresses that the thing holds (texts; what is no address is passed over, private ones
     * count too). Who held one and when is kept (core/store/address.h). holder: first, for machines, or last, for
     * what stands for others (an address by itself, a NAT gateway): in which order several that hold one are named. */
    struct string_list addresses;
    enum type_holder { TYPE_HOLDER_FIRST, TYPE_HOLDER, TYPE_HOLDER_LAST } holder;
    char *console;     /* template of the console's URL, or NULL */
    /* Paths. volatile: kept, but no change. redact: kept as an HMAC. plain: looks like a secret by its name,
     * and is none (a lint asks for one of the two); of what a redact path holds, the part that stays as it is. A
     * redact path that ends in [] at a map marks each value, and the names stay. set, ordered: how a list of
     * scalars is compared (lists of objects are sets unless ordered). json: texts that hold JSON, parsed. Only plain
     * can name one element ([WORD]). */
    struct string_list volatile_paths, redact, plain, set, ordered, json;
};

enum {
    TYPE_POLLS_MAX = 30,
    TYPE_POLL_WAIT_MS = 2000,
    TYPE_DETAIL_PAGES_MAX = 100,
    TYPE_BATCH_MAX = 1000,
    TYPE_PARENTS_MAX = 100000, /* lists of one read: resources whose children it asks for, times `each` */
    TYPE_CHAIN_MAX = 16,
    TYPE_EVIDENCE_OVERLAP_S = 6 * 3600,
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

/* How the types of a table lean on each other, once all are added: the types that children_of and referenced_by
 * name exist, of the same provider; parents are no evidence, and global where their children are; no type
 * waits for itself, and no more than TYPE_CHAIN_MAX wait in a row. What ephemeral things are `of` is held to the
 * same, but nothing waits for it: it is `of` no other itself. ERROR_CONFIG with FILE:LINE. */
bool resource_types_check(const struct resource_types *types, struct error *err);

const struct resource_type *resource_types_find(const struct resource_types *types,
                                                const char *name);
size_t resource_types_count(const struct resource_types *types);
const struct resource_type *resource_types_at(const struct resource_types *types, size_t index);

#endif
