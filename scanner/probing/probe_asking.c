#include "scanner/probing/probe_asking.h"

#include "core/base/map.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <stdlib.h>

#define USER_AGENT "yomawari-probe/" YOMAWARI_VERSION

/* What is asked, each port once, whoever's findings call it reachable. */
struct questions {
    const struct probe_night_options *o;
    struct probe_counts counts;
    struct probe_question *items;
    struct json_object **answers; /* NULL of what could not be asked */
    size_t *of;                   /* beside the targets: the index of their question */
    size_t count;
};

static void questions_init(struct questions *q, const struct probe_targets *t)
{
    struct map *seen = map_new(NULL); /* event -> the question's index + 1 */
    *q = (struct questions){ .count = 0 };
    q->items = memory_new(t->count, sizeof *q->items);
    q->answers = memory_new(t->count, sizeof *q->answers);
    q->of = memory_new(t->count, sizeof *q->of);
    for (size_t i = 0; i < t->count; i++) {
        char *event = probe_targets_event(&t->items[i]);
        size_t known = (size_t)(uintptr_t)map_get(seen, event);
        if (known == 0) {
            q->items[q->count++] = (struct probe_question){ t->items[i].address, t->items[i].port };
            known = q->count;
            map_set(seen, event, (void *)(uintptr_t)known);
        }
        q->of[i] = known - 1;
        free(event);
    }
    map_free(seen);
}

static void questions_release(struct questions *q)
{
    for (size_t i = 0; i < q->count; i++)
        json_object_put(q->answers[i]);
    free(q->items);
    free(q->answers);
    free(q->of);
}

static void take_answer(void *ctx, size_t question, const struct probe_answer *answer)
{
    struct questions *q = ctx;
    char *words = probe_answer_words(answer);
    if (answer->state == PROBE_UNASKED)
        q->counts.unasked++;
    else
        q->answers[question] = probe_answer_json(answer);
    q->counts.open += answer->state == PROBE_OPEN;
    fprintf(q->o->out, "%s port %d: %s\n", q->items[question].address, q->items[question].port,
            words);
    fflush(q->o->out);
    free(words);
}

bool probe_asking(const struct config *config, const struct probe_night_options *o,
                  struct probe_heard *heard, struct probe_counts *out_counts, struct error *err)
{
    const struct probe_options options = {
        .clock = o->clock,
        .at_once = config->probe.at_once,
        .per_second = config->probe.per_second,
        .user_agent = USER_AGENT,
        .interrupted = o->interrupted,
        .interrupted_ctx = o->interrupted_ctx,
    };
    struct questions q;
    questions_init(&q, &heard->targets);
    q.o = o;
    fprintf(o->out, "asking %zu %s, from %s\n", q.count, q.count == 1 ? "port" : "ports",
            heard->vantage);
    heard->answers = memory_new(heard->targets.count, sizeof *heard->answers);
    bool ok = probe_ask(&options, q.items, q.count, take_answer, &q, err);
    for (size_t i = 0; i < heard->targets.count; i++)
        heard->answers[i] = json_object_get(q.answers[q.of[i]]);
    q.counts.asked = q.count;
    *out_counts = q.counts;
    questions_release(&q);
    return ok;
}
