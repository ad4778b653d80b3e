#include "checks/policy_callers.h"

#include "checks/cidr.h"
#include "core/base/memory.h"
#include "core/base/text.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WIDE_V4 = 8, WIDE_V6 = 32, ARN_COLONS = 5 };

/* How the values of a condition's key say who is meant. */
enum key_kind { KEY_ID, KEY_ARN, KEY_ADDRESS, KEY_HEAD, KEY_TRUE };

static const struct condition_key {
    const char *name;
    enum key_kind kind;
} keys[] = {
    { "aws:PrincipalOrgID", KEY_ID },
    { "aws:PrincipalOrgPaths", KEY_HEAD },
    { "aws:PrincipalAccount", KEY_ID },
    { "aws:PrincipalArn", KEY_ARN },
    { "aws:SourceArn", KEY_ARN },
    { "aws:SourceAccount", KEY_ID },
    { "aws:SourceOwner", KEY_ID },
    { "aws:SourceOrgID", KEY_ID },
    { "aws:SourceOrgPaths", KEY_HEAD },
    { "aws:SourceVpc", KEY_ID },
    { "aws:SourceVpce", KEY_ID },
    { "aws:SourceIp", KEY_ADDRESS },
    { "aws:VpcSourceIp", KEY_ADDRESS },
    { "aws:userid", KEY_HEAD },
    { "aws:PrincipalIsAWSService", KEY_TRUE },
    { "kms:CallerAccount", KEY_ID },
    { "s3:DataAccessPointArn", KEY_ARN },
    { "s3:DataAccessPointAccount", KEY_ID },
};

bool policy_callers_each(struct json_object *texts, bool (*each)(void *ctx, const char *text),
                         void *ctx)
{
    bool list = json_object_is_type(texts, json_type_array);
    size_t count = list ? json_object_array_length(texts) : texts == NULL ? 0 : 1;
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        struct json_object *text = list ? json_object_array_get_idx(texts, i) : texts;
        if (text == NULL || json_object_is_type(text, json_type_object) ||
            json_object_is_type(text, json_type_array))
            all = false;
        else if (!each(ctx, json_object_get_string(text)))
            return false;
    }
    return all;
}

/* ---- one value ---- */

static bool has_wildcard(const char *text)
{
    return strpbrk(text, "*?") != NULL || strstr(text, "${") != NULL;
}

/* Fixed up to the account; an ARN without account (of a bucket) as a whole. */
static bool is_fixed_arn(const char *arn)
{
    const char *at = arn;
    for (int colons = 0; at != NULL && colons < ARN_COLONS - 1; colons++) {
        at = strchr(at, ':');
        at = at == NULL ? NULL : at + 1;
    }
    size_t len = at == NULL ? 0 : strcspn(at, ":");
    if (len == 0)
        return !has_wildcard(arn);
    char *account = memory_string_n(at, len);
    bool fixed = !has_wildcard(account);
    free(account);
    return fixed;
}

/* Of "AROA…:session" and "o-1/r-1/ou-1/" what stands first says who. */
static bool is_fixed_head(const char *value)
{
    size_t len = strcspn(value, ":/");
    char *head = memory_string_n(value, len);
    bool fixed = len > 0 && !has_wildcard(head);
    free(head);
    return fixed;
}

static bool is_fixed(void *ctx, const char *value)
{
    const struct condition_key *key = ctx;
    switch (key->kind) {
    case KEY_ARN:
        return is_fixed_arn(value);
    case KEY_HEAD:
        return is_fixed_head(value);
    case KEY_TRUE:
        return strcasecmp(value, "true") == 0;
    case KEY_ADDRESS: /* all together: are_few() */
    case KEY_ID:
        break;
    }
    return !has_wildcard(value);
}

/* ---- addresses ---- */

struct ranges {
    struct cidr *items;
    size_t count;
};

static bool add_range(void *ctx, const char *address)
{
    struct ranges *r = ctx;
    struct cidr range;
    if (!cidr_parse(text_of(address), &range))
        return false;
    if (range.bits < (range.family == 4 ? WIDE_V4 : WIDE_V6) && cidr_is_public(&range))
        return false;
    if ((r->count & (r->count - 1)) == 0)
        r->items = memory_resize(r->items, r->count == 0 ? 1 : r->count * 2, sizeof *r->items);
    r->items[r->count++] = range;
    return true;
}

/* Narrow ranges may be the internet all the same, if there are enough of them. */
static bool are_few(struct json_object *values)
{
    struct ranges r = { NULL, 0 };
    bool few = policy_callers_each(values, add_range, &r) &&
               !cidr_covers_internet(r.items, r.count, 4) &&
               !cidr_covers_internet(r.items, r.count, 6);
    free(r.items);
    return few;
}

/* ---- a condition ---- */

static const struct condition_key *find_key(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcasecmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

bool policy_callers_fixed(const char *name, struct json_object *values)
{
    const struct condition_key *key = find_key(name);
    union {
        const struct condition_key *in;
        void *out;
    } ctx = { .in = key };
    if (key == NULL || values == NULL)
        return false;
    return key->kind == KEY_ADDRESS ? are_few(values)
                                    : policy_callers_each(values, is_fixed, ctx.out);
}
