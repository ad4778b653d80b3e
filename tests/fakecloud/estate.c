#include "tests/fakecloud/estate.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The regions that every account has without asking for them (AWS, "Enable or disable AWS Regions"). */
static const char *const regions[ESTATE_REGIONS_MAX] = {
    "us-east-1",      "ap-northeast-1", "eu-west-1",      "us-east-2",      "us-west-1",
    "us-west-2",      "ap-south-1",     "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-west-2",      "eu-west-3",
    "eu-north-1",     "sa-east-1",
};

enum { JSON_TEXT_MAX = 16 * 1024, ID_DIGITS_MAX = 12 };

struct json_object *estate_json(const char *format, ...)
{
    char text[JSON_TEXT_MAX];
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof text || !json_parse(text_of(text), &o, &err)) {
        fprintf(stderr, "fakecloud: %s: %s\n", err.message, format);
        abort();
    }
    return o;
}

/* Twelve digits; those of every third account begin with a zero. The scanner's own does not. */
static char *account_id(uint64_t seed, size_t index)
{
    char *path = memory_format("account/%zu", index);
    uint64_t low = 1000000000 + chance_number(seed, path, 9000000000),
             first = 1 + chance_number(seed, path, 9);
    free(path);
    return memory_format("%" PRIu64 "%01zu%" PRIu64, index % 3 == 1 ? 0 : first, index % 10, low);
}

static void add_account(struct estate *e, size_t index)
{
    char *id = account_id(e->o.seed, index);
    /* Two draws may meet; the next number is as good. */
    while (map_get(e->numbers, id) != NULL)
        id[ID_DIGITS_MAX - 1] =
            id[ID_DIGITS_MAX - 1] == '9' ? '0' : (char)(id[ID_DIGITS_MAX - 1] + 1);
    struct json_object *item = estate_json(
        "{\"Id\":\"%s\",\"Arn\":\"arn:aws:organizations::%s:account/o-fake/%s\",\"Email\":\"aws+%zu@example.com\","
        "\"Name\":\"account-%zu\",\"Status\":\"ACTIVE\",\"State\":\"ACTIVE\",\"JoinedMethod\":\"CREATED\","
        "\"JoinedTimestamp\":\"" ESTATE_MADE "\"}",
        id, index == 0 ? id : estate_account(e, 0), id, index, index);
    estate_add_account(e, item);
    free(id);
}

/* Who makes accounts on demand, and which are there: a ring of ids. */
struct maker {
    struct estate *e;
    void (*make)(struct estate *e, size_t account);
    const char *made[ESTATE_KEPT];
    size_t next;
};

void estate_make_on_demand(struct estate *e, void (*make)(struct estate *e, size_t account))
{
    e->maker = memory_new(1, sizeof *e->maker);
    e->maker->e = e;
    e->maker->make = make;
}

/* Makes an account that is not there yet, in the place of the one made longest ago. */
static void make_account(struct maker *m, const char *account)
{
    size_t number = (size_t)(uintptr_t)map_get(m->e->numbers, account);
    if (number == 0)
        return;
    const char **place = &m->made[m->next++ % ESTATE_KEPT];
    if (*place != NULL)
        json_object_object_del(m->e->lists, *place);
    *place = estate_account(m->e, number - 1);
    m->make(m->e, number - 1);
}

/* One more, which is only listed: there is nothing in it, and no way in. */
static void add_suspended(struct estate *e)
{
    size_t index = e->o.accounts;
    add_account(e, index);
    struct json_object *account = json_object_array_get_idx(e->accounts, index);
    json_object_object_add(account, "Status", json_object_new_string("SUSPENDED"));
    json_object_object_add(account, "State", json_object_new_string("SUSPENDED"));
}

static void query_free(void *value)
{
    json_object_put(value);
}

