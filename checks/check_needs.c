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

static bool read_need_or(struct check_reading *in, struct json_object *value)
{
    struct check_need *need = ((struct need_reading *)in)->need;
    return check_reading_text(in, value, &need->instead) &&
           check_reading_type(in, need->instead) != NULL;
}

bool check_needs_read(struct check_reading *in, struct json_object *value)
{
    static const struct check_key keys[] = { { "type", false, read_need_type },
                                             { "where", false, read_need_where },
                                             { "ids", true, read_need_ids },
                                             { "parts", true, read_need_parts },
                                             { "or", true, read_need_or } };
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

/* ---- the whole file ---- */

static bool has_part(const struct resource_type *type, const char *part)
{
    for (size_t i = 0; i < type->detail_count; i++)
        if (strcmp(type->details[i].as, part) == 0)
            return true;
    return false;
}

static bool has_column(const struct resource_type *type, const char *column)
{
    for (size_t i = 0; i < type->column_count; i++)
        if (strcmp(type->columns[i].name, column) == 0)
            return true;
    return false;
}

/* What stands for another is told region by region as that one is, and by no ids of the subject's. */
static bool can_stand_for(struct check_reading *in, const struct check_need *need)
{
    const struct resource_type *type = resource_types_find(in->types, need->type);
    const struct resource_type *other = resource_types_find(in->types, need->instead);
    if (need->ids != NULL)
        return check_reading_fault(in, "or goes without ids:", need->type);
    if (!string_list_has(&in->check->uses, need->instead))
        return check_reading_fault(in, "or names a type of uses, not", need->instead);
    return (type->global == other->global && !type->spread && !other->spread) ||
           check_reading_fault(in, "or: its scopes are not those of the needed type:",
                               need->instead);
}

static bool need_fits(struct check_reading *in, const struct check_need *need)
{
    const struct check *c = in->check;
    if (string_list_has(&c->uses, need->type))
        return check_reading_fault(in, "both needed and used:", need->type);
    if (need->where == CHECK_ESTATE && c->reach != CHECK_REACH_ESTATE)
        return check_reading_fault(
            in, "where: estate is for checks with reach: estate; needed so:", need->type);
    if (need->where == CHECK_OWNER && c->reach == CHECK_REACH_ESTATE)
        return check_reading_fault(
            in,
            "where: owner is for checks that judge account by account; needed so:", need->type);
    if (need->ids != NULL && !has_column(resource_types_find(in->types, c->subject), need->ids))
        return check_reading_fault(in, "ids: the subject's type has no column", need->ids);
    for (size_t k = 0; k < need->parts.count; k++)
        if (!has_part(resource_types_find(in->types, need->type), need->parts.items[k]))
            return check_reading_fault(in, "the needed type has no part", need->parts.items[k]);
    return need->instead == NULL || can_stand_for(in, need);
}

bool check_needs_fit(struct check_reading *in)
{
    for (size_t i = 0; i < in->check->need_count; i++)
        if (!need_fits(in, &in->check->needs[i]))
            return false;
    return true;
}
