#include "core/store/compare.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/model/shape.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

struct compare {
    char *before, *after; /* texts of the shapes that `common` is of */
    struct shape *common;
};

struct compare *compare_new(void)
{
    return memory_new(1, sizeof(struct compare));
}

static void forget(struct compare *c)
{
    free(c->before);
    free(c->after);
    shape_free(c->common);
    *c = (struct compare){ 0 };
}

void compare_free(struct compare *c)
{
    if (c == NULL)
        return;
    forget(c);
    free(c);
}

static struct shape *make_common(const char *before, const char *after, struct error *err)
{
    struct shape *a = shape_parse(before, err);
    if (a == NULL || strcmp(before, after) == 0)
        return a;
    struct shape *b = shape_parse(after, err);
    struct shape *common = b == NULL ? NULL : shape_common(a, b);
    shape_free(a);
    shape_free(b);
    return common;
}

static bool find_common(struct compare *c, const char *before, const char *after, struct error *err)
{
    if (c->common != NULL && strcmp(c->before, before) == 0 && strcmp(c->after, after) == 0)
        return true;
    struct shape *common = make_common(before, after, err);
    if (common == NULL)
        return false;
    forget(c);
    *c = (struct compare){ memory_string(before), memory_string(after), common };
    return true;
}

static bool parse_object(const char *what, const char *text, struct json_object **out,
                         struct error *err)
{
    struct json_object *root = NULL;
    if (!json_parse(text_of(text), &root, err))
        return error_prefix(err, "stored %s", what);
    if (!json_object_is_type(root, json_type_object)) {
        json_object_put(root);
        return error_set(err, ERROR_DATA, "stored %s is no JSON object", what);
    }
    *out = root;
    return true;
}

/* Leaves out of both what `side` says it never read. */
static bool drop_never_read(const struct compare_side *side, struct json_object *own,
                            struct json_object *other, struct error *err)
{
    struct json_object *unread = NULL;
    if (side->unread == NULL || side->unread[0] == '\0')
        return true;
    if (!parse_object("list of unread parts", side->unread, &unread, err))
        return false;
    json_object_object_foreach(unread, part, reason)
    {
        (void)reason;
        if (!json_object_object_get_ex(own, part, NULL))
            json_object_object_del(other, part);
    }
    json_object_put(unread);
    return true;
}

bool compare_make_pair(struct compare *c, const struct compare_side *before,
                       const struct compare_side *after, struct compare_pair *out,
                       struct error *err)
{
    struct json_object *b = NULL, *a = NULL;
    bool ok = find_common(c, before->shape, after->shape, err) &&
              parse_object("config", before->config, &b, err) &&
              parse_object("config", after->config, &a, err) &&
              drop_never_read(before, b, a, err) && drop_never_read(after, a, b, err);
    if (ok)
        *out = (struct compare_pair){ shape_comparable(c->common, b),
                                      shape_comparable(c->common, a), c->common };
    json_object_put(b);
    json_object_put(a);
    return ok;
}

void compare_pair_release(struct compare_pair *pair)
{
    json_object_put(pair->before);
    json_object_put(pair->after);
    *pair = (struct compare_pair){ 0 };
}

bool compare_equal(struct compare *c, const struct compare_side *before,
                   const struct compare_side *after, bool *out_equal, struct error *err)
{
    struct compare_pair pair = { 0 };
    if (!compare_make_pair(c, before, after, &pair, err))
        return false;
    *out_equal = json_equal(pair.before, pair.after);
    compare_pair_release(&pair);
    return true;
}
