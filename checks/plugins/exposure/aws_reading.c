#include "checks/plugins/exposure/aws_reading.h"

#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>

struct json_object *aws_reading_list(const struct aws_reading *in, const char *region,
                                     const char *id)
{
    return id == NULL ? NULL : json_get(json_get(in->lists, region), id);
}

const char *aws_reading_text(struct aws_reading *in, struct json_object *o, const char *member)
{
    return aws_network_text(in->network, json_string(o, member));
}

struct gathering {
    struct aws_reading *in;
    struct aws_ids *out;
};

static bool take(void *ctx, struct json_object *value)
{
    struct gathering *g = ctx;
    if (json_object_is_type(value, json_type_string))
        aws_network_add_id(g->in->network, g->out, json_object_get_string(value));
    return true;
}

void aws_reading_ids(struct aws_reading *in, struct json_object *o, const char *path,
                     struct aws_ids *out)
{
    path_each(o, path, take, &(struct gathering){ in, out });
}
