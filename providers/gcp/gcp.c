#include "providers/gcp/bulk.h"
#include "providers/gcp/call.h"
#include "providers/gcp/discovery.h"
#include "providers/gcp/door.h"
#include "providers/gcp/gcp_type.h"
#include "providers/gcp/reader.h"
#include "providers/gcp/session.h"

/* Google Cloud as a provider: one const struct at the end of this file. */

static enum provider_accounts accounts(const struct provider_session *session)
{
    return gcp_discovery_accounts(session->discovery);
}

static bool configured(const struct provider_session *session, size_t index,
                       struct account_spec *out)
{
    return gcp_discovery_configured(session->discovery, index, out);
}

static bool discovery(struct provider_session *session, struct provider_listing *out)
{
    return gcp_discovery_next(session->discovery, out);
}

static bool discovered(struct provider_session *session, struct json_object *item,
                       struct account_spec *out, bool *out_wanted, struct error *err)
{
    return gcp_discovery_item(session->discovery, item, out, out_wanted, err);
}

/* Regions are places that lists tell of, not places that are asked. */
static bool regions(struct provider_session *session, struct provider_listing *out)
{
    (void)session;
    (void)out;
    return false;
}

static bool region(struct json_object *item, const char **out_name, bool *out_enabled)
{
    (void)item;
    (void)out_name;
    (void)out_enabled;
    return false;
}

static bool service_in_region(const char *service, const char *region_name)
{
    (void)service;
    (void)region_name;
    return true;
}

static bool bulk(struct provider_session *session, size_t index,
                 const struct resource_type *const *types, size_t count, int64_t now_unix_s,
                 struct provider_bulk *out)
{
    return gcp_bulk_list(session->bulk, index, types, count, now_unix_s, out);
}

static bool bulk_of(struct provider_session *session, const struct resource_type *type,
                    const char *account, int64_t now_unix_s, struct provider_listing *out)
{
    return gcp_bulk_of(session->bulk, type, account, now_unix_s, out);
}

static bool bulked(struct provider_session *session, struct json_object *item,
                   struct provider_bulk_item *out, struct error *err)
{
    return gcp_bulk_item(session->bulk, item, out, err);
}

extern const struct provider provider_gcp;
const struct provider provider_gcp = {
    .abi = PROVIDER_ABI,
    .name = "gcp",
    .directory = "cloudresourcemanager",
    .account_type = "gcp_project",
    .check_type = gcp_type_check,
    .fields = gcp_type_fields,
    .open = gcp_session_open,
    .close = gcp_session_close,
    .accounts = accounts,
    .configured = configured,
    .discovery = discovery,
    .discovered = discovered,
    .regions = regions,
    .region = region,
    .service_in_region = service_in_region,
    .type_in_account = gcp_type_in_account,
    .bulk = bulk,
    .bulk_of = bulk_of,
    .bulked = bulked,
    .door_open = gcp_door_open,
    .door_close = gcp_door_close,
    .door_next = gcp_door_next,
    .door_accept = gcp_door_accept,
    .door_classify = gcp_door_classify,
    .door_expire = gcp_door_expire,
    .door_account = gcp_door_account,
    .door_partition = gcp_door_partition,
    .request = gcp_call_request,
    .authorize = gcp_call_authorize,
    .classify = gcp_call_classify,
    .reader_new = gcp_reader_new,
    .reader_begin = gcp_reader_begin,
    .reader_write = gcp_reader_write,
    .reader_finish = gcp_reader_finish,
    .reader_left_out = gcp_reader_left_out,
    .reader_free = gcp_reader_free,
};
