#include "checks/plugins/exposure/gcp.h"

#include <string.h>

static bool judge(const struct check_view *view, check_result_fn result, void *ctx,
                  struct error *err)
{
    if (strncmp(view->check, "gcp_", strlen("gcp_")) == 0)
        return exposure_gcp_judge(view, result, ctx, err);
    return error_set(err, ERROR_INTERNAL, "exposure knows no check %s", view->check);
}

const struct check_plugin check_plugin_exposure = {
    .abi = CHECK_PLUGIN_ABI,
    .name = "exposure",
    .version = 1,
    .judge = judge,
};
