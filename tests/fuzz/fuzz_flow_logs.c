/* links: providers_aws_flowlogs */
/*
 * Flow logs. Each input is taken as a gzip file, and as the text that would come out of one: whatever it holds, the
 * lines add up, and the same bytes in other pieces give the same.
 */
#include "providers/aws/flowlogs/flow_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/gzip/gzip.h"

#include <string.h>

enum { FILE_MAX = 64 * 1024 * 1024 };

static void check_counts(const struct flow_file *f)
{
    const struct flow_counts *c = flow_file_counts(f);
    const struct flow_groups *g = flow_file_groups(f);
    uint64_t flows = flow_groups_lost(g);
    for (size_t i = 0; i < flow_groups_count(g); i++)
        flows += flow_groups_at(g, i)->flows;
    FUZZ_REQUIRE(c->lines == c->watched + c->passed + c->nodata + c->skipdata + c->malformed);
    FUZZ_REQUIRE(flows == c->watched);
}

static bool feed(struct flow_file *f, struct text gz, size_t piece)
{
    struct error err = ERROR_INIT;
    bool ok = flow_file_begin(f, "111122223333", "us-east-1", 0, &err);
    for (size_t at = 0; ok && at < gz.len; at += piece) {
        ok = flow_file_write(f, gz.data + at, gz.len - at < piece ? gz.len - at : piece, &err);
        check_counts(f);
    }
    ok = ok && flow_file_finish(f, &err);
    check_counts(f);
    return ok;
}

static void check_file(const struct flow_watch *w, struct text gz)
{
    struct flow_file_options o = { w, 0, INT64_MAX, 1 };
    struct flow_file *whole = flow_file_new(&o), *pieces = flow_file_new(&o);
    bool ok = feed(whole, gz, gz.len + 1);
    FUZZ_REQUIRE(feed(pieces, gz, 3) == ok);
    if (ok) {
        FUZZ_REQUIRE(flow_file_counts(whole)->lines == flow_file_counts(pieces)->lines);
        FUZZ_REQUIRE(flow_groups_count(flow_file_groups(whole)) ==
                     flow_groups_count(flow_file_groups(pieces)));
    }
    flow_file_free(whole);
    flow_file_free(pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct flow_watch *w = flow_watch_new();
    flow_watch_port(w, 53);
    FUZZ_REQUIRE(flow_watch_address(w, "8.8.8.0/24", 443, &err));
    struct buffer gz;
    buffer_init(&gz, FILE_MAX);
    gzip_pack(fuzz_text(data, size), GZIP_STORED, &gz); /* the fuzzer's bytes are the bytes of the file */
    check_file(w, fuzz_text(data, size));
    check_file(w, buffer_text(&gz));
    buffer_release(&gz);
    flow_watch_free(w);
    return 0;
}
