#include "checks/port_notes.h"

#include "checks/json_list.h"
#include "checks/ports.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <string.h>

struct span {
    int64_t first, last;
};

/* "22" or "80-90". */
static bool read_span(struct text t, struct span *out)
{
    struct text begin = text_cut(&t, '-');
    if (!text_to_int64(text_trim(begin), &out->first))
        return false;
    out->last = out->first;
    return t.len == 0 || text_to_int64(text_trim(t), &out->last);
}

static bool note_span(struct json_object *entry, struct span *out)
{
    if (json_object_is_type(entry, json_type_int)) {
        out->first = out->last = json_object_get_int64(entry);
        return true;
    }
    return json_object_is_type(entry, json_type_string) &&
           read_span(text_of(json_object_get_string(entry)), out);
}

static bool meet(const struct span *a, const struct span *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* Whether the row opens some port of the span, given that it is of the span's protocol. */
static bool opens(const struct port_notes_row *row, const struct span *wanted)
{
    struct text rest = text_of(row->ports == NULL ? "" : row->ports);
    struct span own = { row->first, row->last };
    if (row->first >= 0)
        return meet(&own, wanted);
    if (rest.len == 0)
        return true;
    while (rest.len > 0)
        if (read_span(text_trim(text_cut(&rest, ',')), &own) && meet(&own, wanted))
            return true;
    return false;
}

static bool opens_any(const struct port_notes_row *row, struct json_object *entries)
{
    for (size_t i = 0; i < json_list_length(entries); i++) {
        struct span wanted;
        if (note_span(json_object_array_get_idx(entries, i), &wanted) && opens(row, &wanted))
            return true;
    }
    return false;
}

static bool is_noted(const struct port_notes_row *row, struct json_object *by_protocol)
{
    if (!json_object_is_type(by_protocol, json_type_object))
        return false;
    json_object_object_foreach(by_protocol, protocol, entries)
    {
        bool meant = strcmp(row->protocol, "all") == 0 || strcmp(row->protocol, protocol) == 0;
        if (meant && opens_any(row, entries))
            return true;
    }
    return false;
}

struct json_object *port_notes_of(const struct port_notes_row *row, struct json_object *notes)
{
    struct json_object *names = json_object_new_array();
    if (!json_object_is_type(notes, json_type_object))
        return names;
    json_object_object_foreach(notes, name, by_protocol)
        if (is_noted(row, by_protocol))
            json_object_array_add(names, json_object_new_string(name));
    return names;
}
