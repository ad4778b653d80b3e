#include "tests/bench/ours.h"

#include "core/base/memory.h"
#include "core/config.h"
#include "core/http/transport_curl.h"
#include "scanner/ask.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    ASKS = 256,         /* under way or queued: many more than connections, as in a scan */
    CALLS_A_REGION = 5, /* of one account to one service, more or less the present types of EC2 */
    TURN_MS = 1000,
    FIRST_ACCOUNT = 100000,
};

/* Where a call goes to: a scan has seventeen or more of them an account. */
static const char *const regions[] = {
    "us-east-1",      "us-east-2",      "us-west-1",      "us-west-2",      "ca-central-1",
    "sa-east-1",      "eu-central-1",   "eu-west-1",      "eu-west-2",      "eu-west-3",
    "eu-north-1",     "ap-south-1",     "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
    "ap-southeast-1", "ap-southeast-2",
};
enum { REGIONS = sizeof regions / sizeof *regions, CALLS_AN_ACCOUNT = CALLS_A_REGION * REGIONS };

struct slot {
    struct ours *ours;
    struct ask ask;
    struct task again;
    bool busy;
};

struct ours {
    struct ours_options o;
    struct config_target target;
    char name[8]; /* of the target */
    const struct provider *provider;
    struct provider_session *session;
    struct http_transport *transport;
    struct http_engine *engine;
    struct loop loop;
    struct gate_group group;
    struct gate *gates;
    struct task *enters; /* one a gate: it is open */
    size_t gate_count, inside;
    struct slot slots[ASKS];
    size_t entered; /* accounts, of all runs */
    size_t started, ended, wanted;
    uint64_t items;
    struct error failure;
};

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct slot *s = ctx;
    (void)err;
    s->ours->items++;
    json_object_put(item);
    return true;
}

static void on_done(void *ctx, const struct ask_result *result)
{
    struct slot *s = ctx;
    s->ours->ended++;
    if (result->verdict != HTTP_VERDICT_OK && s->ours->failure.kind == ERROR_NONE)
        s->ours->failure = result->error;
    loop_soon(&s->ours->loop, &s->again);
}

static void start(struct slot *s)
{
    struct ours *o = s->ours;
    if (o->started == o->wanted)
        return;
    size_t at = o->started++;
    struct provider_call call = {
        .service = o->o.kind->service,
        .operation = o->o.kind->operation,
        .region = regions[at % CALLS_AN_ACCOUNT / CALLS_A_REGION],
        .arguments = json_tokener_parse(o->o.kind->arguments),
        .items = o->o.kind->items,
    };
    s->busy = true;
    ask_init(&s->ask, &o->gates[at / CALLS_AN_ACCOUNT], &call);
    s->ask.on_item = on_item;
    s->ask.done = on_done;
    s->ask.ctx = s;
    ask_page(&s->ask);
}

static void again(void *ctx)
{
    struct slot *s = ctx;
    ask_release(&s->ask);
    s->busy = false;
    start(s);
}

static bool open_session(struct ours *o, struct error *err)
{
    struct string_list none = { NULL, 0 };
    struct clock clock = clock_system();
    struct provider_options options = { .now_unix_s = clock_wall_s(&clock), .operations = &none };
    (void)snprintf(o->name, sizeof o->name, "bench");
    o->target.name = o->name;
    o->target.cloud = CONFIG_AWS;
    o->provider = providers_find("aws");
    o->session = o->provider->open(&o->target, &options, err);
    return o->session != NULL;
}

struct ours *ours_new(const struct ours_options *options, struct error *err)
{
    struct ours *o = memory_new(1, sizeof *o);
    struct http_curl_options curl = { .ca_file = options->ca_file };
    o->o = *options;
    gate_group_init(&o->group);
    for (size_t i = 0; i < ASKS; i++) {
        o->slots[i].ours = o;
        task_init(&o->slots[i].again, again, &o->slots[i]);
    }
    o->transport = http_transport_curl_new(&curl, err);
    if (o->transport == NULL || !open_session(o, err)) {
        ours_free(o);
        return NULL;
    }
    struct http_engine_options engine = { .transport = o->transport,
                                          .clock = clock_system(),
                                          .random = random_system(),
                                          .share_of_quota = 1 };
    o->engine = http_engine_new(&engine);
    loop_init(&o->loop, o->engine, clock_system());
    return o;
}

void ours_free(struct ours *o)
{
    if (o == NULL)
        return;
    http_engine_free(o->engine);
    http_transport_curl_free(o->transport);
    if (o->session != NULL)
        o->provider->close(o->session);
    free(o);
}

static void entered(void *ctx)
{
    ((struct ours *)ctx)->inside++;
}

static bool open_gate(struct ours *o, struct error *err)
{
    char *id = memory_format("%012zu", FIRST_ACCOUNT + o->entered++);
    char role[] = "yomawari-read";
    struct account_spec spec = { .account = id, .role = role };
    struct gate *gate = &o->gates[o->gate_count];
    bool ok = gate_init(gate, o->provider, o->session, &o->group, &spec, &o->loop, err);
    free(id);
    if (!ok)
        return false;
    task_init(&o->enters[o->gate_count++], entered, o);
    gate_enter(gate, &o->enters[o->gate_count - 1]);
    return true;
}

bool ours_enter(struct ours *o, size_t calls, struct error *err)
{
    size_t count = (calls + CALLS_AN_ACCOUNT - 1) / CALLS_AN_ACCOUNT;
    o->gates = memory_new(count, sizeof *o->gates);
    o->enters = memory_new(count, sizeof *o->enters);
    o->inside = 0;
    while (o->gate_count < count)
        if (!open_gate(o, err))
            return false;
    while (o->inside < count)
        (void)loop_turn(&o->loop, TURN_MS);
    return true;
}

uint64_t ours_leave(struct ours *o)
{
    for (size_t i = 0; i < o->gate_count; i++)
        gate_release(&o->gates[i]);
    free(o->gates);
    free(o->enters);
    o->gates = NULL;
    o->enters = NULL;
    o->gate_count = 0;
    return o->items;
}

static void drain(struct ours *o)
{
    o->loop.stop = true;
    http_engine_cancel_all(o->engine);
    while (http_engine_run(o->engine, 0) > 0)
        continue;
    o->loop.stop = false;
    for (size_t i = 0; i < ASKS; i++) {
        list_remove(&o->slots[i].again.link);
        if (o->slots[i].busy)
            ask_release(&o->slots[i].ask);
        o->slots[i].busy = false;
    }
}

bool ours_run(struct ours *o, size_t calls, struct error *err)
{
    bool ok = true;
    o->started = o->ended = 0;
    o->items = 0;
    o->wanted = calls;
    for (size_t i = 0; i < ASKS; i++)
        start(&o->slots[i]);
    while (ok && o->ended < calls && o->failure.kind == ERROR_NONE)
        if (!loop_turn(&o->loop, TURN_MS) && o->ended < calls)
            ok = error_set(err, ERROR_INTERNAL, "nothing is under way, %zu of %zu calls done",
                           o->ended, calls);
    if (o->failure.kind != ERROR_NONE) {
        *err = o->failure;
        ok = false;
    }
    drain(o);
    return ok;
}
