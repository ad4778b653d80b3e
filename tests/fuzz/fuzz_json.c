/* links: core_decode */
/* JSON: whole and in pieces agree, and canonical text reads back as the same value and the same text. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fuzz/fuzz.h"

#include <json-c/json_object.h>

#define OUTPUT_MAX (64 * 1024 * 1024)

static bool read_in_pieces(struct text t, size_t piece, struct json_object **out)
{
    struct error err = ERROR_INIT;
    struct json_reader *r = json_reader_new(t.len);
    bool ok = true;
    for (size_t at = 0; ok && at < t.len; at += piece)
        ok = json_reader_write(r, t.data + at, t.len - at < piece ? t.len - at : piece, &err);
    ok = ok && json_reader_finish(r, out, &err);
    json_reader_free(r);
    return ok;
}

static void check_canonical(const struct json_object *o)
{
    struct buffer once, twice;
    struct json_object *again = NULL;
    struct error err = ERROR_INIT;
    buffer_init(&once, OUTPUT_MAX);
    buffer_init(&twice, OUTPUT_MAX);
    json_write_canonical(o, &once);
    FUZZ_REQUIRE(buffer_ok(&once));
    FUZZ_REQUIRE(json_parse(buffer_text(&once), &again, &err));
    FUZZ_REQUIRE(json_equal(o, again));
    json_write_canonical(again, &twice);
    FUZZ_REQUIRE(text_equal(buffer_text(&once), buffer_text(&twice)));
    json_object_put(again);
    buffer_release(&once);
    buffer_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = fuzz_text(data, size);
    struct json_object *whole = NULL, *pieces = NULL;
    struct error err = ERROR_INIT;
    bool ok = json_parse(t, &whole, &err);
    FUZZ_REQUIRE(read_in_pieces(t, 3, &pieces) == ok);
    FUZZ_REQUIRE(json_equal(whole, pieces));
    if (ok)
        check_canonical(whole);
    json_object_put(whole);
    json_object_put(pieces);
    return 0;
}
