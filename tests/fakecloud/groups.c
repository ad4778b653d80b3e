#include "tests/fakecloud/groups.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/network.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "aws_ec2_security_group"
#define MACHINES "machines"
#define RANGE(protocol, from, to, cidr)                                                            \
    "{\"IpProtocol\":\"" protocol "\",\"FromPort\":" #from ",\"ToPort\":" #to                      \
    ",\"IpRanges\":[{\"CidrIp\":\"" cidr                                                           \
    "\"}],\"Ipv6Ranges\":[],\"PrefixListIds\":[],\"UserIdGroupPairs\":[]}"
#define ALL(pairs, ranges)                                                                         \
    "{\"IpProtocol\":\"-1\",\"UserIdGroupPairs\":[" pairs "],\"IpRanges\":[" ranges                \
    "],\"Ipv6Ranges\":[],\"PrefixListIds\":[]}"
#define RANGE6(from, to, cidr)                                                                     \
    "{\"IpProtocol\":\"tcp\",\"FromPort\":" #from ",\"ToPort\":" #to                               \
    ",\"IpRanges\":[],\"Ipv6Ranges\":[{\"CidrIpv6\":\"" cidr                                       \
    "\"}],\"PrefixListIds\":[],\"UserIdGroupPairs\":[]}"
#define LISTED                                                                                                          \
    "[{\"IpProtocol\":\"tcp\",\"FromPort\":%s,\"ToPort\":%s,\"IpRanges\":[],\"Ipv6Ranges\":[],\"UserIdGroupPairs\":[]," \
    "\"PrefixListIds\":[{\"PrefixListId\":\"%s\"}]}]"

#define ANY "[\"0.0.0.0/0\"]"

enum source { SOURCE_NONE, SOURCE_OFFICES, SOURCE_WORLD, SOURCE_AWS };

/* What a group lets in, and what a check must say of it. Where `source` names a prefix list, `permissions`
 * is its TCP port. */
struct recipe {
    const char *name, *permissions;
    enum source source;
    const char *check, *subject; /* NULL: nothing to find */
    const char *ports,
        *sources; /* of the finding; ports NULL: none; sources NULL: the prefix list */
};

static const struct recipe recipes[] = {
    { "inside", ALL("", "{\"CidrIp\":\"10.0.0.0/8\"}"), SOURCE_NONE, NULL, NULL, NULL, NULL },
    { "partner", RANGE("tcp", 443, 443, "203.0.113.0/24") "," RANGE6(443, 443, "2001:db8::/32"),
      SOURCE_NONE, NULL, NULL, NULL, NULL },
    { "large-network", RANGE("tcp", 22, 22, "203.0.0.0/8"), SOURCE_NONE, NULL, NULL, NULL, NULL },
    { "from-offices", "22", SOURCE_OFFICES, NULL, NULL, NULL, NULL },
    { "from-cloudfront", "443", SOURCE_AWS, NULL, NULL, NULL, NULL },
    { "ping-inside", RANGE("icmp", -1, -1, "10.0.0.0/8"), SOURCE_NONE, NULL, NULL, NULL, NULL },
    { "empty", "", SOURCE_NONE, NULL, NULL, NULL, NULL },
    { "ssh-anywhere", RANGE("tcp", 22, 22, "0.0.0.0/0"), SOURCE_NONE, TRUTH_ADMIN, "tcp/22", "22",
      ANY },
    { "rdp-over-v6", RANGE6(3389, 3389, "::/0"), SOURCE_NONE, TRUTH_ADMIN, "tcp/3389", "3389",
      "[\"::/0\"]" },
    { "v6-in-halves", RANGE6(22, 22, "::/1") "," RANGE6(22, 22, "8000::/1"), SOURCE_NONE,
      TRUTH_ADMIN, "tcp/22", "22", "[\"::/1\"]" },
    { "v4-in-halves", RANGE("tcp", 22, 22, "0.0.0.0/1") "," RANGE("tcp", 22, 22, "128.0.0.0/1"),
      SOURCE_NONE, TRUTH_ADMIN, "tcp/22", "22", "[\"0.0.0.0/1\",\"128.0.0.0/1\"]" },
    { "by-prefix-list", "22", SOURCE_WORLD, TRUTH_ADMIN, "tcp/22", "22", NULL },
    { "everything",
      ALL("", "{\"CidrIp\":\"0.0.0.0/0\",\"Description\":\"<temporary> & \\\"urgent\\\"\"}"),
      SOURCE_NONE, TRUTH_ADMIN, "all", "all", ANY },
    { "web", RANGE("tcp", 443, 443, "0.0.0.0/0"), SOURCE_NONE, TRUTH_OPEN, "tcp/443", "443", ANY },
    { "database", RANGE("tcp", 5432, 5432, "0.0.0.0/0"), SOURCE_NONE, TRUTH_OPEN, "tcp/5432",
      "5432", ANY },
    { "dns", RANGE("udp", 53, 53, "0.0.0.0/0"), SOURCE_NONE, TRUTH_OPEN, "udp/53", "53", ANY },
    { "ping", RANGE("icmp", -1, -1, "0.0.0.0/0"), SOURCE_NONE, TRUTH_OPEN, "icmp", NULL, ANY },
};

