#include "tests/fakecloud/thing.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/groups.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400, NUMBERS = 1000000 };
#define FIRST_NIGHT_S 1795230000 /* 2026-11-21T03:00:00Z, for dates that must look recent */

void thing_init(struct thing *t, struct estate *e, struct place at, size_t account,
                const char *group, struct json_object *data)
{
    const char *name = json_string(data, "name");
    *t = (struct thing){ .words = { e, account, at, name == NULL ? group : name }, .data = data };
}

/* A text of the YAML made whole, NULL when there is none; free(). */
static char *text_at(const struct thing *t, struct json_object *of, const char *name)
{
    const char *text = json_string(of, name);
    return text == NULL ? NULL : words_text(&t->words, text);
}

/* What names an item of a thing or part in its list; free(). */
static char *item_name(const struct thing *t, struct json_object *data)
{
    return text_at(t, json_get(data, "body"), json_string(data, "by"));
}

/* What has no list is a thing of the truth alone. */
static bool has_list(struct json_object *data)
{
    return json_string(data, "list") != NULL;
}

static struct json_object *item_of(const struct thing *t, struct json_object *data)
{
    if (!has_list(data))
        return NULL;
    char *name = item_name(t, data);
    struct json_object *item = estate_item(t->words.e, t->words.at, json_string(data, "list"),
                                           json_string(data, "by"), name);
    free(name);
    return item;
}

/* How many accounts have it in their lists; theirs is the same object. */
static size_t viewers(const struct thing *t)
{
    return json_string(t->data, "seen") == NULL ? 1 : t->words.e->o.accounts;
}

static struct place place_of(const struct thing *t, size_t viewer)
{
    size_t account = (t->words.account + viewer) % t->words.e->o.accounts;
    return (struct place){ estate_account(t->words.e, account), t->words.at.region };
}

static void put(const struct thing *t, struct json_object *data)
{
    if (!has_list(data))
        return;
    struct json_object *item = words_tree(&t->words, json_get(data, "body"));
    char *key = t->words.e->keyed ? text_at(t, data, "key") : NULL;
    if (key != NULL)
        json_object_object_add(item, ESTATE_KEY, json_object_new_string(key));
    free(key);
    for (size_t i = 0; i < viewers(t); i++)
        estate_put(t->words.e, place_of(t, i), json_string(data, "list"), json_object_get(item));
    json_object_put(item);
}

static bool drop(const struct thing *t, struct json_object *data)
{
    char *name = has_list(data) ? item_name(t, data) : NULL;
    bool dropped = false;
    for (size_t i = 0; name != NULL && i < viewers(t); i++)
        dropped = estate_drop(t->words.e, place_of(t, i), json_string(data, "list"),
                              json_string(data, "by"), name) ||
                  dropped;
    free(name);
    return dropped;
}

static size_t part_count(struct json_object *data)
{
    struct json_object *parts = json_get(data, "parts");
    return parts == NULL ? 0 : json_object_array_length(parts);
}

static struct json_object *part_at(struct json_object *data, size_t i)
{
    return json_object_array_get_idx(json_get(data, "parts"), i);
}

/* What the truth calls the thing. */
struct told {
    struct place at;
    const char *type; /* NULL: it says nothing of it */
    char *id, *key, *region;
};

static void told_init(struct told *told, const struct thing *t)
{
    const char *names[] = { "parent", "id" };
    *told = (struct told){ .at = t->words.at, .type = json_string(t->data, "type") };
    for (size_t i = 0; i < 2 && told->id == NULL; i++)
        told->id = text_at(t, t->data, names[i]);
    if (told->id == NULL && told->type != NULL)
        told->id = item_name(t, t->data);
    told->key = text_at(t, t->data, "key");
    told->region = text_at(t, t->data, "region");
    if (told->region != NULL)
        told->at.region = told->region;
}

static void told_release(struct told *told)
{
    free(told->id);
    free(told->key);
    free(told->region);
}

static void tell_changed(const struct thing *t, const char *field)
{
    struct told told;
    told_init(&told, t);
    if (told.type != NULL)
        truth_changed(t->words.e, told.at, told.type, told.id, field);
    told_release(&told);
}

static bool is_kept_from(const struct thing *t, struct json_object *finding)
{
    const char *by = json_string(finding, "unless");
    return by != NULL && t->has_group != NULL &&
           t->has_group(t->ctx, t->words.e, t->words.account, by);
}

