#include "checks/plugins/exposure/marks.h"

#include "checks/port_notes.h"
#include "checks/ports.h"
#include "core/decode/json.h"

#include <json-c/json.h>

static struct json_object *families_of(const struct open_row *row)
{
    struct json_object *list = json_object_new_array();
    if (row->ipv4)
        json_object_array_add(list, json_object_new_string("ipv4"));
    if (row->ipv6)
        json_object_array_add(list, json_object_new_string("ipv6"));
    return list;
}

void marks_add(struct json_object *detail, const struct open_row *row, struct json_object *params)
{
    struct json_object *notes = json_get(params, "ports_of_note");
    const struct port_notes_row plain = { row->protocol, row->ports, row->first, row->last };
    json_object_object_add(detail, "families", families_of(row));
    if (notes != NULL)
        json_object_object_add(detail, "opens", port_notes_of(&plain, notes));
}
