#include "checks/plugins/exposure/answers.h"

#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/port_words.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 1024, NAMES_SHOWN = 3 };

struct heard {
    char *address, *words;
    int port;
};

struct answers {
    check_result_fn result;
    void *result_ctx;
    struct map *by_address; /* struct heard index + 1 of the last; `next` leads to those before */
    struct heard *items;
    size_t *next;
    size_t count;
};

/* ---- what was heard ---- */

static void add_names(struct json_object *names, struct buffer *out)
{
    size_t count =
        json_object_is_type(names, json_type_array) ? json_object_array_length(names) : 0;
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
        buffer_append_format(out, "%s%s", i == 0 ? ", certificate of " : ", ",
                             json_object_get_string(json_object_array_get_idx(names, i)));
    if (count > NAMES_SHOWN)
        buffer_append_format(out, " +%zu", count - NAMES_SHOWN);
}

/* What mail servers, file servers and their like greet with may hold the time or a number of the session, which is
 * another whenever it is asked. */
static bool greets_alike(const char *protocol)
{
    return protocol != NULL && (strcmp(protocol, "ssh") == 0 || strcmp(protocol, "mysql") == 0);
}

/* "ssh SSH-2.0-OpenSSH_9.2", "https 200 \"Shop\", certificate of a.example"; free() */
static char *words_of(struct json_object *answer)
{
    const char *state = json_string(answer, "state"), *protocol = json_string(answer, "protocol");
    const char *greeting = json_string(answer, "greeting"), *title = json_string(answer, "title");
    int64_t status = json_int(answer, "status", 0);
    struct buffer out;
    buffer_init(&out, WORDS_MAX);
    buffer_append_string(&out, protocol != NULL ? protocol : state != NULL ? state : "?");
    if (greeting != NULL && greets_alike(protocol))
        buffer_append_format(&out, " %s", greeting);
    if (status != 0)
        buffer_append_format(&out, " %lld", (long long)status);
    if (title != NULL)
        buffer_append_format(&out, " \"%s\"", title);
    add_names(json_get(answer, "names"), &out);
    return buffer_detach(&out);
}

static bool hear(void *ctx, const struct check_resource *r, struct error *err)
{
    struct answers *a = ctx;
    const char *address = json_string(r->config, "Address");
    struct json_object *answer = json_get(r->config, "Answer");
    (void)err;
    if (address == NULL || answer == NULL)
        return true;
    if ((a->count & (a->count - 1)) == 0) {
        a->items = memory_resize(a->items, a->count == 0 ? 1 : a->count * 2, sizeof *a->items);
        a->next = memory_resize(a->next, a->count == 0 ? 1 : a->count * 2, sizeof *a->next);
    }
    a->items[a->count] = (struct heard){ memory_string(address), words_of(answer),
                                         (int)json_int(r->config, "Port", 0) };
    a->next[a->count] = (size_t)(uintptr_t)map_get(a->by_address, address);
    map_set(a->by_address, address, (void *)(uintptr_t)++a->count);
    return true;
}

struct answers *answers_new(const struct check_view *view, check_result_fn result, void *result_ctx,
                            struct error *err)
{
    struct answers *a = memory_new(1, sizeof *a);
    char *type = memory_format("%.*s_probe_answer", (int)strcspn(view->check, "_"), view->check);
    a->result = result;
    a->result_ctx = result_ctx;
    a->by_address = map_new(NULL);
    bool ok = view->resources(view->ctx, type, hear, a, err);
    free(type);
    if (ok)
        return a;
    answers_free(a);
    return NULL;
}

void answers_free(struct answers *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->count; i++) {
        free(a->items[i].address);
        free(a->items[i].words);
    }
    free(a->items);
    free(a->next);
    map_free(a->by_address);
    free(a);
}

/* ---- which of it belongs to a row ---- */

struct sought {
    int port;
    bool found;
};

static void look(void *ctx, int first, int last)
{
    struct sought *s = ctx;
    s->found = s->found || (s->port >= first && s->port <= last);
}

static bool has_port(struct json_object *ports, int port)
{
    struct sought s = { port, false };
    port_words_each(ports, look, &s);
    return s.found;
}

