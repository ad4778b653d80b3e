/* links: core_decode */
/* XML: whole and byte by byte give the same events, tags balanced. */
#include "core/base/buffer.h"
#include "core/decode/xml.h"
#include "tests/fuzz/fuzz.h"

#define TRACE_MAX (16 * 1024 * 1024)

struct trace {
    struct buffer out;
    long depth;
};

static bool on_start(void *ctx, const char *name, const struct xml_attribute *attributes,
                     size_t count, struct error *err)
{
    (void)err;
    struct trace *t = ctx;
    buffer_append_format(&t->out, "<%s", name);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&t->out, " %s='%s'", attributes[i].name, attributes[i].value);
    FUZZ_REQUIRE(++t->depth <= XML_DEPTH_MAX);
    return true;
}

static bool on_text(void *ctx, struct text text, struct error *err)
{
    (void)err;
    struct trace *t = ctx;
    FUZZ_REQUIRE(t->depth > 0);
    buffer_append_text(&t->out, text);
    return true;
}

static bool on_end(void *ctx, const char *name, struct error *err)
{
    (void)err;
    struct trace *t = ctx;
    FUZZ_REQUIRE(--t->depth >= 0);
    buffer_append_format(&t->out, "</%s>", name);
    return true;
}

static bool read_in_pieces(struct text t, size_t piece, struct trace *trace)
{
    static const struct xml_handler handler = { on_start, on_text, on_end };
    struct error err = ERROR_INIT;
    struct xml_reader *r = xml_reader_new(&handler, trace);
    bool ok = true;
    buffer_init(&trace->out, TRACE_MAX);
    for (size_t at = 0; ok && at < t.len; at += piece)
        ok = xml_reader_write(r, t.data + at, t.len - at < piece ? t.len - at : piece, &err);
    ok = ok && xml_reader_finish(r, &err);
    FUZZ_REQUIRE(ok == (err.kind == ERROR_NONE));
    xml_reader_free(r);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text t = fuzz_text(data, size);
    struct trace whole = { .depth = 0 }, pieces = { .depth = 0 };
    bool ok = read_in_pieces(t, size + 1, &whole);
    /* When expat looks at a long unfinished tag depends on the pieces: only below that size must the
     * verdicts agree. */
    if (size < XML_TOKEN_MAX) {
        FUZZ_REQUIRE(read_in_pieces(t, 1, &pieces) == ok);
        FUZZ_REQUIRE(!ok || text_equal(buffer_text(&whole.out), buffer_text(&pieces.out)));
    }
    FUZZ_REQUIRE(!ok || whole.depth == 0);
    buffer_release(&whole.out);
    buffer_release(&pieces.out);
    return 0;
}
