#include "providers/gcp/models/load.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "providers/gcp/models/load_shapes.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* A member that must be there. */
static bool read_text(struct json_object *json, const char *name, const char **out,
                      struct error *err)
{
    *out = json_string(json, name);
    return *out != NULL || error_set(err, ERROR_DATA, "no %s", name);
}

/* ---- methods ---- */

static bool read_parameter(struct json_object *json, struct gcp_parameter *out, struct error *err)
{
    const char *in = NULL, *type = NULL;
    if (!read_text(json, "in", &in, err) || !read_text(json, "type", &type, err))
        return false;
    if (strcmp(in, "path") != 0 && strcmp(in, "query") != 0)
        return error_set(err, ERROR_DATA, "'%s' is neither path nor query", in);
    if (!gcp_load_shapes_scalar(type, &out->kind))
        return error_set(err, ERROR_DATA, "unknown type '%s'", type);
    out->in_path = strcmp(in, "path") == 0;
    out->required = json_boolean(json, "required", false);
    out->repeated = json_boolean(json, "repeated", false);
    out->pattern = json_string(json, "pattern");
    if (out->pattern == NULL)
        out->pattern = "";
    return true;
}

static bool read_parameters(struct json_object *json, struct gcp_method *out, struct error *err)
{
    size_t count = json == NULL ? 0 : (size_t)json_object_object_length(json);
    struct gcp_parameter *list = memory_new(count, sizeof *list);
    out->parameters = list;
    if (count == 0)
        return true;
    json_object_object_foreach(json, name, parameter) {
        struct gcp_parameter *p = &list[out->parameter_count++];
        p->name = name;
        if (!read_parameter(parameter, p, err))
            return error_prefix(err, "%s", name);
    }
    return true;
}

static const struct gcp_parameter *find_parameter(const struct gcp_method *m, struct text name)
{
    for (size_t i = 0; i < m->parameter_count; i++) {
        if (text_equal_string(name, m->parameters[i].name))
            return &m->parameters[i];
    }
    return NULL;
}

/* Each hole of the path is a parameter of the path, and the other way round. */
static bool check_path(const struct gcp_method *m, struct error *err)
{
    size_t holes = 0, in_path = 0;
    for (size_t i = 0; i < m->parameter_count; i++)
        in_path += m->parameters[i].in_path;
    for (const char *at = strchr(m->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        const char *from = at + 1 + (at[1] == '+');
        const struct gcp_parameter *p =
            find_parameter(m, (struct text){ from, strcspn(from, "}") });
        if (p == NULL || !p->in_path)
            return error_set(err, ERROR_DATA, "%s has a hole that is no parameter", m->path);
        holes++;
    }
    return holes == in_path || error_set(err, ERROR_DATA, "%s has %zu holes for %zu parameters",
                                         m->path, holes, in_path);
}

static bool read_pages(struct json_object *json, struct gcp_method *out, struct error *err)
{
    const char *pages = json_string(json, "pages");
    if (pages == NULL)
        out->pages = GCP_PAGES_NONE;
    else if (strcmp(pages, "query") == 0)
        out->pages = GCP_PAGES_QUERY;
    else if (strcmp(pages, "body") == 0)
        out->pages = GCP_PAGES_BODY;
    else
        return error_set(err, ERROR_DATA, "pages by '%s'", pages);
    return true;
}

static bool read_side(const struct gcp_model *m, const char *shape, uint32_t *out, bool *out_has,
                      struct error *err)
{
    *out_has = shape != NULL;
    return shape == NULL || gcp_load_shapes_find(m, shape, out, err);
}

static bool read_method(struct gcp_model *m, struct json_object *json, struct gcp_method *out,
                        struct error *err)
{
    const char *version = json_string(json, "apiVersion");
    out->api_version = version == NULL ? "" : version;
    return read_text(json, "http", &out->http_method, err) &&
           read_text(json, "path", &out->path, err) &&
           read_parameters(json_get(json, "parameters"), out, err) && check_path(out, err) &&
           read_side(m, json_string(json, "request"), &out->request, &out->has_request, err) &&
           read_side(m, json_string(json, "response"), &out->response, &out->has_response, err) &&
           read_pages(json, out, err);
}

static int by_name(const void *a, const void *b)
{
    const struct gcp_method *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static bool read_methods(struct gcp_model *m, struct error *err)
{
    struct json_object *json = json_get(m->json, "methods");
    size_t count = json == NULL ? 0 : (size_t)json_object_object_length(json);
    m->methods = memory_new(count, sizeof *m->methods);
    if (count == 0)
        return true;
    json_object_object_foreach(json, name, method) {
        struct gcp_method *out = &m->methods[m->service.method_count++];
        *out = (struct gcp_method){ .service = &m->service, .name = name };
        if (!read_method(m, method, out, err))
            return error_prefix(err, "method %s", name);
    }
    qsort(m->methods, count, sizeof *m->methods, by_name);
    return true;
}

/* ---- a service ---- */

static bool read_service(struct gcp_model *m, struct error *err)
{
    return read_text(m->json, "name", &m->service.name, err) &&
           read_text(m->json, "version", &m->service.version, err) &&
           read_text(m->json, "host", &m->service.host, err) &&
           read_text(m->json, "base", &m->service.base, err);
}

struct gcp_model *gcp_load(struct json_object *json, struct error *err)
{
    struct gcp_model *m = memory_new(1, sizeof *m);
    m->json = json_object_get(json);
    m->string_offsets = map_new(NULL);
    m->shape_numbers = map_new(NULL);
    buffer_init(&m->strings, GCP_LOAD_STRINGS_MAX);
    buffer_append_char(&m->strings, '\0'); /* offset 0 is the empty text */
    bool ok = read_service(m, err) && gcp_load_shapes_all(m, err) && read_methods(m, err);
    if (ok && !buffer_ok(&m->strings))
        ok = error_set(err, ERROR_LIMIT, "more than %d bytes of names", GCP_LOAD_STRINGS_MAX);
    if (!ok) {
        gcp_load_free(m);
        return NULL;
    }
    m->service.strings = buffer_string(&m->strings);
    m->service.shapes = m->shapes;
    m->service.members = m->members;
    m->service.methods = m->methods;
    return m;
}

void gcp_load_free(struct gcp_model *m)
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->service.method_count; i++)
        free((void *)(uintptr_t)m->methods[i].parameters);
    free(m->methods);
    free(m->members);
    free(m->shapes);
    buffer_release(&m->strings);
    map_free(m->string_offsets);
    map_free(m->shape_numbers);
    json_object_put(m->json);
    free(m);
}

const struct gcp_service *gcp_load_service(const struct gcp_model *m)
{
    return &m->service;
}

size_t gcp_load_strings_len(const struct gcp_model *m)
{
    return m->strings.len;
}
