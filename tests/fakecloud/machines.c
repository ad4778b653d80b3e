#include "tests/fakecloud/machines.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/groups.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/truth.h"
#include "tests/fakecloud/words.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define FIRST MACHINES_FIRST
#define GONE "MachinesGone" /* a list that nobody is shown */

/* Everything that an instance is called by. */
struct machine {
    char *instance, *interface, *reservation, *attachment, *group, *subnet, *vpc, *address;
    char *token; /* a secret */
};

static char *id_of(const struct estate *e, struct place at, const char *prefix, const char *name)
{
    char *path = memory_format("%s/%s/machine/%s", at.account, at.region, name);
    char *id = chance_id(e->o.seed, prefix, path);
    free(path);
    return id;
}

static void machine_init(struct machine *m, const struct estate *e, struct place at,
                         const char *name)
{
    char *path = memory_format("%s/%s/address/%s", at.account, at.region, name);
    m->instance = id_of(e, at, "i-", name);
    m->interface = id_of(e, at, "eni-", name);
    m->reservation = id_of(e, at, "r-", name);
    m->attachment = id_of(e, at, "eni-attach-", name);
    m->group = groups_machines(e, at);
    m->subnet = network_subnet(e, at, NETWORK_OWN_VPC, 0);
    m->vpc = network_vpc(e, at, NETWORK_OWN_VPC);
    m->address = memory_format("10.20.%d.%d", (int)chance_number(e->o.seed, path, 15),
                               4 + (int)chance_number(e->o.seed, m->instance, 250));
    char *hex = chance_hex(e->o.seed, path, 24);
    m->token = memory_format(WORDS_SECRET "%s", hex);
    free(hex);
    free(path);
}

static void machine_release(struct machine *m)
{
    char *strings[] = { m->instance, m->interface, m->reservation, m->attachment, m->group,
                        m->subnet,   m->vpc,       m->address,     m->token };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
}

static struct json_object *attachment_of(const struct machine *m)
{
    return estate_json("{\"AttachmentId\":\"%s\",\"AttachTime\":\"" ESTATE_MADE
                       "\",\"DeleteOnTermination\":true,"
                       "\"DeviceIndex\":0,\"NetworkCardIndex\":0,\"Status\":\"attached\"}",
                       m->attachment);
}

static struct json_object *groups_of(const struct machine *m)
{
    return estate_json("[{\"GroupId\":\"%s\",\"GroupName\":\"machines\"}]", m->group);
}

static void put_interface(struct estate *e, struct place at, const struct machine *m,
                          const char *public_ip)
{
    struct json_object *card = estate_json(
        "{\"NetworkInterfaceId\":\"%s\",\"OwnerId\":\"%s\",\"VpcId\":\"%s\",\"SubnetId\":\"%s\",\"Status\":\"in-use\","
        "\"InterfaceType\":\"interface\",\"AvailabilityZone\":\"%sa\",\"Description\":\"\",\"MacAddress\":\"0a:00:00:00:00:01\","
        "\"PrivateIpAddress\":\"%s\",\"PrivateIpAddresses\":[{\"Primary\":true,\"PrivateIpAddress\":\"%s\"}],"
        "\"RequesterManaged\":false,\"SourceDestCheck\":true,\"Ipv6Addresses\":[],\"TagSet\":[]}",
        m->interface, at.account, m->vpc, m->subnet, at.region, m->address, m->address);
    struct json_object *attachment = attachment_of(m);
    json_object_object_add(attachment, "InstanceId", json_object_new_string(m->instance));
    json_object_object_add(attachment, "InstanceOwnerId", json_object_new_string(at.account));
    json_object_object_add(card, "Attachment", attachment);
    json_object_object_add(card, "Groups", groups_of(m));
    if (public_ip != NULL)
        json_object_object_add(
            card, "Association",
            estate_json("{\"PublicIp\":\"%s\",\"IpOwnerId\":\"%s\"}", public_ip, at.account));
    estate_put(e, at, "NetworkInterfaces", card);
    char *arn = memory_format("arn:aws:ec2:%s:%s:network-interface/%s", at.region, at.account,
                              m->interface);
    truth_there(e, at, "aws_ec2_network_interface", m->interface, arn);
    free(arn);
}

/* What the finding of the group calls it. */
static char *word_of(const struct machine *m, const char *name)
{
    return memory_format("instance %s (%s)", name, m->instance);
}