struct estate *estate_new_bare(const struct estate_options *options, const char *const *names)
{
    struct estate *e = memory_new(1, sizeof *e);
    e->o = *options;
    e->regions = names;
    e->accounts = json_object_new_array();
    e->numbers = map_new(NULL);
    e->queries = map_new(query_free);
    e->lists = json_object_new_object();
    e->resources = json_object_new_object();
    e->findings = json_object_new_object();
    e->findings_before = json_object_new_object();
    e->changes = json_object_new_object();
    e->outcomes = json_object_new_object();
    e->secrets = json_object_new_object();
    e->checks = json_object_new_object();
    e->hidden = json_object_new_object();
    return e;
}

struct estate *estate_new(const struct estate_options *options)
{
    struct estate *e = estate_new_bare(options, regions);
    for (size_t i = 0; i < options->accounts; i++)
        add_account(e, i);
    if (options->accounts >= ESTATE_ACCOUNTS_OF_COMPANY && !options->small)
        add_suspended(e);
    return e;
}

void estate_free(struct estate *e)
{
    if (e == NULL)
        return;
    struct json_object *trees[] = { e->accounts,        e->lists,   e->resources, e->findings,
                                    e->findings_before, e->changes, e->outcomes,  e->secrets, e->hidden,
                                    e->lists_before,    e->checks };
    for (size_t i = 0; i < sizeof trees / sizeof *trees; i++)
        json_object_put(trees[i]);
    map_free(e->numbers);
    map_free(e->queries);
    free(e->maker);
    free(e);
}

void estate_add_account(struct estate *e, struct json_object *account)
{
    json_object_array_add(e->accounts, account);
    map_set(e->numbers, json_string(account, "Id"),
            (void *)(uintptr_t)json_object_array_length(e->accounts));
}

size_t estate_number(const struct estate *e, const char *id)
{
    return (size_t)(uintptr_t)map_get(e->numbers, id) - 1; /* 0, no account: SIZE_MAX */
}

const char *estate_account(const struct estate *e, size_t index)
{
    return json_string(json_object_array_get_idx(e->accounts, index), "Id");
}

const char *estate_region(size_t index)
{
    return regions[index];
}

struct place estate_place(const struct estate *e, size_t account, size_t region)
{
    return (struct place){ estate_account(e, account), e->regions[region] };
}

struct place estate_global(const struct estate *e, size_t account)
{
    return (struct place){ estate_account(e, account), ESTATE_GLOBAL };
}

static struct json_object *member(struct json_object *o, const char *name,
                                  struct json_object *(*make)(void))
{
    struct json_object *found = json_get(o, name);
    if (found == NULL) {
        found = make();
        json_object_object_add(o, name, found);
    }
    return found;
}

struct json_object *estate_list(struct estate *e, struct place at, const char *list)
{
    struct json_object *account = member(e->lists, at.account, json_object_new_object);
    struct json_object *region = member(account, at.region, json_object_new_object);
    return member(region, list, json_object_new_array);
}

struct json_object *estate_find(const struct estate *e, struct place at, const char *list)
{
    if (e->maker != NULL && json_get(e->lists, at.account) == NULL)
        make_account(e->maker, at.account);
    return json_get(json_get(json_get(e->lists, at.account), at.region), list);
}

static size_t index_of(struct json_object *items, const char *name, const char *value)
{
    size_t count = items == NULL ? 0 : json_object_array_length(items);
    for (size_t i = 0; i < count; i++) {
        const char *found = json_string(json_object_array_get_idx(items, i), name);
        if (found != NULL && strcmp(found, value) == 0)
            return i;
    }
    return SIZE_MAX;
}

struct json_object *estate_item(const struct estate *e, struct place at, const char *list,
                                const char *name, const char *value)
{
    struct json_object *items = estate_find(e, at, list);
    size_t i = index_of(items, name, value);
    return i == SIZE_MAX ? NULL : json_object_array_get_idx(items, i);
}

bool estate_drop(struct estate *e, struct place at, const char *list, const char *name,
                 const char *value)
{
    struct json_object *items = estate_find(e, at, list);
    size_t i = index_of(items, name, value);
    if (i == SIZE_MAX)
        return false;
    json_object_array_del_idx(items, i, 1);
    return true;
}

void estate_put(struct estate *e, struct place at, const char *list, struct json_object *item)
{
    json_object_array_add(estate_list(e, at, list), item);
}
