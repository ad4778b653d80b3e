#include "checks/plugins/exposure/aws.h"
#include "checks/plugins/exposure/gcp.h"

#include <string.h>

static bool judge(const struct check_view *view, check_result_fn result, void *ctx,
                  struct error *err)
{
    if (strncmp(view->check, "gcp_", strlen("gcp_")) == 0)
        return exposure_gcp_judge(view, result, ctx, err);
    return exposure_aws_judge(view, result, ctx, err);
}

const struct check_plugin check_plugin_exposure = {
    .abi = CHECK_PLUGIN_ABI,
    .name = "exposure",
    .version = 1,
    .judge = judge,
};
