#include "tests/fakecloud/things.h"

#include "core/base/embedded.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/thing.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct things {
    struct yaml_document **files;
    size_t count;
};

static bool has_only(struct json_object *o, const char *const *known, const char *file,
                     struct error *err)
{
    json_object_object_foreach(o, name, value) {
        size_t i = 0;
        (void)value;
        while (known[i] != NULL && strcmp(known[i], name) != 0)
            i++;
        if (known[i] == NULL)
            return error_set(err, ERROR_CONFIG, "%s: unknown key \"%s\"", file, name);
    }
    return true;
}

/* Things, and the parts of things, one below the other. */
static bool check_things(struct json_object *list, const char *file, struct error *err)
{
    static const char *const keys[] = { "type",   "name",    "list",           "by",
                                        "id",     "key",     "region",         "body",
                                        "parts",  "seen",    "drift",          "changes",
                                        "parent", "nightly", "comes_and_goes", "findings",
                                        "behind", "no_finding_of", NULL };
    static const char *const change_keys[] = { "path", "values", "field", "findings", NULL };
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        struct json_object *thing = json_object_array_get_idx(list, i);
        struct json_object *changes = json_get(thing, "changes");
        if (!has_only(thing, keys, file, err) || !check_things(json_get(thing, "parts"), file, err))
            return false;
        if (changes != NULL && json_get(thing, "comes_and_goes") != NULL)
            return error_set(err, ERROR_CONFIG, "%s: %s comes, goes and changes", file,
                             json_string(thing, "list"));
        for (size_t c = 0; changes != NULL && c < json_object_array_length(changes); c++)
            if (!has_only(json_object_array_get_idx(changes, c), change_keys, file, err))
                return false;
    }
    return true;
}

static bool check(struct json_object *groups, const char *file, struct error *err)
{
    static const char *const keys[] = { "where", "of", "things", NULL };
    json_object_object_foreach(groups, name, group) {
        (void)name;
        if (!has_only(group, keys, file, err) ||
            !check_things(json_get(group, "things"), file, err))
            return false;
    }
    return true;
}

struct things *things_new(const struct embedded_file *files, size_t count, struct error *err)
{
    struct things *t = memory_new(1, sizeof *t);
    t->files = memory_new(count, sizeof *t->files);
    t->count = count;
    for (size_t i = 0; i < count; i++) {
        const struct embedded_file *f = &files[i];
        t->files[i] = yaml_parse((struct text){ f->text, f->len }, f->name, err);
        if (t->files[i] == NULL || !check(yaml_root(t->files[i]), f->name, err)) {
            things_free(t);
            return NULL;
        }
    }
    return t;
}

void things_free(struct things *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        yaml_document_free(t->files[i]);
    free(t->files);
    free(t);
}

/* A group, and one place of it. */
struct spot {
    const struct things *all;
    struct estate *e;
    const char *name;
    struct json_object *group;
    size_t account, region;
};

static bool is_where(struct json_object *group, const char *word)
{
    const char *where = json_string(group, "where");
    return where != NULL && strcmp(where, word) == 0;
}

static bool is_global(struct json_object *group)
{
    return is_where(group, "account");
}

static struct place place_of(const struct spot *s)
{
    return is_global(s->group) ? estate_global(s->e, s->account)
                               : estate_place(s->e, s->account, s->region);
}

static bool is_there(const struct spot *s)
{
    int64_t of = json_int(s->group, "of", 1);
    bool first = s->account == 0 && s->region == 0;
    if (is_where(s->group, "tenants"))
        return s->account > 0 && s->region == 0;
    if (of <= 1 || first)
        return of == 1 || first;
    struct place at = place_of(s);
    char *path = memory_format("%s/%s/group/%s", at.account, at.region, s->name);
    bool there = chance_number(s->e->o.seed, path, (uint64_t)of) == 0;
    free(path);
    return there;
}

static size_t regions_of(const struct spot *s)
{
    return is_global(s->group) ? 1 : s->e->o.regions;
}

bool things_has(const struct things *t, struct estate *e, size_t account, const char *group)
{
    for (size_t i = 0; i < t->count; i++) {
        struct json_object *found = json_get(yaml_root(t->files[i]), group);
        const struct spot s = { t, e, group, found, account, 0 };
        if (found != NULL && is_global(found))
            return is_there(&s);
    }
    return false;
}

