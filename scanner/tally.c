#include "scanner/tally.h"

#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>

struct tally {
    struct json_object *ended, *page; /* account -> text -> number */
    size_t pairs;                     /* of both */
};

struct tally *tally_new(void)
{
    struct tally *t = memory_new(1, sizeof *t);
    t->ended = json_object_new_object();
    t->page = json_object_new_object();
    return t;
}

void tally_free(struct tally *t)
{
    if (t == NULL)
        return;
    json_object_put(t->ended);
    json_object_put(t->page);
    free(t);
}

/* Whether the pair was there already. */
static bool add(struct json_object *to, const char *account, const char *text, int64_t count)
{
    struct json_object *texts = json_get(to, account);
    if (texts == NULL) {
        texts = json_object_new_object();
        json_object_object_add(to, account, texts);
    }
    struct json_object *number = json_get(texts, text);
    if (number != NULL)
        return json_object_int_inc(number, count) == 1;
    json_object_object_add(texts, text, json_object_new_int64(count));
    return false;
}

bool tally_add(struct tally *t, const char *account, const char *text, struct error *err)
{
    if (t->pairs >= TALLY_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d counts", TALLY_MAX);
    t->pairs += !add(t->page, account, text, 1);
    return true;
}

static bool each_pair(struct json_object *in,
                      bool (*each)(void *ctx, const char *account, const char *text, int64_t count),
                      void *ctx)
{
    json_object_object_foreach(in, account, texts) {
        json_object_object_foreach(texts, text, number) {
            if (!each(ctx, account, text, json_object_get_int64(number)))
                return false;
        }
    }
    return true;
}

static bool take_over(void *ctx, const char *account, const char *text, int64_t count)
{
    struct tally *t = ctx;
    t->pairs -= add(t->ended, account, text, count);
    return true;
}

static size_t forget_page(struct tally *t)
{
    size_t pairs = 0;
    json_object_object_foreach(t->page, account, texts) {
        (void)account;
        pairs += (size_t)json_object_object_length(texts);
    }
    json_object_put(t->page);
    t->page = json_object_new_object();
    return pairs;
}

void tally_page_ended(struct tally *t)
{
    (void)each_pair(t->page, take_over, t);
    (void)forget_page(t);
}

void tally_page_again(struct tally *t)
{
    t->pairs -= forget_page(t);
}

bool tally_each(struct tally *t,
                bool (*each)(void *ctx, const char *account, const char *text, int64_t count),
                void *ctx)
{
    return each_pair(t->ended, each, ctx);
}

void tally_clear(struct tally *t)
{
    json_object_put(t->ended);
    t->ended = json_object_new_object();
    (void)forget_page(t);
    t->pairs = 0;
}
