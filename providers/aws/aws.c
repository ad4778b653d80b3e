#include "core/base/memory.h"
#include "core/config.h"
#include "core/decode/json.h"
#include "providers/aws/aws_type.h"
#include "providers/aws/call.h"
#include "providers/aws/discovery.h"
#include "providers/aws/endpoint.h"
#include "providers/aws/protocol/model.h"
#include "providers/aws/reader.h"
#include "providers/aws/session.h"

#include <json-c/json.h>
#include <string.h>

/* Amazon Web Services as a provider: one const struct at the end of this file. */

static enum provider_accounts accounts(const struct provider_session *session)
{
    return discovery_accounts(&session->target->aws);
}

static bool configured(const struct provider_session *session, size_t index,
                       struct account_spec *out)
{
    return discovery_configured(&session->target->aws, index, out);
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

static bool type_in_account(const struct resource_type *type, const char *account)
{
    (void)type;
    (void)account;
    return true;
}

/* Everything is asked of each account by itself: what Config or Resource Explorer aggregate is not all there is. */
static bool bulk(struct provider_session *session, size_t index,
                 const struct resource_type *const *types, size_t count, int64_t now_unix_s,
                 struct provider_bulk *out)
{
    (void)session;
    (void)index;
    (void)types;
    (void)count;
    (void)now_unix_s;
    (void)out;
    return false;
}

static bool bulk_of(struct provider_session *session, const struct resource_type *type,
                    const char *account, int64_t now_unix_s, struct provider_listing *out)
{
    (void)session;
    (void)type;
    (void)account;
    (void)now_unix_s;
    (void)out;
    return false;
}

static bool bulked(struct provider_session *session, struct json_object *item,
                   struct provider_bulk_item *out, struct error *err)
{
    (void)session;
    (void)item;
    (void)out;
    return error_set(err, ERROR_INTERNAL, "AWS has no lists over many accounts");
}

/* An answer of AWS's is about one region and tells all of it, or is an error. */
static struct json_object *left_out(struct provider_reader *r)
{
    (void)r;
    return NULL;
}

extern const struct provider provider_aws;
const struct provider provider_aws = {
    .abi = PROVIDER_ABI,
    .name = "aws",
    .directory = "organizations",
    .check_type = aws_type_check,
    .fields = aws_type_fields,
    .open = session_open,
    .close = session_close,
    .accounts = accounts,
    .configured = configured,
    .discovery = discovery,
    .discovered = discovered,
    .regions = regions,
    .region = region,
    .service_in_region = service_in_region,
    .type_in_account = type_in_account,
    .bulk = bulk,
    .bulk_of = bulk_of,
    .bulked = bulked,
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
    .reader_left_out = left_out,
    .reader_free = reader_free,
};
