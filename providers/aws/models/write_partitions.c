#include "core/base/literal.h"
#include "core/decode/json.h"
#include "providers/aws/models/write.h"

#include <json-c/json.h>

/* " a b c ": words that can be found whole. */
static void write_words(struct buffer *out, struct json_object *list)
{
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    buffer_append_string(out, "\" ");
    for (size_t i = 0; i < count; i++)
        buffer_append_format(out, "%s ",
                             json_object_get_string(json_object_array_get_idx(list, i)));
    buffer_append_string(out, "\"");
}

static void write_place(struct buffer *out, const char *service, struct json_object *place)
{
    static const char *const variants[] = { "plain", "fips", "dualstack", "dualstack_fips" };
    buffer_append_string(out, "{ ");
    literal_append(out, service);
    buffer_append_string(out, ", { ");
    for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++) {
        literal_append(out, json_string(place, variants[i]));
        buffer_append_string(out, ", ");
    }
    buffer_append_string(out, "}, ");
    literal_append(out, json_string(place, "signingRegion"));
    buffer_append_string(out, ", ");
    write_words(out, json_get(place, "missing"));
    buffer_append_format(out, ", %d, %d },\n", json_boolean(place, "global", false),
                         json_boolean(place, "regionsUnknown", false));
}

static void write_row(struct buffer *out, struct json_object *p, size_t number)
{
    struct json_object *services = json_get(p, "services");
    buffer_append_string(out, "{ { ");
    literal_append(out, json_string(p, "id"));
    buffer_append_string(out, ", ");
    literal_append(out, json_string(p, "dnsSuffix"));
    buffer_append_string(out, ", ");
    literal_append(out, json_string(p, "implicitRegion"));
    buffer_append_string(out, " }, ");
    write_words(out, json_get(p, "prefixes"));
    buffer_append_string(out, ", ");
    write_words(out, json_get(p, "regions"));
    buffer_append_format(out, ", places_%zu, %d },\n", number,
                         services == NULL ? 0 : json_object_object_length(services));
}

bool write_partitions(struct buffer *out, struct json_object *json, struct error *err)
{
    struct json_object *list = json_get(json, "partitions");
    size_t count = json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
    if (count == 0)
        return error_set(err, ERROR_DATA, "no partitions");
    buffer_append_string(out, "#include \"providers/aws/partitions.h\"\n\n");
    for (size_t i = 0; i < count; i++) {
        struct json_object *services = json_get(json_object_array_get_idx(list, i), "services");
        buffer_append_format(out, "static const struct aws_place places_%zu[] = {\n", i);
        if (services != NULL) {
            json_object_object_foreach(services, service, place) {
                write_place(out, service, place);
            }
        }
        buffer_append_string(out, "{ 0 } };\n");
    }
    buffer_append_string(out, "const struct aws_partition_data aws_partitions[] = {\n");
    for (size_t i = 0; i < count; i++)
        write_row(out, json_object_array_get_idx(list, i), i);
    buffer_append_format(out, "};\nconst size_t aws_partitions_count = %zu;\n", count);
    return true;
}
