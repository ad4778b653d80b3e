#include "tests/fakecloud/rules.h"

#include "core/base/file.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20, MILLION = 1000000 };

static const struct {
    const char *word;
    enum deed deed;
} deeds[] = {
    { "deny", DEED_DENY },
    { "scp", DEED_SCP },
    { "expire", DEED_EXPIRE },
    { "throttle", DEED_THROTTLE },
    { "500", DEED_500 },
    { "503", DEED_503 },
    { "hang", DEED_HANG },
    { "close", DEED_CLOSE },
    { "cut", DEED_CUT },
    { "short", DEED_SHORT },
    { "html", DEED_HTML },
    { "empty page", DEED_EMPTY_PAGE },
    { "repeat token", DEED_REPEAT_TOKEN },
    { "disable", DEED_DISABLE },
    { "perimeter", DEED_PERIMETER },
    { "rate limit", DEED_RATE_LIMIT },
    { "user project", DEED_USER_PROJECT },
    { "billing", DEED_BILLING },
    { "vanish", DEED_VANISH },
    { "skew", DEED_SKEW },
    { "unreachable", DEED_UNREACHABLE },
};

struct rule {
    const char *service, *operation, *account, *region; /* borrowed from the document */
    int64_t nth, every, first, millionths;              /* 0 and -1: not asked for */
    bool per_scope;
    enum deed deed;
    size_t bytes;
};

struct rules {
    struct json_object *document;
    struct rule items[RULES_MAX];
    size_t count;
    uint64_t seed;
    struct map *seen; /* "rule[/scope]" -> uint64_t */
};

static bool known_members(struct json_object *o, struct error *err)
{
    static const char *const names[] = { "service", "operation", "account", "region",
                                         "nth",     "every",     "first",   "probability",
                                         "per",     "do",        "bytes" };
    json_object_object_foreach(o, name, value) {
        bool found = false;
        (void)value;
        for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++)
            found = strcmp(names[i], name) == 0;
        if (!found)
            return error_set(err, ERROR_DATA, "unknown: %s", name);
    }
    return true;
}

static const char *glob_of(struct json_object *o, const char *name)
{
    const char *glob = json_string(o, name);
    return glob == NULL ? "*" : glob;
}

static bool read_rule(struct json_object *o, struct rule *out, struct error *err)
{
    const char *what = json_string(o, "do"), *per = json_string(o, "per");
    struct json_object *probability = json_get(o, "probability");
    if (!json_object_is_type(o, json_type_object) || what == NULL)
        return error_set(err, ERROR_DATA, "no object with \"do\"");
    if (!known_members(o, err))
        return false;
    *out = (struct rule){
        .service = glob_of(o, "service"),
        .operation = glob_of(o, "operation"),
        .account = glob_of(o, "account"),
        .region = glob_of(o, "region"),
        .nth = json_int(o, "nth", 0),
        .every = json_int(o, "every", 0),
        .first = json_int(o, "first", 0),
        .millionths =
            probability == NULL ? -1 : (int64_t)(json_object_get_double(probability) * MILLION),
        .per_scope = per != NULL,
        .bytes = (size_t)json_int(o, "bytes", 0),
    };
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++)
        if (strcmp(deeds[i].word, what) == 0)
            out->deed = deeds[i].deed;
    if (out->deed == DEED_NONE)
        return error_set(err, ERROR_DATA, "do: %s is none of what can be done", what);
    if (per != NULL && strcmp(per, "scope") != 0)
        return error_set(err, ERROR_DATA, "per: %s is not \"scope\"", per);
    return true;
}

static bool read_all(struct rules *r, struct error *err)
{
    struct json_object *list = json_get(r->document, "rules");
    if (!json_object_is_type(list, json_type_array) || json_object_array_length(list) > RULES_MAX)
        return error_set(err, ERROR_DATA, "no list \"rules\" of at most %d", RULES_MAX);
    for (; r->count < json_object_array_length(list); r->count++)
        if (!read_rule(json_object_array_get_idx(list, r->count), &r->items[r->count], err))
            return error_prefix(err, "rule %zu", r->count + 1);
    return true;
}

