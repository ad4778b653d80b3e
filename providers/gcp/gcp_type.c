#include "providers/gcp/gcp_type.h"

#include "core/decode/json.h"
#include "core/model/type_fields.h"
#include "providers/gcp/assets.h"
#include "providers/gcp/call_query.h"
#include "providers/gcp/model/arguments.h"
#include "providers/gcp/model/model.h"

#include <json-c/json.h>
#include <string.h>

static const char *service_of(const struct resource_type *type, const struct type_detail *d)
{
    return d->service != NULL ? d->service : type->service;
}

/* What types may ask for. */
static const struct gcp_method *find(const char *service, const char *method, struct error *err)
{
    if (!gcp_call_query_is(service, method))
        return gcp_model_find(service, method, err);
    error_set(err, ERROR_CONFIG, "%s %s hands out data, which no type may ask for", service,
              method);
    return NULL;
}

static enum gcp_kind kind_of(const struct gcp_method *m, uint32_t shape)
{
    return (enum gcp_kind)m->service->shapes[shape].kind;
}

static uint32_t element_of(const struct gcp_method *m, uint32_t list)
{
    return m->service->members[m->service->shapes[list].first].shape;
}

/* ---- items ---- */

static bool has_members(enum gcp_kind kind)
{
    return kind == GCP_OBJECT || kind == GCP_MAP || kind == GCP_ANY;
}

/* A list of items, or the one item. */
static bool check_items(const struct resource_type *type, const struct gcp_method *list,
                        struct error *err)
{
    uint32_t shape = 0;
    if (!gcp_path_shape(list, type->items, &shape, err))
        return false;
    if (kind_of(list, shape) == GCP_ARRAY)
        shape = element_of(list, shape);
    if (type->decode_csv != NULL || has_members(kind_of(list, shape)) == (type->wrap == NULL))
        return true;
    return error_set(err, ERROR_CONFIG, "%s",
                     type->wrap == NULL ? "its items are single values: wrap gives each a name"
                                        : "wrap is for items that are single values");
}

static bool check_from_answer(const struct resource_type *type, const struct gcp_method *list,
                              struct error *err)
{
    uint32_t unused = 0;
    for (size_t i = 0; i < type->from_answer.count; i++) {
        if (!gcp_path_shape(list, type->from_answer.items[i], &unused, err))
            return error_prefix(err, "from_answer");
    }
    return true;
}

/* ---- arguments ---- */

/* An account as such a type has it; an organization's types may be a folder's, too. */
static bool check_arguments(const struct resource_type *type, const struct gcp_method *m,
                            struct json_object *with, struct error *err)
{
    static const char *const projects[] = { "my-project", NULL };
    static const char *const places[] = { "organizations/1", "folders/1", NULL };
    return gcp_arguments_check(m, with, type->level == NULL ? projects : places, err);
}

/* As it will be sent: with a list of one for the batch. */
static bool check_batch(const struct resource_type *type, const struct gcp_method *m,
                        const struct type_detail *d, struct error *err)
{
    struct json_object *arguments = json_object_new_object(), *one = json_object_new_array();
    json_object_array_add(one, json_object_new_string("{x}"));
    if (d->with != NULL) {
        json_object_object_foreach(d->with, name, value)
            json_object_object_add(arguments, name, json_object_get(value));
    }
    json_object_object_add(arguments, d->batch_argument, one);
    bool ok = json_get(d->with, d->batch_argument) == NULL ||
              error_set(err, ERROR_CONFIG, "%s of the batch is in with, too", d->batch_argument);
    ok = ok && check_arguments(type, m, arguments, err);
    json_object_put(arguments);
    return ok;
}

/* ---- a type ---- */

/* What is gathered over pages is a list. */
static bool check_gathered(const struct gcp_method *get, const char *items, struct error *err)
{
    uint32_t shape = 0;
    if (!gcp_path_shape(get, items, &shape, err))
        return false;
    return items == NULL || kind_of(get, shape) == GCP_ARRAY ||
           error_set(err, ERROR_CONFIG,
                     "%s %s: %s is no list: without items the part is the whole answer",
                     get->service->name, get->name, items);
}

static bool check_detail(const struct resource_type *type, const struct type_detail *d,
                         struct error *err)
{
    const struct gcp_method *get = find(service_of(type, d), d->operation, err);
    if (get == NULL || !check_gathered(get, d->items, err))
        return false;
    return d->batch_argument != NULL ? check_batch(type, get, d, err)
                                     : check_arguments(type, get, d->with, err);
}

static bool check_get(const struct resource_type *type, struct error *err)
{
    if (type->get == NULL)
        return true;
    const struct gcp_method *get = find(type->service, type->get, err);
    return get != NULL && check_arguments(type, get, type->get_with, err);
}

static bool check_place(const struct resource_type *type, struct error *err)
{
    if (!type->global)
        return error_set(err, ERROR_CONFIG,
                         "its scope is global or spread: there are no regions to walk");
    return type->level == NULL || strcmp(type->level, GCP_TYPE_LEVEL) == 0 ||
           error_set(err, ERROR_CONFIG, "level is %s, not %s", GCP_TYPE_LEVEL, type->level);
}

static bool check_list(const struct resource_type *type, struct error *err)
{
    const struct gcp_method *list = find(type->service, type->list, err);
    if (list == NULL || !check_items(type, list, err) || !check_from_answer(type, list, err) ||
        !check_arguments(type, list, type->with, err))
        return false;
    return type->poll == NULL || find(type->service, type->poll, err) != NULL;
}

bool gcp_type_check(const struct resource_type *type, struct error *err)
{
    if (type->aggregate != NULL)
        return error_set(err, ERROR_CONFIG, "%s:%d: %s: Google Cloud's logs are not summed up",
                         type->file, type->line, type->name);
    bool ok = check_place(type, err) && check_list(type, err) && check_get(type, err);
    for (size_t i = 0; ok && i < type->detail_count; i++)
        ok = check_detail(type, &type->details[i], err);
    return ok || error_prefix(err, "%s:%d: %s", type->file, type->line, type->name);
}

bool gcp_type_in_account(const struct resource_type *type, const char *account)
{
    const char *const one[] = { account, NULL };
    struct error none = ERROR_INIT; /* checked before */
    bool is_level = strchr(account, '/') != NULL;
    const struct gcp_method *list = find(type->service, type->list, &none);
    if (list == NULL || is_level != (type->level != NULL))
        return false;
    return !is_level || gcp_arguments_check(list, type->with, one, &none);
}

/* ---- fields ---- */

static struct json_object *answer_fields(const char *service, const char *operation,
                                         const char *items)
{
    struct error none = ERROR_INIT; /* checked before */
    const struct gcp_method *o = find(service, operation, &none);
    return o == NULL ? NULL : gcp_path_fields(o, items, &none);
}

struct json_object *gcp_type_fields(const struct resource_type *type)
{
    if (type->bulk_only)
        return gcp_assets_fields(type);
    return type_fields(type, answer_fields);
}
