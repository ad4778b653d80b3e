#include "tests/fakecloud/google/firewalls.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/google/firewall_policies.h"
#include "tests/fakecloud/google/firewall_recipes.h"
#include "tests/fakecloud/google/networks.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/google/put.h"
#include "tests/fakecloud/google/reach.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "gcp_compute_firewall"
#define LIST "compute.firewalls"
#define MACHINES "machines-ssh"
#define INSIDE                                                                                     \
    "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}],\"sourceRanges\":[\"10.0.0.0/8\"],\"direction\":\"INGRESS\""
#define ANYBODY                                                                                    \
    "\"allowed\":[{\"IPProtocol\":\"tcp\",\"ports\":[\"22\"]}],\"sourceRanges\":[\"0.0.0.0/0\"],\"direction\":\"INGRESS\""

enum { RECIPES_A_PROJECT = 6 };

static char *key_of(const struct estate *e, size_t project, const char *name)
{
    return memory_format("//compute.googleapis.com/projects/%s/global/firewalls/%s",
                         estate_account(e, project), name);
}

/* What a check says of a rule. */
static void tell(struct estate *e, size_t project, const char *network, const char *name,
                 const struct firewall_rule *r)
{
    if (r->subject == NULL || !google_projects_is_open(e, project))
        return;
    const struct google_reach *reach = google_reach_of(e, project, network);
    char *
        teams = google_reach_teams(e, project, reach),
       *behind = google_reach_behind(e, reach),
       *evidence = memory_format(
           "{\"affected_teams\":%s,\"because\":%s,\"behind\":%s,\"network\":\"%s\",\"ports\":%s,\"reach\":\"%s\","
           "\"sources\":%s,\"targets\":%s}",
           teams, reach->because, behind, network, r->ports == NULL ? "null" : r->ports,
           reach->word, r->sources, r->targets);
    truth_open(e, estate_global(e, project),
               &(struct truth_finding){ r->check, name, r->subject,
                                        google_reach_severity(reach, r->reached), evidence });
    free(evidence);
    free(behind);
    free(teams);
}

static void add(struct estate *e, size_t project, const char *network, const char *name,
                const struct firewall_rule *r)
{
    char *id = google_networks_id(e, project, "firewall", name),
         *url = google_networks_url(e, project, network), *key = key_of(e, project, name);
    struct google_put p = { e, project, ESTATE_GLOBAL, NULL, LIST, TYPE, name, key };
    struct json_object *rule = estate_json(
        "{\"kind\":\"compute#firewall\",\"id\":\"%s\",\"creationTimestamp\":\"2026-01-05T01:00:00.000-08:00\","
        "\"name\":\"%s\",\"description\":\"\","
        "\"network\":\"%s\",\"priority\":%d,%s,\"logConfig\":{\"enable\":false},"
        "\"selfLink\":\"https://www.googleapis.com/compute/v1/projects/%s/global/firewalls/%s\"}",
        id, name, url, r->priority, r->what, estate_account(e, project), name);
    if (json_get(rule, "disabled") == NULL)
        json_object_object_add(rule, "disabled", json_object_new_boolean(false));
    google_put_thing(&p, rule);
    tell(e, project, network, name, r);
    free(key);
    free(url);
    free(id);
}

static void add_recipe(struct estate *e, size_t project, const char *network,
                       const struct firewall_recipe *r)
{
    for (size_t i = 0; i < FIREWALL_RECIPES_RULES_MAX && r->rules[i].name != NULL; i++) {
        char *name = memory_format("%s-%s", r->name, r->rules[i].name);
        add(e, project, network, name, &r->rules[i]);
        free(name);
    }
}

static bool is_there(const struct estate *e, size_t project, const char *name)
{
    return estate_item(e, estate_global(e, project), "compute.networks", "name", name) != NULL;
}

/* A folder that denies RDP leaves of "everything" a dozen ranges: more than anybody would write down as truth. */
static bool is_left_out(const struct estate *e, size_t project, const struct firewall_recipe *r)
{
    return is_there(e, project, r->name) ||
           (strcmp(r->name, "everything") == 0 && google_firewall_policies_deny_rdp(e, project));
}

/* Recipes drawn; the first project, which is in no folder, has them all. */
static void add_recipes(struct estate *e, size_t project)
{
    size_t count = 0;
    const struct firewall_recipe *all = firewall_recipes_all(&count);
    for (size_t i = 0; i < (project == 0 ? count : RECIPES_A_PROJECT); i++) {
        char *path = memory_format("%s/recipe/%zu", estate_account(e, project), i);
        size_t which = project == 0 ? i : chance_number(e->o.seed, path, count);
        free(path);
        if (is_left_out(e, project, &all[which]))
            continue;
        google_networks_add(e, project, all[which].name, GOOGLE_NETWORKS_AFTER);
        add_recipe(e, project, all[which].name, &all[which]);
    }
}

