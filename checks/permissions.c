#include "checks/permissions.h"

#include "checks/json_list.h"
#include "core/decode/json.h"

#include <json-c/json.h>

static void add_range(struct port_rules *rules, struct port_rule *rule, const char *range,
                      const char *list)
{
    rule->list = list;
    if (range != NULL && cidr_parse(text_of(range), &rule->range))
        port_rules_add(rules, rule);
}

static void add_ranges(struct port_rules *rules, struct port_rule *rule,
                       struct json_object *permission, const char *member, const char *name)
{
    struct json_object *ranges = json_get(permission, member);
    for (size_t i = 0; i < json_list_length(ranges); i++)
        add_range(rules, rule, json_string(json_object_array_get_idx(ranges, i), name), NULL);
}

static void add_list(struct port_rules *rules, struct port_rule *rule, struct json_object *lists,
                     const char *id)
{
    struct json_object *ranges = id == NULL ? NULL : json_get(lists, id);
    for (size_t i = 0; i < json_list_length(ranges); i++)
        add_range(rules, rule, json_list_text(ranges, i), id);
}

/* The ports of a rule; without them, or with -1, it is every port. False when there are none. */
static bool take_ports(struct port_rule *rule, struct json_object *permission)
{
    int64_t first = json_int(permission, "FromPort", -1), last = json_int(permission, "ToPort", -1);
    rule->first = first < 0 ? 0 : (int)(first > PORTS_LAST ? PORTS_LAST + 1 : first);
    rule->last = last < 0 || last > PORTS_LAST ? PORTS_LAST : (int)last;
    return rule->first <= rule->last;
}

static bool add_permission(struct port_rules *rules, struct json_object *permission,
                           struct json_object *lists)
{
    struct port_rule rule = { 0 };
    const char *protocol = json_string(permission, "IpProtocol");
    if (protocol == NULL || !ports_protocol(text_of(protocol), &rule.protocol))
        return false;
    if (!take_ports(&rule, permission))
        return true;
    add_ranges(rules, &rule, permission, "IpRanges", "CidrIp");
    add_ranges(rules, &rule, permission, "Ipv6Ranges", "CidrIpv6");
    struct json_object *used = json_get(permission, "PrefixListIds");
    for (size_t i = 0; i < json_list_length(used); i++)
        add_list(rules, &rule, lists,
                 json_string(json_object_array_get_idx(used, i), "PrefixListId"));
    return true;
}

bool permissions_read(struct json_object *permissions, struct json_object *lists,
                      struct port_rules *out, struct error *err)
{
    if (permissions != NULL && !json_object_is_type(permissions, json_type_array))
        return error_set(err, ERROR_DATA, "permissions are not a list");
    for (size_t i = 0; i < json_list_length(permissions); i++)
        if (!add_permission(out, json_object_array_get_idx(permissions, i), lists))
            return error_set(err, ERROR_DATA, "a permission without a known IpProtocol");
    return true;
}
