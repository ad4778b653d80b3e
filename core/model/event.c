#include "core/model/event.h"

#include "core/base/timestamp.h"
#include "core/decode/path.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>

#define LAST_SECOND INT64_C(253402300799) /* of the year 9999 */

enum { MS_PER_S = 1000 };

static bool read_number(struct json_object *value, int64_t *out)
{
    /* As a double, which says of every number on which side of the limits it lies. */
    double seconds = json_object_get_double(value);
    if (!(seconds >= 0 && seconds <= (double)LAST_SECOND))
        return false;
    *out = (int64_t)seconds;
    return true;
}

static bool read_text(struct json_object *value, int64_t *out)
{
    int64_t ms = 0;
    if (!timestamp_parse_iso(text_of(json_object_get_string(value)), &ms) || ms < 0)
        return false;
    *out = ms / MS_PER_S;
    return true;
}

bool event_time(const struct resource_type *type, struct json_object *tree, int64_t *out_unix_s)
{
    struct json_object *value = path_first(tree, type->at);
    if (json_object_is_type(value, json_type_string))
        return read_text(value, out_unix_s);
    bool is_number =
        json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
    return is_number && read_number(value, out_unix_s);
}
