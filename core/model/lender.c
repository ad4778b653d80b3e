#include "core/model/lender.h"

#include "core/base/text.h"
#include "core/decode/path.h"
#include "core/model/resource_type.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE */
enum { ARN_ACCOUNT = 4 };

struct lending {
    lender_fn each;
    void *ctx;
};

static struct text arn_account(struct text arn)
{
    struct text field = { "", 0 };
    for (int i = 0; i <= ARN_ACCOUNT; i++)
        field = text_cut(&arn, ':');
    return field;
}

/* What stands after the segment projects/, if there is one. */
static struct text project_of(struct text name)
{
    bool found = false;
    while (name.data != NULL) {
        struct text segment = text_cut(&name, '/');
        if (found)
            return segment;
        found = text_equal_string(segment, "projects");
    }
    return (struct text){ "", 0 };
}

static struct text account_of(struct text value)
{
    if (text_starts_with(value, "arn:"))
        return arn_account(value);
    return text_find(value, '/') < value.len ? project_of(value) : value;
}

static bool take(void *ctx, struct json_object *value)
{
    const struct lending *l = ctx;
    if (!json_object_is_type(value, json_type_string))
        return true;
    char *account = text_copy(account_of(text_of(json_object_get_string(value))));
    if (account[0] != '\0')
        l->each(l->ctx, account);
    free(account);
    return true;
}

static void each_at(const char *path, struct json_object *tree, lender_fn each, void *ctx)
{
    struct lending l = { each, ctx };
    if (path != NULL)
        path_each(tree, path, take, &l);
}

void lender_each(const struct resource_type *type, struct json_object *tree, lender_fn each,
                 void *ctx)
{
    each_at(type->lender, tree, each, ctx);
}

void lender_tenants_each(const struct resource_type *type, struct json_object *tree, lender_fn each,
                         void *ctx)
{
    each_at(type->tenants, tree, each, ctx);
}
