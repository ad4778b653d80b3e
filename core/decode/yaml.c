#include "core/decode/yaml.h"

#include "core/base/error_place.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/number.h"

#include <json-c/json_object.h>
#include <json-c/linkhash.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

/* What is known of one node. */
struct place {
    int line;
    struct map *key_lines; /* of a mapping: key to line, as intptr_t */
};

struct yaml_document {
    char *file;
    struct json_object *root;
    struct lh_table *places; /* node to struct place */
};

struct builder {
    yaml_parser_t parser;
    struct text content;
    struct yaml_document *doc;
    struct error *err;
    int depth, nodes;
};

static bool build(struct builder *b, yaml_event_t *event, struct json_object **out);

static int line_of(yaml_mark_t mark)
{
    return (int)mark.line + 1;
}

/* The line of a byte; for faults of encoding libyaml tells no more. */
static int line_at(struct text content, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset && i < content.len; i++)
        line += content.data[i] == '\n';
    return line;
}

static bool parser_failed(struct builder *b)
{
    const yaml_parser_t *p = &b->parser;
    if (p->error == YAML_MEMORY_ERROR)
        abort();
    if (p->error == YAML_READER_ERROR)
        return error_place(b->err, b->doc->file, line_at(b->content, p->problem_offset),
                          "bytes that are not text: %s", p->problem);
    if (p->context != NULL)
        return error_place(b->err, b->doc->file, line_of(p->problem_mark), "%s %s that begins in line %d",
                          p->problem, p->context, line_of(p->context_mark));
    return error_place(b->err, b->doc->file, line_of(p->problem_mark), "%s", p->problem);
}

static bool next(struct builder *b, yaml_event_t *event)
{
    return yaml_parser_parse(&b->parser, event) != 0 || parser_failed(b);
}

static void free_place(struct lh_entry *entry)
{
    struct place *p = lh_entry_v(entry);
    map_free(p->key_lines);
    free(p);
}

static struct place *add_place(struct builder *b, const struct json_object *node, int line)
{
    struct place *p = memory_new(1, sizeof *p);
    p->line = line;
    if (lh_table_insert(b->doc->places, node, p) != 0)
        abort();
    return p;
}

static const struct place *find_place(const struct yaml_document *d, const struct json_object *node)
{
    void *found = NULL;
    return node != NULL && lh_table_lookup_ex(d->places, node, &found) ? found : NULL;
}

/* The node of a plain scalar that is not null. */
static struct json_object *plain_scalar(struct text t)
{
    if (text_equal_string(t, "true") || text_equal_string(t, "false"))
        return json_object_new_boolean(t.data[0] == 't');
    struct json_object *number = number_new(t);
    return number != NULL ? number : json_object_new_string_len(t.data, (int)t.len);
}

static bool is_null(struct text t, bool plain)
{
    return plain && (t.len == 0 || text_equal_string(t, "~") || text_equal_string(t, "null"));
}

static bool refuse_marks(struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
                         const yaml_char_t *tag)
{
    if (anchor != NULL)
        return error_place(b->err, b->doc->file, line_of(e->start_mark), "anchors (&%s) are not allowed",
                          (const char *)anchor);
    if (tag != NULL)
        return error_place(b->err, b->doc->file, line_of(e->start_mark), "tags (%s) are not allowed",
                          (const char *)tag);
    return true;
}

