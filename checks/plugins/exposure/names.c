#include "checks/plugins/exposure/names.h"

#include "core/base/map.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MORE "…"
#define OTHERS "others"

/* How words begin (aws_behind.h, gcp_machines.h), in order of the kinds. */
static const struct {
    const char *prefix, *kind;
} kinds[] = {
    { "autoscaling group ", "autoscaling groups" },
    { "forwarding rule ", "forwarding rules" },
    { "instance group ", "instance groups" },
    { "instance ", "instances" },
    { "interface ", "interfaces" },
    { "load balancer ", "load balancers" },
    { "node pool ", "node pools" },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool add_key(void *ctx, const char *key, void *value)
{
    (void)value;
    string_list_add(ctx, key);
    return true;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct string_list names_of(const struct map *m)
{
    struct string_list list = { NULL, 0 };
    map_each(m, add_key, &list);
    if (list.count > 0)
        qsort(list.items, list.count, sizeof *list.items, compare);
    return list;
}

static void add(struct json_object *list, const char *name)
{
    json_object_array_add(list, json_object_new_string(name));
}

static size_t kind_of(const char *name)
{
    size_t i = 0;
    while (i < KINDS && strncmp(name, kinds[i].prefix, strlen(kinds[i].prefix)) != 0)
        i++;
    return i;
}

static void add_kinds(struct json_object *list, const struct string_list *names)
{
    bool there[KINDS + 1] = { false };
    for (size_t i = 0; i < names->count; i++)
        there[kind_of(names->items[i])] = true;
    for (size_t i = 0; i <= KINDS; i++)
        if (there[i])
            add(list, i < KINDS ? kinds[i].kind : OTHERS);
}

static struct json_object *list_of(const struct string_list *names, bool with_kinds)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; names->count <= NAMES_MAX && i < names->count; i++)
        add(list, names->items[i]);
    if (names->count <= NAMES_MAX)
        return list;
    if (with_kinds)
        add_kinds(list, names);
    add(list, MORE);
    return list;
}

struct json_object *names_or_kinds(const struct string_list *names)
{
    return list_of(names, true);
}

struct json_object *names_or_none(const struct string_list *names)
{
    return list_of(names, false);
}

void names_tell(struct json_object *detail, const char *member, const struct string_list *names)
{
    size_t bytes = 0, i = 0;
    if (names->count <= NAMES_MAX)
        return;
    struct json_object *list = json_object_new_array();
    for (; i < names->count && i < NAMES_DETAIL_MAX; i++) {
        bytes += strlen(names->items[i]);
        if (bytes > NAMES_DETAIL_BYTES_MAX)
            break;
        add(list, names->items[i]);
    }
    if (i < names->count)
        add(list, MORE);
    json_object_object_add(detail, member, list);
}
