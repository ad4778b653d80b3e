#include "checks/check_needs.h"

#include "core/base/memory.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <string.h>

struct need_reading {
    struct check_reading in;
    struct check_need *need;
};

static bool read_need_type(struct check_reading *in, struct json_object *value)
{
    struct check_need *need = ((struct need_reading *)in)->need;
    return check_reading_text(in, value, &need->type) && check_reading_type(in, need->type) != NULL;
}

static bool read_need_where(struct check_reading *in, struct json_object *value)
{
    static const char *const words[] = { "region", "account", "estate", "owner" };
    for (int i = 0; i < 4; i++) {
        if (strcmp(words[i], json_object_get_string(value)) != 0)
            continue;
        ((struct need_reading *)in)->need->where = (enum check_where)i;
        return true;
    }
    return check_reading_fault(in, "where is region, account, owner or estate, not",
                               json_object_get_string(value));
}

static bool read_need_ids(struct check_reading *in, struct json_object *value)
{
    return check_reading_text(in, value, &((struct need_reading *)in)->need->ids);
}

static bool read_need_parts(struct check_reading *in, struct json_object *value)
{
    struct check_need *need = ((struct need_reading *)in)->need;
    bool ok = check_reading_list(in, value, &need->parts);
    need->no_parts = ok && need->parts.count == 0;
    return ok;
}

bool check_needs_read(struct check_reading *in, struct json_object *value)
{
    static const struct check_key keys[] = { { "type", false, read_need_type },
                                             { "where", false, read_need_where },
                                             { "ids", true, read_need_ids },
                                             { "parts", true, read_need_parts } };
    struct check *c = in->check;
    if (!json_object_is_type(value, json_type_array) ||
        json_object_array_length(value) > CHECK_LIST_MAX)
        return check_reading_fault(in, "expected a list of at most 32 entries", "");
    size_t count = json_object_array_length(value);
    c->needs = memory_new(count, sizeof *c->needs);
    for (size_t i = 0; i < count; i++) {
        struct json_object *entry = json_object_array_get_idx(value, i);
        struct need_reading need = { *in, &c->needs[c->need_count++] };
        need.in.line = yaml_line(in->doc, entry) > 0 ? yaml_line(in->doc, entry) : in->line;
        if (!check_reading_keys(&need.in, entry, keys, sizeof keys / sizeof *keys))
            return false;
    }
    return true;
}