static bool is_plain(const yaml_event_t *e)
{
    return e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static struct text scalar_text(const yaml_event_t *e)
{
    return (struct text){ (const char *)e->data.scalar.value, e->data.scalar.length };
}

static bool build_scalar(struct builder *b, const yaml_event_t *e, struct json_object **out)
{
    struct text t = scalar_text(e);
    if (!refuse_marks(b, e, e->data.scalar.anchor, e->data.scalar.tag))
        return false;
    *out = NULL;
    if (is_null(t, is_plain(e)))
        return true;
    *out = is_plain(e) ? plain_scalar(t) : json_object_new_string_len(t.data, (int)t.len);
    add_place(b, *out, line_of(e->start_mark));
    return true;
}

static bool check_key(struct builder *b, const yaml_event_t *e, const struct map *lines)
{
    int line = line_of(e->start_mark);
    if (e->type == YAML_ALIAS_EVENT)
        return error_place(b->err, b->doc->file, line, "aliases are not allowed");
    if (e->type != YAML_SCALAR_EVENT)
        return error_place(b->err, b->doc->file, line, "a key must be a single word or text");
    if (!refuse_marks(b, e, e->data.scalar.anchor, e->data.scalar.tag))
        return false;
    struct text t = scalar_text(e);
    if (t.len == 0 || memchr(t.data, '\0', t.len) != NULL)
        return error_place(b->err, b->doc->file, line, "a key is empty or holds a zero byte");
    if (is_plain(e) && text_equal_string(t, "<<"))
        return error_place(b->err, b->doc->file, line, "merge keys (<<) are not allowed");
    int earlier = (int)(intptr_t)map_get(lines, t.data);
    if (earlier != 0)
        return error_place(b->err, b->doc->file, line, "key \"%s\" was given before, in line %d", t.data,
                          earlier);
    return true;
}

/* Reads the value that follows the key event `key`. */
static bool build_member(struct builder *b, const yaml_event_t *key, struct json_object *object,
                         struct map *lines)
{
    yaml_event_t event;
    struct json_object *value = NULL;
    if (!check_key(b, key, lines) || !next(b, &event))
        return false;
    bool ok = build(b, &event, &value);
    yaml_event_delete(&event);
    if (!ok) {
        json_object_put(value);
        return false;
    }
    const char *name = scalar_text(key).data;
    map_set(lines, name, (void *)(intptr_t)line_of(key->start_mark));
    json_object_object_add(object, name, value);
    return true;
}

static bool build_mapping(struct builder *b, const yaml_event_t *e, struct json_object **out)
{
    yaml_event_t event;
    struct json_object *object = json_object_new_object();
    struct place *place = add_place(b, object, line_of(e->start_mark));
    bool ok = refuse_marks(b, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    bool more = true;
    place->key_lines = map_new(NULL);
    *out = object;
    while (ok && more) {
        if (!next(b, &event))
            return false;
        more = event.type != YAML_MAPPING_END_EVENT;
        ok = !more || build_member(b, &event, object, place->key_lines);
        b->nodes++;
        yaml_event_delete(&event);
    }
    return ok;
}

static bool build_sequence(struct builder *b, const yaml_event_t *e, struct json_object **out)
{
    yaml_event_t event;
    struct json_object *array = json_object_new_array();
    bool ok = refuse_marks(b, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    bool more = true;
    add_place(b, array, line_of(e->start_mark));
    *out = array;
    while (ok && more) {
        struct json_object *item = NULL;
        if (!next(b, &event))
            return false;
        more = event.type != YAML_SEQUENCE_END_EVENT;
        ok = !more || build(b, &event, &item);
        if (more && ok)
            json_object_array_add(array, item);
        else
            json_object_put(item);
        yaml_event_delete(&event);
    }
    return ok;
}

static bool build_container(struct builder *b, const yaml_event_t *e, struct json_object **out)
{
    if (b->depth == YAML_DEPTH_MAX)
        return error_place(b->err, b->doc->file, line_of(e->start_mark), "more than %d levels deep",
                          YAML_DEPTH_MAX);
    b->depth++;
    bool ok = e->type == YAML_MAPPING_START_EVENT ? build_mapping(b, e, out)
                                                  : build_sequence(b, e, out);
    b->depth--;
    return ok;
}

/* Builds the node that `event` begins. On failure *out may hold a half-built node, which is the caller's
 * to release. */
static bool build(struct builder *b, yaml_event_t *event, struct json_object **out)
{
    if (++b->nodes > YAML_NODES_MAX)
        return error_place(b->err, b->doc->file, line_of(event->start_mark), "more than %d nodes",
                          YAML_NODES_MAX);
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return build_scalar(b, event, out);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return build_container(b, event, out);
    default:
        return error_place(b->err, b->doc->file, line_of(event->start_mark), "aliases are not allowed");
    }
}

/* Reads the next event, which must be of this type. */
static bool expect(struct builder *b, yaml_event_type_t type)
{
    yaml_event_t event;
    if (!next(b, &event))
        return false;
    bool ok = event.type == type;
    if (!ok)
        error_place(b->err, b->doc->file, line_of(event.start_mark), "more than one document");
    yaml_event_delete(&event);
    return ok;
}

/* What follows the stream's start: nothing, or one document. */
static bool build_document(struct builder *b)
{
    yaml_event_t event;
    if (!next(b, &event))
        return false;
    bool empty = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    if (empty)
        return true;
    if (!next(b, &event))
        return false;
    bool ok = build(b, &event, &b->doc->root);
    yaml_event_delete(&event);
    return ok && expect(b, YAML_DOCUMENT_END_EVENT) && expect(b, YAML_STREAM_END_EVENT);
}

static bool build_stream(struct builder *b)
{
    if (b->content.len > YAML_BYTES_MAX)
        return error_place(b->err, b->doc->file, 1, "more than %d bytes", YAML_BYTES_MAX);
    if (yaml_parser_initialize(&b->parser) == 0)
        abort();
    const char *bytes = b->content.len == 0 ? "" : b->content.data; /* libyaml asserts on NULL */
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)bytes, b->content.len);
    bool ok = expect(b, YAML_STREAM_START_EVENT) && build_document(b);
    yaml_parser_delete(&b->parser);
    return ok;
}

struct yaml_document *yaml_parse(struct text content, const char *file_name, struct error *err)
{
    struct yaml_document *d = memory_new(1, sizeof *d);
    struct builder b = { .content = content, .doc = d, .err = err };
    d->file = memory_string(file_name);
    d->places = lh_kptr_table_new(64, free_place);
    if (d->places == NULL)
        abort();
    if (build_stream(&b))
        return d;
    yaml_document_free(d);
    return NULL;
}

void yaml_document_free(struct yaml_document *d)
{
    if (d == NULL)
        return;
    json_object_put(d->root);
    lh_table_free(d->places);
    free(d->file);
    free(d);
}

struct json_object *yaml_root(const struct yaml_document *d)
{
    return d->root;
}

const char *yaml_file(const struct yaml_document *d)
{
    return d->file;
}

int yaml_line(const struct yaml_document *d, const struct json_object *node)
{
    const struct place *p = find_place(d, node);
    return p == NULL ? 0 : p->line;
}

int yaml_key_line(const struct yaml_document *d, const struct json_object *o, const char *key)
{
    const struct place *p = find_place(d, o);
    return p == NULL || p->key_lines == NULL ? 0 : (int)(intptr_t)map_get(p->key_lines, key);
}
