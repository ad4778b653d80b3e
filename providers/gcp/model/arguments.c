#include "providers/gcp/model/arguments.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* ---- kinds ---- */

static bool check_value(const struct gcp_service *s, uint32_t shape, struct json_object *value,
                        struct error *err);

static bool is_template(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) &&
           strchr(json_object_get_string(value), '{') != NULL;
}

/* "{name}" and nothing else becomes the value itself, which may be a list or an object. */
static bool is_one_hole(struct json_object *value)
{
    struct text t = text_of(is_template(value) ? json_object_get_string(value) : NULL);
    return text_starts_with(t, "{") && text_find(t, '}') == t.len - 1;
}

static bool is_scalar(enum gcp_kind kind)
{
    return kind != GCP_OBJECT && kind != GCP_ARRAY && kind != GCP_MAP;
}

static bool is_of_kind(enum gcp_kind kind, struct json_object *value)
{
    enum json_type is = json_object_get_type(value);
    switch (kind) {
    case GCP_OBJECT:
    case GCP_MAP:
        return is == json_type_object;
    case GCP_ARRAY:
        return is == json_type_array;
    case GCP_STRING:
        return is == json_type_string;
    case GCP_INTEGER:
        return is == json_type_int;
    case GCP_NUMBER:
        return is == json_type_int || is == json_type_double;
    case GCP_BOOLEAN:
        return is == json_type_boolean;
    case GCP_ANY:
        return true;
    }
    return false;
}

static bool check_kind(enum gcp_kind kind, struct json_object *value, struct error *err)
{
    static const char *const expected[] = { "an object",  "a list",   "a map",         "a text",
                                            "an integer", "a number", "true or false", "JSON" };
    return is_of_kind(kind, value) || error_set(err, ERROR_CONFIG, "expected %s", expected[kind]);
}

static bool check_list(const struct gcp_service *s, const struct gcp_shape *shape,
                       struct json_object *list, struct error *err)
{
    for (size_t i = 0; i < json_object_array_length(list); i++) {
        if (!check_value(s, s->members[shape->first].shape, json_object_array_get_idx(list, i),
                         err))
            return error_prefix(err, "[%zu]", i);
    }
    return true;
}

static bool check_members(const struct gcp_service *s, uint32_t shape, struct json_object *object,
                          struct error *err)
{
    json_object_object_foreach(object, name, value) {
        const struct gcp_member *m = gcp_model_member(s, shape, name);
        if (m == NULL)
            return error_set(err, ERROR_CONFIG, "no member of the model is called %s", name);
        if (!check_value(s, m->shape, value, err))
            return error_prefix(err, "%s", name);
    }
    return true;
}

/* As deep as the file that it was written in: YAML_DEPTH_MAX. */
static bool check_value(const struct gcp_service *s, uint32_t shape, struct json_object *value,
                        struct error *err)
{
    enum gcp_kind kind = s->shapes[shape].kind;
    if (value == NULL || is_one_hole(value) || (is_scalar(kind) && is_template(value)))
        return true;
    if (!check_kind(kind, value, err))
        return false;
    if (kind == GCP_ARRAY)
        return check_list(s, &s->shapes[shape], value, err);
    return is_scalar(kind) || check_members(s, shape, value, err);
}

/* ---- the way of a resource's name ---- */

/* One byte of a text that is not quite known; `many`: any number of them. */
struct atom {
    int byte; /* or one of these */
    bool many;
};
enum { BYTE_ANY = 256, BYTE_NO_SLASH = 257 };

struct atoms {
    struct atom list[GCP_ARGUMENTS_TEXT_MAX];
    size_t count;
    bool overflowed;
};

static void add_atom(struct atoms *a, int byte, bool many)
{
    if (a->count == GCP_ARGUMENTS_TEXT_MAX)
        a->overflowed = true;
    else
        a->list[a->count++] = (struct atom){ byte, many };
}

static void add_some(struct atoms *a, int byte)
{
    add_atom(a, byte, false);
    add_atom(a, byte, true);
}

static void add_text(struct atoms *a, const char *text)
{
    for (; *text != '\0'; text++)
        add_atom(a, (unsigned char)*text, false);
}

static void read_pattern(const char *pattern, struct atoms *out)
{
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '*')
            add_some(out, BYTE_NO_SLASH);
        else
            add_atom(out, (unsigned char)*pattern, false);
    }
}

static void add_hole(struct atoms *out, struct text name, const char *account)
{
    if (text_equal_string(name, "account"))
        add_text(out, account);
    else if (text_equal_string(name, "region") || text_starts_with(name, "last "))
        add_some(out, BYTE_NO_SLASH);
    else
        add_some(out, BYTE_ANY);
}

static bool read_template(const char *template, const char *account, struct atoms *out)
{
    for (const char *at = template; *at != '\0'; at++) {
        bool brace = *at == '{' || *at == '}';
        size_t len = strcspn(at, "}");
        if (brace && at[1] == at[0]) {
            add_atom(out, *at++, false);
        } else if (*at == '{' && at[len] == '}') {
            add_hole(out, (struct text){ at + 1, len - 1 }, account);
            at += len;
        } else if (brace) {
            return false;
        } else {
            add_atom(out, (unsigned char)*at, false);
        }
    }
    return true;
}

