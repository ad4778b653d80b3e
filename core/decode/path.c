#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

enum step_kind { STEP_END, STEP_NAME, STEP_EACH, STEP_CALLED, STEP_INVALID };

struct step {
    enum step_kind kind;
    char name[PATH_NAME_MAX + 1];
    const char *rest; /* of the path */
};

static bool read_name(const char *at, struct step *s)
{
    size_t len = strcspn(at, ".[]{}");
    if (len == 0 || len > PATH_NAME_MAX)
        return false;
    memcpy(s->name, at, len);
    s->name[len] = '\0';
    s->kind = STEP_NAME;
    s->rest = at + len;
    return true;
}

/* "[]" or "[WORD]"; a number would be an index, which paths do not have. */
static bool read_brackets(const char *at, struct step *s)
{
    size_t len = strcspn(at + 1, ".[]{}");
    if (at[1 + len] != ']' || len > PATH_NAME_MAX || (at[1] >= '0' && at[1] <= '9'))
        return false;
    memcpy(s->name, at + 1, len);
    s->name[len] = '\0';
    s->kind = len == 0 ? STEP_EACH : STEP_CALLED;
    s->rest = at + 1 + len + 1;
    return true;
}

/* Reads the step at `at`; a name must stand first or after a dot. */
static void read_step(const char *at, bool first, struct step *s)
{
    s->kind = STEP_INVALID;
    s->rest = at;
    if (at[0] == '\0') {
        s->kind = first ? STEP_INVALID : STEP_END;
    } else if (at[0] == '[') {
        read_brackets(at, s);
    } else if (first) {
        read_name(at, s);
    } else if (at[0] == '.') {
        read_name(at + 1, s);
    }
}

static bool is_root(const char *path)
{
    return strcmp(path, ".") == 0;
}

bool path_check(const char *path, struct error *err)
{
    struct step s = { .kind = STEP_END, .rest = path };
    int steps = 0;
    if (is_root(path))
        return true;
    do {
        read_step(s.rest, s.rest == path, &s);
        if (s.kind == STEP_INVALID)
            return error_set(err, ERROR_CONFIG, "\"%s\" is not a path: names joined by dots, [] after an array's",
                             path);
        if (s.kind != STEP_END && ++steps > PATH_STEPS_MAX)
            return error_set(err, ERROR_CONFIG, "path \"%s\" has more than %d steps", path,
                             PATH_STEPS_MAX);
    } while (s.kind != STEP_END);
    return true;
}

struct visit {
    path_each_fn each;
    void *ctx;
    const char *path;
    int steps;
};

static bool walk(struct visit *v, struct json_object *value, const char *at);

static bool walk_values(struct visit *v, struct json_object *object, const char *at)
{
    json_object_object_foreach(object, name, value) {
        (void)name;
        if (!walk(v, value, at))
            return false;
    }
    return true;
}

static bool walk_each(struct visit *v, struct json_object *array, const char *at)
{
    if (json_object_is_type(array, json_type_object))
        return walk_values(v, array, at);
    if (!json_object_is_type(array, json_type_array))
        return true;
    size_t count = json_object_array_length(array);
    for (size_t i = 0; i < count; i++)
        if (!walk(v, json_object_array_get_idx(array, i), at))
            return false;
    return true;
}

static bool is_called(struct json_object *element, const char *word)
{
    static const char *const names[] = { "key", "Key", "name", "Name" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct json_object *value = NULL;
        if (json_object_is_type(element, json_type_object) &&
            json_object_object_get_ex(element, names[i], &value) &&
            json_object_is_type(value, json_type_string) &&
            strcmp(json_object_get_string(value), word) == 0)
            return true;
    }
    return false;
}

static bool walk_called(struct visit *v, struct json_object *array, const struct step *s)
{
    if (!json_object_is_type(array, json_type_array))
        return true;
    size_t count = json_object_array_length(array);
    for (size_t i = 0; i < count; i++) {
        struct json_object *element = json_object_array_get_idx(array, i);
        if (is_called(element, s->name) && !walk(v, element, s->rest))
            return false;
    }
    return true;
}

static bool walk(struct visit *v, struct json_object *value, const char *at)
{
    struct step s;
    struct json_object *member = NULL;
    bool go_on = true;
    if (value == NULL)
        return true;
    read_step(at, at == v->path, &s);
    if (s.kind == STEP_END)
        return v->each(v->ctx, value);
    if (s.kind == STEP_INVALID || v->steps == PATH_STEPS_MAX)
        return true;
    v->steps++;
    if (s.kind == STEP_EACH)
        go_on = walk_each(v, value, s.rest);
    else if (s.kind == STEP_CALLED)
        go_on = walk_called(v, value, &s);
    else if (json_object_is_type(value, json_type_object) &&
             json_object_object_get_ex(value, s.name, &member))
        go_on = walk(v, member, s.rest);
    v->steps--;
    return go_on;
}

bool path_each(struct json_object *root, const char *path, path_each_fn each, void *ctx)
{
    struct visit v = { each, ctx, path, 0 };
    if (is_root(path))
        return root == NULL || each(ctx, root);
    return walk(&v, root, path);
}

static bool take_first(void *ctx, struct json_object *value)
{
    *(struct json_object **)ctx = value;
    return false;
}

struct json_object *path_first(struct json_object *root, const char *path)
{
    struct json_object *first = NULL;
    path_each(root, path, take_first, &first);
    return first;
}

const char *path_string(struct json_object *root, const char *path)
{
    struct json_object *value = path_first(root, path);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}
