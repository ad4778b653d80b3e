/* links: core_decode */
/* Templates: what expands has well-formed names, and what has them expands. */
#include "core/base/buffer.h"
#include "core/base/error.h"
#include "core/decode/template.h"
#include "tests/fuzz/fuzz.h"

#define OUTPUT_MAX (1024 * 1024)

static bool lookup(void *ctx, const char *name, struct buffer *out)
{
    ++*(size_t *)ctx;
    buffer_append_char(out, name[0]);
    return true;
}

static bool count(void *ctx, const char *name)
{
    FUZZ_REQUIRE(name[0] != '\0');
    ++*(size_t *)ctx;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    size_t named = 0, looked_up = 0;
    char *t = text_copy(fuzz_text(data, size));
    buffer_init(&out, OUTPUT_MAX);
    bool valid = template_names(t, count, &named, &err);
    bool expanded = template_expand(t, lookup, &looked_up, &out, &err);
    FUZZ_REQUIRE(size > OUTPUT_MAX || expanded == valid);
    FUZZ_REQUIRE(!expanded || named == looked_up);
    FUZZ_REQUIRE(expanded || out.len == 0);
    buffer_release(&out);
    free(t);
    return 0;
}