static bool can_be_equal(int a, int b)
{
    if (a == BYTE_ANY || b == BYTE_ANY || a == b)
        return true;
    return (a == BYTE_NO_SLASH && b != '/') || (b == BYTE_NO_SLASH && a != '/');
}

/* before[j]: whether some text fits what there is of `a` so far, and the first j of `b`. after[j]: the same with
 * `one` as well. Such a text ends where `one` or the last of `b` stands for nothing, or in a byte of both. */
static void take_atom(struct atom one, const struct atoms *b, const bool *before, bool *after)
{
    for (size_t j = 0; j <= b->count; j++) {
        bool here = one.many && before[j];
        if (j > 0) {
            struct atom other = b->list[j - 1];
            bool equal = can_be_equal(one.byte, other.byte);
            here = here || (equal && before[j - 1]) || (equal && one.many && after[j - 1]) ||
                   (equal && other.many && before[j]) || (other.many && after[j - 1]);
        }
        after[j] = here;
    }
}

/* Whether some text fits both. */
static bool can_meet(const struct atoms *a, const struct atoms *b)
{
    bool *before = memory_new(b->count + 1, sizeof *before);
    bool *after = memory_new(b->count + 1, sizeof *after);
    before[0] = true;
    for (size_t j = 1; j <= b->count; j++)
        before[j] = before[j - 1] && b->list[j - 1].many;
    for (size_t i = 0; i < a->count; i++) {
        take_atom(a->list[i], b, before, after);
        bool *spare = before;
        before = after;
        after = spare;
    }
    bool met = before[b->count];
    free(before);
    free(after);
    return met;
}

bool gcp_arguments_fit(const char *pattern, const char *template, const char *account)
{
    struct atoms *a = memory_new(1, sizeof *a), *b = memory_new(1, sizeof *b);
    read_pattern(pattern, a);
    bool fits =
        read_template(template, account, b) && !a->overflowed && !b->overflowed && can_meet(a, b);
    free(a);
    free(b);
    return fits;
}

/* ---- arguments ---- */

/* {+x} keeps slashes; a slash in {x} would not lead where it seems to. */
static const char *pattern_of(const struct gcp_method *m, const struct gcp_parameter *p)
{
    char *hole = memory_format("{%s}", p->name);
    bool one_segment = strstr(m->path, hole) != NULL;
    free(hole);
    return one_segment ? "*" : p->pattern;
}

static bool check_in_path(const struct gcp_method *m, const struct gcp_parameter *p,
                          struct json_object *value, const char *const *accounts, struct error *err)
{
    const char *pattern = pattern_of(m, p);
    if (p->kind != GCP_STRING || *pattern == '\0' || !json_object_is_type(value, json_type_string))
        return true;
    for (; *accounts != NULL; accounts++) {
        if (gcp_arguments_fit(pattern, json_object_get_string(value), *accounts))
            return true;
    }
    return error_set(err, ERROR_CONFIG, "'%s' can be no %s", json_object_get_string(value),
                     pattern);
}

static bool check_parameter(const struct gcp_method *m, const struct gcp_parameter *p,
                            struct json_object *value, const char *const *accounts,
                            struct error *err)
{
    if (p->repeated && !is_one_hole(value)) {
        if (!check_kind(GCP_ARRAY, value, err))
            return false;
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            struct json_object *one = json_object_array_get_idx(value, i);
            if (!is_template(one) && !check_kind(p->kind, one, err))
                return error_prefix(err, "[%zu]", i);
        }
        return true;
    }
    if (!is_template(value) && !check_kind(p->kind, value, err))
        return false;
    return !p->in_path || check_in_path(m, p, value, accounts, err);
}

static bool check_argument(const struct gcp_method *m, const char *name, struct json_object *value,
                           const char *const *accounts, struct error *err)
{
    const struct gcp_parameter *p = gcp_model_parameter(m, name);
    if (strcmp(name, "pageToken") == 0)
        return error_set(err, ERROR_CONFIG, "pages are asked for without being told");
    if (p != NULL)
        return value == NULL || check_parameter(m, p, value, accounts, err);
    const struct gcp_member *member =
        m->has_request ? gcp_model_member(m->service, m->request, name) : NULL;
    return member == NULL ? error_set(err, ERROR_CONFIG, "the method takes no such argument")
                          : check_value(m->service, member->shape, value, err);
}

static bool check_required(const struct gcp_method *m, struct json_object *with, struct error *err)
{
    for (size_t i = 0; i < m->parameter_count; i++) {
        const struct gcp_parameter *p = &m->parameters[i];
        if ((p->required || p->in_path) && json_get(with, p->name) == NULL)
            return error_set(err, ERROR_CONFIG, "required and missing: %s", p->name);
    }
    return true;
}

bool gcp_arguments_check(const struct gcp_method *m, struct json_object *with,
                         const char *const *accounts, struct error *err)
{
    if (with != NULL) {
        json_object_object_foreach(with, name, value) {
            if (!check_argument(m, name, value, accounts, err))
                return error_prefix(err, "%s %s: %s", m->service->name, m->name, name);
        }
    }
    return check_required(m, with, err) || error_prefix(err, "%s %s", m->service->name, m->name);
}
