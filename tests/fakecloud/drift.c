#include "tests/fakecloud/drift.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/things.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { DAY_S = 86400 };
#define FIRST_NIGHT_S 1795230000 /* 2026-11-21T03:00:00Z, for dates that must look recent */

/* Puts a list into the order of the night (Fisher and Yates). */
static void shuffle(const struct estate *e, struct json_object *list, const char *path)
{
    for (size_t i = json_object_array_length(list); i > 1; i--) {
        char *step = memory_format("shuffle/%d/%s/%zu", e->night, path, i);
        size_t other = chance_number(e->o.seed, step, i);
        struct json_object *a = json_object_get(json_object_array_get_idx(list, i - 1)),
                           *b = json_object_get(json_object_array_get_idx(list, other));
        json_object_array_put_idx(list, i - 1, b);
        json_object_array_put_idx(list, other, a);
        free(step);
    }
}

/* The lists within a thing: permissions, ranges, tags, groups. */
static void shuffle_within(const struct estate *e, struct json_object *o, const char *path)
{
    if (json_object_is_type(o, json_type_array)) {
        shuffle(e, o, path);
        for (size_t i = 0; i < json_object_array_length(o); i++)
            shuffle_within(e, json_object_array_get_idx(o, i), path);
    } else if (json_object_is_type(o, json_type_object)) {
        json_object_object_foreach(o, name, value) {
            (void)name;
            shuffle_within(e, value, path);
        }
    }
}

static void set_used(const struct estate *e, struct json_object *o, const char *name,
                     const char *path)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(FIRST_NIGHT_S + (int64_t)e->night * DAY_S -
                      (int64_t)chance_number(e->o.seed, path, DAY_S),
                  date);
    json_object_object_add(o, name, json_object_new_string(date));
}

static void drift_item(const struct estate *e, const char *list, struct json_object *item,
                       const char *path)
{
    if (strcmp(list, "Subnets") == 0)
        json_object_object_add(
            item, "AvailableIpAddressCount",
            json_object_new_int64(4000 + (int64_t)chance_number(e->o.seed, path, 91)));
    else if (strcmp(list, "Users") == 0)
        set_used(e, item, "PasswordLastUsed", path);
    else if (strcmp(list, "Roles") == 0) {
        struct json_object *used = estate_json("{\"Region\":\"us-east-1\"}");
        set_used(e, used, "LastUsedDate", path);
        json_object_object_add(item, "RoleLastUsed", used);
    } else if (strcmp(list, "AccessKeyLastUsed") == 0)
        set_used(e, json_get(item, "AccessKeyLastUsed"), "LastUsedDate", path);
    else if (strcmp(list, "Report") == 0 && json_string(item, "password_enabled")[0] == 't')
        set_used(e, item, "password_last_used", path);
    else if (strcmp(list, "SummaryMap") == 0)
        json_object_object_add(
            item, "PolicyVersionsInUse",
            json_object_new_int64(3 + (int64_t)chance_number(e->o.seed, path, 50)));
}

static void drift_list(const struct estate *e, const struct things *things, const char *at,
                       const char *list, struct json_object *items)
{
    for (size_t i = 0; i < json_object_array_length(items); i++) {
        char *path = memory_format("drift/%d/%s/%s/%zu", e->night, at, list, i);
        drift_item(e, list, json_object_array_get_idx(items, i), path);
        free(path);
    }
    char *path = memory_format("%s/%s", at, list);
    things_drift(things, e, list, items, path);
    free(path);
    shuffle_within(e, items, at);
}

void drift_apply(struct estate *e, const struct things *things)
{
    json_object_object_foreach(e->lists, account, regions) {
        json_object_object_foreach(regions, region, lists) {
            char *at = memory_format("%s/%s", account, region);
            json_object_object_foreach(lists, list, items)
                drift_list(e, things, at, list, items);
            free(at);
        }
    }
}
