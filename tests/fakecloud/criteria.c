#include "tests/fakecloud/criteria.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool any(struct json_object *o, struct text way, criteria_fn each, const void *ctx)
{
    if (json_object_is_type(o, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(o); i++)
            if (any(json_object_array_get_idx(o, i), way, each, ctx))
                return true;
        return false;
    }
    if (way.data == NULL)
        return o != NULL && each(ctx, json_object_get_string(o));
    char *name = text_copy(text_cut(&way, '.'));
    struct json_object *next = json_get(o, name);
    free(name);
    return any(next, way, each, ctx);
}

bool criteria_any(struct json_object *o, const char *way, criteria_fn each, const void *ctx)
{
    return any(o, text_of(way), each, ctx);
}

static bool is_listed(const void *ctx, const char *value)
{
    struct json_object *list = *(struct json_object *const *)ctx;
    for (size_t i = 0; i < json_object_array_length(list); i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), value) == 0)
            return true;
    return false;
}

bool criteria_is_one_of(struct json_object *o, const char *way, struct json_object *list)
{
    return criteria_any(o, way, is_listed, &list);
}

struct number {
    double *out;
};

static bool read_number(const void *ctx, const char *value)
{
    const struct number *n = ctx;
    int64_t ms = 0;
    char *end = NULL;
    double number = strtod(value, &end);
    if (end != value && *end == '\0')
        *n->out = number;
    else if (timestamp_parse_iso(text_of(value), &ms))
        *n->out = (double)ms;
    else
        return false;
    return true;
}

bool criteria_number(struct json_object *o, const char *way, double *out)
{
    const struct number n = { out };
    return criteria_any(o, way, read_number, &n);
}

/* An element with what it is sorted by. */
struct keyed {
    struct json_object *item;
    char *text;
    double number;
    bool is_number;
    size_t place;
};

static bool take_text(const void *ctx, const char *value)
{
    struct keyed *k = *(struct keyed *const *)ctx;
    k->text = memory_string(value);
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct keyed *left = a, *right = b;
    int order =
        left->is_number && right->is_number
            ? (left->number > right->number) - (left->number < right->number)
            : strcmp(left->text == NULL ? "" : left->text, right->text == NULL ? "" : right->text);
    return order != 0 ? order : (left->place > right->place) - (left->place < right->place);
}

void criteria_sort(struct json_object *list, const char *way, bool descending)
{
    size_t count = json_object_array_length(list);
    struct keyed *all = memory_new(count, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        struct keyed *k = &all[i];
        k->item = json_object_get(json_object_array_get_idx(list, i));
        k->place = descending ? count - i : i;
        k->is_number = criteria_number(k->item, way, &k->number);
        (void)criteria_any(k->item, way, take_text, &k);
    }
    qsort(all, count, sizeof *all, compare);
    for (size_t i = 0; i < count; i++) {
        json_object_array_put_idx(list, descending ? count - 1 - i : i, all[i].item);
        free(all[i].text);
    }
    free(all);
}
