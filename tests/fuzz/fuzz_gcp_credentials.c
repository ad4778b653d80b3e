/* links: providers_gcp_credentials core_decode core_http */
/* A credentials file and what the world answers: pieces between lines of `===`. The first piece is the
 * file, the next ones answer the requests that come of it, in turn: their first line is the status, the
 * rest the body. Files that it names hold the file itself; programs print the second piece. */
#include "providers/gcp/credentials/chain.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#define NOW 1795230000
#define STEPS_MAX 16

struct world {
    struct text file, printed;
};

/* The piece before the next separator line, cut off *rest. */
static struct text cut_piece(struct text *rest)
{
    static const char separator[] = "\n===\n";
    const size_t len = sizeof separator - 1;
    struct text all = *rest;
    for (size_t i = 0; i + len <= all.len; i++) {
        if (memcmp(all.data + i, separator, len) != 0)
            continue;
        *rest = (struct text){ all.data + i + len, all.len - i - len };
        return (struct text){ all.data, i };
    }
    *rest = (struct text){ NULL, 0 };
    return all;
}

static const char *variable(void *ctx, const char *name)
{
    (void)ctx;
    if (strcmp(name, "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES") == 0)
        return "1";
    return strcmp(name, "HOME") == 0 ? "/h" : NULL;
}

static bool read_file(void *ctx, const char *path, struct buffer *out, bool *out_absent,
                      struct error *err)
{
    const struct world *w = ctx;
    buffer_append_text(out, w->file);
    *out_absent = w->file.len == 0;
    return buffer_ok(out) || error_set(err, ERROR_LIMIT, "%s is too large", path);
}

static bool run_process(void *ctx, const char *const argv[], int64_t timeout_ms, struct buffer *out,
                        struct buffer *errors, int *out_status, struct error *err)
{
    const struct world *w = ctx;
    (void)errors;
    FUZZ_REQUIRE(strcmp(argv[0], "env") == 0 && timeout_ms >= 5000 && timeout_ms <= 120000);
    buffer_append_text(out, w->printed);
    *out_status = 0;
    return buffer_ok(out) || error_set(err, ERROR_LIMIT, "%s wrote too much", argv[0]);
}

static bool is_open(void *ctx, const char *path)
{
    (void)ctx;
    (void)path;
    return false;
}

/* Secrets leave for Google's hosts alone, and for this machine's own metadata. */
static void check_request(const struct http_request *r)
{
    struct error err = ERROR_INIT;
    const struct gcp_place place = { .universe = NULL };
    FUZZ_REQUIRE(http_request_check(r, &err));
    FUZZ_REQUIRE(strcmp(r->scheme, "https") == 0 || http_host_is_local(r->host));
    FUZZ_REQUIRE(r->max_response_bytes > 0);
    if (strcmp(r->method, "POST") == 0)
        FUZZ_REQUIRE(gcp_place_is_own(&place, r->host));
}

static void answer(struct gcp_chain *c, struct text piece)
{
    struct error err = ERROR_INIT;
    struct http_response r;
    int64_t status = 0;
    struct text first = text_cut(&piece, '\n');
    http_response_init(&r);
    if (!text_to_int64(first, &status) || status < 0 || status > 999)
        status = 200;
    r.status = (int)status;
    FUZZ_REQUIRE(http_headers_set(&r.headers, "Metadata-Flavor", TEXT_LITERAL("Google"), &err));
    if (piece.data != NULL)
        buffer_append_text(&r.body, piece);
    gcp_chain_classify(c, &r);
    FUZZ_REQUIRE(gcp_chain_accept(c, NOW, &r, &err) == (err.kind == ERROR_NONE));
    http_response_release(&r);
}

static void play(struct gcp_chain *c, struct text rest)
{
    struct http_request request;
    http_request_init(&request);
    for (int i = 0; i < STEPS_MAX; i++) {
        struct error err = ERROR_INIT;
        enum gcp_chain_step step = gcp_chain_next(c, NOW, &request, &err);
        FUZZ_REQUIRE((step == GCP_CHAIN_FAILED) == (err.kind != ERROR_NONE));
        FUZZ_REQUIRE(step != GCP_CHAIN_READY || gcp_chain_usable(c, NOW));
        if (step != GCP_CHAIN_REQUEST)
            break;
        check_request(&request);
        answer(c, cut_piece(&rest));
    }
    http_request_release(&request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = ERROR_INIT;
    struct text rest = fuzz_text(data, size);
    struct world w = { .file = cut_piece(&rest) };
    struct text after = rest;
    w.printed = cut_piece(&after);
    const struct gcp_host host = { { variable, read_file, run_process, &w }, is_open, &w };
    const struct gcp_chain_options o = { .host = &host, .universe = "googleapis.com" };
    struct gcp_chain *c = gcp_chain_new(&o, &err);
    FUZZ_REQUIRE((c != NULL) == (err.kind == ERROR_NONE));
    if (c != NULL)
        play(c, rest);
    gcp_chain_free(c);
    return 0;
}
