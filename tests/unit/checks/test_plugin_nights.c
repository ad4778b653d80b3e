/* Plugins over nights of a real store: what they are told of it, and when they are asked again. */
#include "tests/unit/checks/kit.h"
#include "tests/unit/core/store/world.h"

#include "checks/evaluate.h"
#include "checks/plugin_table.h"
#include "core/decode/json.h"
#include "core/store/address.h"

#include <json-c/json.h>

static struct world w;
static struct resource_types *types;
static struct catalog *catalog;
static struct plugin_table *plugins;
static struct evaluate_options options;
static struct evaluate_counts counts;
static int64_t ticks;

static int64_t ticking(void *ctx)
{
    return *(int64_t *)ctx += 1;
}

/* ---- a plugin: who holds the address that a box asks for, at the time that it says ---- */

struct asking {
    const struct check_view *view;
    check_result_fn result;
    void *ctx;
    struct buffer by;
};

static bool name_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct asking *a = ctx;
    (void)err;
    buffer_append_format(&a->by, "%s/%s/%s %s;", h->account, h->type, h->id,
                         h->then                ? "then"
                         : h->until_unix_s == 0 ? "now"
                                                : "once");
    return true;
}

static bool ask(void *ctx, const struct check_resource *r, struct error *err)
{
    struct asking *a = ctx;
    const char *address = json_string(r->config, "Asks");
    if (address == NULL)
        return true;
    buffer_clear(&a->by);
    if (!a->view->holders(a->view->ctx, address, json_int(r->config, "When", 0), name_holder, a,
                          err))
        return false;
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "by", json_object_new_string(buffer_string(&a->by)));
    const struct check_result row = { .key = r->key,
                                      .evidence = json_object_to_json_string(o),
                                      .at_unix_s = json_int(r->config, "At", 0) };
    bool ok = a->result(a->ctx, &row, err);
    json_object_put(o);
    return ok;
}

static bool judge_landlord(const struct check_view *view, check_result_fn result, void *ctx,
                           struct error *err)
{
    struct asking a = { .view = view, .result = result, .ctx = ctx };
    buffer_init(&a.by, 10000);
    bool ok = view->resources(view->ctx, "aws_t_box", ask, &a, err);
    buffer_release(&a.by);
    return ok;
}

/* The same without a question is judged only when what it reads changes. */
static bool give_all(void *ctx, const struct check_resource *r, struct error *err)
{
    const struct asking *a = ctx;
    char *evidence = memory_format("{\"words\":\"%s/%s/%s\"}", r->account_name, r->team,
                                   r->parent == NULL ? "-" : r->parent);
    const struct check_result row = { .key = r->key, .evidence = evidence };
    bool ok = a->result(a->ctx, &row, err);
    free(evidence);
    return ok;
}

static bool judge_all_boxes(const struct check_view *view, check_result_fn result, void *ctx,
                            struct error *err)
{
    struct asking a = { .view = view, .result = result, .ctx = ctx };
    return view->resources(view->ctx, "aws_t_box", give_all, &a, err);
}

static bool judge_late(const struct check_view *view, check_result_fn result, void *ctx,
                       struct error *err)
{
    (void)result;
    (void)ctx;
    ticks += 1000000;
    return view->resources(view->ctx, "aws_t_box", ask, NULL, err);
}

static const struct check_plugin landlord = { CHECK_PLUGIN_ABI, "landlord", 1, false, true,
                                              judge_landlord };
static const struct check_plugin calm = {
    CHECK_PLUGIN_ABI, "calm", 1, false, false, judge_all_boxes
};
static const struct check_plugin late = { CHECK_PLUGIN_ABI, "late", 1, true, false, judge_late };

/* ---- nights ---- */