static void put_instance(struct estate *e, struct place at, const struct machine *m,
                         const char *name)
{
    struct json_object *instance = estate_json(
        "{\"InstanceId\":\"%s\",\"ImageId\":\"ami-0123456789abcdef0\",\"InstanceType\":\"t3.micro\",\"AmiLaunchIndex\":0,"
        "\"ClientToken\":\"%s\",\"LaunchTime\":\"" ESTATE_MADE
        "\",\"State\":{\"Code\":16,\"Name\":\"running\"},"
        "\"Placement\":{\"AvailabilityZone\":\"%sa\",\"GroupName\":\"\",\"Tenancy\":\"default\"},\"Monitoring\":{\"State\":\"disabled\"},"
        "\"PrivateIpAddress\":\"%s\",\"SubnetId\":\"%s\",\"VpcId\":\"%s\",\"Architecture\":\"x86_64\",\"EbsOptimized\":false,"
        "\"EnaSupport\":true,\"MetadataOptions\":{\"HttpTokens\":\"required\",\"HttpEndpoint\":\"enabled\",\"HttpPutResponseHopLimit\":2},"
        "\"RootDeviceName\":\"/dev/xvda\",\"RootDeviceType\":\"ebs\","
        "\"Tags\":[{\"Key\":\"Name\",\"Value\":\"%s\"},{\"Key\":\"env\",\"Value\":\"prod\"}]}",
        m->instance, m->token, at.region, m->address, m->subnet, m->vpc, name);
    struct json_object *card = estate_json(
        "{\"NetworkInterfaceId\":\"%s\",\"SubnetId\":\"%s\",\"VpcId\":\"%s\",\"OwnerId\":\"%s\",\"Status\":\"in-use\"}",
        m->interface, m->subnet, m->vpc, at.account);
    json_object_object_add(card, "Attachment", attachment_of(m));
    json_object_object_add(card, "Groups", groups_of(m));
    struct json_object *cards = json_object_new_array();
    json_object_array_add(cards, card);
    json_object_object_add(instance, "NetworkInterfaces", cards);
    json_object_object_add(instance, "SecurityGroups", groups_of(m));
    struct json_object *reservation = estate_json(
        "{\"ReservationId\":\"%s\",\"OwnerId\":\"%s\",\"Groups\":[]}", m->reservation, at.account);
    struct json_object *instances = json_object_new_array();
    json_object_array_add(instances, instance);
    json_object_object_add(reservation, "Instances", instances);
    estate_put(e, at, "Reservations", reservation);
    truth_secret(e, m->token);
    char *arn = memory_format("arn:aws:ec2:%s:%s:instance/%s", at.region, at.account, m->instance);
    truth_there(e, at, "aws_ec2_instance", m->instance, arn);
    char *word = word_of(m, name);
    groups_add_behind(e, at, word);
    free(word);
    free(arn);
}

void machines_launch(struct estate *e, struct place at, const char *name)
{
    struct machine m;
    machine_init(&m, e, at, name);
    put_instance(e, at, &m, name);
    put_interface(e, at, &m, NULL);
    machine_release(&m);
}

void machines_terminate(struct estate *e, struct place at, const char *name)
{
    struct machine m;
    machine_init(&m, e, at, name);
    if (estate_drop(e, at, "Reservations", "ReservationId", m.reservation)) {
        truth_gone(e, at, "aws_ec2_instance", m.instance);
        estate_drop(e, at, "NetworkInterfaces", "NetworkInterfaceId", m.interface);
        truth_gone(e, at, "aws_ec2_network_interface", m.interface);
        estate_put(e, at, GONE, estate_json("{\"Name\":\"%s\",\"Night\":%d}", name, e->night));
        char *word = word_of(&m, name);
        groups_drop_behind(e, at, word);
        free(word);
    }
    machine_release(&m);
}

/* The first instance's. free() */
static char *address_of(const struct estate *e, struct place at)
{
    char *allocation = id_of(e, at, "eipalloc-", FIRST),
         *association = id_of(e, at, "eipassoc-", FIRST);
    char *ip = memory_format("198.18.%d.%d", (int)chance_number(e->o.seed, allocation, 256),
                             (int)chance_number(e->o.seed, association, 256));
    free(association);
    free(allocation);
    return ip;
}

static void show_address(struct estate *e, struct place at, const struct machine *m, const char *ip)
{
    struct json_object *reservation =
        estate_item(e, at, "Reservations", "ReservationId", m->reservation);
    json_object_object_add(json_object_array_get_idx(json_get(reservation, "Instances"), 0),
                           "PublicIpAddress", json_object_new_string(ip));
}

void machines_see(const struct estate *e, struct place at, const char *name,
                  struct machines_seen *out)
{
    struct machine m;
    struct json_object *gone = estate_item(e, at, GONE, "Name", name);
    machine_init(&m, e, at, name);
    *out = (struct machines_seen){ memory_string(m.instance), memory_string(m.address),
                                   strcmp(name, FIRST) == 0 ? address_of(e, at) : memory_string(""),
                                   gone == NULL ? 0 : (int)json_int(gone, "Night", 0) };
    machine_release(&m);
}

void machines_seen_release(struct machines_seen *m)
{
    free(m->instance);
    free(m->address);
    free(m->public_ip);
}

/* The first instance, with an address that stays. */
static void build_first(struct estate *e, struct place at)
{
    struct machine m;
    machine_init(&m, e, at, FIRST);
    char *allocation = id_of(e, at, "eipalloc-", FIRST),
         *association = id_of(e, at, "eipassoc-", FIRST);
    char *ip = address_of(e, at);
    put_instance(e, at, &m, FIRST);
    show_address(e, at, &m, ip);
    put_interface(e, at, &m, ip);
    estate_put(
        e, at, "Addresses",
        estate_json(
            "{\"AllocationId\":\"%s\",\"AssociationId\":\"%s\",\"Domain\":\"vpc\",\"PublicIp\":\"%s\",\"InstanceId\":\"%s\","
            "\"NetworkInterfaceId\":\"%s\",\"NetworkInterfaceOwnerId\":\"%s\",\"PrivateIpAddress\":\"%s\","
            "\"PublicIpv4Pool\":\"amazon\",\"NetworkBorderGroup\":\"%s\",\"Tags\":[]}",
            allocation, association, ip, m.instance, m.interface, at.account, m.address,
            at.region));
    char *arn = memory_format("arn:aws:ec2:%s:%s:elastic-ip/%s", at.region, at.account, allocation);
    truth_there(e, at, "aws_ec2_address", allocation, arn);
    free(arn);
    free(ip);
    free(association);
    free(allocation);
    machine_release(&m);
}

void machines_build(struct estate *e, struct place at)
{
    build_first(e, at);
    machines_launch(e, at, MACHINES_DISPENSABLE);
    char *path = memory_format("%s/%s/machines", at.account, at.region);
    size_t more = chance_number(e->o.seed, path, 4);
    free(path);
    for (size_t i = 0; i < more; i++) {
        char *name = memory_format("app-%zu", i);
        machines_launch(e, at, name);
        free(name);
    }
}
