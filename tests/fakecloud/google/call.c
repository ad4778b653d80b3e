#include "tests/fakecloud/google/call.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

size_t google_call_count(const struct google_call *c, const char *name)
{
    struct json_object *value = json_get(c->params, name);
    if (value == NULL)
        return 0;
    return json_object_is_type(value, json_type_array) ? json_object_array_length(value) : 1;
}

const char *google_call_text_at(const struct google_call *c, const char *name, size_t index)
{
    struct json_object *value = json_get(c->params, name);
    if (json_object_is_type(value, json_type_array))
        value = json_object_array_get_idx(value, index);
    return value == NULL ? NULL : json_object_get_string(value);
}

const char *google_call_text(const struct google_call *c, const char *name)
{
    return google_call_count(c, name) == 0 ? NULL : google_call_text_at(c, name, 0);
}

/* A project is known by its number too (projects.h). */
static const char *project_of(const struct estate *e, const char *id)
{
    size_t number = estate_number(e, id);
    return number == SIZE_MAX ? NULL : estate_account(e, number);
}

const char *google_call_account_of(const struct google_call *c, const char *resource)
{
    struct text rest = text_of(resource), kind = text_cut(&rest, '/'), id = text_cut(&rest, '/');
    if (id.data == NULL)
        return NULL;
    bool project = text_equal_string(kind, "projects");
    char *name = project
                     ? text_copy(id)
                     : memory_format("%.*s/%.*s", (int)kind.len, kind.data, (int)id.len, id.data);
    const char *found = NULL;
    if (project) {
        found = project_of(c->estate, name);
    } else {
        struct json_object_iter i;
        json_object_object_foreachC(c->estate->lists, i) if (strcmp(i.key, name) == 0) found =
            i.key;
    }
    free(name);
    return found;
}

struct json_object *google_call_things(const struct google_call *c, const char *account,
                                       const char *list)
{
    struct json_object *out = json_object_new_array(),
                       *regions = account == NULL ? NULL : json_get(c->lists, account);
    if (regions == NULL)
        return out;
    json_object_object_foreach(regions, region, lists) {
        struct json_object *items = json_get(lists, list);
        (void)region;
        for (size_t i = 0; items != NULL && i < json_object_array_length(items); i++)
            json_object_array_add(out, json_object_get(json_object_array_get_idx(items, i)));
    }
    return out;
}

static bool same_segment(const struct estate *e, struct text want, struct text is, bool project)
{
    if (text_equal_string(want, "-") || text_equal(want, is))
        return true;
    if (!project)
        return false;
    char *a = text_copy(want), *b = text_copy(is);
    const char *first = project_of(e, a), *second = project_of(e, b);
    free(b);
    free(a);
    return first != NULL && second != NULL && strcmp(first, second) == 0;
}

bool google_call_same(const struct google_call *c, const char *pattern, const char *name,
                      bool below)
{
    struct text want = text_of(pattern), is = text_of(name);
    bool project = false;
    while (want.data != NULL && is.data != NULL) {
        struct text a = text_cut(&want, '/'), b = text_cut(&is, '/');
        if (!same_segment(c->estate, a, b, project))
            return false;
        project = text_equal_string(a, "projects");
    }
    return want.data == NULL && (below ? is.data != NULL : is.data == NULL);
}
