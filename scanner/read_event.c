#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/model/event.h"
#include "core/store/evidence.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED_TEXT_MAX = 256 * 1024 };

/* ---- what is asked for ---- */

static void add_text(struct buffer *out, const char *text)
{
    buffer_append_string(out, text == NULL ? "" : text);
    buffer_append_char(out, '\n');
}

static void add_list(struct buffer *out, const struct string_list *l)
{
    for (size_t i = 0; i < l->count; i++)
        add_text(out, l->items[i]);
    add_text(out, "");
}

static void add_tree(struct buffer *out, struct json_object *tree)
{
    if (tree != NULL)
        json_write_canonical(tree, out);
    add_text(out, "");
}

/* Where there is none nothing is added: what was asked for before there were any is the same. */
static void add_globs(struct buffer *out, const char *key, const struct type_globs *g)
{
    if (g->paths.count == 0)
        return;
    add_text(out, key);
    add_list(out, &g->paths);
    add_list(out, &g->globs);
}

static void add_detail(struct buffer *out, const struct type_detail *d)
{
    const char *const texts[] = { d->operation,      d->service,  d->as,         d->items,
                                  d->batch_argument, d->batch_of, d->batch_match };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(out, texts[i]);
    add_globs(out, "when", &d->when);
    add_globs(out, "unless", &d->unless);
    add_tree(out, d->with);
}

/* All that makes the same events other rows, so that a type that was changed is read anew. */
void read_event_asked(const struct resource_type *t, bool with_checks,
                      unsigned char out[DIGEST_BYTES])
{
    const char *const texts[] = { t->service, t->list,        t->items, t->wrap,       t->id,
                                  t->at,      t->children_of, t->owner, t->home_region };
    const struct string_list *const lists[] = { &t->from_parent, &t->each, &t->from_answer,
                                                &t->redact, &t->json };
    struct buffer text;
    buffer_init(&text, ASKED_TEXT_MAX);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(&text, texts[i]);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        add_list(&text, lists[i]);
    add_tree(&text, t->with);
    for (size_t i = 0; i < t->detail_count; i++)
        if (with_checks || !t->details[i].only_for_checks)
            add_detail(&text, &t->details[i]);
    buffer_append_format(&text, "%lld", (long long)t->window_s);
    digest_sha256(buffer_text(&text), out);
    buffer_release(&text);
}

bool read_event_asks_resolvers(const struct resource_type *t)
{
    return t->evidence && t->with != NULL &&
           strstr(json_object_to_json_string_ext(t->with, JSON_C_TO_STRING_PLAIN), "{resolvers}") != NULL;
}

void read_event_asked_all(const struct read_context *c, const struct resource_type *t,
                          bool with_checks, unsigned char out[DIGEST_BYTES])
{
    const char *named = t->many_argument == NULL ? NULL : c->central_words,
               *resolvers = read_event_asks_resolvers(t) ? c->resolvers : NULL;
    struct buffer text;
    read_event_asked(t, with_checks, out);
    if (named == NULL && resolvers == NULL)
        return;
    buffer_init(&text, ASKED_TEXT_MAX);
    buffer_append(&text, out, DIGEST_BYTES);
    if (named != NULL)
        buffer_append_string(&text, named);
    if (resolvers != NULL)
        add_text(&text, resolvers);
    digest_sha256(buffer_text(&text), out);
    buffer_release(&text);
}

bool read_event_begin(struct read *r, struct error *err)
{
    const struct read_context *c = r->o.context;
    unsigned char asked[DIGEST_BYTES];
    const struct evidence_reading reading = { r->o.type->window_s, asked };
    read_event_asked_all(c, r->o.type, r->o.with_checks, asked);
    r->until_unix_s = c->run->started_unix_s;
    return evidence_begin(c->store, r->scope, &reading, &r->since_unix_s, err);
}

/* ---- one event ---- */

/* The next read has to bring it again, or what it lacks would be lacking for good. */
static void note_unread(struct read *r, struct json_object *unread)
{
    if (unread == NULL)
        return;
    json_object_object_foreach(unread, part, reason) {
        const char *word = json_object_get_string(reason);
        struct error why = ERROR_INIT;
        enum outcome outcome = OUTCOME_FAILED;
        if (strcmp(word, "not_needed") == 0)
            continue;
        outcome_from_name(word, &outcome);
        error_set(&why, ERROR_DATA, "%s of an event: %s", part, word);
        read_note(r, outcome, "", &why);
        r->parts_unread++;
    }
}

static struct json_object *last_body(struct read *r, const struct evidence_home *home,
                                     struct json_object *unread, const char *id)
{
    struct error ignored = ERROR_INIT; /* as if it had never been read */
    struct json_object *last = NULL;
    char *text = unread == NULL || id == NULL
                     ? NULL
                     : evidence_body(r->o.context->store, r->scope, home, id);
    if (text != NULL && !json_parse(text_of(text), &last, &ignored))
        last = NULL;
    free(text);
    return last;
}

static bool put(struct read *r, const struct evidence_home *home, const struct item *item,
                struct json_object *tree, struct error *err)
{
    struct error why = ERROR_INIT;
    struct evidence_event event = { .id = item->id, .body = item->config, .digest = item->digest };
    if (event_time(r->o.type, tree, &event.at_unix_s))
        return evidence_put(r->o.context->store, r->scope, home, &event, err);
    error_set(&why, ERROR_DATA, "%s: an event without %s", r->o.type->name, r->o.type->at);
    read_note(r, OUTCOME_FAILED, "", &why);
    return true;
}

bool read_event_store(struct read *r, struct json_object *tree, struct json_object *unread,
                      struct error *err)
{
    struct item item = { 0 };
    struct item_place place = read_place(r);
    struct error why = ERROR_INIT;
    /* The account and region that it is about, where that scope is planned. */
    char *owner = read_owner(r, tree), *region = item_home_region(r->o.type, tree);
    const struct evidence_home there = { owner == NULL ? r->o.account : owner,
                                         region[0] == '\0' ? r->o.region : region };
    const struct evidence_home *home = read_is_elsewhere(r, tree) ? &there : NULL;
    char *id = item_id(r->o.type, &place, tree);
    struct json_object *last = last_body(r, home, unread, id);
    struct item_gaps gaps = { unread, last };
    bool ok = true;
    note_unread(r, unread);
    if (item_make(r->o.type, r->o.shape, &place, &gaps, tree, &item, &why))
        ok = put(r, home, &item, tree, err);
    else
        read_note(r, OUTCOME_FAILED, "", &why);
    item_release(&item);
    json_object_put(last);
    free(owner);
    free(region);
    free(id);
    return ok;
}
