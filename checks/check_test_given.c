#include "checks/check_test_given.h"

#include "checks/check_test_held.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/model/event.h"
#include "core/model/item.h"
#include "core/model/lender.h"
#include "core/model/shape.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TEST_REGION "us-east-1"
#define TEST_PARTITION "aws"
#define TEST_REDACT_KEY "0123456789abcdef0123456789abcdef"

enum { MS_PER_S = 1000, HELD_BEFORE_S = 30 * 86400 };

struct filling {
    struct sandbox *sandbox;
    const struct check *check;
    struct json_object *given, *unread; /* of the test; may be NULL */
    struct string_list accounts, regions;
    int64_t run_time_unix_s;
    struct map *parents; /* "ACCOUNT TYPE ID" -> parent (char *), for what follows those */
    bool looking;        /* for parents; nothing is put yet */
    struct given *out;
    struct error *err;
};

static void note(struct string_list *l, const char *word)
{
    if (!string_list_has(l, word))
        string_list_add(l, word);
}

/* Of one account, or of all; NULL when it was read. */
static const char *outcome_in(const struct filling *f, const char *type, const char *account)
{
    struct json_object *said = json_get(f->unread, type);
    return json_object_is_type(said, json_type_object) ? json_string(said, account)
                                                       : json_string(f->unread, type);
}

/* ---- identity ---- */

struct naming {
    struct json_object *tree;
    const char *type, *id;
};

static bool is_member_name(const char *path)
{
    return strpbrk(path, ".[{ ") == NULL;
}

/* A member that the key is made of and that the test did not care to give. */
static bool give_member(void *ctx, const char *name)
{
    const struct naming *n = ctx;
    static const char *const places[] = { "partition", "account", "region" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strcmp(places[i], name) == 0)
            return true;
    if (!is_member_name(name) || path_first(n->tree, name) != NULL)
        return true;
    char *value = memory_format("test:%s/%s", n->type, n->id);
    json_object_object_add(n->tree, name, json_object_new_string(value));
    free(value);
    return true;
}

static bool give_identity(struct filling *f, const struct resource_type *type,
                          const struct item_place *place, struct json_object *tree)
{
    char *id = item_id(type, place, tree);
    if (id == NULL)
        return error_set(f->err, ERROR_DATA, "a %s without %s", type->name, type->id);
    if (type->owner != NULL && is_member_name(type->owner) && path_first(tree, type->owner) == NULL)
        json_object_object_add(tree, type->owner, json_object_new_string(place->account));
    struct naming naming = { tree, type->name, id };
    bool ok = type->evidence || template_names(type->key, give_member, &naming, f->err);
    free(id);
    return ok;
}

/* Where an entry says that it is; all borrowed. */
struct placed {
    struct item_place place;
    const char *account_name, *team;
    struct json_object *parts;
};

/* ---- in whose things they live ---- */

static void note_owner(void *ctx, const char *account)
{
    if (strcmp(account, CHECK_TEST_ACCOUNT) != 0)
        note(ctx, account);
}

/* What is another account's is there because that one shares it, or lends what it lives in. */
static void note_owners(struct filling *f, const struct resource_type *type,
                        const struct sandbox_row *row, struct json_object *tree)
{
    if (row->own)
        lender_each(type, tree, note_owner, &f->out->owners);
    else if (row->account[0] != '\0')
        note_owner(&f->out->owners, row->account);
}

/* ---- whose members things are ---- */

static void note_parent(struct filling *f, const struct resource_type *type,
                        const struct placed *at, const struct item *item)
{
    if (item->parent == NULL)
        return;
    char *name = memory_format("%s %s %s", at->place.account, type->name, item->id);
    map_set(f->parents, name, memory_string(item->parent));
    free(name);
}

/* As core/store/follow.h does it. */
static void find_parent(struct filling *f, const struct placed *at, struct item *item)
{
    if (item->parent != NULL || item->follows == NULL)
        return;
    char *name = memory_format("%s %s", at->place.account, item->follows);
    const char *parent = map_get(f->parents, name);
    item->parent = parent == NULL ? NULL : memory_string(parent);
    free(name);
}

/* ---- resources ---- */

static void add_subject(struct given *g, const struct item *item, const struct sandbox_row *row)
{
    g->subjects = memory_resize(g->subjects, g->count + 1, sizeof *g->subjects);
    g->subjects[g->count++] = (struct given_subject){
        .key = memory_string(item->key),
        .id = memory_string(item->id),
        .name = memory_string(item->name),
        .account = memory_string(row->account),
        .region = memory_string(row->region),
        .seen = row->seen,
    };
}

