/* What plugins see. */
#include "tests/unit/checks/plugin_kit.h"

#include "core/decode/json.h"

#include <json-c/json.h>

/* It tells all it sees, as evidence of the first own box. */
struct telling {
    struct buffer seen;
    char *key;
};

static const char *or_dash(const char *word)
{
    return word == NULL || word[0] == '\0' ? "-" : word;
}

static bool tell_resource(void *ctx, const struct check_resource *r, struct error *err)
{
    struct telling *t = ctx;
    (void)err;
    if (t->key == NULL && r->own)
        t->key = memory_string(r->key);
    buffer_append_format(&t->seen, "%s %s %s %s %s %s %s %s%s%s;", or_dash(r->account),
                         or_dash(r->account_name), or_dash(r->team), or_dash(r->region), r->id,
                         or_dash(r->name), or_dash(r->parent), r->own ? "own" : "theirs",
                         r->verified ? "" : ", last known", r->unread == NULL ? "" : ", unread");
    if (r->at != NULL)
        buffer_append_format(&t->seen, "at %s;", r->at);
    return r->config != NULL && r->tags != NULL;
}

static bool tell_holder(void *ctx, const struct check_holder *h, struct error *err)
{
    struct telling *t = ctx;
    (void)err;
    buffer_append_format(&t->seen, "%s/%s/%s/%s/%s/%s/%s/%s %d %d %s;", h->provider, h->account,
                         or_dash(h->account_name), or_dash(h->team), h->type, h->id,
                         or_dash(h->name), or_dash(h->parent), (int)h->from_unix_s,
                         (int)h->until_unix_s, h->then ? "then" : "not then");
    return true;
}

static bool give_telling(const struct telling *t, check_result_fn result, void *ctx,
                         struct error *err)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "seen", json_object_new_string(t->seen.data));
    const struct check_result row = { .key = t->key,
                                      .evidence = json_object_to_json_string(o),
                                      .proven = true };
    bool ok = t->key == NULL || result(ctx, &row, err);
    json_object_put(o);
    return ok;
}

static bool judge_telling(const struct check_view *view, check_result_fn result, void *ctx,
                          struct error *err)
{
    static const char *const all[] = { "aws_t_box", "aws_t_disk", "aws_t_event" };
    struct telling t = { .key = NULL };
    buffer_init(&t.seen, 10000);
    bool ok = true;
    for (size_t i = 0; ok && i < 3; i++)
        ok = view->resources(view->ctx, all[i], tell_resource, &t, err);
    ok = ok && view->holders(view->ctx, "2001:DB8:0::1", 1790000000, tell_holder, &t, err);
    buffer_append_format(&t.seen, "%s %s %d %d %d", view->check, view->account,
                         (int)view->run_time_unix_s,
                         view->is_complete(view->ctx, "aws_t_box", view->account, NULL),
                         view->is_complete(view->ctx, "aws_t_box", view->account, "us-east-1"));
    ok = ok && give_telling(&t, result, ctx, err);
    free(t.key);
    buffer_release(&t.seen);
    return ok;
}

static const struct check_plugin telling = { CHECK_PLUGIN_ABI, "telling", 1, true, true,
                                             judge_telling };

static int set_up(void **state)
{
    (void)state;
    plugin_kit_begin(&telling);
    return 0;
}

static const char telling_head[] = "needs:\n  - {type: aws_t_disk, where: account}\n"
                                   "uses: [aws_t_event]\n";