struct rules *rules_new(const char *path, uint64_t seed, struct error *err)
{
    struct rules *r = memory_new(1, sizeof *r);
    struct buffer text;
    r->seed = seed;
    r->seen = map_new(free);
    buffer_init(&text, FILE_MAX);
    bool ok = file_read(path, &text, err) && json_parse(buffer_text(&text), &r->document, err) &&
              read_all(r, err);
    buffer_release(&text);
    if (ok)
        return r;
    error_prefix(err, "%s", path);
    rules_free(r);
    return NULL;
}

void rules_free(struct rules *r)
{
    if (r == NULL)
        return;
    map_free(r->seen);
    json_object_put(r->document);
    free(r);
}

static bool matches(const struct rule *rule, const struct rules_call *c, const char *region)
{
    return text_glob(rule->service, c->service) && text_glob(rule->operation, c->operation) &&
           text_glob(rule->region, region) && text_glob(rule->account, c->account);
}

/* The number of this call among those that match; 0 when there is no room to count. */
static uint64_t count_call(struct rules *r, size_t index, const struct rules_call *c)
{
    char *key = r->items[index].per_scope
                    ? memory_format("%zu/%s/%s/%s/%s", index, c->service, c->operation,
                                    c->account, c->region)
                    : memory_format("%zu", index);
    uint64_t *seen = map_get(r->seen, key);
    if (seen == NULL && map_count(r->seen) < RULES_SCOPES_MAX) {
        seen = memory_new(1, sizeof *seen);
        map_set(r->seen, key, seen);
    }
    free(key);
    return seen == NULL ? 0 : ++*seen;
}

static bool wants(const struct rules *r, size_t index, uint64_t number)
{
    const struct rule *rule = &r->items[index];
    uint64_t nth = (uint64_t)rule->nth, every = (uint64_t)rule->every;
    if (number == 0 || (rule->first > 0 && number > (uint64_t)rule->first))
        return false;
    if ((nth > 0 && number != nth) || (every > 0 && number % every != 0))
        return false;
    if (rule->millionths < 0)
        return true;
    char *path = memory_format("rule/%zu/%llu", index, (unsigned long long)number);
    bool drawn = (int64_t)chance_number(r->seed, path, MILLION) < rule->millionths;
    free(path);
    return drawn;
}

enum deed rules_of(struct rules *r, const struct rules_call *c, size_t *out_bytes)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->items[i].deed == DEED_UNREACHABLE || !matches(&r->items[i], c, c->region) ||
            !wants(r, i, count_call(r, i, c)))
            continue;
        *out_bytes = r->items[i].bytes;
        return r->items[i].deed;
    }
    return DEED_NONE;
}

bool rules_unreachable(const struct rules *r, const struct rules_call *c, const char *place)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].deed == DEED_UNREACHABLE && matches(&r->items[i], c, place))
            return true;
    return false;
}

/* As AWS words refusals (IAM user guide, "Troubleshoot access denied error messages"). */
static void deny(const struct call *c, const char *why, struct fault *fault)
{
    bool ec2 = c->service->protocol == AWS_EC2;
    fault_set(fault, FAULT_DENIED,
              "%sUser: %s is not authorized to perform: %s:%s on resource: * %s",
              ec2 ? "You are not authorized to perform this operation. " : "", c->arn,
              c->service->signing_name, c->op->name, why);
}

bool rules_fault(enum deed deed, const struct call *c, struct fault *fault)
{
    switch (deed) {
    case DEED_DENY: {
        char *why = memory_format("because no identity-based policy allows the %s:%s action",
                                  c->service->signing_name, c->op->name);
        deny(c, why, fault);
        free(why);
        return true;
    }
    case DEED_SCP:
        deny(c, "with an explicit deny in a service control policy", fault);
        return true;
    case DEED_EXPIRE:
        fault_set(fault, FAULT_EXPIRED, "The security token included in the request is expired");
        return true;
    case DEED_THROTTLE:
        fault_set(fault, FAULT_THROTTLED, "Rate exceeded");
        return true;
    case DEED_500:
        fault_set(fault, FAULT_INTERNAL, "An internal error has occurred");
        return true;
    case DEED_503:
        fault_set(fault, FAULT_UNAVAILABLE, "The service is unavailable");
        return true;
    default:
        return false;
    }
}
