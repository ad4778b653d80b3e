#include "checks/plugins/exposure/aws_rows.h"

#include "checks/json_list.h"
#include "checks/plugins/exposure/aws_fronts.h"
#include "checks/plugins/exposure/aws_guards.h"
#include "checks/plugins/exposure/marks.h"
#include "checks/plugins/exposure/names.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* Why not, and why it is not known, in order of the words. */
static const struct {
    const char *word;
    unsigned barrier, gaps;
} reasons[] = {
    { "block_public_access", AWS_BARRIER_BLOCK, 0 },
    { "firewall_endpoint", AWS_BARRIER_INSPECTED, AWS_GAP_FIREWALL },
    { "global_accelerator", 0, AWS_GAP_ACCELERATOR },
    { "listener_rules", 0, AWS_GAP_RULES },
    { "network_acl", AWS_BARRIER_ACL, 0 },
    { "no_listener", AWS_BARRIER_LISTENER, 0 },
    { "no_public_address", AWS_BARRIER_ADDRESS, 0 },
    { "no_route", AWS_BARRIER_ROUTE, 0 },
    { "not_read", 0, AWS_GAPS_UNREAD },
    { "other_network", 0, AWS_GAP_NETWORK },
    { "stopped", AWS_BARRIER_STOPPED, 0 },
};

/* What a verdict rests on beside the group, in order of the words. */
static const struct {
    const char *type, *word;
    unsigned gap;
} grounds[] = {
    { "aws_ec2_instance", "instance", 0 },
    { AWS_FRONTS_LISTENER_TYPE, "listener", 0 },
    { "aws_elb_load_balancer", "load_balancer", 0 },
    { "aws_ec2_network_acl", "network_acl", AWS_GAP_ACL },
    { "aws_ec2_network_interface", "network_interface", 0 },
    { "aws_ec2_route_table", "route_table", AWS_GAP_ROUTES },
    { "aws_ec2_subnet", "subnet", AWS_GAP_SUBNET },
    { "aws_elbv2_target_group", "target_group", 0 },
    { AWS_GUARDS_BLOCK_TYPE, "vpc_block_public_access", AWS_GAP_BLOCK },
    { "aws_ec2_vpc_block_public_access_exclusion", "vpc_block_public_access_exclusion", 0 },
};
enum { GROUNDS = sizeof grounds / sizeof *grounds };

unsigned aws_rows_unread(const struct check_view *view, const struct aws_group *g)
{
    unsigned unread = 0;
    for (unsigned i = 0; i < GROUNDS; i++)
        if (!view->is_complete(view->ctx, grounds[i].type, g->account, g->region))
            unread |= 1U << i;
    return unread;
}

static bool is_attached_nowhere(const struct aws_row *r)
{
    return r->tally->reach == AWS_OPEN_BY_RULE;
}

const char *aws_rows_reach(const struct aws_row *r)
{
    static const char *const words[] = { [AWS_OPEN_BY_RULE] = "open_by_rule",
                                         [AWS_ATTACHED] = "attached",
                                         [AWS_UNKNOWN] = "unknown",
                                         [AWS_REACHABLE] = "reachable" };
    return words[is_attached_nowhere(r) && !r->cards_read ? AWS_UNKNOWN : r->tally->reach];
}

/* ---- severity ---- */

static bool is_in(struct json_object *ports, const char *protocol, const struct aws_port_list *open)
{
    struct json_object *list = json_get(ports, protocol);
    for (size_t i = 0; i < json_list_length(list); i++)
        if (aws_ports_has(open, json_object_get_int(json_object_array_get_idx(list, i))))
            return true;
    return false;
}

static bool is_far(const struct aws_row *r, const struct aws_port_list *tcp,
                   const struct aws_port_list *udp)
{
    static const char *const params[] = { "admin_ports", "data_ports" };
    for (size_t i = 0; i < 2; i++) {
        struct json_object *ports = json_get(r->params, params[i]);
        if (is_in(ports, "tcp", tcp) || is_in(ports, "udp", udp))
            return true;
    }
    return false;
}

/* Whether a load balancer passes on to such a port what gets to another. */
static bool serves_far(const struct aws_row *r)
{
    return is_far(r, &r->tally->tcp_served, &r->tally->udp_served);
}

static bool leads_far(const struct aws_row *r)
{
    return is_far(r, &r->tally->tcp, &r->tally->udp) || serves_far(r);
}

/* Where interfaces were never read, all that the rule opens may be reached. */
static bool may_lead_far(const struct aws_row *r)
{
    bool leads = r->open->admin;
    struct aws_port_list open = { NULL, 0 };
    if (!leads && r->open->first >= 0) {
        aws_ports_add(&open, r->open->first, r->open->last);
        leads = is_in(json_get(r->params, "data_ports"), r->open->protocol, &open);
        aws_ports_release(&open);
    }
    return leads;
}