/* What checks say of it, by the `findings` of `data`, the thing or a change of it: opened, or no more. */
static void tell_findings(const struct thing *t, struct json_object *data, const struct told *told,
                          bool open)
{
    struct json_object *list = json_get(data, "findings");
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        if (is_kept_from(t, json_object_array_get_idx(list, i)))
            continue;
        struct json_object *f = words_tree(&t->words, json_object_array_get_idx(list, i));
        const char *check = json_string(f, "check"), *subject = json_string(f, "subject");
        struct buffer evidence;
        subject = subject == NULL ? "" : subject;
        buffer_init(&evidence, WORDS_TEXT_MAX);
        json_write_canonical(json_get(f, "evidence"), &evidence);
        if (open)
            truth_open(t->words.e, told->at,
                       &(struct truth_finding){ check, told->id, subject,
                                                json_string(f, "severity"),
                                                buffer_string(&evidence) });
        else
            truth_closed(t->words.e, told->at, check, told->id, subject);
        buffer_release(&evidence);
        json_object_put(f);
    }
}

static void tell_behind(const struct thing *t, bool there)
{
    char *word = text_at(t, t->data, "behind");
    if (word != NULL)
        (there ? groups_add_behind : groups_drop_behind)(t->words.e, t->words.at, word);
    free(word);
}

static void put_all(const struct thing *t)
{
    put(t, t->data);
    for (size_t i = 0; i < part_count(t->data); i++)
        put(t, part_at(t->data, i));
}

static void speak_of(const struct thing *t, struct json_object *data)
{
    struct json_object *list = json_get(data, "findings"), *none = json_get(data, "no_finding_of");
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++)
        truth_speaks_of(t->words.e, json_string(json_object_array_get_idx(list, i), "check"));
    for (size_t i = 0; none != NULL && i < json_object_array_length(none); i++)
        truth_speaks_of(t->words.e, json_object_get_string(json_object_array_get_idx(none, i)));
}

/* Of those whose findings it has, now or after a change. */
static void speak_of_all(const struct thing *t, struct json_object *data)
{
    struct json_object *changes = json_get(data, "changes");
    speak_of(t, data);
    for (size_t i = 0; changes != NULL && i < json_object_array_length(changes); i++)
        speak_of(t, json_object_array_get_idx(changes, i));
    for (size_t i = 0; i < part_count(data); i++)
        speak_of_all(t, part_at(data, i));
}

/* Whether an item has the first of a change's values. */
static bool has_first(const struct thing *t, struct json_object *item, struct json_object *change)
{
    struct json_object *first =
        words_tree(&t->words, json_object_array_get_idx(json_get(change, "values"), 0));
    struct text rest = text_of(json_string(change, "path"));
    while (item != NULL && rest.data != NULL) {
        char *name = text_copy(text_cut(&rest, '.'));
        item = json_get(item, name);
        free(name);
    }
    bool same = item != NULL && json_equal(item, first);
    json_object_put(first);
    return same;
}

/* What the values say with which it, or a part of it, begins. */
static void tell_first_values(const struct thing *t, struct json_object *data,
                              const struct told *told)
{
    struct json_object *changes = json_get(data, "changes");
    for (size_t i = 0; changes != NULL && i < json_object_array_length(changes); i++) {
        struct json_object *c = json_object_array_get_idx(changes, i);
        if (has_first(t, item_of(t, data), c))
            tell_findings(t, c, told, true);
    }
    for (size_t i = 0; i < part_count(data); i++)
        tell_first_values(t, part_at(data, i), told);
}

void thing_build(const struct thing *t)
{
    struct told told;
    put_all(t);
    told_init(&told, t);
    speak_of_all(t, t->data);
    if (told.type != NULL && json_string(t->data, "parent") != NULL)
        truth_folded(t->words.e, told.at, told.type, told.id);
    else if (told.type != NULL)
        truth_there(t->words.e, told.at, told.type, told.id, told.key);
    tell_findings(t, t->data, &told, true);
    tell_first_values(t, t->data, &told);
    tell_behind(t, true);
    told_release(&told);
}

static void drop_all(const struct thing *t)
{
    drop(t, t->data);
    for (size_t i = 0; i < part_count(t->data); i++)
        drop(t, part_at(t->data, i));
}

static void take_away(const struct thing *t)
{
    struct told told;
    drop_all(t);
    told_init(&told, t);
    if (told.type != NULL)
        truth_gone(t->words.e, told.at, told.type, told.id);
    tell_findings(t, t->data, &told, false);
    tell_behind(t, false);
    told_release(&told);
}

void thing_renew(const struct thing *t)
{
    if (!json_boolean(t->data, "nightly", false))
        return;
    t->words.e->night--; /* so that the words are those of last night's */
    drop_all(t);
    t->words.e->night++;
    put_all(t);
}