static bool has_group(const void *ctx, struct estate *e, size_t account, const char *group)
{
    return things_has(ctx, e, account, group);
}

static struct thing thing_at(const struct spot *s, struct json_object *data)
{
    struct thing t;
    thing_init(&t, s->e, place_of(s), s->account, s->name, data);
    t.has_group = has_group;
    t.ctx = s->all;
    return t;
}

/* Calls `each` for every thing of the group in this place. */
static void each_thing(const struct spot *s, void (*each)(const struct thing *t))
{
    struct json_object *list = json_get(s->group, "things");
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        const struct thing t = thing_at(s, json_object_array_get_idx(list, i));
        each(&t);
    }
}

/* Calls `each` for all groups; account and region are left to it. */
static void each_group(const struct things *t, struct estate *e, void (*each)(struct spot *s))
{
    for (size_t i = 0; i < t->count; i++) {
        json_object_object_foreach(yaml_root(t->files[i]), name, group) {
            struct spot s = { .all = t, .e = e, .name = name, .group = group };
            each(&s);
        }
    }
}

void things_build(const struct things *t, struct estate *e, size_t account)
{
    for (size_t i = 0; i < t->count; i++) {
        json_object_object_foreach(yaml_root(t->files[i]), name, group) {
            struct spot s = { t, e, name, group, account, 0 };
            for (; s.region < regions_of(&s); s.region++)
                if (is_there(&s))
                    each_thing(&s, thing_build);
        }
    }
}

/* What is another every night is another in every place. */
static void renew(struct spot *s)
{
    for (s->account = 0; s->account < s->e->o.accounts; s->account++)
        for (s->region = 0; s->region < regions_of(s); s->region++)
            if (is_there(s))
                each_thing(s, thing_renew);
}

/* Places from one drawn, until the group is there. False where it is nowhere: tenants', where there is one account. */
static bool find_place(struct spot *s, const char *what)
{
    size_t regions = regions_of(s), places = s->e->o.accounts * regions;
    char *path = memory_format("night/%d/%s/%s", s->e->night, s->name, what);
    size_t place = chance_number(s->e->o.seed, path, places);
    free(path);
    for (size_t i = 0; i < places; i++) {
        place = (place + 1) % places;
        s->account = place / regions;
        s->region = place % regions;
        if (is_there(s))
            return true;
    }
    return false;
}

/* Each change of each thing in a place of its own. */
static void change(struct spot *s)
{
    struct json_object *list = json_get(s->group, "things");
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        struct json_object *body = json_object_array_get_idx(list, i);
        for (size_t c = 0; c < thing_change_count(body); c++) {
            char *what = memory_format("%zu/%zu", i, c);
            if (find_place(s, what)) {
                const struct thing t = thing_at(s, body);
                thing_change(&t, c);
            }
            free(what);
        }
    }
}

void things_night(const struct things *t, struct estate *e)
{
    each_group(t, e, renew);
    if (e->night % 2 == 1)
        each_group(t, e, change);
}

/* The drift that one thing or part declares, where it is of this list. */
static void drift_by(const struct estate *e, struct json_object *thing, const char *list,
                     struct json_object *items, const char *path)
{
    const char *of = json_string(thing, "list");
    struct json_object *drift = json_get(thing, "drift"), *parts = json_get(thing, "parts");
    if (drift != NULL && of != NULL && strcmp(of, list) == 0)
        for (size_t i = 0; i < json_object_array_length(items); i++) {
            char *whole = memory_format("%s/%zu", path, i);
            thing_drift(e, drift, json_object_array_get_idx(items, i), whole);
            free(whole);
        }
    for (size_t i = 0; parts != NULL && i < json_object_array_length(parts); i++)
        drift_by(e, json_object_array_get_idx(parts, i), list, items, path);
}

void things_drift(const struct things *t, const struct estate *e, const char *list,
                  struct json_object *items, const char *path)
{
    for (size_t f = 0; f < t->count; f++) {
        json_object_object_foreach(yaml_root(t->files[f]), name, group) {
            struct json_object *things = json_get(group, "things");
            (void)name;
            for (size_t i = 0; i < json_object_array_length(things); i++)
                drift_by(e, json_object_array_get_idx(things, i), list, items, path);
        }
    }
}
