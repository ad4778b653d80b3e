#include "tests/fakecloud/outbound.h"

#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "tests/fakecloud/findings.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4096 };

/* What the things of one network leave open, in the order of the sheet. */
struct gaps {
    struct buffer words;
    const char *forwards; /* as in the evidence; "" none */
    bool medium;
};

static void add(struct gaps *g, const char *word, bool medium)
{
    buffer_append_format(&g->words, "%s\"%s\"", g->words.len == 0 ? "" : ",", word);
    g->medium = g->medium || medium;
}

/* The rule "office" forwards to a documentation address or, every other time, to Google's resolver. */
static bool forwards_outside(const struct estate *e, struct place at)
{
    struct json_object *rule = estate_item(e, at, "ResolverRules", "Name", "office");
    struct json_object *targets = json_get(rule, "TargetIps");
    return targets != NULL &&
           strcmp(json_string(json_object_array_get_idx(targets, 0), "Ip"), "8.8.8.8") == 0;
}

/* What stands in the way of its flow logs, as the best of them goes; NULL: nothing. */
static const char *flow_gap(const struct estate *e, struct place at, const char *vpc)
{
    const struct json_object *logs = estate_find(e, at, "FlowLogs");
    const char *gap = "no_flow_log";
    for (size_t i = 0; logs != NULL && i < json_object_array_length(logs); i++) {
        const struct json_object *log = json_object_array_get_idx(logs, i);
        if (strcmp(json_string(log, "ResourceId"), vpc) != 0)
            continue;
        if (strstr(json_string(log, "LogFormat"), "${dstport}") != NULL)
            return NULL;
        gap = "flow_log_without_destinations";
    }
    return gap;
}

static void look(const struct estate *e, struct place at, const char *vpc, bool own, struct gaps *g)
{
    struct json_object *firewall = estate_item(e, at, "FirewallConfigs", "ResourceId", vpc);
    const char *flows = flow_gap(e, at, vpc);
    if (own && forwards_outside(e, at)) {
        add(g, "forwarding_outside", false);
        g->forwards = "\"office.example.com. → 8.8.8.8 (Google Public DNS)\"";
    }
    if (estate_item(e, at, "ResolverQueryLogConfigAssociations", "ResourceId", vpc) == NULL)
        add(g, "no_query_log", true);
    if (estate_item(e, at, "FirewallRuleGroupAssociations", "VpcId", vpc) == NULL)
        add(g, "no_dns_firewall", false);
    else if (firewall != NULL && strcmp(json_string(firewall, "FirewallFailOpen"), "ENABLED") == 0)
        add(g, "dns_firewall_fails_open", false);
    if (flows != NULL)
        add(g, flows, true);
}

/* Machines may ask anybody; groups of other networks have no rules of egress. */
static void tell_network(struct estate *e, struct place at, const char *vpc, bool own)
{
    struct gaps g = { .forwards = "" };
    struct buffer evidence;
    buffer_init(&g.words, TEXT_MAX);
    buffer_init(&evidence, TEXT_MAX);
    look(e, at, vpc, own, &g);
    buffer_append_format(&evidence,
                         "{\"egress\":\"%s\",\"forwards\":[%s],\"gaps\":[%s],\"resolvers\":[]}",
                         own ? "open" : "limited", g.forwards, buffer_string(&g.words));
    const struct truth_finding f = { OUTBOUND_POSTURE, vpc, "", g.medium ? "medium" : "low",
                                     buffer_string(&evidence) };
    if (g.words.len > 0)
        truth_open(e, at, &f);
    else
        truth_closed(e, at, OUTBOUND_POSTURE, vpc, "");
    buffer_release(&evidence);
    buffer_release(&g.words);
}

/* Whoever it is of: accounts that a network is shared to put theirs into it. */
static bool has_interface(const struct estate *e, size_t region, const char *vpc)
{
    for (size_t account = 0; account < e->o.accounts; account++)
        if (estate_item(e, estate_place(e, account, region), "NetworkInterfaces", "VpcId", vpc) !=
            NULL)
            return true;
    return false;
}

/* Those of the account in which there is an interface. */
static void tell_networks(struct estate *e, struct place at, size_t region)
{
    struct json_object *vpcs = estate_list(e, at, "Vpcs");
    char *own = network_vpc(e, at, NETWORK_OWN_VPC);
    for (size_t i = 0; i < json_object_array_length(vpcs); i++) {
        struct json_object *vpc = json_object_array_get_idx(vpcs, i);
        const char *id = json_string(vpc, "VpcId");
        if (strcmp(json_string(vpc, "OwnerId"), at.account) == 0 && has_interface(e, region, id))
            tell_network(e, at, id, strcmp(id, own) == 0);
    }
    free(own);
}

void outbound_tell(struct estate *e)
{
    truth_speaks_of(e, OUTBOUND_POSTURE);
    truth_speaks_of(e, OUTBOUND_EMPTY);
    truth_speaks_of(e, OUTBOUND_ASKED);
    for (size_t account = 0; account < e->o.accounts; account++) {
        const struct truth_finding empty = { OUTBOUND_EMPTY, estate_account(e, account),
                                             "empty networks", "info", "{}" };
        truth_open(e, estate_global(e, account), &empty);
        for (size_t region = 0; region < e->o.regions; region++) {
            tell_networks(e, estate_place(e, account, region), region);
            findings_tell(e, account, region, OUTBOUND_ASKED);
        }
    }
}
