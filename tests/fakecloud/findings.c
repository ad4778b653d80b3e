#include "tests/fakecloud/findings.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

enum { ID_DIGITS = 32, ARCHIVED_ONE_IN = 4, COUNT_STEP = 7, MILLISECONDS = 1000 };

#define REMOTE                                                                                                               \
    "\"RemoteIpDetails\":{\"IpAddressV4\":\"%s\",\"Country\":{\"CountryName\":\"Japan\"},\"City\":{\"CityName\":\"Tokyo\"}," \
    "\"GeoLocation\":{\"Lat\":35.69,\"Lon\":139.69},\"Organization\":{\"Asn\":\"64496\",\"AsnOrg\":\"Example\","             \
    "\"Isp\":\"Example\",\"Org\":\"Example\"}}"

enum action { ACTION_CALL, ACTION_CONNECTION, ACTION_NAME, ACTION_PROBE };

struct recipe {
    const char *type, *title;
    double severity;
    enum action action;
    const char *what; /* the call, "PORT PROTOCOL" of a connection, the name that was asked for */
    const char *remote;
    const char *
        asked; /* of a destination or a name: how the finding that comes of it ends; NULL: none comes */
    const char *operator; /* of that destination; NULL: names */
    const char *transport;
};

/* Types, severities and titles: GuardDuty User Guide, "Finding types". */
static const struct recipe recipes[] = {
    { "Policy:IAMUser/RootCredentialUsage",
      "API DescribeInstances was invoked using root credentials.", 2, ACTION_CALL,
      "DescribeInstances", FINDINGS_ROOT_REMOTE "9", NULL, NULL, NULL },
    { "Policy:IAMUser/ShortTermRootCredentialUsage",
      "API GetAccountSummary was invoked using short-term root credentials.", 2, ACTION_CALL,
      "GetAccountSummary", FINDINGS_ROOT_REMOTE "10", NULL, NULL, NULL },
    { "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
      "Console logins were successful from several places.", 5, ACTION_CALL, "ConsoleLogin",
      "198.51.100.77", NULL, NULL, NULL },
    { "DefenseEvasion:EC2/UnusualDNSResolver",
      "An EC2 instance is communicating with an unusual DNS resolver.", 5, ACTION_CONNECTION,
      "53 UDP", "8.8.8.8", "8.8.8.8", "Google Public DNS", "DNS" },
    { "DefenseEvasion:EC2/UnusualDoHActivity", "An EC2 instance does unusual DNS over HTTPS.", 5,
      ACTION_CONNECTION, "443 TCP", "1.1.1.1", "1.1.1.1 DoH", "Cloudflare", "DoH" },
    { "DefenseEvasion:EC2/UnusualDoTActivity", "An EC2 instance does unusual DNS over TLS.", 5,
      ACTION_CONNECTION, "853 TCP", "9.9.9.9", "9.9.9.9 DoT", "Quad9", "DoT" },
    { "Trojan:EC2/DNSDataExfiltration", "Data is carried out of an EC2 instance by DNS queries.", 8,
      ACTION_NAME, "aGVsbG8.exfiltration.example.com", "", "Trojan:EC2/DNSDataExfiltration", NULL,
      NULL },
    { "CryptoCurrency:EC2/BitcoinTool.B!DNS",
      "An EC2 instance asks for a name of Bitcoin-related activity.", 8, ACTION_NAME,
      "pool.example.net", "", "CryptoCurrency:EC2/BitcoinTool.B!DNS", NULL, NULL },
    { "Recon:EC2/PortProbeUnprotectedPort",
      "An unprotected port of an EC2 instance is being probed.", 2, ACTION_PROBE, "22",
      "198.51.100.5", NULL, NULL, NULL },
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

struct teller {
    const struct estate *e;
    size_t account, region;
    const char *detector;
    struct json_object *out;
    struct estate *truth; /* where findings of a check are told */
    const char *check;
};

static struct json_object *action_of(const struct recipe *r)
{
    char *end = NULL;
    switch (r->action) {
    case ACTION_CALL:
        return estate_json(
            "{\"ActionType\":\"AWS_API_CALL\",\"AwsApiCallAction\":{\"Api\":\"%s\",\"CallerType\":\"Remote IP\","
            "\"ServiceName\":\"ec2.amazonaws.com\",\"UserAgent\":\"aws-cli/2.31.0\",\"AffectedResources\":{}," REMOTE
            "}}",
            r->what, r->remote);
    case ACTION_CONNECTION: {
        long port = strtol(r->what, &end, 10);
        return estate_json(
            "{\"ActionType\":\"NETWORK_CONNECTION\",\"NetworkConnectionAction\":{\"Blocked\":false,"
            "\"ConnectionDirection\":\"OUTBOUND\",\"Protocol\":\"%s\",\"LocalIpDetails\":{\"IpAddressV4\":\"10.20.1.4\"},"
            "\"LocalPortDetails\":{\"Port\":39677,\"PortName\":\"Unknown\"},\"LocalNetworkInterface\":\"eni-0\","
            "\"RemotePortDetails\":{\"Port\":%ld,\"PortName\":\"Unknown\"}," REMOTE "}}",
            end + 1, port, r->remote);
    }
    case ACTION_NAME:
        return estate_json(
            "{\"ActionType\":\"DNS_REQUEST\",\"DnsRequestAction\":{\"Domain\":\"%s\","
            "\"Protocol\":\"UDP\",\"Blocked\":false}}",
            r->what);
    default:
        return estate_json(
            "{\"ActionType\":\"PORT_PROBE\",\"PortProbeAction\":{\"Blocked\":false,\"PortProbeDetails\":["
            "{\"LocalPortDetails\":{\"Port\":%s,\"PortName\":\"SSH\"},\"LocalIpDetails\":{\"IpAddressV4\":\"10.20.1.4\"}," REMOTE
            "}]}}",
            r->what, r->remote);
    }
}

/* The first of the place (machines.h). */
static char *instance_of(const struct estate *e, struct place at)
{
    char *path = memory_format("%s/%s/machine/web-0", at.account, at.region);
    char *instance = chance_id(e->o.seed, "i-", path);
    free(path);
    return instance;
}

static struct json_object *resource_of(const struct teller *t, const struct event *event,
                                       const struct recipe *r)
{
    if (r->action == ACTION_CALL)
        return estate_json(
            "{\"ResourceType\":\"AccessKey\",\"AccessKeyDetails\":{\"AccessKeyId\":\"ASIAEXAMPLE%.8s\","
            "\"PrincipalId\":\"%s\",\"UserName\":\"Root\",\"UserType\":\"Root\"}}",
            event->id, event->at.account);
    char *instance = instance_of(t->e, event->at);
    struct json_object *o = estate_json(
        "{\"ResourceType\":\"Instance\",\"InstanceDetails\":{\"InstanceId\":\"%s\",\"InstanceType\":\"t3.micro\","
        "\"AvailabilityZone\":\"%sa\",\"ImageId\":\"ami-0123456789abcdef0\",\"InstanceState\":\"running\","
        "\"LaunchTime\":\"" ESTATE_MADE
        "\",\"ProductCodes\":[],\"Tags\":[{\"Key\":\"Name\",\"Value\":\"web-0\"}],"
        "\"NetworkInterfaces\":[{\"NetworkInterfaceId\":\"eni-0\",\"PrivateIpAddress\":\"10.20.1.4\",\"Ipv6Addresses\":[],"
        "\"PublicIp\":\"203.0.113.40\",\"SecurityGroups\":[]}]}}",
        instance, event->at.region);
    free(instance);
    return o;
}

static struct json_object *service_of(const struct teller *t, const struct event *event,
                                      const struct recipe *r, struct event_course course)
{
    char first[TIMESTAMP_MAX], last[TIMESTAMP_MAX];
    bool archived = events_number(t->e, event, "archived", ARCHIVED_ONE_IN) == 0;
    timestamp_iso(event->at_s, first);
    timestamp_iso(course.updated_s, last);
    struct json_object *o = estate_json(
        "{\"ServiceName\":\"guardduty\",\"DetectorId\":\"%s\",\"Archived\":%s,\"Count\":%zu,\"ResourceRole\":\"TARGET\","
        "\"EventFirstSeen\":\"%s\",\"EventLastSeen\":\"%s\",\"AdditionalInfo\":{\"Value\":\"{}\",\"Type\":\"default\"}}",
        t->detector, archived ? "true" : "false", 1 + course.again * COUNT_STEP, first, last);
    json_object_object_add(o, "Action", action_of(r));
    return o;
}

static void tell(void *ctx, const struct event *event)
{
    struct teller *t = ctx;
    const struct recipe *r = &recipes[events_number(t->e, event, "recipe", RECIPES)];
    struct event_course course = events_course(t->e, event);
    char created[TIMESTAMP_MAX], updated[TIMESTAMP_MAX],
        *id = chance_hex(t->e->o.seed, event->path, ID_DIGITS);
    timestamp_iso_ms(event->at_s * MILLISECONDS, created);
    timestamp_iso_ms(course.updated_s * MILLISECONDS, updated);
    struct json_object *o = estate_json(
        "{\"AccountId\":\"%s\",\"Arn\":\"arn:aws:guardduty:%s:%s:detector/%s/finding/%s\",\"CreatedAt\":\"%s\","
        "\"Id\":\"%s\",\"Partition\":\"aws\",\"Region\":\"%s\",\"SchemaVersion\":\"2.0\",\"Severity\":%.1f,\"Title\":\"%s\","
        "\"Description\":\"%s\",\"Type\":\"%s\",\"UpdatedAt\":\"%s\"}",
        event->at.account, event->at.region, event->at.account, t->detector, id, created, id,
        event->at.region, r->severity, r->title, r->title, r->type, updated);
    json_object_object_add(o, "Resource", resource_of(t, event, r));
    json_object_object_add(o, "Service", service_of(t, event, r, course));
    json_object_array_add(t->out, o);
    free(id);
}

/* GuardDuty's findings of a place, one by one; whatever it is that they are told to. */
static void each(const struct estate *e, size_t account, size_t region, event_fn tell_to,
                 struct teller *t)
{
    static const struct event_rate rate = { "guardduty", 8, 2 };
    t->detector = events_lively(e, account) ? detectors_id(e, account, region) : NULL;
    if (t->detector != NULL)
        events_each(e, estate_place(e, account, region), &rate, tell_to, t);
}

static void add(const struct estate *e, size_t account, size_t region, struct json_object *out)
{
    struct teller t = { .e = e, .account = account, .region = region, .out = out };
    each(e, account, region, tell, &t);
}

struct json_object *findings_of(const struct estate *e, size_t account, size_t region)
{
    struct json_object *out = json_object_new_array();
    add(e, account, region, out);
    return out;
}

struct json_object *findings_seen_by(const struct estate *e, size_t account, size_t region)
{
    struct json_object *out = findings_of(e, account, region);
    if (account == detectors_administrator(e))
        for (size_t i = 0; i < e->o.accounts; i++)
            if (events_lively(e, i) && detectors_is_member(e, i, region))
                add(e, i, region, out);
    return out;
}

/* ---- truth ---- */

/* The machine is nobody's member, and in the account's own network. */
static void tell_asked(void *ctx, const struct event *event)
{
    const struct teller *t = ctx;
    const struct recipe *r = &recipes[events_number(t->e, event, "recipe", RECIPES)];
    int64_t first_s = events_night_s(t->e->night) - (int64_t)EVENTS_WINDOW_DAYS * EVENTS_DAY_S;
    if (r->asked == NULL || events_course(t->e, event).updated_s < first_s)
        return;
    char *vpc = network_vpc(t->e, event->at, NETWORK_OWN_VPC),
         *instance = instance_of(t->e, event->at),
         *subject = r->operator== NULL
                        ? memory_format("%s → %s", instance, r->asked)
                        : memory_format("%s → %s (%s)", instance, r->asked, r->operator),
         *evidence = r->operator== NULL
                         ? memory_format("{\"guardduty\":[\"%s\"],\"kind\":\"name\"}", r->type)
                         : memory_format("{\"guardduty\":[\"%s\"],\"kind\":\"public\","
                                         "\"operator\":\"%s\",\"transport\":\"%s\"}",
                                         r->type, r->operator, r->transport);
    const struct truth_finding f = { t->check, vpc, subject, r->operator== NULL ? "high" : "low",
                                     evidence };
    truth_open(t->truth, event->at, &f);
    free(evidence);
    free(subject);
    free(instance);
    free(vpc);
}

void findings_tell(struct estate *e, size_t account, size_t region, const char *check)
{
    struct teller t = { .e = e, .truth = e, .account = account, .region = region, .check = check };
    each(e, account, region, tell_asked, &t);
}
