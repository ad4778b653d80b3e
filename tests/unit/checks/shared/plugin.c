/* A shared object for test_plugin_load.c: built several times, each wrong in its own way (tests/unit/CMakeLists.txt), with
 * nothing but check.h. */
#include "checks/check.h"

#ifndef PLUGIN_ABI
#define PLUGIN_ABI CHECK_PLUGIN_ABI
#endif
#ifndef PLUGIN_NAME
#define PLUGIN_NAME "shared"
#endif

struct giving {
    check_result_fn result;
    void *ctx;
};

static bool give_each(void *ctx, const struct check_resource *r, struct error *err)
{
    const struct giving *g = ctx;
    const struct check_result row = { .key = r->key, .subject = "shared" };
    return !r->own || g->result(g->ctx, &row, err);
}

static bool judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                  struct error *err)
{
    struct giving g = { result, result_ctx };
    return view->resources(view->ctx, "aws_t_box", give_each, &g, err);
}

static const struct check_plugin plugin = {
    .abi = PLUGIN_ABI, .name = PLUGIN_NAME, .version = 1, .judge = judge
};

#ifdef PLUGIN_HIDDEN
extern const struct check_plugin *const another_name;
const struct check_plugin *const another_name = &plugin;
#else
CHECK_PLUGIN_EXPORT(plugin);
#endif
