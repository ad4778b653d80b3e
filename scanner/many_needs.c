#include "scanner/many_needs.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/store/evidence.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const struct many_of *of, const struct found_account *f)
{
    const struct provider *p = f->target->provider;
    return (of->target == NULL || f->target == of->target) && f->spec.account != NULL &&
           (f->spec.state == NULL || strcmp(f->spec.state, "active") == 0) &&
           strcmp(p->name, of->type->provider) == 0 &&
           p->type_in_account(of->type, f->spec.account);
}

static int compare_needs(const void *a, const void *b)
{
    const struct many_need *x = a, *y = b;
    if (x->since_unix_s != y->since_unix_s)
        return x->since_unix_s < y->since_unix_s ? -1 : 1;
    return strcmp(x->account, y->account);
}

bool many_needs_find(const struct read_context *c, const struct found *found,
                     const struct many_of *of, struct many_needs *out, struct error *err)
{
    unsigned char asked[DIGEST_BYTES];
    const struct evidence_reading reading = { of->type->window_s, asked };
    read_event_asked_all(c, of->type, of->with_checks, asked);
    *out = (struct many_needs){ memory_new(found->count, sizeof *out->items), 0 };
    for (size_t i = 0; i < found->count; i++) {
        const struct found_account *f = &found->accounts[i];
        const struct evidence_scope scope = { of->type->provider, f->spec.account, "global",
                                              of->type->name };
        struct evidence_need need;
        if (!is_wanted(of, f))
            continue;
        if (!evidence_ask(c->store, c->run, &scope, &reading, &need, err))
            return false;
        if (!need.done)
            out->items[out->count++] = (struct many_need){ f->spec.account, need.since_unix_s };
    }
    qsort(out->items, out->count, sizeof *out->items, compare_needs);
    return true;
}

void many_needs_release(struct many_needs *n)
{
    free(n->items);
    *n = (struct many_needs){ NULL, 0 };
}

struct json_object *many_needs_arguments(const struct read_context *c,
                                         const struct resource_type *type, const char *account,
                                         int64_t since_unix_s, int64_t until_unix_s,
                                         struct error *err)
{
    const struct item_place place = { .account = account,
                                      .region = "global",
                                      .started_unix_s = until_unix_s,
                                      .since_unix_s = since_unix_s,
                                      .until_unix_s = until_unix_s,
                                      .resolvers = c->resolvers };
    return item_arguments(type->with, &place, NULL, err);
}

struct json_object *many_needs_word(struct map *words, const struct resource_type *type,
                                    struct json_object *arguments, const char *account)
{
    struct json_object *word =
        json_object_array_get_idx(json_get(arguments, type->many_argument), 0);
    map_set(words, json_object_get_string(word), (void *)(uintptr_t)account);
    return json_object_get(word);
}

const char *many_needs_account(const struct map *words, const char *text)
{
    const char *account = map_get(words, text);
    for (const char *at = text; account == NULL && (at = strchr(at, '/')) != NULL; at++) {
        char *word = memory_string_n(text, (size_t)(at - text));
        account = map_get(words, word);
        free(word);
    }
    return account;
}
