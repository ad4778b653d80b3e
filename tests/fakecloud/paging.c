#include "tests/fakecloud/paging.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_DIGITS = 24 };

/* "OFFSET.MAC", the MAC over all that the list depends on. */
static char *token_for(const struct call *c, size_t offset)
{
    struct buffer whole;
    buffer_init(&whole, HTTP_BODY_MAX);
    buffer_append_format(&whole, "page/%s/%s/%s/%s/%zu", c->service->name, c->op->name, c->account,
                         c->region, offset);
    json_object_object_foreach(c->params, name, value) {
        if (!call_is_paging(c, name))
            buffer_append_format(&whole, "/%s=%s", name, json_object_to_json_string(value));
    }
    char *mac = chance_hex(c->estate->o.seed, buffer_string(&whole), MAC_DIGITS);
    char *token = memory_format("%zu.%s", offset, mac);
    free(mac);
    buffer_release(&whole);
    return token;
}

static bool read_offset(const struct call *c, size_t count, size_t *out_offset, struct fault *fault)
{
    const char *token = c->op->pages.count == 0 ? NULL : call_text(c, c->op->pages.input_tokens[0]);
    int64_t offset = 0;
    if (token == NULL)
        return true;
    struct text rest = text_of(token);
    if (!text_to_int64(text_cut(&rest, '.'), &offset) || offset < 0 || (size_t)offset >= count)
        return fault_set(fault, FAULT_TOKEN, "The token '%s' is invalid", token);
    char *right = token_for(c, (size_t)offset);
    bool ok = strcmp(right, token) == 0;
    free(right);
    if (!ok)
        return fault_set(fault, FAULT_TOKEN, "The token '%s' is invalid", token);
    *out_offset = (size_t)offset;
    return true;
}

static bool read_size(const struct call *c, const struct paging *p, size_t *out_size,
                      struct fault *fault)
{
    const char *limit =
        c->op->pages.limit_key == NULL ? NULL : call_text(c, c->op->pages.limit_key);
    int64_t size = (int64_t)p->usual;
    if (p->most == 0)
        return true;
    if (limit != NULL && (!text_to_int64(text_of(limit), &size) || size < (int64_t)p->least ||
                          size > (int64_t)p->most))
        return fault_set(
            fault, FAULT_VALUE,
            "Value ( %s ) for parameter %s is invalid. Expecting a value between %zu and %zu.",
            limit, c->op->pages.limit_key, p->least, p->most);
    *out_size = c->page_max > 0 && c->page_max < (size_t)size ? c->page_max : (size_t)size;
    return true;
}

void paging_put(struct json_object *o, const char *way, struct json_object *value)
{
    struct text rest = text_of(way);
    for (;;) {
        char *name = text_copy(text_cut(&rest, '.'));
        struct json_object *next = rest.data == NULL ? value : json_get(o, name);
        if (next == NULL)
            next = json_object_new_object();
        if (json_get(o, name) != next)
            json_object_object_add(o, name, next);
        free(name);
        if (rest.data == NULL)
            return;
        o = next;
    }
}

bool paging_answer(const struct call *c, struct json_object *items, const struct paging *p,
                   const char *as, struct json_object **out, struct fault *fault)
{
    size_t count = items == NULL ? 0 : json_object_array_length(items), offset = 0, size = count;
    if (!read_offset(c, count, &offset, fault) || !read_size(c, p, &size, fault))
        return false;
    size_t end = size < count - offset ? offset + size : count, from = offset;
    if (c->trick == PAGE_EMPTY && c->op->pages.count > 0 && count > 0)
        end = from;
    struct json_object *answer = json_object_new_object(), *page = json_object_new_array();
    for (size_t i = offset; i < end; i++)
        json_object_array_add(page, json_object_get(json_object_array_get_idx(items, i)));
    paging_put(answer, as, page);
    if (c->op->pages.more != NULL)
        json_object_object_add(answer, c->op->pages.more, json_object_new_boolean(end < count));
    if (end < count) {
        char *token = token_for(c, c->trick == PAGE_REPEAT_TOKEN ? from : end);
        json_object_object_add(answer, c->op->pages.output_tokens[0],
                               json_object_new_string(token));
        free(token);
    }
    *out = answer;
    return true;
}