static void note_addresses(struct filling *f, const struct resource_type *type,
                           const struct placed *at, const struct item *item,
                           struct json_object *tree)
{
    const struct held_resource r = {
        .type = type,
        .item = item,
        .tree = tree,
        .account = at->place.account,
        .account_name = at->account_name,
        .team = at->team,
        .from_unix_s = f->run_time_unix_s - HELD_BEFORE_S,
    };
    check_test_held_add_resource(f->out->held, &r);
}

static bool put_item(struct filling *f, const struct resource_type *type, const struct placed *at,
                     const struct item *item, struct json_object *tree)
{
    const struct item_place *place = &at->place;
    bool reference =
        type->reference_owner != NULL && strcmp(item->owner, type->reference_owner) == 0;
    bool read = outcome_in(f, type->name, place->account) == NULL;
    bool estate = f->check->reach == CHECK_REACH_ESTATE;
    const struct sandbox_row row = {
        .key = item->key,
        .account = reference ? "" : place->account,
        .region = item->region,
        .id = item->id,
        .name = item->name,
        .tags = item->tags,
        .config = item->config,
        .unread = at->parts == NULL || reference ? NULL : json_object_to_json_string(at->parts),
        .verified = read,
        .seen = read,
        .own = !reference && (estate || strcmp(place->account, CHECK_TEST_ACCOUNT) == 0),
        .account_name = reference ? "" : at->account_name,
        .team = reference ? "" : at->team,
        .parent = item->parent,
    };
    note_addresses(f, type, at, item, tree);
    note_owners(f, type, &row, tree);
    if (row.own && strcmp(type->name, f->check->subject) == 0)
        add_subject(f->out, item, &row);
    return sandbox_put(f->sandbox, type->name, &row, !estate, f->err);
}

static bool put_event(struct filling *f, const struct resource_type *type,
                      const struct placed *where, const struct item *item, struct json_object *tree)
{
    char at[TIMESTAMP_MAX];
    int64_t unix_s = 0;
    bool read = outcome_in(f, type->name, where->place.account) == NULL;
    if (!event_time(type, tree, &unix_s))
        return error_set(f->err, ERROR_DATA, "a %s without a time in %s", type->name, type->at);
    timestamp_iso(unix_s, at);
    const struct sandbox_row row = {
        .key = "",
        .account = where->place.account,
        .region = where->place.region,
        .id = item->id,
        .name = type->display_name == NULL ? "" : item->name,
        .tags = "{}",
        .config = item->config,
        .at = at,
        .verified = read,
        .seen = read,
        .account_name = where->account_name,
        .team = where->team,
    };
    return sandbox_put(f->sandbox, type->name, &row, f->check->reach != CHECK_REACH_ESTATE, f->err);
}

static bool put_made(struct filling *f, const struct resource_type *type, const struct placed *at,
                     struct item *item, struct json_object *tree)
{
    if (f->looking) {
        note_parent(f, type, at, item);
        return true;
    }
    find_parent(f, at, item);
    return type->evidence ? put_event(f, type, at, item, tree) : put_item(f, type, at, item, tree);
}

static bool put_body(struct filling *f, const struct resource_type *type, const struct placed *at,
                     struct json_object *body)
{
    const struct item_gaps no_gaps = { NULL, NULL };
    struct item item = { .key = NULL };
    struct json_object *tree = NULL;
    if (json_object_deep_copy(body, &tree, NULL) != 0)
        return error_set(f->err, ERROR_INTERNAL, "cannot copy a resource");
    struct shape *shape = shape_of_type(type, NULL);
    bool ok = give_identity(f, type, &at->place, tree) &&
              item_make(type, shape, &at->place, &no_gaps, tree, &item, f->err) &&
              put_made(f, type, at, &item, tree);
    item_release(&item);
    shape_free(shape);
    json_object_put(tree);
    return ok;
}

static const char *word_or(struct json_object *entry, const char *name, const char *otherwise)
{
    const char *word = json_string(entry, name);
    return word == NULL ? otherwise : word;
}

static bool put_entry(struct filling *f, const struct resource_type *type,
                      struct json_object *entry)
{
    struct json_object *body = json_get(entry, "body");
    struct json_object *at = body == NULL ? NULL : entry;
    const struct placed placed = {
        .place = { .partition = TEST_PARTITION,
                   .account = word_or(at, "account", CHECK_TEST_ACCOUNT),
                   .region = type->global ? "global" : word_or(at, "region", TEST_REGION),
                   .redact_key = TEXT_LITERAL(TEST_REDACT_KEY) },
        .account_name = word_or(at, "account_name", ""),
        .team = word_or(at, "team", ""),
        .parts = json_get(at, "parts"),
    };
    note(&f->accounts, placed.place.account);
    note(&f->regions, placed.place.region);
    return put_body(f, type, &placed, body == NULL ? entry : body);
}

