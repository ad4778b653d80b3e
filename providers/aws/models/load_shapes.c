#include "providers/aws/models/load_shapes.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/models/load.h"

#include <ctype.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static const struct load_word type_words[] = {
    { "structure", AWS_STRUCTURE }, { "list", AWS_LIST },        { "map", AWS_MAP },
    { "string", AWS_STRING },       { "character", AWS_STRING }, { "integer", AWS_INTEGER },
    { "long", AWS_INTEGER },        { "short", AWS_INTEGER },    { "byte", AWS_INTEGER },
    { "float", AWS_FLOAT },         { "double", AWS_FLOAT },     { "boolean", AWS_BOOLEAN },
    { "timestamp", AWS_TIMESTAMP }, { "blob", AWS_BLOB },        { NULL, 0 },
};
static const struct load_word location_words[] = {
    { "uri", AWS_URI },         { "querystring", AWS_QUERYSTRING }, { "header", AWS_HEADER },
    { "headers", AWS_HEADERS }, { "statusCode", AWS_STATUS_CODE },  { NULL, 0 },
};
static const struct load_word time_words[] = {
    { "iso8601", AWS_TIME_ISO8601 },
    { "unixTimestamp", AWS_TIME_UNIX },
    { "rfc822", AWS_TIME_RFC822 },
    { NULL, 0 },
};
static const struct load_word flag_words[] = {
    { "flattened", AWS_FLATTENED },  { "xmlAttribute", AWS_ATTRIBUTE },
    { "jsonvalue", AWS_JSON_VALUE }, { "rootText", AWS_ROOT_TEXT },
    { "urlJson", AWS_URL_JSON },     { NULL, 0 },
};

bool load_shapes_word(const struct load_word *words, const char *text, int *out)
{
    for (; words->text != NULL; words++) {
        if (text != NULL && strcmp(words->text, text) == 0) {
            *out = words->value;
            return true;
        }
    }
    return false;
}

const char *load_shapes_string(struct json_object *o, const char *name, const char *fallback)
{
    const char *s = json_string(o, name);
    return s == NULL ? fallback : s;
}

/* The offset of `s` among the model's strings; equal texts share one. */
static uint32_t keep(struct aws_model *m, const char *s)
{
    if (s == NULL || *s == '\0')
        return 0;
    uintptr_t known = (uintptr_t)map_get(m->string_offsets, s);
    if (known == 0) {
        known = m->strings.len + 1;
        buffer_append(&m->strings, s, strlen(s) + 1);
        map_set(m->string_offsets, s, (void *)known);
    }
    return (uint32_t)(known - 1);
}

/* What a reference says, else what its shape says: botocore's rule for every trait. */
static struct json_object *trait(struct json_object *reference, struct json_object *shape,
                                 const char *name)
{
    struct json_object *own = json_get(reference, name);
    return own != NULL ? own : json_get(shape, name);
}

