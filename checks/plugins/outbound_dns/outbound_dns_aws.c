#include "checks/plugins/outbound_dns/outbound_dns_aws.h"

#include "checks/plugins/outbound_dns/outbound_dns_alerts.h"
#include "checks/plugins/outbound_dns/outbound_dns_aws_estate.h"
#include "checks/plugins/outbound_dns/outbound_dns_aws_host.h"
#include "checks/plugins/outbound_dns/outbound_dns_event.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN_HOST "?"

struct judging {
    const struct check_view *view;
    struct outbound_dns_aws_estate *estate;
    struct outbound_dns_aws_hosts *hosts;
    struct outbound_dns_talks *talks;
    struct map *unplaced; /* by region: how many events name no network */
    int64_t unplaced_count;
};

/* Else it is of an account that lives in this one's networks, and not all that it has is in these. */
static bool is_own(const struct judging *j, const struct check_resource *r)
{
    return strcmp(r->account, j->view->account) == 0;
}

/* An event of which nobody can say where it was. */
static bool leave_unplaced(struct judging *j, const struct check_resource *r)
{
    if (!is_own(j, r))
        return true;
    uintptr_t before = (uintptr_t)map_get(j->unplaced, r->region);
    map_set(j->unplaced, r->region, (void *)(before + 1));
    j->unplaced_count++;
    return true;
}

static bool add(struct judging *j, const struct outbound_dns_aws_network *network,
                struct outbound_dns_sighting *s, struct error *err)
{
    s->network = network->key;
    if (s->host == NULL || *s->host == '\0')
        s->host = UNKNOWN_HOST;
    return !network->own || outbound_dns_talks_add(j->talks, s, err);
}

/* ---- flows ---- */

/* The default format names the interface alone: once that is gone, the address says in which network it was, where
 * only one has it. */
static const struct outbound_dns_aws_network *network_of_flow(const struct judging *j,
                                                              const struct check_resource *r)
{
    const struct outbound_dns_aws_interface *seen_at = outbound_dns_aws_estate_interface(
        j->estate, outbound_dns_event_word(r->config, "InterfaceId"));
    const struct outbound_dns_aws_network *network =
        outbound_dns_aws_estate_network(j->estate, outbound_dns_event_word(r->config, "VpcId"));
    struct outbound_dns_aws_subnet subnet;
    if (network == NULL && seen_at != NULL)
        network = seen_at->network;
    if (network == NULL)
        network = outbound_dns_aws_estate_network_of(
            j->estate, outbound_dns_event_word(r->config, "InstanceId"));
    if (network == NULL && is_own(j, r) &&
        outbound_dns_aws_estate_subnet(j->estate, NULL, r->region,
                                       outbound_dns_event_word(r->config, "SourceAddress"),
                                       &subnet))
        network = outbound_dns_aws_estate_network(j->estate, subnet.vpc);
    return network;
}

static bool is_own_server(const struct judging *j, const struct outbound_dns_aws_network *network,
                          const char *address)
{
    return outbound_dns_aws_estate_address(j->estate, network, address) != NULL;
}

static bool take_flow(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct outbound_dns_sighting s = {
        .address = outbound_dns_event_word(r->config, "DestinationAddress"),
        .refused = outbound_dns_event_is(r->config, "Action", "REJECT"),
        .packets = outbound_dns_event_number(r->config, "Packets"),
        .bytes = outbound_dns_event_number(r->config, "Bytes"),
        .flows = outbound_dns_event_number(r->config, "Flows"),
        .last_unix_s = outbound_dns_event_time(r->config, "Last", r->at),
        .first_unix_s = outbound_dns_event_time(r->config, "First", r->at),
    };
    bool is_server = false;
    if (!outbound_dns_talks_transport(outbound_dns_event_number(r->config, "Port"),
                                      outbound_dns_event_number(r->config, "Protocol"),
                                      &s.transport))
        return true;
    const struct outbound_dns_aws_network *network = network_of_flow(j, r);
    if (network == NULL)
        return leave_unplaced(j, r);
    if (is_own_server(j, network, s.address)) /* what its log shows of who asks it */
        return true;
    if (!outbound_dns_aws_hosts_of_flow(j->hosts, network, r, &s, &is_server, err))
        return false;
    return is_server || add(j, network, &s, err);
}

/* ---- GuardDuty ---- */

