#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/call.h"
#include "providers/aws/discovery.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/reader.h"
#include "providers/aws/session.h"

#include <json-c/json.h>
#include <string.h>

/* Amazon Web Services as a provider: one const struct at the end of this file. */

/* `service` NULL: the type's own. */
static const struct aws_operation *operation_of(const struct resource_type *type,
                                                const char *service, const char *name,
                                                struct error *err)
{
    const struct aws_operation *op =
        call_operation(service == NULL ? type->service : service, name, err);
    if (op == NULL)
        error_prefix(err, "%s:%d: %s", type->file, type->line, type->name);
    return op;
}

static bool check_items(const struct resource_type *type, const struct aws_operation *op,
                        const char *items, struct error *err)
{
    struct aws_path path;
    if (items == NULL || aws_path_resolve(op, items, &path, err))
        return true;
    return error_prefix(err, "%s:%d: %s", type->file, type->line, type->name);
}

static bool check_type(const struct resource_type *type, struct error *err)
{
    const struct aws_operation *list = operation_of(type, NULL, type->list, err);
    if (list == NULL || !check_items(type, list, type->items, err))
        return false;
    if (type->poll != NULL && operation_of(type, NULL, type->poll, err) == NULL)
        return false;
    for (size_t i = 0; i < type->detail_count; i++) {
        const struct type_detail *detail = &type->details[i];
        const struct aws_operation *get =
            operation_of(type, detail->service, detail->operation, err);
        if (get == NULL || !check_items(type, get, detail->items, err))
            return false;
    }
    return true;
}

static struct json_object *fields(const struct resource_type *type)
{
    struct error err = ERROR_INIT;
    if (type->decode_csv != NULL)
        return NULL;
    const struct aws_operation *list = operation_of(type, NULL, type->list, &err);
    struct json_object *tree = list == NULL ? NULL : aws_path_fields(list, type->items, &err);
    if (!json_object_is_type(tree, json_type_object)) {
        json_object_put(tree);
        return NULL;
    }
    for (size_t i = 0; i < type->detail_count; i++) {
        const struct type_detail *detail = &type->details[i];
        const struct aws_operation *get =
            operation_of(type, detail->service, detail->operation, &err);
        struct json_object *part = get == NULL ? NULL : aws_path_fields(get, detail->items, &err);
        json_object_object_add(tree, detail->as, part == NULL ? json_object_new_string("*") : part);
    }
    return tree;
}

static bool discovery(struct provider_session *session, struct provider_listing *out)
{
    return discovery_next(session->discovery, session_region(session), out);
}

static bool discovered(struct provider_session *session, struct json_object *item,
                       struct account_spec *out, bool *out_wanted, struct error *err)
{
    return discovery_item(session->discovery, item, out, out_wanted, err);
}

/* EC2 rather than Account Management: every read-only policy allows it, and so do the usual region-denying
 * service control policies. */
static bool regions(struct provider_session *session, struct provider_listing *out)
{
    struct json_object *arguments = json_object_new_object();
    json_object_object_add(arguments, "AllRegions", json_object_new_boolean(true));
    *out = (struct provider_listing){ "ec2", "DescribeRegions", session_region(session), arguments,
                                      "Regions" };
    return true;
}

static bool region(struct json_object *item, const char **out_name, bool *out_enabled)
{
    const char *name = json_string(item, "RegionName"), *status = json_string(item, "OptInStatus");
    if (name == NULL || !aws_region_is_valid(name))
        return false;
    *out_name = name;
    *out_enabled = status == NULL || strcmp(status, "not-opted-in") != 0;
    return true;
}

static bool service_in_region(const char *service, const char *region_name)
{
    const struct aws_service *s = aws_model_service(service);
    return s == NULL || aws_service_in_region(s, region_name) != AWS_MISSING;
}

extern const struct provider provider_aws;
const struct provider provider_aws = {
    .abi = PROVIDER_ABI,
    .name = "aws",
    .check_type = check_type,
    .fields = fields,
    .open = session_open,
    .close = session_close,
    .discovery = discovery,
    .discovered = discovered,
    .regions = regions,
    .region = region,
    .service_in_region = service_in_region,
    .door_open = door_open,
    .door_close = door_close,
    .door_next = door_next,
    .door_accept = door_accept,
    .door_classify = door_classify,
    .door_expire = door_expire,
    .door_account = door_account,
    .door_partition = door_partition,
    .request = call_request,
    .authorize = call_authorize,
    .classify = call_classify,
    .reader_new = reader_new,
    .reader_begin = reader_begin,
    .reader_write = reader_write,
    .reader_finish = reader_finish,
    .reader_free = reader_free,
};
