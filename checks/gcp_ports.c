#include "checks/gcp_ports.h"

#include "checks/json_list.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>

/* Names that ports.h does not have, by IANA's numbers. */
static bool protocol_number(const char *word, int *out)
{
    static const struct {
        const char *name;
        int number;
    } others[] = { { "esp", 50 }, { "ah", 51 }, { "sctp", 132 }, { "ipip", 94 } };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_equal_nocase(text_of(word), others[i].name)) {
            *out = others[i].number;
            return true;
        }
    return ports_protocol(text_of(word), out);
}

bool gcp_ports_told_apart(int protocol)
{
    return protocol == 6 || protocol == 17;
}

static void add_ports(struct gcp_rule *r, struct gcp_ports ports)
{
    r->ports = memory_resize(r->ports, r->port_count + 1, sizeof *r->ports);
    r->ports[r->port_count++] = ports;
}

static bool parse_ports(const char *word, struct gcp_ports *p)
{
    int64_t first = 0, last = 0;
    if (word == NULL)
        return false;
    struct text rest = text_of(word);
    struct text begin = text_cut(&rest, '-');
    if (!text_to_int64(begin, &first) || (rest.data != NULL && !text_to_int64(rest, &last)))
        return false;
    last = rest.data == NULL ? first : last;
    p->first = (int)first;
    p->last = (int)last;
    return first >= 0 && first <= last && last <= PORTS_LAST;
}

/* Ports of other protocols (SCTP has some) are not told apart: then it allows, but denies nothing. */
static bool add_protocol(struct gcp_rule *r, const char *protocol, struct json_object *ports,
                         struct error *err)
{
    struct gcp_ports p = { 0, 0, PORTS_LAST };
    if (protocol == NULL || !protocol_number(protocol, &p.protocol))
        return error_set(err, ERROR_DATA, "rule %s: unknown protocol %s", r->name,
                         protocol == NULL ? "(none)" : protocol);
    bool whole = json_list_length(ports) == 0;
    if (whole || !gcp_ports_told_apart(p.protocol)) {
        if (whole || r->action != GCP_DENY)
            add_ports(r, p);
        return true;
    }
    for (size_t i = 0; i < json_list_length(ports); i++) {
        if (!parse_ports(json_list_text(ports, i), &p))
            return error_set(err, ERROR_DATA, "rule %s: ports that are none", r->name);
        add_ports(r, p);
    }
    return true;
}

void gcp_ports_add_all(struct gcp_rule *r)
{
    add_ports(r, (struct gcp_ports){ PORTS_ALL_PROTOCOLS, 0, PORTS_LAST });
}

bool gcp_ports_add(struct gcp_rule *r, struct json_object *list, const char *member,
                   struct error *err)
{
    for (size_t i = 0; i < json_list_length(list); i++) {
        struct json_object *one = json_object_array_get_idx(list, i);
        if (!add_protocol(r, json_string(one, member), json_get(one, "ports"), err))
            return false;
    }
    return true;
}