static const struct outbound_dns_aws_network *network_of(const struct judging *j,
                                                         struct json_object *resource)
{
    static const char *const paths[] = { "InstanceDetails.NetworkInterfaces[].VpcId",
                                         "EksClusterDetails.VpcId" };
    const struct outbound_dns_aws_network *n = NULL;
    for (size_t i = 0; n == NULL && i < sizeof paths / sizeof *paths; i++)
        n = outbound_dns_aws_estate_network(j->estate, path_string(resource, paths[i]));
    if (n == NULL)
        n = outbound_dns_aws_estate_network_of(j->estate,
                                               path_string(resource, "InstanceDetails.InstanceId"));
    const struct outbound_dns_aws_interface *by = outbound_dns_aws_estate_interface(
        j->estate, path_string(resource, "InstanceDetails.NetworkInterfaces[].NetworkInterfaceId"));
    return n == NULL && by != NULL ? by->network : n;
}

static void fill_alert(struct outbound_dns_sighting *s, struct json_object *finding, const char *at,
                       const struct outbound_dns_alert *alert)
{
    struct json_object *service = json_get(finding, "Service");
    s->alert = json_string(finding, "Type");
    s->alert_severity = alert->resolver ? NULL : alert->severity;
    s->transport = alert->transport;
    s->domain = path_string(service, "Action.DnsRequestAction.Domain");
    s->address = path_string(service, "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4");
    if (s->address == NULL)
        s->address =
            path_string(service, "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV6");
    s->count = outbound_dns_event_number(service, "Count");
    s->first_unix_s = outbound_dns_event_time(service, "EventFirstSeen", at);
    s->last_unix_s = outbound_dns_event_time(service, "EventLastSeen", at);
}

static bool note_finding(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    (void)err;
    outbound_dns_aws_hosts_note(j->hosts, json_get(json_get(r->config, "Finding"), "Resource"));
    return true;
}

static bool take_finding(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct json_object *finding = json_get(r->config, "Finding"),
                       *resource = json_get(finding, "Resource");
    struct outbound_dns_alert alert;
    struct outbound_dns_sighting s = { .network = NULL };
    const char *title = json_string(finding, "Title");
    if (!outbound_dns_alerts_find(json_string(finding, "Type"), &alert) ||
        (title != NULL && strncmp(title, "[SAMPLE]", strlen("[SAMPLE]")) == 0))
        return true;
    const struct outbound_dns_aws_network *network = network_of(j, resource);
    if (network == NULL)
        return leave_unplaced(j, r);
    fill_alert(&s, finding, r->at, &alert);
    return outbound_dns_aws_hosts_of_finding(j->hosts, network, r, &s, err) &&
           add(j, network, &s, err);
}

/* ---- what cannot be known ---- */

static bool give_unknown(const struct judging *j, const struct outbound_dns_aws_network *n,
                         check_result_fn result, void *result_ctx, struct error *err)
{
    uintptr_t unplaced = (uintptr_t)map_get(j->unplaced, n->region);
    if (!n->own || !n->populated || (n->blind == NULL && unplaced == 0))
        return true;
    const struct check_result row = {
        .key = n->key,
        .subject = "",
        .unknown = n->blind != NULL ? n->blind : "events of this region name no network",
    };
    return result(result_ctx, &row, err);
}

bool outbound_dns_aws_judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                            struct error *err)
{
    struct judging j = { .view = view, .talks = outbound_dns_talks_new(view) };
    j.estate = outbound_dns_aws_estate_new(view, j.talks, err);
    if (j.estate == NULL) {
        outbound_dns_talks_free(j.talks);
        return false;
    }
    j.hosts = outbound_dns_aws_hosts_new(view, j.estate);
    j.unplaced = map_new(NULL);
    bool ok = view->resources(view->ctx, "aws_guardduty_finding", note_finding, &j, err) &&
              view->resources(view->ctx, "aws_ec2_flow", take_flow, &j, err) &&
              view->resources(view->ctx, "aws_guardduty_finding", take_finding, &j, err) &&
              outbound_dns_talks_rows(j.talks, j.unplaced_count, result, result_ctx, err);
    for (size_t i = 0; ok && i < outbound_dns_aws_estate_count(j.estate); i++)
        ok = give_unknown(&j, outbound_dns_aws_estate_at(j.estate, i), result, result_ctx, err);
    map_free(j.unplaced);
    outbound_dns_talks_free(j.talks);
    outbound_dns_aws_hosts_free(j.hosts);
    outbound_dns_aws_estate_free(j.estate);
    return ok;
}
