#include "core/probe/probe.h"

#include "core/base/memory.h"
#include "core/probe/probe_knock.h"
#include "core/probe/probe_look.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <stdlib.h>

enum { AT_ONCE = 16, PER_SECOND = 10, TURN_MS = 100 };

enum phase { IDLE, KNOCKING, LISTENING, LOOKING_TLS, LOOKING_PLAIN };

/* One question under way. */
struct slot {
    enum phase phase;
    size_t question;
    int64_t deadline_ms; /* of knocking and listening */
    struct probe_knock knock;
    struct probe_look look;
    struct probe_answer answer;
};

struct probing {
    const struct probe_options *o;
    const struct probe_question *questions;
    size_t count, next, under_way;
    int at_once, per_second, greeting_ms;
    int64_t next_start_ms;
    probe_answer_fn each;
    void *ctx;
    CURLM *multi;
    struct slot slots[PROBE_AT_ONCE_MAX];
};

static void answered(struct probing *p, struct slot *s)
{
    probe_knock_end(&s->knock);
    p->each(p->ctx, s->question, &s->answer);
    probe_answer_release(&s->answer);
    s->phase = IDLE;
    p->under_way--;
}

/* ---- TLS and HTTP ---- */

static void look(struct probing *p, struct slot *s, bool tls)
{
    probe_knock_end(&s->knock);
    s->phase = tls ? LOOKING_TLS : LOOKING_PLAIN;
    probe_look_begin(&s->look, &p->questions[s->question], tls, p->o->user_agent, &s->answer, s);
    if (curl_multi_add_handle(p->multi, s->look.easy) != CURLM_OK)
        abort(); /* a handle of ours that runs nowhere: memory alone can be wanting */
}

static void look_ended(struct probing *p, struct slot *s, CURLcode code)
{
    bool tls = s->phase == LOOKING_TLS;
    (void)curl_multi_remove_handle(p->multi, s->look.easy);
    bool found = probe_look_end(&s->look, tls, code);
    if (tls && !found)
        look(p, s, false);
    else
        answered(p, s);
}

static void take_ended(struct probing *p)
{
    CURLMsg *message;
    int left = 0;
    while ((message = curl_multi_info_read(p->multi, &left)) != NULL) {
        void *slot = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&slot) != CURLE_OK)
            abort(); /* libcurl has no other message, and forgets nothing it was given */
        look_ended(p, slot, code);
    }
}

/* ---- TCP ---- */

static void take_step(struct probing *p, struct slot *s, enum probe_knock_step step)
{
    switch (step) {
    case KNOCK_WAITS:
        return;
    case KNOCK_OPEN:
        s->phase = LISTENING;
        s->deadline_ms = clock_mono_ms(&p->o->clock) + p->greeting_ms;
        return;
    case KNOCK_CLOSED:
        look(p, s, true);
        return;
    case KNOCK_HEARD:
    case KNOCK_FAILED:
        answered(p, s);
        return;
    }
}

static void start(struct probing *p, struct slot *s, int64_t now_ms)
{
    const struct probe_question *q = &p->questions[p->next];
    s->question = p->next++;
    s->phase = KNOCKING;
    s->deadline_ms = now_ms + PROBE_CONNECT_MS;
    p->under_way++;
    p->next_start_ms = now_ms + 1000 / p->per_second;
    probe_answer_init(&s->answer);
    take_step(p, s, probe_knock_begin(&s->knock, q->address, q->port, &s->answer));
}

static void start_next(struct probing *p)
{
    int64_t now_ms = clock_mono_ms(&p->o->clock);
    for (int i = 0; i < p->at_once && p->next < p->count && now_ms >= p->next_start_ms; i++)
        if (p->slots[i].phase == IDLE)
            start(p, &p->slots[i], now_ms);
}

static void expire(struct probing *p)
{
    int64_t now_ms = clock_mono_ms(&p->o->clock);
    for (int i = 0; i < p->at_once; i++) {
        struct slot *s = &p->slots[i];
        if (s->phase == KNOCKING && now_ms >= s->deadline_ms)
            answered(p, s); /* silent */
        else if (s->phase == LISTENING && now_ms >= s->deadline_ms)
            look(p, s, true);
    }
}

/* ---- the loop ---- */