static size_t changes_of(struct json_object *data)
{
    struct json_object *changes = json_get(data, "changes");
    return (changes == NULL ? 0 : json_object_array_length(changes)) +
           (json_get(data, "comes_and_goes") != NULL);
}

size_t thing_change_count(struct json_object *data)
{
    size_t count = changes_of(data);
    for (size_t i = 0; i < part_count(data); i++)
        count += changes_of(part_at(data, i));
    return count;
}

/* Where a dotted path leads in `o`; its last name in *out_name. Objects on the way are made. */
static struct json_object *walk_to(struct json_object *o, const char *path, char **out_name)
{
    struct text rest = text_of(path), name = text_cut(&rest, '.');
    while (rest.data != NULL) {
        char *step = text_copy(name);
        struct json_object *next = json_get(o, step);
        if (next == NULL)
            json_object_object_add(o, step, next = json_object_new_object());
        o = next;
        free(step);
        name = text_cut(&rest, '.');
    }
    *out_name = text_copy(name);
    return o;
}

static void set_at(struct json_object *item, const char *path, struct json_object *value)
{
    char *name = NULL;
    struct json_object *o = walk_to(item, path, &name);
    if (value == NULL)
        json_object_object_del(o, name);
    else
        json_object_object_add(o, name, value);
    free(name);
}

/* The other of two values; the only one made again. Whether it has the first now. */
static bool set_other(const struct thing *t, struct json_object *item, const char *path,
                      struct json_object *values)
{
    char *name = NULL;
    struct json_object *holder = walk_to(item, path, &name), *now = json_get(holder, name);
    struct json_object *first = words_tree(&t->words, json_object_array_get_idx(values, 0));
    bool turn = json_object_array_length(values) > 1 && json_equal(now, first);
    free(name);
    if (turn) {
        json_object_put(first);
        first = words_tree(&t->words, json_object_array_get_idx(values, 1));
    }
    set_at(item, path, first);
    return !turn;
}

static void tell_fields(const struct thing *t, struct json_object *change)
{
    struct json_object *fields = json_get(change, "field");
    if (fields == NULL || json_object_is_type(fields, json_type_string)) {
        tell_changed(t, json_string(change, fields == NULL ? "path" : "field"));
        return;
    }
    for (size_t i = 0;
         json_object_is_type(fields, json_type_array) && i < json_object_array_length(fields); i++)
        tell_changed(t, json_object_get_string(json_object_array_get_idx(fields, i)));
}

/* The n-th change that `data`, the thing or one of its parts, declares. */
static void change(const struct thing *t, struct json_object *data, size_t n)
{
    struct json_object *turns = json_get(data, "comes_and_goes"), *item = item_of(t, data);
    if (turns != NULL && n == 0) {
        if (data == t->data)
            (item != NULL ? take_away : thing_build)(t);
        else if (item_of(t, t->data) != NULL) {
            if (!drop(t, data))
                put(t, data);
            tell_changed(t, json_object_get_string(turns));
        }
        return;
    }
    struct json_object *c =
        json_object_array_get_idx(json_get(data, "changes"), n - (turns != NULL));
    if (item == NULL)
        return;
    bool first = set_other(t, item, json_string(c, "path"), json_get(c, "values"));
    struct told told;
    told_init(&told, t);
    tell_findings(t, c, &told, first);
    if (!first && json_get(c, "findings") != NULL)
        tell_findings(t, t->data, &told, true);
    told_release(&told);
    tell_fields(t, c);
}

void thing_change(const struct thing *t, size_t n)
{
    struct json_object *data = t->data;
    for (size_t i = 0; n >= changes_of(data); i++) {
        n -= changes_of(data);
        data = part_at(t->data, i);
    }
    change(t, data, n);
}

void thing_drift(const struct estate *e, struct json_object *drift, struct json_object *item,
                 const char *path)
{
    json_object_object_foreach(drift, to, kind) {
        char *draw = memory_format("drift/%d/%s/%s", e->night, path, to), date[TIMESTAMP_MAX];
        struct json_object *value = NULL;
        if (json_object_is_type(kind, json_type_array)) {
            size_t choice = chance_number(e->o.seed, draw, json_object_array_length(kind));
            json_object_deep_copy(json_object_array_get_idx(kind, choice), &value, NULL);
        } else if (strcmp(json_object_get_string(kind), "recent") == 0) {
            timestamp_iso(FIRST_NIGHT_S + (int64_t)e->night * DAY_S -
                              (int64_t)chance_number(e->o.seed, draw, DAY_S),
                          date);
            value = json_object_new_string(date);
        } else {
            value = json_object_new_int64((int64_t)chance_number(e->o.seed, draw, NUMBERS));
        }
        set_at(item, to, value);
        free(draw);
    }
}
