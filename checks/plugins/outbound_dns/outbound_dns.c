#include "checks/check.h"
#include "checks/plugins/outbound_dns/outbound_dns_aws.h"
#include "checks/plugins/outbound_dns/outbound_dns_gcp.h"

#include <string.h>

/*
 * Who asks for names outside: the checks aws_outbound_dns and gcp_outbound_dns. Flows are what shows it, since
 * the clouds' own resolvers are in no flow log: what is there went past them.
 */
static bool judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                  struct error *err)
{
    if (strncmp(view->check, "gcp_", 4) == 0)
        return outbound_dns_gcp_judge(view, result, result_ctx, err);
    return outbound_dns_aws_judge(view, result, result_ctx, err);
}

extern const struct check_plugin check_plugin_outbound_dns;
const struct check_plugin check_plugin_outbound_dns = {
    .abi = CHECK_PLUGIN_ABI,
    .name = "outbound_dns",
    .version = 2,
    .uses_holders = true,
    .judge = judge,
};