enum {
    RECIPES = sizeof recipes / sizeof *recipes,
    GROUPS_A_REGION = 5,
    BEHIND_BYTES_MAX = 64 * 1024
};

static const struct recipe default_recipe = {
    "default", NULL, SOURCE_NONE, NULL, NULL, NULL, NULL
};
static const struct recipe machines_recipe = {
    MACHINES, RANGE("tcp", 22, 22, "10.0.0.0/8"), SOURCE_NONE, NULL, NULL, NULL, NULL
};
static const struct recipe late_recipe = {
    "late", RANGE("tcp", 22, 22, "0.0.0.0/0"), SOURCE_NONE, TRUTH_ADMIN, "tcp/22", "22", ANY
};

static char *group_id(const struct estate *e, struct place at, const char *name, size_t vpc)
{
    char *path = memory_format("%s/%s/%zu/%s", at.account, at.region, vpc, name);
    char *id = chance_id(e->o.seed, "sg-", path);
    free(path);
    return id;
}

char *groups_machines(const struct estate *e, struct place at)
{
    return group_id(e, at, MACHINES, NETWORK_OWN_VPC);
}

/* The ingress of a recipe; a default group lets in itself alone. */
static struct json_object *permissions(const struct estate *e, const char *account, size_t region,
                                       const struct recipe *r, const char *id)
{
    if (r->permissions == NULL)
        return estate_json("[" ALL("{\"GroupId\":\"%s\",\"UserId\":\"%s\"}", "") "]", id, account);
    if (r->source == SOURCE_NONE)
        return estate_json("[%s]", r->permissions);
    char *list =
        r->source == SOURCE_AWS
            ? network_aws_list(e, region)
            : network_list(e, region, r->source == SOURCE_WORLD ? NETWORK_WORLD : NETWORK_OFFICES);
    struct json_object *o = estate_json(LISTED, r->permissions, r->permissions, list);
    free(list);
    return o;
}

/* How far it reaches, as evidence says it, and how bad that is. */
struct reach {
    const char *severity, *because, *behind, *reach;
};

/* What nothing is attached to opens nothing yet. */
static const struct reach nowhere = { "low", "[]", "[]", "open_by_rule" };

