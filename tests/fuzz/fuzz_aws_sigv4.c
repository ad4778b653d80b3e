/* links: providers_aws_sigv4 core_http */
/* Signing: path, query, header value and body, a line each. What can be signed can be signed again with
 * the same result, and its canonical form has the lines that it must have. */
#include "core/base/memory.h"
#include "providers/aws/sigv4/canonical.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static bool build(struct text rest, struct http_request *r)
{
    struct error err = ERROR_INIT;
    http_request_init(r);
    r->method = memory_string("GET");
    r->scheme = memory_string("https");
    r->host = memory_string("h.example");
    r->path = text_copy(text_cut(&rest, '\n'));
    r->query = text_copy(text_cut(&rest, '\n'));
    bool ok = http_headers_add(&r->headers, "X-Value", text_cut(&rest, '\n'), &err) &&
              http_headers_add(&r->headers, "x-value", text_of("second"), &err);
    buffer_append_text(&r->body, rest);
    return ok;
}

static size_t count_lines(struct text t)
{
    size_t lines = 0;
    for (size_t i = 0; i < t.len; i++)
        lines += t.data[i] == '\n';
    return lines;
}

static void check_signed(struct http_request *r, const struct sigv4_options *o)
{
    struct error err = ERROR_INIT;
    struct buffer canonical;
    char *first = memory_string(http_headers_get(&r->headers, "Authorization"));
    size_t headers = r->headers.count;
    buffer_init(&canonical, SIGV4_CANONICAL_MAX);
    FUZZ_REQUIRE(sigv4_sign(r, o, &err));
    FUZZ_REQUIRE(strcmp(first, http_headers_get(&r->headers, "Authorization")) == 0);
    FUZZ_REQUIRE(r->headers.count == headers);
    FUZZ_REQUIRE(sigv4_canonical_request(r, o, &canonical, &err));
    /* method, path, query; host, date, value (and the payload's for s3); empty, names, payload */
    FUZZ_REQUIRE(count_lines(buffer_text(&canonical)) == (o->sign_body ? 9 : 8));
    buffer_release(&canonical);
    free(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const services[] = { "ec2", "s3" };
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c = { .access_key_id = memory_string("AKIDEXAMPLE") };
    secret_set_text(&c.secret_access_key, text_of("secret"));
    bool built = build(fuzz_text(data, size), &r);
    for (size_t i = 0; built && i < 2; i++) {
        struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", services[i], 1795230000);
        /* A path goes out encoded; a raw line end in it would be refused before. */
        if (sigv4_sign(&r, &o, &err))
            check_signed(&r, &o);
    }
    http_request_release(&r);
    free(c.access_key_id);
    secret_release(&c.secret_access_key);
    return 0;
}
