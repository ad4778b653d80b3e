/* links: providers_aws_logfiles */
/*
 * Files of trails. Each input is taken as a gzip file, and as the text that would come out of one: whatever it holds, it is
 * as the JSON parser has it where that takes it, and the same bytes in other pieces give the same.
 */
#include "core/decode/json.h"
#include "providers/aws/logfiles/trail_file.h"
#include "providers/aws/logfiles/trail_record.h"
#include "tests/fuzz/fuzz.h"
#include "tests/gzip/gzip.h"

#include <json-c/json.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    (void)err;
    FUZZ_REQUIRE(json_string(row, "EventId") != NULL);
    FUZZ_REQUIRE(trail_record_is_roots(json_get(row, "CloudTrailEvent")));
    ++*(uint64_t *)ctx;
    return true;
}

static bool feed(struct trail_file *f, struct text data, size_t piece)
{
    struct error err = ERROR_INIT;
    bool ok = true;
    trail_file_begin(f, "111122223333", "us-east-1");
    for (size_t at = 0; ok && at < data.len; at += piece)
        ok = trail_file_write(f, data.data + at, data.len - at < piece ? data.len - at : piece,
                              &err);
    return ok && trail_file_finish(f, &err);
}

/* What the parser calls a text with a list of objects, the splitter does, too, and counts as many. */
static void check_against_parser(struct text text, bool ok, const struct trail_counts *counts)
{
    struct json_object *root = NULL;
    struct error err = ERROR_INIT;
    bool parsed = json_parse(text, &root, &err);
    struct json_object *records = json_get(root, "Records");
    bool is_list = json_object_is_type(records, json_type_array);
    for (size_t i = 0; is_list && i < json_object_array_length(records); i++)
        is_list = json_object_is_type(json_object_array_get_idx(records, i), json_type_object);
    bool once = parsed && is_list && memchr(text.data, '\\', text.len) == NULL;
    FUZZ_REQUIRE(!once || ok);
    FUZZ_REQUIRE(!once ||
                 counts->records >= json_object_array_length(records)); /* a name may stand twice */
    json_object_put(root);
}

static void check(struct text data, const struct text *text)
{
    uint64_t rows[2] = { 0, 0 };
    const struct trail_file_options o[2] = { { on_row, &rows[0] }, { on_row, &rows[1] } };
    struct trail_file *whole = trail_file_new(&o[0]), *pieces = trail_file_new(&o[1]);
    bool ok = feed(whole, data, data.len + 1);
    FUZZ_REQUIRE(feed(pieces, data, 3) == ok);
    const struct trail_counts *c = trail_file_counts(whole);
    FUZZ_REQUIRE(c->kept == rows[0] && c->kept + c->malformed <= c->records);
    if (ok)
        FUZZ_REQUIRE(rows[0] == rows[1] && c->records == trail_file_counts(pieces)->records);
    if (text != NULL)
        check_against_parser(*text, ok, c);
    trail_file_free(whole);
    trail_file_free(pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = fuzz_text(data, size);
    struct buffer gz;
    buffer_init(&gz, FILE_MAX);
    gzip_pack(text, GZIP_STORED, &gz); /* the fuzzer's bytes are the bytes of the file */
    check(text, NULL);
    check(buffer_text(&gz), &text);
    buffer_release(&gz);
    return 0;
}
