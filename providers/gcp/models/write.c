#include "providers/gcp/models/write.h"

#include "core/base/literal.h"
#include "providers/gcp/models/load.h"

#include <string.h>

/* The service's names, a line each; the last one's NUL is the array's own. */
static void write_strings(struct buffer *out, const struct gcp_service *s, size_t len,
                          size_t number)
{
    buffer_append_format(out, "static const char strings_%zu[] =\n", number);
    for (size_t at = 0; at < len; at += strlen(s->strings + at) + 1) {
        buffer_append_string(out, "    \"");
        literal_append_inside(out, s->strings + at);
        buffer_append_string(out, "\\000\"\n");
    }
    buffer_append_string(out, "    ;\n");
}

static void write_shapes(struct buffer *out, const struct gcp_service *s, size_t number)
{
    buffer_append_format(out, "static const struct gcp_member members_%zu[] = {\n", number);
    for (size_t i = 0; i < s->member_count; i++)
        buffer_append_format(out, "{ %u, %u },\n", s->members[i].name, s->members[i].shape);
    buffer_append_format(out, "{ 0 } };\nstatic const struct gcp_shape shapes_%zu[] = {\n", number);
    for (size_t i = 0; i < s->shape_count; i++)
        buffer_append_format(out, "{ %u, %u, %u },\n", s->shapes[i].first, s->shapes[i].count,
                             s->shapes[i].kind);
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_parameters(struct buffer *out, const struct gcp_method *m, size_t number,
                             size_t index)
{
    buffer_append_format(out, "static const struct gcp_parameter parameters_%zu_%zu[] = {\n",
                         number, index);
    for (size_t i = 0; i < m->parameter_count; i++) {
        const struct gcp_parameter *p = &m->parameters[i];
        buffer_append_string(out, "{ ");
        literal_append(out, p->name);
        buffer_append_format(out, ", %u, %d, %d, %d, ", p->kind, p->in_path, p->required,
                             p->repeated);
        literal_append(out, p->pattern);
        buffer_append_string(out, " },\n");
    }
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_method(struct buffer *out, const struct gcp_method *m, size_t number,
                         size_t index)
{
    const char *const texts[] = { m->name, m->http_method, m->path, m->api_version };
    buffer_append_format(out, "{ &gcp_services[%zu], ", number);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        literal_append(out, texts[i]);
        buffer_append_string(out, ", ");
    }
    buffer_append_format(out, "parameters_%zu_%zu, %zu, %u, %u, %d, %d, %u },\n", number, index,
                         m->parameter_count, m->request, m->response, m->has_request,
                         m->has_response, m->pages);
}

static void write_methods(struct buffer *out, const struct gcp_service *s, size_t number)
{
    for (size_t i = 0; i < s->method_count; i++)
        write_parameters(out, &s->methods[i], number, i);
    buffer_append_format(out, "static const struct gcp_method methods_%zu[] = {\n", number);
    for (size_t i = 0; i < s->method_count; i++)
        write_method(out, &s->methods[i], number, i);
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_service(struct buffer *out, const struct gcp_service *s, size_t number)
{
    const char *const texts[] = { s->name, s->version, s->host, s->base };
    buffer_append_string(out, "{ ");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        literal_append(out, texts[i]);
        buffer_append_string(out, ", ");
    }
    buffer_append_format(
        out, "strings_%zu, shapes_%zu, members_%zu, %zu, %zu, methods_%zu, %zu },\n", number,
        number, number, s->shape_count, s->member_count, number, s->method_count);
}

static void write_pairs(struct buffer *out, const char *name, const struct gcp_pair *pairs,
                        size_t count)
{
    buffer_append_format(out, "static const struct gcp_pair %s[] = {\n", name);
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(out, "{ ");
        literal_append(out, pairs[i].service);
        buffer_append_string(out, ", ");
        literal_append(out, pairs[i].method);
        buffer_append_string(out, " },\n");
    }
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_rules(struct buffer *out, const struct gcp_rules *rules)
{
    write_pairs(out, "posts", rules->posts, rules->post_count);
    write_pairs(out, "refused", rules->refused, rules->refused_count);
    buffer_append_format(
        out, "const struct gcp_rules gcp_method_rules = { posts, refused, %zu, %zu };\n",
        rules->post_count, rules->refused_count);
}

static bool check_service(const struct gcp_service *s, const struct gcp_rules *rules,
                          struct error *err)
{
    for (size_t i = 0; i < s->method_count; i++) {
        const struct gcp_method *m = &s->methods[i];
        if (!gcp_allow(rules, s->name, m->name, m->http_method))
            return error_set(err, ERROR_DATA,
                             "%s %s by %s is not a read, or hands out secrets: refused", s->name,
                             m->name, m->http_method);
    }
    return true;
}

bool gcp_write_models(struct buffer *out, struct gcp_model *const *models, size_t count,
                      const struct gcp_rules *rules, struct error *err)
{
    buffer_append_string(out, "#include \"providers/gcp/model/tables.h\"\n\n");
    for (size_t i = 0; i < count; i++) {
        const struct gcp_service *s = gcp_load_service(models[i]);
        if (!check_service(s, rules, err))
            return false;
        if (i > 0 && strcmp(gcp_load_service(models[i - 1])->name, s->name) >= 0)
            return error_set(err, ERROR_DATA, "%s is not after %s by name", s->name,
                             gcp_load_service(models[i - 1])->name);
        write_strings(out, s, gcp_load_strings_len(models[i]), i);
        write_shapes(out, s, i);
        write_methods(out, s, i);
    }
    buffer_append_string(out, "const struct gcp_service gcp_services[] = {\n");
    for (size_t i = 0; i < count; i++)
        write_service(out, gcp_load_service(models[i]), i);
    buffer_append_format(out, "{ 0 } };\nconst size_t gcp_services_count = %zu;\n", count);
    write_rules(out, rules);
    return true;
}
