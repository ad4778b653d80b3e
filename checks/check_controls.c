#include "checks/check_controls.h"

#include "core/base/text.h"
#include "core/decode/path.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define SMALL "abcdefghijklmnopqrstuvwxyz0123456789._-"
#define LARGE "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_of(struct text t, const char *letters)
{
    if (t.len == 0 || t.len > CHECK_CONTROL_NAME_MAX)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (t.data[i] == '\0' || strchr(letters, t.data[i]) == NULL)
            return false;
    return true;
}

/* Notes an id among those of its place; each list has at most CHECK_CONTROL_IDS_MAX. */
static bool note_id(struct check_reading *in, struct string_list *ids, struct text id,
                    const char *where)
{
    bool ok = is_of(id, SMALL LARGE);
    char *copy = text_copy(id);
    if (!ok)
        check_reading_fault(in, "expected an id of letters, digits, . - and _ for", where);
    else if (string_list_has(ids, copy))
        ok = check_reading_fault(in, "twice in the list:", copy);
    else if (ids->count == CHECK_CONTROL_IDS_MAX)
        ok = check_reading_fault(in, "more than 16 ids for", where);
    else
        string_list_add(ids, copy);
    free(copy);
    return ok;
}

static bool note_text(struct check_reading *in, struct string_list *ids, struct json_object *text,
                      const char *where)
{
    if (!json_object_is_type(text, json_type_string))
        return check_reading_fault(in, "an id is a text, in quotes where it looks like a number:",
                                   where);
    struct text rest = { json_object_get_string(text), (size_t)json_object_get_string_len(text) };
    bool more = true;
    while (more) {
        more = rest.len > 0 && memchr(rest.data, ',', rest.len) != NULL;
        if (!note_id(in, ids, text_trim(text_cut(&rest, ',')), where))
            return false;
    }
    return true;
}

static bool check_ids(struct check_reading *in, struct json_object *value, const char *where)
{
    struct string_list ids = { NULL, 0 };
    bool ok = true;
    if (!json_object_is_type(value, json_type_array))
        ok = note_text(in, &ids, value, where);
    else if (json_object_array_length(value) == 0)
        ok = check_reading_fault(in, "no ids for", where);
    else
        for (size_t i = 0; ok && i < json_object_array_length(value); i++)
            ok = note_text(in, &ids, json_object_array_get_idx(value, i), where);
    string_list_release(&ids);
    return ok;
}

static bool check_values(struct check_reading *in, struct json_object *by_value, const char *member)
{
    if (!json_object_is_type(by_value, json_type_object) ||
        json_object_object_length(by_value) == 0 ||
        json_object_object_length(by_value) > CHECK_LIST_MAX)
        return check_reading_fault(in, "expected 1 to 32 of {VALUE: IDS} for", member);
    json_object_object_foreach(by_value, value, ids)
    {
        in->line = yaml_key_line(in->doc, by_value, value);
        if (!check_ids(in, ids, value))
            return false;
    }
    return true;
}

static bool check_members(struct check_reading *in, struct json_object *members,
                          const char *framework)
{
    struct error ignored = ERROR_INIT;
    if (json_object_object_length(members) == 0 ||
        json_object_object_length(members) > CHECK_CONTROL_MEMBERS_MAX)
        return check_reading_fault(in, "expected 1 to 8 of {MEMBER: {VALUE: IDS}} for", framework);
    json_object_object_foreach(members, member, by_value)
    {
        in->line = yaml_key_line(in->doc, members, member);
        if (!path_check(member, &ignored))
            return check_reading_fault(in, "this is no path", member);
        if (!check_values(in, by_value, member))
            return false;
    }
    return true;
}

bool check_controls_read(struct check_reading *in, struct json_object *value)
{
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > CHECK_FRAMEWORKS_MAX)
        return check_reading_fault(in, "expected at most 8 of {FRAMEWORK: REQUIREMENTS}", "");
    json_object_object_foreach(value, framework, requirements)
    {
        in->line = yaml_key_line(in->doc, value, framework);
        if (!is_of(text_of(framework), SMALL))
            return check_reading_fault(
                in, "a framework has lower case letters, digits, . - and _, not", framework);
        bool ok = json_object_is_type(requirements, json_type_object)
                      ? check_members(in, requirements, framework)
                      : check_ids(in, requirements, framework);
        if (!ok)
            return false;
    }
    return json_object_deep_copy(value, &in->check->controls, NULL) == 0;
}