static bool is_icmp(const struct aws_row *r)
{
    return strcmp(r->open->protocol, "icmp") == 0 || strcmp(r->open->protocol, "icmpv6") == 0;
}

static bool has_ports(const struct aws_row *r)
{
    return r->open->ports[0] != '\0' || strcmp(r->open->protocol, "all") == 0;
}

static bool is_expected_port(const struct aws_row *r, const char *protocol, int port)
{
    struct json_object *list = json_get(json_get(r->params, "expected_public"), protocol);
    for (size_t i = 0; i < json_list_length(list); i++)
        if (json_object_get_int(json_object_array_get_idx(list, i)) == port)
            return true;
    return false;
}

static bool is_expected(const struct aws_row *r)
{
    return !r->open->admin && r->open->first >= 0 && r->open->first == r->open->last &&
           is_expected_port(r, r->open->protocol, r->open->first);
}

static bool are_balancers_expected(const struct aws_row *r)
{
    struct json_object *on = json_get(json_get(r->params, "expected_public"), "on");
    for (size_t i = 0; i < json_list_length(on); i++)
        if (json_list_text(on, i) != NULL && strcmp(json_list_text(on, i), "load_balancer") == 0)
            return true;
    return false;
}

static bool is_on_balancers_alone(const struct aws_row *r)
{
    return are_balancers_expected(r) && r->tally->interfaces > 0 &&
           r->tally->for_balancers == r->tally->interfaces;
}

static bool are_expected_doors(const struct aws_row *r, const char *protocol,
                               const struct aws_port_list *doors)
{
    for (size_t i = 0; i < doors->count; i++)
        for (int port = doors->items[i].first; port <= doors->items[i].last; port++)
            if (!is_expected_port(r, protocol, port))
                return false;
    return true;
}

static bool is_through_balancers_alone(const struct aws_row *r)
{
    return !r->tally->direct && map_count(r->tally->through) > 0;
}

/* What load balancers are there for, as far as it leads to nothing worse. */
static bool is_published(const struct aws_row *r)
{
    return is_through_balancers_alone(r) && are_balancers_expected(r) &&
           are_expected_doors(r, "tcp", &r->tally->tcp_doors) &&
           are_expected_doors(r, "udp", &r->tally->udp_doors);
}

/* Somebody looks at it, whatever they let through. */
static bool is_only_behind_firewall(const struct aws_row *r)
{
    return r->tally->reach == AWS_UNKNOWN && r->tally->gaps == AWS_GAP_FIREWALL;
}

static const char *severity_of_reached(const struct aws_row *r)
{
    static const char *const grades[] = { "low", "medium", "high", "critical" };
    bool far = is_attached_nowhere(r) ? may_lead_far(r) : leads_far(r);
    size_t grade = far ? 3 : has_ports(r) ? 2 : 1;
    if (!far && is_published(r))
        return "medium";
    return grades[is_only_behind_firewall(r) ? grade - 1 : grade];
}

const char *aws_rows_severity(const struct aws_row *r)
{
    if (is_expected(r) && !serves_far(r))
        return is_on_balancers_alone(r) ? NULL : "low";
    if (is_icmp(r) || (is_attached_nowhere(r) && r->cards_read))
        return "low";
    return r->tally->reach == AWS_ATTACHED ? "medium" : severity_of_reached(r);
}

/* ---- JSON ---- */

static void add_text(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, value == NULL ? NULL : json_object_new_string(value));
}

static void add_count(struct json_object *o, const char *name, size_t count)
{
    json_object_object_add(o, name, json_object_new_int64((int64_t)count));
}

static struct json_object *because_of(const struct aws_row *r)
{
    struct json_object *list = json_object_new_array();
    unsigned barriers = r->tally->reach == AWS_ATTACHED ? r->tally->barriers : 0;
    unsigned gaps = r->tally->reach == AWS_UNKNOWN             ? r->tally->gaps
                    : is_attached_nowhere(r) && !r->cards_read ? AWS_GAPS_UNREAD
                                                               : 0;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if ((barriers & reasons[i].barrier) != 0 || (gaps & reasons[i].gaps) != 0)
            json_object_array_add(list, json_object_new_string(reasons[i].word));
    return list;
}

/* A list that is left out when it is empty; takes it over. */
static void add_any(struct json_object *o, const char *name, struct json_object *list)
{
    if (json_object_array_length(list) > 0)
        json_object_object_add(o, name, list);
    else
        json_object_put(list);
}

enum form { KINDS_OF_MANY, NONE_OF_MANY };

