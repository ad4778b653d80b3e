#include "providers/aws/models/write.h"

#include "core/base/literal.h"
#include "providers/aws/models/load.h"

#include <string.h>

/* The service's names, a line each; the last one's NUL is the array's own. */
static void write_strings(struct buffer *out, const struct aws_service *s, size_t len,
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

static void write_member(struct buffer *out, const struct aws_member *m)
{
    buffer_append_format(out, "{ %u, %u, %u, %u, %u, %u, %u, %u, %u, %u }", m->name, m->wire,
                         m->query, m->element, m->namespace, m->prefix, m->shape, m->flags,
                         m->location, m->time_format);
}

static void write_shapes(struct buffer *out, const struct aws_service *s, size_t number)
{
    buffer_append_format(out, "static const struct aws_member members_%zu[] = {\n", number);
    for (size_t i = 0; i < s->member_count; i++) {
        write_member(out, &s->members[i]);
        buffer_append_string(out, ",\n");
    }
    buffer_append_format(out, "{ 0 } };\nstatic const struct aws_shape shapes_%zu[] = {\n", number);
    for (size_t i = 0; i < s->shape_count; i++) {
        const struct aws_shape *shape = &s->shapes[i];
        buffer_append_format(out, "{ %u, %u, %u, %u, %u, %d, %d },\n", shape->name, shape->first,
                             shape->count, shape->payload, shape->type, shape->is_union,
                             shape->is_error);
    }
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_errors(struct buffer *out, const struct aws_operation *op, size_t number,
                         size_t index)
{
    buffer_append_format(out, "static const struct aws_known_error errors_%zu_%zu[] = {\n", number,
                         index);
    for (size_t i = 0; i < op->error_count; i++) {
        buffer_append_string(out, "{ ");
        literal_append(out, op->errors[i].code);
        buffer_append_format(out, ", %d, %d },\n", op->errors[i].retryable,
                             op->errors[i].throttling);
    }
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_tokens(struct buffer *out, const char *const tokens[AWS_TOKENS_MAX])
{
    buffer_append_string(out, "{ ");
    for (size_t i = 0; i < AWS_TOKENS_MAX; i++) {
        literal_append(out, tokens[i]);
        buffer_append_string(out, ", ");
    }
    buffer_append_string(out, "}, ");
}

static void write_pages(struct buffer *out, const struct aws_pages *p)
{
    buffer_append_string(out, "{ ");
    write_tokens(out, p->input_tokens);
    write_tokens(out, p->output_tokens);
    buffer_append_format(out, "%zu, ", p->count);
    literal_append(out, p->more);
    buffer_append_string(out, ", ");
    literal_append(out, p->limit_key);
    buffer_append_string(out, " }");
}

static void write_operation(struct buffer *out, const struct aws_operation *op, size_t number,
                            size_t index)
{
    const char *const texts[] = { op->name, op->method, op->uri, op->host_prefix,
                                  op->result_wrapper };
    buffer_append_format(out, "{ &aws_services[%zu], ", number);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        literal_append(out, texts[i]);
        buffer_append_string(out, ", ");
    }
    write_member(out, &op->input);
    buffer_append_string(out, ", ");
    write_member(out, &op->output);
    buffer_append_format(out, ", %d, %d, %d, ", op->has_input, op->has_output, op->is_unsigned);
    write_pages(out, &op->pages);
    buffer_append_format(out, ", errors_%zu_%zu, %zu },\n", number, index, op->error_count);
}

static void write_operations(struct buffer *out, const struct aws_service *s, size_t number)
{
    for (size_t i = 0; i < s->operation_count; i++)
        write_errors(out, &s->operations[i], number, i);
    buffer_append_format(out, "static const struct aws_operation operations_%zu[] = {\n", number);
    for (size_t i = 0; i < s->operation_count; i++)
        write_operation(out, &s->operations[i], number, i);
    buffer_append_string(out, "{ 0 } };\n");
}

static void write_service(struct buffer *out, const struct aws_service *s, size_t number)
{
    const char *const before[] = { s->name, s->id };
    const char *const after[] = { s->api_version, s->target_prefix, s->json_version,
                                  s->signing_name, s->endpoint_prefix };
    buffer_append_string(out, "{ ");
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        literal_append(out, before[i]);
        buffer_append_string(out, ", ");
    }
    buffer_append_format(out, "%d, ", (int)s->protocol);
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++) {
        literal_append(out, after[i]);
        buffer_append_string(out, ", ");
    }
    buffer_append_format(
        out, "%d, %d, strings_%zu, shapes_%zu, members_%zu, %zu, %zu, operations_%zu, %zu },\n",
        s->query_compatible, s->bucket_in_host, number, number, number, s->shape_count,
        s->member_count, number, s->operation_count);
}

static void write_refusals(struct buffer *out, const struct aws_refusal *refused, size_t count)
{
    buffer_append_string(out, "const struct aws_refusal aws_refusals[] = {\n");
    for (size_t i = 0; i < count; i++) {
        buffer_append_string(out, "{ ");
        literal_append(out, refused[i].service);
        buffer_append_string(out, ", ");
        literal_append(out, refused[i].operation);
        buffer_append_string(out, " },\n");
    }
    buffer_append_format(out, "{ 0 } };\nconst size_t aws_refusals_count = %zu;\n", count);
}

static bool check_service(const struct aws_service *s, const struct aws_refusal *refused,
                          size_t count, struct error *err)
{
    for (size_t i = 0; i < s->operation_count; i++) {
        if (!aws_allow(refused, count, s->name, s->operations[i].name))
            return error_set(err, ERROR_DATA, "%s %s is not a read, or hands out secrets: refused",
                             s->name, s->operations[i].name);
    }
    return true;
}

bool write_models(struct buffer *out, struct aws_model *const *models, size_t count,
                  const struct aws_refusal *refused, size_t refused_count, struct error *err)
{
    buffer_append_string(out, "#include \"providers/aws/protocol/tables.h\"\n\n");
    for (size_t i = 0; i < count; i++) {
        const struct aws_service *s = aws_load_service(models[i]);
        if (!check_service(s, refused, refused_count, err))
            return false;
        if (i > 0 && strcmp(aws_load_service(models[i - 1])->name, s->name) >= 0)
            return error_set(err, ERROR_DATA, "%s is not after %s by name", s->name,
                             aws_load_service(models[i - 1])->name);
        write_strings(out, s, aws_load_strings_len(models[i]), i);
        write_shapes(out, s, i);
        write_operations(out, s, i);
    }
    buffer_append_string(out, "const struct aws_service aws_services[] = {\n");
    for (size_t i = 0; i < count; i++)
        write_service(out, aws_load_service(models[i]), i);
    buffer_append_format(out, "{ 0 } };\nconst size_t aws_services_count = %zu;\n", count);
    write_refusals(out, refused, refused_count);
    return true;
}