static const char *trait_string(struct json_object *reference, struct json_object *shape,
                                const char *name)
{
    struct json_object *value = trait(reference, shape, name);
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static void set_namespace(struct aws_model *m, struct json_object *value, struct aws_member *out)
{
    if (json_object_is_type(value, json_type_string))
        out->namespace = keep(m, json_object_get_string(value));
    else if (value != NULL) {
        out->namespace = keep(m, json_string(value, "uri"));
        out->prefix = keep(m, json_string(value, "prefix"));
    }
}

/* The name in a form body: ec2's begin with a capital. */
static uint32_t query_name(struct aws_model *m, const char *query, const char *wire,
                           const char *name)
{
    if (m->service.protocol != AWS_EC2)
        return keep(m, wire != NULL ? wire : name);
    if (query != NULL || wire == NULL)
        return keep(m, query != NULL ? query : name);
    char *capital = memory_string(wire);
    capital[0] = (char)toupper((unsigned char)capital[0]);
    uint32_t offset = keep(m, capital);
    free(capital);
    return offset;
}

/* The name of the element that holds a member in an XML answer: of a flattened list, that of its
 * elements where they have one. */
static uint32_t element_name(struct aws_model *m, const struct aws_member *member,
                             struct json_object *shape)
{
    struct json_object *element = json_get(shape, "member");
    const char *name = NULL;
    if ((member->flags & AWS_FLATTENED) && element != NULL) {
        struct json_object *of = json_get(m->json_shapes, load_shapes_string(element, "shape", ""));
        name = trait_string(element, of, "locationName");
    }
    return name == NULL ? member->wire : keep(m, name);
}

static bool set_words(struct json_object *reference, struct json_object *shape,
                      struct aws_member *out, struct error *err)
{
    int value = 0;
    const char *location = trait_string(reference, shape, "location");
    if (location != NULL && !load_shapes_word(location_words, location, &value))
        return error_set(err, ERROR_DATA, "unknown location %s", location);
    out->location = (uint8_t)value;
    value = 0;
    const char *format = trait_string(reference, shape, "timestampFormat");
    if (format != NULL && !load_shapes_word(time_words, format, &value))
        return error_set(err, ERROR_DATA, "unknown timestampFormat %s", format);
    out->time_format = (uint8_t)value;
    for (const struct load_word *w = flag_words; w->text != NULL; w++) {
        if (json_object_get_boolean(trait(reference, shape, w->text)))
            out->flags |= (uint16_t)w->value;
    }
    return true;
}

bool load_shapes_reference(struct aws_model *m, struct json_object *reference, const char *name,
                           struct aws_member *out, struct error *err)
{
    const char *shape_name = load_shapes_string(reference, "shape", "");
    uintptr_t number = (uintptr_t)map_get(m->shape_numbers, shape_name);
    if (number == 0)
        return error_set(err, ERROR_DATA, "no shape called '%s'", shape_name);
    struct json_object *shape = json_get(m->json_shapes, shape_name);
    const char *wire = trait_string(reference, shape, "locationName");
    *out = (struct aws_member){ .shape = (uint16_t)(number - 1) };
    if (!set_words(reference, shape, out, err))
        return false;
    if (wire != NULL)
        out->flags |= AWS_OWN_NAME;
    out->name = keep(m, name);
    out->wire = keep(m, wire != NULL ? wire : name);
    out->query = query_name(m, trait_string(reference, shape, "queryName"), wire, name);
    out->element = element_name(m, out, shape);
    set_namespace(m, trait(reference, shape, "xmlNamespace"), out);
    return true;
}

static bool add_member(struct aws_model *m, struct json_object *reference, const char *name,
                       struct error *err)
{
    struct aws_member member;
    if (!load_shapes_reference(m, reference, name, &member, err))
        return error_prefix(err, "%s", name);
    if (m->service.member_count == LOAD_MEMBERS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d members", LOAD_MEMBERS_MAX);
    if (m->service.member_count == m->member_capacity) {
        m->member_capacity = m->member_capacity * 2 + 64;
        m->members = memory_resize(m->members, m->member_capacity, sizeof *m->members);
    }
    m->members[m->service.member_count++] = member;
    return true;
}

static void mark_required(struct aws_model *m, struct json_object *shape, const struct aws_shape *s)
{
    struct json_object *names = json_get(shape, "required");
    size_t count =
        json_object_is_type(names, json_type_array) ? json_object_array_length(names) : 0;
    for (size_t i = 0; i < count; i++) {
        const char *name = json_object_get_string(json_object_array_get_idx(names, i));
        for (size_t k = 0; k < s->count; k++) {
            struct aws_member *member = &m->members[s->first + k];
            if (name != NULL && strcmp(m->strings.data + member->name, name) == 0)
                member->flags |= AWS_REQUIRED;
        }
    }
}

static bool read_structure(struct aws_model *m, struct json_object *json, struct aws_shape *out,
                           struct error *err)
{
    const char *payload = json_string(json, "payload");
    out->payload = AWS_NO_MEMBER;
    struct json_object *members = json_get(json, "members");
    if (members == NULL)
        return true;
    if (json_object_object_length(members) >= AWS_NO_MEMBER)
        return error_set(err, ERROR_LIMIT, "too many members");
    json_object_object_foreach(members, name, reference)
    {
        if (payload != NULL && strcmp(payload, name) == 0)
            out->payload = out->count;
        if (!add_member(m, reference, name, err))
            return false;
        out->count++;
    }
    if (payload != NULL && out->payload == AWS_NO_MEMBER)
        return error_set(err, ERROR_DATA, "payload %s is no member", payload);
    mark_required(m, json, out);
    return true;
}

static bool read_shape(struct aws_model *m, const char *name, struct json_object *json,
                       struct aws_shape *out, struct error *err)
{
    int type = 0;
    if (!load_shapes_word(type_words, json_string(json, "type"), &type))
        return error_set(err, ERROR_DATA, "unknown type '%s'",
                         load_shapes_string(json, "type", ""));
    if (json_boolean(json, "document", false))
        type = AWS_DOCUMENT;
    *out = (struct aws_shape){ .name = keep(m, name),
                               .first = (uint32_t)m->service.member_count,
                               .payload = AWS_NO_MEMBER,
                               .type = (uint8_t)type,
                               .is_union = json_boolean(json, "union", false),
                               .is_error = json_boolean(json, "exception", false) };
    if (type == AWS_STRUCTURE)
        return read_structure(m, json, out, err);
    out->count = type == AWS_LIST ? 1 : type == AWS_MAP ? 2 : 0;
    if (type == AWS_LIST)
        return add_member(m, json_get(json, "member"), "member", err);
    if (type == AWS_MAP)
        return add_member(m, json_get(json, "key"), "key", err) &&
               add_member(m, json_get(json, "value"), "value", err);
    return true;
}

bool load_shapes_all(struct aws_model *m, struct error *err)
{
    size_t count = m->json_shapes == NULL ? 0 : (size_t)json_object_object_length(m->json_shapes);
    if (count > LOAD_SHAPES_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d shapes", LOAD_SHAPES_MAX);
    m->shapes = memory_new(count, sizeof *m->shapes);
    if (count == 0)
        return true;
    uintptr_t number = 0;
    json_object_object_foreach(m->json_shapes, known, unused)
    {
        (void)unused;
        map_set(m->shape_numbers, known, (void *)++number);
    }
    json_object_object_foreach(m->json_shapes, name, json)
    {
        if (!read_shape(m, name, json, &m->shapes[m->service.shape_count++], err))
            return error_prefix(err, "shape %s", name);
    }
    return true;
}
