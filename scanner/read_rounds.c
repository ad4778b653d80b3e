#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/store/configs.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/*
 * What the lists of a read are asked with: one round a list, kept as the text of a JSON array
 * [arguments, members of the parent], since a hundred thousand small trees would take a hundred times
 * the room; or [READ_ROUND_HELD], [READ_ROUND_TOO] for what is held. In order, each once.
 */
enum { ROUND_TEXT_MAX = 64 * 1024 };

struct making {
    struct read *read;
    struct item_place place;
    bool too_many;
};

static bool add_text(struct making *m, char *text)
{
    struct read *r = m->read;
    if (r->round_count == TYPE_PARENTS_MAX) {
        m->too_many = true;
        free(text);
        return false;
    }
    if ((r->round_count & (r->round_count - 1)) == 0) /* full at each power of two */
        r->rounds = memory_resize(r->rounds, r->round_count == 0 ? 1 : r->round_count * 2,
                                  sizeof *r->rounds);
    r->rounds[r->round_count++] = text;
    return true;
}

/* The last name of a path: what a member copied from the parent is called. */
static char *last_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *name = dot == NULL ? path : dot + 1;
    return memory_string_n(name, strcspn(name, "["));
}

static struct json_object *copied_members(const struct making *m)
{
    const struct string_list *paths = &m->read->o.type->from_parent;
    struct json_object *members = json_object_new_object();
    for (size_t i = 0; i < paths->count; i++) {
        struct json_object *value = path_first(m->place.parent, paths->items[i]);
        char *name = last_name(paths->items[i]);
        if (value != NULL)
            json_object_object_add(members, name, json_object_get(value));
        free(name);
    }
    return members;
}

/* A parent of which the list cannot be asked fails the read, not the other parents' lists. */
static bool add_round(struct making *m)
{
    struct error why = ERROR_INIT;
    struct buffer text;
    struct json_object *arguments = item_arguments(m->read->o.type->with, &m->place, NULL, &why);
    if (arguments == NULL) {
        read_note(m->read, OUTCOME_FAILED, "", &why);
        return true;
    }
    struct json_object *round = json_object_new_array();
    json_object_array_add(round, arguments);
    json_object_array_add(round, copied_members(m));
    buffer_init(&text, ROUND_TEXT_MAX);
    json_write_canonical(round, &text);
    json_object_put(round);
    if (buffer_ok(&text))
        return add_text(m, buffer_detach(&text));
    buffer_release(&text);
    error_set(&why, ERROR_LIMIT, "arguments of more than %d bytes", ROUND_TEXT_MAX);
    read_note(m->read, OUTCOME_FAILED, "", &why);
    return true;
}

static bool add_each(struct making *m)
{
    const struct string_list *words = &m->read->o.type->each;
    bool ok = words->count > 0 || add_round(m);
    for (size_t i = 0; ok && i < words->count; i++) {
        m->place.each = words->items[i];
        ok = add_round(m);
    }
    m->place.each = NULL;
    return ok;
}

static bool add_parent(void *ctx, const char *config)
{
    struct making *m = ctx;
    struct error why = ERROR_INIT;
    struct json_object *tree = NULL;
    if (!json_parse(text_of(config), &tree, &why)) { /* our own text: the file is damaged */
        read_note(m->read, OUTCOME_FAILED, "", &why);
        return true;
    }
    m->place.parent = tree;
    bool ok = add_each(m);
    m->place.parent = NULL;
    json_object_put(tree);
    return ok;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort_rounds(struct read *r)
{
    size_t kept = 0;
    if (r->round_count == 0)
        return;
    qsort(r->rounds, r->round_count, sizeof *r->rounds, compare_texts);
    for (size_t i = 1; i < r->round_count; i++) {
        if (strcmp(r->rounds[i], r->rounds[kept]) == 0)
            free(r->rounds[i]);
        else
            r->rounds[++kept] = r->rounds[i];
    }
    r->round_count = kept + 1;
}

bool read_rounds_make(struct read *r, struct error *err)
{
    const struct resource_type *type = r->o.type;
    struct making m = { r, read_place(r), false };
    if (r->held_too != NULL)
        add_text(&m, memory_string("[\"" READ_ROUND_TOO "\"]"));
    if (r->o.held)
        return add_text(&m, memory_string("[\"" READ_ROUND_HELD "\"]")); /* one list: all is held */
    if (type->children_of == NULL)
        add_each(&m);
    else if (!store_configs_each(r->o.context->store, r->o.account_id, r->o.parents_region,
                                 type->children_of, add_parent, &m, err))
        return false;
    sort_rounds(r);
    if (!m.too_many)
        return true;
    read_rounds_release(r);
    return error_set(err, ERROR_LIMIT, "more than %d lists to ask for", TYPE_PARENTS_MAX);
}

void read_rounds_release(struct read *r)
{
    for (size_t i = 0; i < r->round_count; i++)
        free(r->rounds[i]);
    free(r->rounds);
    r->rounds = NULL;
    r->round_count = 0;
}