static void tell(struct estate *e, struct place at, const struct recipe *r, const char *id,
                 const struct reach *reach, const char *list)
{
    const char *quote = r->ports == NULL ? "" : "\"";
    char *sources =
        r->sources != NULL ? memory_string(r->sources) : memory_format("[\"%s\"]", list);
    char *evidence = memory_format(
        "{\"affected_teams\":[],\"because\":%s,\"behind\":%s,\"ports\":%s%s%s,\"reach\":\"%s\",\"sources\":%s}",
        reach->because, reach->behind, quote, r->ports == NULL ? "null" : r->ports, quote,
        reach->reach, sources);
    truth_open(e, at,
               &(struct truth_finding){ r->check, id, r->subject, reach->severity, evidence });
    free(evidence);
    free(sources);
}

static void add(struct estate *e, size_t account, size_t region, const struct recipe *r,
                const char *name, size_t vpc)
{
    struct place at = estate_place(e, account, region);
    char *id = group_id(e, at, name, vpc), *vpc_id = network_vpc(e, at, vpc);
    char *arn = memory_format("arn:aws:ec2:%s:%s:security-group/%s", at.region, at.account, id);
    struct json_object *group = estate_json(
        "{\"GroupId\":\"%s\",\"GroupName\":\"%s\",\"Description\":\"%s\",\"OwnerId\":\"%s\",\"VpcId\":\"%s\","
        "\"SecurityGroupArn\":\"%s\",\"IpPermissionsEgress\":[" ALL(
            "",
            "{\"CidrIp\":\"0.0.0.0/0\"}") "],"
                                          "\"Tags\":[{\"Key\":\"Name\",\"Value\":\"%s\"},{\"Key\":\"team\",\"Value\":\"core\"}]}",
        id, name, name, at.account, vpc_id, arn, name);
    json_object_object_add(group, "IpPermissions", permissions(e, at.account, region, r, id));
    estate_put(e, at, "SecurityGroups", group);
    truth_there(e, at, TYPE, id, arn);
    if (r->check != NULL) {
        char *list = network_list(e, region, NETWORK_WORLD);
        tell(e, at, r, id, &nowhere, list);
        free(list);
    }
    free(arn);
    free(vpc_id);
    free(id);
}

/* Whoever owns a prefix list uses it too: yomawari reads a list that only others use from the second night
 * on (tests/e2e/test_sharing.py), and the truth is to hold on the first. */
static void add_users_of_lists(struct estate *e, size_t region)
{
    for (size_t i = 0; i < RECIPES; i++) {
        char *id = group_id(e, estate_place(e, 0, region), recipes[i].name, NETWORK_OWN_VPC);
        if ((recipes[i].source == SOURCE_OFFICES || recipes[i].source == SOURCE_WORLD) &&
            estate_item(e, estate_place(e, 0, region), "SecurityGroups", "GroupId", id) == NULL)
            add(e, 0, region, &recipes[i], recipes[i].name, NETWORK_OWN_VPC);
        free(id);
    }
}

void groups_build(struct estate *e, size_t account, size_t region)
{
    truth_speaks_of(e, TRUTH_ADMIN);
    truth_speaks_of(e, TRUTH_OPEN);
    for (size_t vpc = 0; vpc < NETWORK_VPCS; vpc++)
        add(e, account, region, &default_recipe, default_recipe.name, vpc);
    add(e, account, region, &machines_recipe, machines_recipe.name, NETWORK_OWN_VPC);
    struct place at = estate_place(e, account, region);
    char *path = memory_format("%s/%s/groups", at.account, at.region);
    size_t first = chance_number(e->o.seed, path, RECIPES);
    /* Steps of five through seventeen recipes: no two alike, and all of them in a few regions. */
    for (size_t i = 0; i < GROUPS_A_REGION; i++) {
        const struct recipe *r = &recipes[(first + i * GROUPS_A_REGION) % RECIPES];
        add(e, account, region, r, r->name, NETWORK_OWN_VPC);
    }
    if (account == 0)
        add_users_of_lists(e, region);
    free(path);
}

void groups_add_open(struct estate *e, size_t account, size_t region, const char *what)
{
    add(e, account, region, &late_recipe, what, NETWORK_OWN_VPC);
}

