#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "core/decode/path.h"
#include "core/model/item.h"
#include "core/store/configs.h"
#include "scanner/read.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { UNREAD_TEXT_MAX = 16 * 1024, REFERENCE_MAX = 4 * 1024 * 1024 };

/* What another scope of this account's keeps is seen with the account's other things. */
static bool note_sharing(struct read *r, struct json_object *tree, struct error *err)
{
    struct item_place place = read_place(r);
    char *owner = read_owner(r, tree);
    char *key = item_key(r->o.type, &place, tree, err);
    bool ok = key != NULL;
    if (ok && owner != NULL && read_is_owners(r, owner, tree))
        ok = store_scope_shared(r->o.context->store, r->scope, owner, key, err);
    free(owner);
    free(key);
    return ok;
}

static char *text_of_tree(struct json_object *tree, size_t max)
{
    struct buffer out;
    if (tree == NULL)
        return NULL;
    buffer_init(&out, max);
    json_write_canonical(tree, &out);
    return buffer_detach(&out);
}

static bool store_reference(struct read *r, const struct item *item, struct error *err)
{
    return store_reference_put(r->o.context->store, r->o.type->name, item->key, item->region,
                               item->config, err);
}

static bool store_resource(struct read *r, const struct item *item, struct json_object *unread,
                           struct error *err)
{
    char *gaps = text_of_tree(unread, UNREAD_TEXT_MAX);
    bool changed = false;
    struct store_item row = {
        .key = item->key,
        .life = item->life,
        .id = item->id,
        .name = item->name,
        .region = item->region,
        .tags = item->tags,
        .config = item->config,
        .unread = gaps,
        .shape = r->o.shape_id,
        .digest = item->digest,
        .parent = item->parent,
        .follows = item->follows,
        .shared_from =
            item->owner[0] != '\0' && strcmp(item->owner, r->o.account) != 0 ? item->owner : NULL,
    };
    struct store_scope *scope =
        r->o.type->spread ? read_place_scope(r, item->region, err) : r->scope;
    bool ok = scope != NULL && store_scope_item(r->o.context->store, scope, &row, &changed, err);
    r->counts.resources++;
    r->counts.changed += changed;
    free(gaps);
    return ok;
}

/* A reference is everybody's: what this account had no need to read, another may have read. */
static char *last_text(const struct read *r, struct json_object *tree, const char *key)
{
    struct store *store = r->o.context->store;
    char *owner = item_owner(r->o.type, tree);
    char *text = read_is_reference(r, owner) ? store_reference_body(store, r->o.type->name, key)
                                             : store_item_config(store, r->o.account_id, key);
    free(owner);
    return text;
}

static struct json_object *last_config(const struct read *r, struct json_object *unread,
                                       struct json_object *tree)
{
    struct error ignored = ERROR_INIT;
    struct json_object *last = NULL;
    struct item_place place = read_place(r);
    char *key = unread == NULL ? NULL : item_key(r->o.type, &place, tree, &ignored);
    char *text = key == NULL ? NULL : last_text(r, tree, key);
    /* Our own text: it parses unless the file is damaged, which a write will tell. */
    if (text != NULL && !json_parse(text_of(text), &last, &ignored))
        last = NULL;
    free(text);
    free(key);
    return last;
}

static bool make_and_store(struct read *r, struct json_object *tree, struct json_object *unread,
                           struct error *err)
{
    struct item item = { 0 };
    struct item_place place = read_place(r);
    struct json_object *last = last_config(r, unread, tree);
    struct item_gaps gaps = { unread, last };
    bool ok = item_make(r->o.type, r->o.shape, &place, &gaps, tree, &item, err);
    json_object_put(last);
    if (!ok)
        return false;
    ok = read_is_reference(r, item.owner) ? store_reference(r, &item, err)
                                          : store_resource(r, &item, unread, err);
    item_release(&item);
    return ok;
}

static void count_unread(struct read *r, struct json_object *unread)
{
    if (unread == NULL)
        return;
    json_object_object_foreach(unread, part, reason) {
        (void)part;
        if (strcmp(json_object_get_string(reason), "not_needed") != 0)
            r->parts_unread++;
    }
}

bool read_store_item(struct read *r, struct json_object *tree, struct json_object *unread,
                     struct error *err)
{
    r->counts.items++;
    if (r->on_stored != NULL)
        r->on_stored(r->ctx, tree);
    bool ok;
    if (r->o.type->evidence) {
        ok = read_event_store(r, tree, unread, err);
    } else if (read_is_elsewhere(r, tree)) {
        ok = note_sharing(r, tree, err);
    } else {
        count_unread(r, unread);
        ok = make_and_store(r, tree, unread, err);
    }
    json_object_put(tree);
    return ok;
}
