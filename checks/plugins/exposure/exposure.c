#include "checks/plugins/exposure/answers.h"
#include "checks/plugins/exposure/aws.h"
#include "checks/plugins/exposure/gcp.h"

#include <string.h>

static bool judge(const struct check_view *view, check_result_fn result, void *ctx,
                  struct error *err)
{
    struct answers *a = answers_new(view, result, ctx, err);
    if (a == NULL)
        return false;
    bool gcp = strncmp(view->check, "gcp_", strlen("gcp_")) == 0;
    bool ok = gcp ? exposure_gcp_judge(view, answers_take, a, err)
                  : exposure_aws_judge(view, answers_take, a, err);
    answers_free(a);
    return ok;
}

const struct check_plugin check_plugin_exposure = {
    .abi = CHECK_PLUGIN_ABI,
    .name = "exposure",
    .version = 4,
    .judge = judge,
};