/* Until the next question is due, or a silence is long enough. */
static int turn_ms(const struct probing *p)
{
    int64_t now_ms = clock_mono_ms(&p->o->clock), wait = TURN_MS;
    bool free_slot = p->next < p->count && p->under_way < (size_t)p->at_once;
    if (free_slot && p->next_start_ms - now_ms < wait)
        wait = p->next_start_ms - now_ms;
    for (int i = 0; i < p->at_once; i++)
        if ((p->slots[i].phase == KNOCKING || p->slots[i].phase == LISTENING) &&
            p->slots[i].deadline_ms - now_ms < wait)
            wait = p->slots[i].deadline_ms - now_ms;
    return wait < 0 ? 0 : (int)wait;
}

static void wait_and_go_on(struct probing *p)
{
    struct curl_waitfd fds[PROBE_AT_ONCE_MAX];
    struct slot *of[PROBE_AT_ONCE_MAX];
    unsigned count = 0;
    int running = 0;
    for (int i = 0; i < p->at_once; i++) {
        struct slot *s = &p->slots[i];
        if (s->phase != KNOCKING && s->phase != LISTENING)
            continue;
        of[count] = s;
        fds[count++] = (struct curl_waitfd){ .fd = s->knock.fd,
                                             .events = s->phase == KNOCKING ? CURL_WAIT_POLLOUT
                                                                            : CURL_WAIT_POLLIN };
    }
    if (curl_multi_poll(p->multi, fds, count, turn_ms(p), NULL) != CURLM_OK ||
        curl_multi_perform(p->multi, &running) != CURLM_OK)
        abort(); /* neither can fail but for a handle that is none, or want of memory */
    for (unsigned i = 0; i < count; i++)
        if (fds[i].revents != 0)
            take_step(p, of[i], probe_knock_go_on(&of[i]->knock, &of[i]->answer));
    take_ended(p);
}

static bool is_interrupted(const struct probing *p)
{
    return p->o->interrupted != NULL && p->o->interrupted(p->o->interrupted_ctx);
}

static bool ask_all(struct probing *p, struct error *err)
{
    while (p->next < p->count || p->under_way > 0) {
        if (is_interrupted(p))
            return error_set(err, ERROR_IO, "interrupted; %zu of %zu ports were asked", p->next,
                             p->count);
        start_next(p);
        wait_and_go_on(p);
        expire(p);
    }
    return true;
}

static void close_all(struct probing *p)
{
    for (int i = 0; i < p->at_once; i++) {
        struct slot *s = &p->slots[i];
        if (s->phase == LOOKING_TLS || s->phase == LOOKING_PLAIN) {
            (void)curl_multi_remove_handle(p->multi, s->look.easy);
            probe_look_drop(&s->look);
        }
        if (s->phase != IDLE) {
            probe_knock_end(&s->knock);
            probe_answer_release(&s->answer);
        }
    }
    (void)curl_multi_cleanup(p->multi);
}

static bool check(const struct probe_question *questions, size_t count, struct error *err)
{
    unsigned char bytes[16];
    if (count > PROBE_QUESTIONS_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d ports to ask", PROBE_QUESTIONS_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct probe_question *q = &questions[i];
        if (q->port < 1 || q->port > 65535 ||
            (inet_pton(AF_INET, q->address, bytes) != 1 &&
             inet_pton(AF_INET6, q->address, bytes) != 1))
            return error_set(err, ERROR_USAGE, "%s port %d cannot be asked", q->address, q->port);
    }
    return true;
}

static int within(int value, int usual, int max)
{
    return value <= 0 ? usual : value > max ? max : value;
}

bool probe_ask(const struct probe_options *o, const struct probe_question *questions, size_t count,
               probe_answer_fn each, void *ctx, struct error *err)
{
    struct probing *p;
    if (!check(questions, count, err))
        return false;
    p = memory_new(1, sizeof *p);
    p->o = o;
    p->questions = questions;
    p->count = count;
    p->at_once = within(o->at_once, AT_ONCE, PROBE_AT_ONCE_MAX);
    p->per_second = within(o->per_second, PER_SECOND, PROBE_PER_SECOND_MAX);
    p->greeting_ms = within(o->greeting_ms, PROBE_GREETING_MS, PROBE_GREETING_MS);
    p->next_start_ms = clock_mono_ms(&o->clock);
    p->each = each;
    p->ctx = ctx;
    p->multi = curl_multi_init();
    if (p->multi == NULL)
        abort();
    bool ok = ask_all(p, err);
    close_all(p);
    free(p);
    return ok;
}