static bool put_type(struct filling *f, const char *name, struct json_object *items)
{
    if (!check_reads(f->check, name))
        return error_set(f->err, ERROR_DATA, "given: the check does not read %s", name);
    const struct resource_type *type = resource_types_find(sandbox_types(f->sandbox), name);
    for (size_t i = 0; i < json_object_array_length(items); i++)
        if (!put_entry(f, type, json_object_array_get_idx(items, i)))
            return error_prefix(f->err, "given: %s", name);
    return true;
}

/* Twice: what comes and goes may be given after what belongs to it. */
static bool put_given(struct filling *f)
{
    bool ok = true;
    for (int i = 0; ok && f->given != NULL && i < 2; i++) {
        f->looking = i == 0;
        json_object_object_foreach(f->given, name, items) {
            const struct resource_type *type = resource_types_find(sandbox_types(f->sandbox), name);
            bool members = type != NULL && type->ephemeral_count > 0;
            ok = ok && ((f->looking && !members) || put_type(f, name, items));
        }
    }
    return ok;
}

/* ---- scopes ---- */

static bool put_scopes_of(struct filling *f, const char *type)
{
    bool given = json_get(f->given, type) != NULL, ok = true;
    bool is_global = resource_types_find(sandbox_types(f->sandbox), type)->global;
    for (size_t i = 0; i < f->accounts.count; i++) {
        const char *outcome = outcome_in(f, type, f->accounts.items[i]);
        for (size_t k = 0; ok && k < f->regions.count; k++)
            ok = (strcmp(f->regions.items[k], "global") == 0) != is_global ||
                 sandbox_put_scope(f->sandbox, type, f->accounts.items[i], f->regions.items[k],
                                   outcome == NULL ? "complete" : outcome, outcome == NULL || given,
                                   f->err);
    }
    return ok;
}

static bool put_scopes(struct filling *f)
{
    const struct check *c = f->check;
    bool ok = put_scopes_of(f, c->subject);
    for (size_t i = 0; ok && i < c->need_count; i++)
        ok = put_scopes_of(f, c->needs[i].type);
    for (size_t i = 0; ok && i < c->uses.count; i++)
        ok = put_scopes_of(f, c->uses.items[i]);
    sandbox_set_owners(f->sandbox, &f->out->owners);
    return ok;
}

static bool check_unread(const struct filling *f)
{
    if (f->unread == NULL)
        return true;
    json_object_object_foreach(f->unread, type, outcome) {
        (void)outcome;
        if (!check_reads(f->check, type))
            return error_set(f->err, ERROR_DATA, "unread: the check does not read %s", type);
    }
    return true;
}

int64_t check_test_given_run_time(struct json_object *test)
{
    int64_t ms = 0; /* its form was looked at when it was loaded */
    timestamp_parse_iso(text_of(word_or(test, "run_time", CHECK_TEST_RUN_TIME)), &ms);
    return ms / MS_PER_S;
}

bool check_test_given_fill(struct sandbox *s, const struct check *check, struct json_object *test,
                           struct given *out, struct error *err)
{
    struct filling f = { .sandbox = s,
                         .check = check,
                         .given = json_get(test, "given"),
                         .unread = json_get(test, "unread"),
                         .run_time_unix_s = check_test_given_run_time(test),
                         .parents = map_new(free),
                         .out = out,
                         .err = err };
    *out = (struct given){ .held = check_test_held_new() };
    check_test_held_add_list(out->held, sandbox_types(s), json_get(test, "held"));
    note(&f.accounts, CHECK_TEST_ACCOUNT);
    note(&f.regions, TEST_REGION);
    note(&f.regions, "global");
    bool ok = sandbox_clear(s, true, err) && check_unread(&f);
    ok = ok && put_given(&f) && put_scopes(&f);
    map_free(f.parents);
    string_list_release(&f.accounts);
    string_list_release(&f.regions);
    return ok;
}

void check_test_given_release(struct given *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free(g->subjects[i].key);
        free(g->subjects[i].id);
        free(g->subjects[i].name);
        free(g->subjects[i].account);
        free(g->subjects[i].region);
    }
    free(g->subjects);
    string_list_release(&g->owners);
    check_test_held_free(g->held);
    *g = (struct given){ .subjects = NULL };
}

const struct given_subject *check_test_given_find(const struct given *g, const char *account,
                                                  const char *key)
{
    for (size_t i = 0; i < g->count; i++)
        if (strcmp(g->subjects[i].account, account) == 0 && strcmp(g->subjects[i].key, key) == 0)
            return &g->subjects[i];
    return NULL;
}
