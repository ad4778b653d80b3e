#ifndef TESTS_UNIT_SCANNER_ASKING_H
#define TESTS_UNIT_SCANNER_ASKING_H

/* One call at a time through a gate of account 111, and what became of it. */
#include "scanner/ask.h"
#include "tests/unit/scanner/cloud_reader.h"

struct asking {
    struct cloud cloud;
    struct http_engine *engine;
    struct loop loop;
    struct provider_session session;
    struct gate_group group;
    struct gate gate;
    struct ask ask;
    struct string_list items;
    int restarts, done;
    bool inside; /* ask_page() or a callback is on the stack */
    bool refuse; /* on_item() says no */
    enum http_verdict verdict;
    struct error error;
    char code[128], rest[64];
    bool more;
    int throttled;
    int64_t elapsed_ms;
};

static inline bool asking_on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct asking *s = ctx;
    string_list_add(&s->items, json_string(item, "Id"));
    json_object_put(item);
    return !s->refuse || error_set(err, ERROR_DATA, "an item nobody wants");
}

static inline void asking_on_restart(void *ctx)
{
    struct asking *s = ctx;
    s->restarts++;
    string_list_release(&s->items);
}

static inline void asking_done(void *ctx, const struct ask_result *result)
{
    struct asking *s = ctx;
    assert_false(s->inside);
    assert_int_not_equal(result->verdict, HTTP_VERDICT_REFRESH);
    assert_true((result->verdict == HTTP_VERDICT_OK) == (result->error.kind == ERROR_NONE));
    s->done++;
    s->verdict = result->verdict;
    s->error = result->error;
    (void)snprintf(s->code, sizeof s->code, "%s", result->code);
    (void)snprintf(s->rest, sizeof s->rest, "%s",
                   result->rest == NULL ? "" : json_object_to_json_string(result->rest));
    s->more = result->more;
    s->throttled = result->throttled;
    s->elapsed_ms = result->elapsed_ms;
}

static inline void asking_prepare(struct asking *s, const char *region, const char *operation)
{
    struct provider_call call = { "net", operation, region, NULL, "Things" };
    ask_init(&s->ask, &s->gate, &call);
    s->ask.on_item = asking_on_item;
    s->ask.on_restart = asking_on_restart;
    s->ask.done = asking_done;
    s->ask.ctx = s;
}

static inline void asking_begin(struct asking *s, const char *region, const char *operation)
{
    struct error err = ERROR_INIT;
    struct account_spec spec = { .account = (char[]){ "111" } };
    *s = (struct asking){ .session.cloud = &s->cloud };
    cloud_init(&s->cloud);
    s->engine = script_engine(&s->cloud.script, (struct http_engine_options){ .share_of_quota = 1 });
    loop_init(&s->loop, s->engine, (struct clock){ script_mono_ms, script_mono_ms, &s->cloud.script });
    gate_group_init(&s->group);
    assert_true(gate_init(&s->gate, &cloud_provider, &s->session, &s->group, &spec, &s->loop, &err));
    asking_prepare(s, region, operation);
}

/* Asks for one page and lets everything happen; the answer comes exactly once. */
static inline void asking_run(struct asking *s)
{
    int before = s->done;
    s->inside = true;
    ask_page(&s->ask);
    s->inside = false;
    assert_int_equal(s->done, before);
    for (int rounds = 0; loop_turn(&s->loop, 1000); rounds++)
        assert_in_range(rounds, 0, 10000);
    assert_int_equal(s->done, before + 1);
}

static inline void asking_end(struct asking *s)
{
    assert_false(loop_turn(&s->loop, 0));
    ask_release(&s->ask);
    gate_release(&s->gate);
    http_engine_free(s->engine);
    string_list_release(&s->items);
    cloud_release(&s->cloud);
}

static inline void asking_assert_items(const struct asking *s, const char *expected)
{
    struct buffer all;
    buffer_init(&all, 4096);
    for (size_t i = 0; i < s->items.count; i++)
        buffer_append_format(&all, "%s ", s->items.items[i]);
    assert_string_equal(buffer_string(&all), expected);
    buffer_release(&all);
}

#endif