static struct json_object *list_of(const struct map *words, enum form form)
{
    struct string_list names = names_of(words);
    struct json_object *list =
        form == KINDS_OF_MANY ? names_or_kinds(&names) : names_or_none(&names);
    string_list_release(&names);
    return list;
}

static void tell_many(struct json_object *detail, const char *member, const struct map *words)
{
    struct string_list names = names_of(words);
    names_tell(detail, member, &names);
    string_list_release(&names);
}

static struct map *words_with(const struct aws_row *r)
{
    struct map *words = map_new(NULL);
    for (size_t i = 0; i < r->with->count; i++)
        map_set(words, r->with->items[i], words);
    return words;
}

static void add_json(struct json_object *o, const char *name, const char *json)
{
    struct error ignored = ERROR_INIT; /* it is our own */
    struct json_object *value = NULL;
    if (json_parse(text_of(json), &value, &ignored))
        json_object_object_add(o, name, value);
}

static void add_far_of(struct json_object *list, const struct aws_row *r, const char *param,
                       const char *protocol, const struct aws_port_list *served)
{
    struct json_object *ports = json_get(json_get(r->params, param), protocol);
    for (size_t i = 0; i < json_list_length(ports); i++) {
        int port = json_object_get_int(json_object_array_get_idx(ports, i));
        if (!aws_ports_has(served, port))
            continue;
        char *word = memory_format("%s/%d", protocol, port);
        json_object_array_add(list, json_object_new_string(word));
        free(word);
    }
}

/* In order of the parameters. */
static struct json_object *far_served(const struct aws_row *r)
{
    struct json_object *list = json_object_new_array();
    add_far_of(list, r, "admin_ports", "tcp", &r->tally->tcp_served);
    add_far_of(list, r, "admin_ports", "udp", &r->tally->udp_served);
    add_far_of(list, r, "data_ports", "tcp", &r->tally->tcp_served);
    add_far_of(list, r, "data_ports", "udp", &r->tally->udp_served);
    return list;
}

struct json_object *aws_rows_evidence(const struct aws_row *r)
{
    struct json_object *o = json_object_new_object();
    const char *ports = r->open->ports[0] != '\0' ? r->open->ports : r->open->admin ? "all" : NULL;
    struct map *with = words_with(r);
    add_json(o, "sources", r->open->sources);
    add_text(o, "ports", ports);
    add_text(o, "reach", aws_rows_reach(r));
    json_object_object_add(o, "because", because_of(r));
    json_object_object_add(o, "behind", list_of(r->tally->behind.what, KINDS_OF_MANY));
    json_object_object_add(o, "affected_teams", list_of(r->tally->behind.teams, NONE_OF_MANY));
    add_any(o, "with", list_of(with, NONE_OF_MANY));
    if (is_through_balancers_alone(r))
        add_any(o, "through", list_of(r->tally->through, NONE_OF_MANY));
    add_any(o, "leads_to", far_served(r));
    add_any(o, "inspected", list_of(r->tally->inspectors.what, NONE_OF_MANY));
    map_free(with);
    return o;
}

static void tell_names(struct json_object *detail, const struct aws_row *r)
{
    struct map *with = words_with(r);
    tell_many(detail, "behind", r->tally->behind.what);
    tell_many(detail, "affected_teams", r->tally->behind.teams);
    tell_many(detail, "with", with);
    if (is_through_balancers_alone(r))
        tell_many(detail, "through", r->tally->through);
    else
        add_any(detail, "through", list_of(r->tally->through, NONE_OF_MANY));
    map_free(with);
}

static struct json_object *unread_of(const struct aws_row *r)
{
    struct json_object *list = json_object_new_array();
    unsigned unknown = r->tally->reach == AWS_UNKNOWN ? r->tally->gaps : 0;
    for (unsigned i = 0; i < GROUNDS; i++)
        if ((r->unread >> i & 1) != 0 || (unknown & grounds[i].gap) != 0)
            json_object_array_add(list, json_object_new_string(grounds[i].word));
    return list;
}

struct json_object *aws_rows_detail(const struct aws_row *r)
{
    struct json_object *o = json_object_new_object();
    add_text(o, "vpc", r->group->vpc);
    add_count(o, "interfaces", r->tally->interfaces);
    add_count(o, "load_balancers", r->tally->for_balancers);
    add_count(o, "public_addresses", r->tally->public_addresses);
    add_count(o, "reachable", r->tally->reached);
    json_object_object_add(o, "addresses", json_object_get(r->tally->addresses));
    if (r->tally->addresses_left_out > 0)
        add_count(o, "addresses_left_out", r->tally->addresses_left_out);
    add_any(o, "unread", unread_of(r));
    marks_add(o, r->open, r->params);
    tell_names(o, r);
    return o;
}
