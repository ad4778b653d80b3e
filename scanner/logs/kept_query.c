#include "scanner/logs/kept_query.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/store/notes.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

void kept_query_name(struct kept_query *k, struct store *store, const char *words)
{
    char hex[DIGEST_HEX_MAX];
    char *all = memory_format("%s %s", YOMAWARI_VERSION, words);
    digest_sha256_hex(text_of(all), hex);
    free(all);
    k->store = store;
    snprintf(k->name, sizeof k->name, "query/%s", hex);
}

struct json_object *kept_query_find(const struct kept_query *k)
{
    struct error ignored = ERROR_INIT; /* then nothing is known of it */
    struct json_object *what = NULL;
    char *text = store_note_get(k->store, k->name);
    if (text != NULL && !json_parse(text_of(text), &what, &ignored))
        what = NULL;
    free(text);
    return what;
}

bool kept_query_keep(const struct kept_query *k, struct json_object *what, struct error *err)
{
    bool ok = store_note_put(k->store, k->name,
                             json_object_to_json_string_ext(what, JSON_C_TO_STRING_PLAIN), err);
    json_object_put(what);
    return ok;
}

void kept_query_forget(const struct kept_query *k)
{
    struct error ignored = ERROR_INIT;
    if (k->store != NULL)
        (void)store_note_drop(k->store, k->name, &ignored);
}