static void gather(const struct answers *a, struct json_object *entry, struct map *out)
{
    const char *address = json_string(entry, "address"), *protocol = json_string(entry, "protocol");
    bool tcp = protocol == NULL || strcmp(protocol, "tcp") == 0 || strcmp(protocol, "all") == 0;
    if (address == NULL || !tcp)
        return;
    for (size_t i = (size_t)(uintptr_t)map_get(a->by_address, address); i != 0; i = a->next[i - 1])
        if (has_port(json_get(entry, "ports"), a->items[i - 1].port))
            map_set(out, a->items[i - 1].words, out);
}

static bool add_word(void *ctx, const char *word, void *value)
{
    (void)value;
    json_object_array_add(ctx, json_object_new_string(word));
    return true;
}

static int by_words(const void *x, const void *y)
{
    return strcmp(json_object_get_string(*(struct json_object *const *)x),
                  json_object_get_string(*(struct json_object *const *)y));
}

/* Whether the address is a member's of something, and may be another's tomorrow. */
static bool is_passing(struct json_object *entry)
{
    return json_get(entry, "parent") != NULL;
}

/* NULL: nothing was heard of it. */
static struct json_object *answers_of(const struct answers *a, struct json_object *detail,
                                      bool passing)
{
    struct json_object *addresses = json_get(detail, "addresses"), *out = NULL;
    struct map *words = map_new(NULL);
    bool listed = json_object_is_type(addresses, json_type_array);
    for (size_t i = 0; listed && i < json_object_array_length(addresses); i++)
        if (is_passing(json_object_array_get_idx(addresses, i)) == passing)
            gather(a, json_object_array_get_idx(addresses, i), words);
    if (map_count(words) > 0) {
        out = json_object_new_array();
        map_each(words, add_word, out);
        json_object_array_sort(out, by_words);
    }
    map_free(words);
    size_t count = out == NULL ? 0 : json_object_array_length(out);
    if (count > ANSWERS_MAX) {
        json_object_array_del_idx(out, ANSWERS_MAX, count - ANSWERS_MAX);
        json_object_array_add(out, json_object_new_string("…"));
    }
    return out;
}

/* ---- rows ---- */

/* As canonical text; NULL: it has no room. free() */
static char *text_with(struct json_object *o, struct json_object *answers)
{
    struct buffer text;
    buffer_init(&text, CHECK_EVIDENCE_MAX);
    json_object_object_add(o, "answers", answers);
    json_write_canonical(o, &text);
    if (buffer_ok(&text))
        return buffer_detach(&text);
    buffer_release(&text);
    return NULL;
}

static bool give(struct answers *a, const struct check_result *row, struct json_object *evidence,
                 struct json_object *detail, struct error *err)
{
    struct json_object *steady = answers_of(a, detail, false),
                       *passing = answers_of(a, detail, true);
    char *seen = steady == NULL ? NULL : text_with(evidence, steady),
         *told = passing == NULL ? NULL : text_with(detail, passing);
    struct check_result with = *row;
    with.evidence = seen == NULL ? row->evidence : seen;
    with.detail = told == NULL ? row->detail : told;
    bool ok = a->result(a->result_ctx, &with, err);
    free(seen);
    free(told);
    return ok;
}

static bool add_answers(struct answers *a, const struct check_result *row, struct error *err)
{
    struct json_object *evidence = NULL, *detail = NULL;
    bool ok = json_parse(text_of(row->evidence), &evidence, err) &&
              json_parse(text_of(row->detail), &detail, err);
    const char *reach = ok ? json_string(evidence, "reach") : NULL;
    bool reachable = reach != NULL && strcmp(reach, "reachable") == 0;
    ok = ok &&
         (reachable ? give(a, row, evidence, detail, err) : a->result(a->result_ctx, row, err));
    json_object_put(evidence);
    json_object_put(detail);
    return ok;
}

bool answers_take(void *ctx, const struct check_result *row, struct error *err)
{
    struct answers *a = ctx;
    if (a->count == 0 || row->evidence == NULL || row->detail == NULL)
        return a->result(a->result_ctx, row, err);
    return add_answers(a, row, err);
}