static void it_sees_what_the_check_reads(void **state)
{
    (void)state;
    /* In order of key, and of time; a follower has the parent of whom it follows. */
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", telling_head, "telling",
        "tests:\n"
        "  - name: resources\n"
        "    given:\n"
        "      aws_t_box:\n"
        "        - {region: eu-west-1, account_name: prod, parts: {Lid: denied},"
        " body: {Id: z, DiskId: d, Tags: [{Key: TEAM, Value: \" ops \"}]}}\n"
        "        - {account_name: prod, team: web, body: {Id: a, Tags: [{Key: Heap, Value: h1},"
        " {Key: Name, Value: n}, {Key: Team, Value: ops}]}}\n"
        "        - {account: \"000000000001\", body: {Id: c}}\n"
        "      aws_t_disk: [{Id: d, Tags: [{Key: Heap, Value: h2}]}]\n"
        "      aws_t_event:\n"
        "        - {Id: y, At: \"2026-11-20T03:00:00Z\"}\n"
        "        - {Id: x, At: \"2026-11-20T01:00:00Z\"}\n"
        "    expect:\n"
        "      - {id: z, verdict: UNKNOWN}\n"
        "      - id: z\n"
        "        evidence:\n"
        "          seen: \"000000000001 - - us-east-1 c - - theirs;"
        "123456789012 prod ops eu-west-1 z - h2 own, unread;"
        "123456789012 prod web us-east-1 a n h1 own;"
        "123456789012 - - d d - h2 own;"
        "123456789012 - - us-east-1 x - - theirs;at 2026-11-20T01:00:00Z;"
        "123456789012 - - us-east-1 y - - theirs;at 2026-11-20T03:00:00Z;"
        "aws_c 123456789012 1795230000 1 1\"\n"
        "  - name: last known\n"
        "    given: {aws_t_box: [{Id: a}], aws_t_disk: [{Id: d}]}\n"
        "    unread: {aws_t_disk: denied}\n"
        "    run_time: 1970-01-01T00:00:07Z\n"
        "    expect:\n"
        "      - {id: a, verdict: UNKNOWN}\n"
        "      - {id: a, evidence: {seen: \"123456789012 - - us-east-1 a - - own;"
        "123456789012 - - d d - - own, last known;aws_c 123456789012 7 1 1\"}}\n");
    assert_string_equal(plugin_kit_run(c), "");
}

static void it_is_told_the_time_as_it_says_that_it_uses_it(void **state)
{
    (void)state;
    assert_true(plugin_kit_is_restless(catalog, kit_plugin_check(catalog, "aws_c", telling_head, "telling", NULL)));
}

static void it_asks_who_held_an_address(void **state)
{
    (void)state;
    const struct check *c = kit_plugin_check(
        catalog, "aws_c", telling_head, "telling",
        "tests:\n"
        "  - name: holders\n"
        "    given: {aws_t_box: [{team: web, body: {Id: a, Address: \"2001:db8::1\"}}]}\n"
        "    held:\n"
        "      - {address: \"2001:db8::2\", account: a, type: x_y, id: other}\n"
        "      - {address: \"2001:db8::1\", account: a, type: x_y, id: early,"
        " until: \"2026-09-01T00:00:00Z\"}\n"
        "      - {address: \"2001:db8::1\", account: a, type: x_y, id: late,"
        " from: \"2026-10-01T00:00:00Z\", until: \"2026-11-01T00:00:00Z\"}\n"
        "      - {address: \"2001:DB8:0:0::1\", account: b, account_name: B, team: t, type: z_y,"
        " id: then, name: n, parent: p, from: \"2026-09-01T00:00:00Z\","
        " until: \"2026-10-01T00:00:00Z\"}\n"
        "    run_time: 1970-02-01T00:00:00Z\n"
        "    expect:\n"
        "      - id: a\n"
        "        evidence:\n"
        "          seen: \"123456789012 - web us-east-1 a - - own;"
        "aws/123456789012/-/web/aws_t_box/a/-/- 86400 0 then;"
        "z/b/B/t/z_y/then/n/p 1788220800 1790812800 then;"
        "x/a/-/-/x_y/late/-/- 1790812800 1793491200 not then;"
        "x/a/-/-/x_y/early/-/- 0 1788220800 not then;"
        "aws_c 123456789012 2678400 1 1\"\n");
    assert_string_equal(plugin_kit_run(c), "");
}

#define PLUGIN_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, plugin_kit_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLUGIN_TEST(it_sees_what_the_check_reads),
        PLUGIN_TEST(it_is_told_the_time_as_it_says_that_it_uses_it),
        PLUGIN_TEST(it_asks_who_held_an_address),
    };
    return cmocka_run_group_tests_name("plugins, sights", tests, NULL, NULL);
}