void groups_remove_open(struct estate *e, struct place at)
{
    for (size_t i = 0; i < RECIPES; i++) {
        char *id = group_id(e, at, recipes[i].name, NETWORK_OWN_VPC);
        bool dropped =
            recipes[i].check != NULL && estate_drop(e, at, "SecurityGroups", "GroupId", id);
        if (dropped) {
            truth_gone(e, at, TYPE, id);
            truth_closed(e, at, recipes[i].check, id, recipes[i].subject);
        }
        free(id);
        if (dropped)
            return;
    }
}

/* ---- what uses the machines' group ---- */

/* In a subnet whose network ACL lets nobody in but one office, and from which nothing leads to the internet. Only some
 * have an address, so that this is a reason, too. */
#define WALLED "[\"network_acl\",\"no_public_address\",\"no_route\"]"
#define USERS "Users of the group" /* a list that nobody serves */

static int compare_words(const void *a, const void *b)
{
    return strcmp(json_string(*(struct json_object *const *)a, "word"),
                  json_string(*(struct json_object *const *)b, "word"));
}

static bool is_open(struct estate *e, struct place at, const char *id)
{
    struct json_object *closed = estate_json("[%s]", machines_recipe.permissions);
    struct json_object *group = estate_item(e, at, "SecurityGroups", "GroupId", id);
    bool open = !json_equal(json_get(group, "IpPermissions"), closed);
    json_object_put(closed);
    return open;
}

static void tell_machines(struct estate *e, struct place at, const char *id)
{
    struct json_object *users = estate_list(e, at, USERS), *words = json_object_new_array();
    struct buffer behind;
    json_object_array_sort(users, compare_words);
    for (size_t i = 0; i < json_object_array_length(users); i++)
        json_object_array_add(
            words, json_object_get(json_get(json_object_array_get_idx(users, i), "word")));
    buffer_init(&behind, BEHIND_BYTES_MAX);
    json_write_plain(words, &behind);
    const struct reach walled = { "medium", WALLED, buffer_string(&behind), "attached" };
    tell(e, at, &late_recipe, id, &walled, "");
    buffer_release(&behind);
    json_object_put(words);
}

static void tell_again(struct estate *e, struct place at)
{
    char *id = groups_machines(e, at);
    if (is_open(e, at, id))
        tell_machines(e, at, id);
    free(id);
}

void groups_add_behind(struct estate *e, struct place at, const char *word)
{
    struct json_object *user = json_object_new_object();
    json_object_object_add(user, "word", json_object_new_string(word));
    estate_put(e, at, USERS, user);
    tell_again(e, at);
}

void groups_drop_behind(struct estate *e, struct place at, const char *word)
{
    if (estate_drop(e, at, USERS, "word", word))
        tell_again(e, at);
}

void groups_toggle_machines(struct estate *e, struct place at)
{
    char *id = groups_machines(e, at);
    struct json_object *group = estate_item(e, at, "SecurityGroups", "GroupId", id);
    bool opens = !is_open(e, at, id);
    json_object_object_add(
        group, "IpPermissions",
        estate_json("[%s]", opens ? late_recipe.permissions : machines_recipe.permissions));
    truth_changed(e, at, TYPE, id, "IpPermissions[]");
    if (opens)
        tell_machines(e, at, id);
    else
        truth_closed(e, at, TRUTH_ADMIN, id, late_recipe.subject);
    free(id);
}

void groups_tag_machines(struct estate *e, struct place at, const char *value)
{
    char *id = groups_machines(e, at);
    struct json_object *group = estate_item(e, at, "SecurityGroups", "GroupId", id);
    json_object_object_add(group, "Tags",
                           estate_json("[{\"Key\":\"Name\",\"Value\":\"" MACHINES
                                       "\"},{\"Key\":\"team\",\"Value\":\"%s\"}]",
                                       value));
    truth_changed(e, at, TYPE, id, "Tags[]");
    free(id);
}
