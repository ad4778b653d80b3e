#include "core/decode/port_words.h"

#include "core/base/text.h"

#include <json-c/json.h>

enum { PORT_LAST = 65535 };

static struct text after(struct text t, size_t skipped)
{
    return (struct text){ t.data + skipped, t.len - skipped };
}

static void read_piece(struct text piece, port_words_fn each, void *ctx)
{
    int64_t first = 1, last = PORT_LAST;
    if (text_starts_with(piece, "tcp/"))
        piece = after(piece, 4);
    size_t dash = text_find(piece, '-');
    if (!text_equal_string(piece, "all")) {
        if (!text_to_int64((struct text){ piece.data, dash }, &first))
            return;
        last = first;
        if (dash < piece.len && !text_to_int64(after(piece, dash + 1), &last))
            return;
    }
    if (first == 0)
        first = 1; /* "0-65535" */
    if (first > 0 && first <= last && last <= PORT_LAST)
        each(ctx, (int)first, (int)last);
}

static void read_text(struct json_object *o, port_words_fn each, void *ctx)
{
    if (!json_object_is_type(o, json_type_string))
        return;
    for (struct text rest = text_of(json_object_get_string(o)); rest.data != NULL;)
        read_piece(text_trim(text_cut(&rest, ',')), each, ctx);
}

void port_words_each(struct json_object *ports, port_words_fn each, void *ctx)
{
    if (!json_object_is_type(ports, json_type_array)) {
        read_text(ports, each, ctx);
        return;
    }
    for (size_t i = 0; i < json_object_array_length(ports); i++)
        read_text(json_object_array_get_idx(ports, i), each, ctx);
}