static int set_up(void **state)
{
    const struct check_plugin *const all[] = { &landlord, &calm, &late };
    struct error err = ERROR_INIT;
    (void)state;
    world_init(&w);
    types = kit_make_types();
    catalog = catalog_new(types);
    plugins = plugin_table_new();
    for (size_t i = 0; i < 3; i++)
        assert_true(plugin_table_add(plugins,
                                     &(struct plugin_entry){ .plugin = all[i], .file = "" }, &err));
    catalog_use_plugins(catalog, plugins);
    ticks = 0;
    options = (struct evaluate_options){ .run_time_unix_s = 1000000,
                                         .clock = { ticking, ticking, &ticks },
                                         .time_limit_ms = 100000 };
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    catalog_free(catalog);
    plugin_table_free(plugins);
    resource_types_free(types);
    world_release(&w);
    return 0;
}

static void judge(void)
{
    counts = (struct evaluate_counts){ 0 };
    world_must(&w, store_begin(w.s, &w.err));
    world_must(&w, address_update(w.s, &w.run, types, &w.err));
    world_must(&w, evaluate_checks(catalog, w.s, &w.run, &options, &counts, &w.err));
    world_must(&w, findings_publish(w.s, &w.run, &w.counts, &w.err));
    world_must(&w, store_run_publish(w.s, &w.run, w.now + 600, &w.err));
    world_must(&w, store_commit(w.s, &w.err));
}

static void night(const struct world_item *boxes, const struct world_item *disks)
{
    world_night(&w);
    world_read(&w, "aws_t_box", boxes, OUTCOME_COMPLETE);
    world_read(&w, "aws_t_disk", disks, OUTCOME_COMPLETE);
    judge();
}

#define ITEM(k, c)                                                                                 \
    {                                                                                              \
        k, c, NULL, NULL                                                                           \
    }
static const char states[] =
    "SELECT r.key || ' ' || n.verdict || ' ' || n.evidence FROM finding f"
    " JOIN finding_state n ON n.finding = f.id AND n.to_run IS NULL JOIN resource r ON r.id ="
    " f.resource ORDER BY f.check_id, r.key";
static const char reasons[] = "SELECT check_id, passed, failed, unknown, reason FROM evaluation"
                              " ORDER BY check_id";

#define ASKING "{\"Asks\":\"192.0.2.1\"}"

/* The disk is of a type that the check does not read. */
static void who_asks_for_holders_is_asked_each_night(void **state)
{
    (void)state;
    kit_plugin_check(catalog, "aws_c", NULL, "landlord", NULL);
    kit_plugin_check(catalog, "aws_d", NULL, "calm", NULL);
    night(WORLD_ITEMS(ITEM("a", ASKING)), WORLD_ITEMS(ITEM("d", "{\"Address\":\"192.0.2.1\"}")));
    world_expect(&w, states,
                 "a FAIL {\"by\":\"012345678901/aws_t_disk/d now;\"}"
                 " a FAIL {\"words\":\"shop/pay/-\"}");
    night(WORLD_ITEMS(ITEM("a", ASKING)), WORLD_ITEMS(ITEM("d", "{\"Address\":\"192.0.2.2\"}")));
    assert_int_equal(counts.judged, 1);
    assert_int_equal(counts.skipped, 1);
    assert_int_equal(w.counts.changed, 1);
    world_expect(&w, states,
                 "a FAIL {\"by\":\"012345678901/aws_t_disk/d once;\"}"
                 " a FAIL {\"words\":\"shop/pay/-\"}");
    night(WORLD_ITEMS(ITEM("a", ASKING)), WORLD_ITEMS(ITEM("d", "{\"Address\":\"192.0.2.2\"}")));
    assert_int_equal(w.counts.changed, 0);
}

static void one_that_takes_too_long_makes_unknown(void **state)
{
    (void)state;
    kit_plugin_check(catalog, "aws_c", NULL, "late", NULL);
    night(WORLD_ITEMS(ITEM("a", ASKING)), NULL);
    world_expect(&w, reasons, "aws_c|0|0|1|the plugin late took longer than 100000 ms");
    assert_int_equal(counts.broken, 1);
}

#define NIGHT_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NIGHT_TEST(who_asks_for_holders_is_asked_each_night),
        NIGHT_TEST(one_that_takes_too_long_makes_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