static const struct firewall_rule inside = { MACHINES, 1000, INSIDE, NULL, NULL,
                                             NULL,     NULL, NULL,   NULL };
static const struct firewall_rule anybody = { MACHINES,   1000,       ANYBODY,  FIREWALL_ADMIN,
                                              "tcp/22",   "critical", "\"22\"", "[\"0.0.0.0/0\"]",
                                              "[\"all\"]" };

void google_firewalls_build(struct estate *e, size_t project)
{
    truth_speaks_of(e, FIREWALL_ADMIN);
    truth_speaks_of(e, FIREWALL_OPEN);
    google_networks_add(e, project, GOOGLE_NETWORKS_DEFAULT, GOOGLE_NETWORKS_AFTER);
    google_networks_add_subnets(e, project, GOOGLE_NETWORKS_DEFAULT);
    add_recipe(e, project, GOOGLE_NETWORKS_DEFAULT, firewall_recipes_default());
    if (google_firewall_policies_deny_rdp(e, project))
        truth_closed(e, estate_global(e, project), FIREWALL_ADMIN, "default-allow-rdp", "tcp/3389");
    if (*google_projects_role(e, project) != '\0')
        return;
    google_networks_add(e, project, GOOGLE_NETWORKS_MAIN, GOOGLE_NETWORKS_AFTER);
    google_networks_add_subnets(e, project, GOOGLE_NETWORKS_MAIN);
    add(e, project, GOOGLE_NETWORKS_MAIN, MACHINES, &inside);
    add_recipes(e, project);
}

void google_firewalls_open_in(struct estate *e, size_t project, const char *network, bool found)
{
    char *name = memory_format("%s-ssh", network);
    const struct firewall_rule quiet = {
        MACHINES, anybody.priority, ANYBODY, NULL, NULL, NULL, NULL, NULL, NULL
    };
    add(e, project, network, name, found ? &anybody : &quiet);
    free(name);
}

/* ---- nights ---- */

void google_firewalls_open(struct estate *e, size_t project, const char *name)
{
    add(e, project, GOOGLE_NETWORKS_MAIN, name, &anybody);
}

static void drop(struct estate *e, size_t project, const char *name)
{
    char *key = key_of(e, project, name);
    struct google_put p = { e, project, ESTATE_GLOBAL, NULL, LIST, TYPE, name, key };
    if (google_put_drop(&p))
        truth_closed(e, estate_global(e, project), anybody.check, name, anybody.subject);
    free(key);
}

void google_firewalls_close(struct estate *e, size_t project)
{
    struct json_object *list = estate_find(e, estate_global(e, project), LIST);
    for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
        const char *name = json_string(json_object_array_get_idx(list, i), "name");
        if (strncmp(name, "late-", strlen("late-")) != 0)
            continue;
        char *copy = memory_string(name);
        drop(e, project, copy);
        free(copy);
        return;
    }
}

void google_firewalls_toggle(struct estate *e, size_t project)
{
    struct json_object *rule = estate_item(e, estate_global(e, project), LIST, "name", MACHINES),
                       *ranges = json_get(rule, "sourceRanges");
    bool open =
        strcmp(json_object_get_string(json_object_array_get_idx(ranges, 0)), "0.0.0.0/0") == 0;
    json_object_object_add(rule, "sourceRanges",
                           estate_json("[\"%s\"]", open ? "10.0.0.0/8" : "0.0.0.0/0"));
    truth_changed(e, estate_global(e, project), TYPE, MACHINES, "sourceRanges[]");
    if (open)
        truth_closed(e, estate_global(e, project), anybody.check, MACHINES, anybody.subject);
    else
        tell(e, project, GOOGLE_NETWORKS_MAIN, MACHINES, &anybody);
}

void google_firewalls_disable(struct estate *e, size_t project)
{
    struct json_object *rule =
        estate_item(e, estate_global(e, project), LIST, "name", "default-allow-ssh");
    bool off = json_boolean(rule, "disabled", false);
    const struct firewall_rule *ssh = &firewall_recipes_default()->rules[3];
    json_object_object_add(rule, "disabled", json_object_new_boolean(!off));
    truth_changed(e, estate_global(e, project), TYPE, "default-allow-ssh", "disabled");
    if (off)
        tell(e, project, GOOGLE_NETWORKS_DEFAULT, "default-allow-ssh", ssh);
    else
        truth_closed(e, estate_global(e, project), ssh->check, "default-allow-ssh", ssh->subject);
}
