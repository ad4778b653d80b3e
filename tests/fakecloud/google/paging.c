#include "tests/fakecloud/google/paging.h"

#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/offer.h"
#include "tests/fakecloud/serve.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_DIGITS = 24 };

static const char *size_name(const struct google_call *c)
{
    return c->service->classic ? "maxResults" : "pageSize";
}

bool google_paging_is(const struct google_call *c, const char *parameter)
{
    return c->offer->most > 0 &&
           (strcmp(parameter, "pageToken") == 0 || strcmp(parameter, size_name(c)) == 0);
}

/* "OFFSET.MAC", the MAC over all that the list depends on. */
static char *token_for(const struct google_call *c, size_t offset)
{
    struct buffer whole;
    buffer_init(&whole, HTTP_BODY_MAX);
    buffer_append_format(&whole, "google page/%s/%s/%zu", c->service->name, c->offer->method,
                         offset);
    json_object_object_foreach(c->params, name, value) {
        if (!google_paging_is(c, name))
            buffer_append_format(&whole, "/%s=%s", name, json_object_to_json_string(value));
    }
    char *mac = chance_hex(c->estate->o.seed, buffer_string(&whole), MAC_DIGITS);
    char *token = memory_format("%zu.%s", offset, mac);
    free(mac);
    buffer_release(&whole);
    return token;
}

static bool read_offset(const struct google_call *c, size_t count, size_t *out_offset)
{
    const char *token = google_call_text(c, "pageToken");
    int64_t offset = 0;
    if (token == NULL || *token == '\0') /* as clients send it for the first page */
        return true;
    struct text rest = text_of(token);
    if (!text_to_int64(text_cut(&rest, '.'), &offset) || offset < 0 || (size_t)offset > count)
        return false;
    char *right = token_for(c, (size_t)offset);
    bool ok = strcmp(right, token) == 0;
    free(right);
    if (ok)
        *out_offset = (size_t)offset;
    return ok;
}

/* Older APIs refuse what is too large, the others give less. */
static bool read_size(const struct google_call *c, size_t *out_size, struct google_fault *fault)
{
    const char *asked = google_call_text(c, size_name(c));
    int64_t size = 0;
    if (asked != NULL && (!text_to_int64(text_of(asked), &size) || size < 0 ||
                          (c->service->classic && size > (int64_t)c->offer->most)))
        return google_fault_set(
            fault, GOOGLE_FAULT_INVALID,
            "Invalid value for field '%s': '%s'. Values must be within the range: [0, %zu]",
            size_name(c), asked, c->offer->most);
    if (size == 0)
        size = (int64_t)c->offer->usual;
    if (size > (int64_t)c->offer->most)
        size = (int64_t)c->offer->most;
    size_t most = c->server->page_max;
    *out_size = most > 0 && most < (size_t)size ? most : (size_t)size;
    return true;
}

bool google_paging_read(const struct google_call *c, size_t count, struct google_page *out,
                        struct google_fault *fault)
{
    size_t from = 0, size = count;
    if (!read_offset(c, count, &from))
        return google_fault_set(
            fault, GOOGLE_FAULT_INVALID,
            "Invalid value for field 'pageToken': '%s'. The page token is not valid.",
            google_call_text(c, "pageToken"));
    if (c->offer->most > 0 && !read_size(c, &size, fault))
        return false;
    bool tricked = c->offer->most > 0 && count > 0;
    *out = (struct google_page){ from, size < count - from ? from + size : count, NULL };
    if (tricked && c->trick == PAGE_EMPTY)
        out->end = from;
    if (out->end < count)
        out->next = token_for(c, c->trick == PAGE_REPEAT_TOKEN ? from : out->end);
    return true;
}
