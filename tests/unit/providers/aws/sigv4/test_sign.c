/* The signer against the published vectors, stage by stage, and what they do not cover. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "providers/aws/sigv4/canonical.h"
#include "providers/aws/sigv4/sign.h"
#include "tests/unit/unit.h"

#include <dirent.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define CASES 38 /* published; two signings each */

struct vector {
    const char *name;
    struct aws_credentials credentials;
    char *region, *service;
    int64_t expires_s;
    struct sigv4_options options;
};

static char *read_vector(const char *name, const char *prefix, const char *file)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    char *path = memory_format("%s/sigv4/%s/%s%s", VECTORS, name, prefix, file);
    buffer_init(&b, 65536);
    if (!file_read(path, &b, &err))
        fail_msg("%s", err.message);
    free(path);
    return buffer_detach(&b);
}

static const char *member(struct json_object *o, const char *key)
{
    return json_object_get_string(json_object_object_get(o, key));
}

static bool flag(struct json_object *o, const char *key)
{
    return json_object_get_boolean(json_object_object_get(o, key));
}

static void load_context(const char *name, struct vector *v)
{
    char *text = read_vector(name, "", "context.json");
    struct json_object *c = json_tokener_parse(text);
    struct json_object *keys = json_object_object_get(c, "credentials");
    int64_t ms = 0;
    assert_non_null(c);
    assert_true(timestamp_parse_iso(text_of(member(c, "timestamp")), &ms));
    memset(v, 0, sizeof *v);
    v->name = name;
    v->credentials.access_key_id = memory_string(member(keys, "access_key_id"));
    secret_set_text(&v->credentials.secret_access_key, text_of(member(keys, "secret_access_key")));
    secret_set_text(&v->credentials.session_token, text_of(member(keys, "token")));
    v->region = memory_string(member(c, "region"));
    v->service = memory_string(member(c, "service"));
    v->expires_s = json_object_get_int64(json_object_object_get(c, "expiration_in_seconds"));
    v->options = (struct sigv4_options){ .credentials = &v->credentials,
                                         .region = v->region,
                                         .service = v->service,
                                         .unix_s = ms / 1000,
                                         .double_encode = true,
                                         .normalize_path = flag(c, "normalize"),
                                         .sign_body = flag(c, "sign_body"),
                                         .omit_session_token = flag(c, "omit_session_token") };
    json_object_put(c);
    free(text);
}

/* By hand: the library that owns the type stands on this one. */
static void release_credentials(struct aws_credentials *c)
{
    free(c->access_key_id);
    secret_release(&c->secret_access_key);
    secret_release(&c->session_token);
}

static void release_context(struct vector *v)
{
    release_credentials(&v->credentials);
    free(v->region);
    free(v->service);
}

/* The blanks of a path are raw in the vectors: the target ends at the last one of the line. */
static void parse_target(struct text line, struct http_request *r)
{
    size_t first = text_find(line, ' '), last = line.len;
    while (line.data[last - 1] != ' ')
        last--;
    struct text target = { line.data + first + 1, last - 1 - (first + 1) };
    r->method = memory_string_n(line.data, first);
    r->path = text_copy(text_cut(&target, '?'));
    r->query = target.data == NULL ? NULL : text_copy(target);
}

/* Folded lines become one value, joined by one blank; our headers cannot hold a line break. */
static void add_parsed(struct http_request *r, struct buffer *name, struct buffer *value)
{
    struct error err = ERROR_INIT;
    if (name->len > 0 && strcasecmp(buffer_string(name), "host") == 0)
        r->host = memory_string(buffer_string(value));
    else if (name->len > 0)
        assert_true(http_headers_add(&r->headers, buffer_string(name), buffer_text(value), &err));
    buffer_clear(name);
    buffer_clear(value);
}

static void parse_request(const char *text, struct http_request *r)
{
    struct text rest = text_of(text);
    struct buffer name, value;
    buffer_init(&name, 1000);
    buffer_init(&value, 10000);
    http_request_init(r);
    r->scheme = memory_string("https");
    parse_target(text_cut(&rest, '\n'), r);
    while (rest.data != NULL) {
        struct text line = text_cut(&rest, '\n');
        if (line.len == 0)
            break;
        if (line.data[0] == ' ') {
            buffer_append_char(&value, ' ');
            buffer_append_text(&value, text_trim(line));
            continue;
        }
        add_parsed(r, &name, &value);
        buffer_append_text(&name, text_cut(&line, ':'));
        buffer_append_text(&value, line);
    }
    add_parsed(r, &name, &value);
    buffer_append_text(&r->body, rest);
    if (text_equal_string(rest, "\n")) /* one file ends in two line ends after its headers */
        buffer_clear(&r->body);
    buffer_release(&name);
    buffer_release(&value);
}

static void assert_same_request(const struct http_request *got, const struct http_request *want)
{
    assert_string_equal(got->method, want->method);
    assert_string_equal(got->host, want->host);
    assert_string_equal(got->path, want->path);
    assert_string_equal(got->query == NULL ? "" : got->query, want->query == NULL ? "" : want->query);
    assert_int_equal(got->headers.count, want->headers.count);
    for (size_t i = 0; i < got->headers.count; i++) {
        assert_string_equal(got->headers.items[i].name, want->headers.items[i].name);
        assert_string_equal(got->headers.items[i].value, want->headers.items[i].value);
    }
    assert_true(text_equal(buffer_text(&got->body), buffer_text(&want->body)));
}

/* What was signed, put back to the moment before the signature came in: the vectors' first stage. */
static void assert_stages(const struct vector *v, const char *prefix, const struct http_request *signed_one)
{
    char signature[DIGEST_HEX_MAX];
    struct error err = ERROR_INIT;
    struct buffer canonical, to_sign;
    char *want_canonical = read_vector(v->name, prefix, "canonical-request.txt");
    char *want_to_sign = read_vector(v->name, prefix, "string-to-sign.txt");
    char *want_signature = read_vector(v->name, prefix, "signature.txt");
    buffer_init(&canonical, SIGV4_CANONICAL_MAX);
    buffer_init(&to_sign, 1000);
    assert_true(sigv4_canonical_request(signed_one, &v->options, &canonical, &err));
    assert_string_equal(buffer_string(&canonical), want_canonical);
    sigv4_sign_string(&v->options, buffer_text(&canonical), &to_sign);
    assert_string_equal(buffer_string(&to_sign), want_to_sign);
    sigv4_sign_signature(&v->options, buffer_text(&to_sign), signature);
    assert_string_equal(signature, want_signature);
    buffer_release(&canonical);
    buffer_release(&to_sign);
    free(want_canonical);
    free(want_to_sign);
    free(want_signature);
}

static void check_header_signing(const struct vector *v, const char *raw)
{
    struct error err = ERROR_INIT;
    struct http_request r, want;
    char *want_raw = read_vector(v->name, "header-", "signed-request.txt");
    parse_request(raw, &r);
    parse_request(want_raw, &want);
    assert_true(sigv4_sign(&r, &v->options, &err));
    assert_same_request(&r, &want);
    assert_stages(v, "header-", &r);
    assert_true(sigv4_sign(&r, &v->options, &err)); /* as at a retry: nothing doubles */
    assert_same_request(&r, &want);
    http_request_release(&r);
    http_request_release(&want);
    free(want_raw);
}

static void check_query_signing(const struct vector *v, const char *raw)
{
    struct error err = ERROR_INIT;
    struct http_request r, want;
    char *want_raw = read_vector(v->name, "query-", "signed-request.txt");
    parse_request(raw, &r);
    parse_request(want_raw, &want);
    assert_true(sigv4_sign_query(&r, &v->options, v->expires_s, &err));
    assert_same_request(&r, &want);
    char *cut = strstr(r.query, v->options.omit_session_token ? "&X-Amz-Security-Token="
                                                              : "&X-Amz-Signature=");
    assert_non_null(cut);
    *cut = '\0';
    assert_stages(v, "query-", &r);
    http_request_release(&r);
    http_request_release(&want);
    free(want_raw);
}

static void every_published_value_comes_out_at_every_stage(void **state)
{
    (void)state;
    DIR *folder = opendir(VECTORS "/sigv4");
    int cases = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        struct vector v;
        if (entry->d_name[0] == '.')
            continue;
        print_message("%s\n", entry->d_name);
        load_context(entry->d_name, &v);
        char *raw = read_vector(entry->d_name, "", "request.txt");
        check_header_signing(&v, raw);
        check_query_signing(&v, raw);
        release_context(&v);
        free(raw);
        cases++;
    }
    closedir(folder);
    assert_int_equal(cases, CASES);
}

static void simple_request(struct http_request *r, const char *url)
{
    struct error err = ERROR_INIT;
    http_request_init(r);
    r->method = memory_string("GET");
    assert_true(http_request_set_url(r, text_of(url), &err));
}

static void simple_credentials(struct aws_credentials *c)
{
    *c = (struct aws_credentials)AWS_CREDENTIALS_INIT;
    c->access_key_id = memory_string("AKIDEXAMPLE");
    secret_set_text(&c->secret_access_key, text_of("the-secret"));
}

static char *canonical_of(const char *url, const char *service)
{
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c;
    struct buffer b;
    simple_request(&r, url);
    simple_credentials(&c);
    struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", service, 0);
    buffer_init(&b, SIGV4_CANONICAL_MAX);
    assert_true(sigv4_canonical_request(&r, &o, &b, &err));
    http_request_release(&r);
    release_credentials(&c);
    return buffer_detach(&b);
}

static void assert_canonical_begins(const char *url, const char *service, const char *beginning)
{
    char *got = canonical_of(url, service);
    if (!text_starts_with(text_of(got), beginning))
        fail_msg("%s begins not with %s", got, beginning);
    free(got);
}

static void s3_keeps_its_path_and_others_encode_it_again(void **state)
{
    (void)state;
    assert_canonical_begins("https://h/a%20b//../c", "s3", "GET\n/a%20b//../c\n\nhost:h\n");
    assert_canonical_begins("https://h/a%20b//../c", "iam", "GET\n/c\n\nhost:h\n");
    assert_canonical_begins("https://h/tags/arn%3Aaws%2Fx", "lambda",
                            "GET\n/tags/arn%253Aaws%252Fx\n\n");
}

static void queries_are_sorted_by_encoded_name_then_value(void **state)
{
    (void)state;
    assert_canonical_begins("https://h/?b=2&a-x=1&a=2&a=1&&c&a=%7e", "ec2",
                            "GET\n/\na=1&a=2&a=~&a-x=1&b=2&c=\n");
    assert_canonical_begins("https://h/?k=a+b%2b%20", "ec2", "GET\n/\nk=a%2Bb%2B%20\n");
}

static void a_port_that_is_not_the_schemes_own_is_signed(void **state)
{
    (void)state;
    assert_canonical_begins("http://127.0.0.1:5000/", "ec2", "GET\n/\n\nhost:127.0.0.1:5000\n");
    assert_canonical_begins("http://[::1]:80/", "ec2", "GET\n/\n\nhost:[::1]\n");
}

static void s3_always_sends_the_payloads_hash(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c;
    simple_request(&r, "https://s3.eu-west-1.amazonaws.com/");
    simple_credentials(&c);
    struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", "s3", 1440938160);
    assert_true(sigv4_sign(&r, &o, &err));
    assert_string_equal(http_headers_get(&r.headers, "x-amz-content-sha256"),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_non_null(strstr(http_headers_get(&r.headers, "Authorization"),
                           "SignedHeaders=host;x-amz-content-sha256;x-amz-date,"));
    http_request_release(&r);
    release_credentials(&c);
}

static void signing_again_forgets_the_token_of_older_credentials(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r, fresh;
    struct aws_credentials c;
    simple_request(&r, "https://ec2.eu-west-1.amazonaws.com/");
    simple_request(&fresh, "https://ec2.eu-west-1.amazonaws.com/");
    simple_credentials(&c);
    secret_set_text(&c.session_token, text_of("old-token"));
    struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", "ec2", 1440938160);
    assert_true(sigv4_sign(&r, &o, &err));
    assert_string_equal(http_headers_get(&r.headers, "x-amz-security-token"), "old-token");
    secret_release(&c.session_token);
    o.unix_s += 60;
    assert_true(sigv4_sign(&r, &o, &err));
    assert_true(sigv4_sign(&fresh, &o, &err));
    assert_same_request(&r, &fresh);
    assert_null(http_headers_get(&r.headers, "x-amz-security-token"));
    http_request_release(&r);
    http_request_release(&fresh);
    release_credentials(&c);
}

/* A kept key gives the same signature as one derived anew, whatever of its scope has changed meanwhile. */
static void a_kept_key_is_used_for_its_own_scope_alone(void **state)
{
    (void)state;
    static const struct {
        const char *id, *region, *service;
        int64_t unix_s;
    } steps[] = {
        { "AKID1", "eu-west-1", "ec2", 1440938160 }, { "AKID1", "eu-west-1", "ec2", 1440938170 },
        { "AKID1", "eu-west-2", "ec2", 1440938170 }, { "AKID1", "eu-west-2", "iam", 1440938170 },
        { "AKID1", "eu-west-2", "iam", 1441024570 }, { "AKID2", "eu-west-2", "iam", 1441024570 },
    };
    struct sigv4_key kept = { .scope = "" };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct aws_credentials c = AWS_CREDENTIALS_INIT;
        char with[DIGEST_HEX_MAX], without[DIGEST_HEX_MAX], again[DIGEST_HEX_MAX];
        c.access_key_id = memory_string(steps[i].id);
        secret_set_text(&c.secret_access_key, text_of(steps[i].id)); /* each id has a secret of its own */
        struct sigv4_options o = sigv4_sign_options(&c, steps[i].region, steps[i].service, steps[i].unix_s);
        sigv4_sign_signature(&o, text_of("to sign"), without);
        o.kept = &kept;
        sigv4_sign_signature(&o, text_of("to sign"), with);
        assert_string_equal(with, without);
        kept.bytes[0] ^= 1; /* what is kept is used */
        sigv4_sign_signature(&o, text_of("to sign"), again);
        assert_string_not_equal(again, without);
        kept.bytes[0] ^= 1;
        release_credentials(&c);
    }
}

static void what_proxies_change_is_not_signed(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c;
    struct buffer names;
    simple_request(&r, "https://h/");
    simple_credentials(&c);
    assert_true(http_headers_add(&r.headers, "User-Agent", text_of("x"), &err));
    assert_true(http_headers_add(&r.headers, "Connection", text_of("close"), &err));
    assert_true(http_headers_add(&r.headers, "Content-Type", text_of("text/plain"), &err));
    struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", "ec2", 0);
    buffer_init(&names, 1000);
    assert_true(sigv4_canonical_header_names(&r, &o, &names, &err));
    assert_string_equal(buffer_string(&names), "content-type;host");
    struct buffer canonical, again;
    buffer_init(&canonical, SIGV4_CANONICAL_MAX);
    buffer_init(&again, SIGV4_CANONICAL_MAX);
    assert_true(sigv4_canonical_request(&r, &o, &canonical, &err));
    o.digest = digest_new(); /* whose state from one hash to the next must not show */
    for (int i = 0; i < 2; i++) {
        char alone[DIGEST_HEX_MAX], shared[DIGEST_HEX_MAX];
        struct sigv4_options without = o;
        without.digest = NULL;
        buffer_clear(&again);
        assert_true(sigv4_canonical_request(&r, &o, &again, &err));
        assert_string_equal(buffer_string(&again), buffer_string(&canonical));
        sigv4_sign_signature(&without, buffer_text(&canonical), alone);
        sigv4_sign_signature(&o, buffer_text(&canonical), shared);
        assert_string_equal(shared, alone);
    }
    digest_free(o.digest);
    buffer_release(&again);
    assert_true(text_equal_string(sigv4_canonical_names(buffer_text(&canonical)), "content-type;host"));
    assert_int_equal(sigv4_canonical_names(text_of("one line")).len, 0);
    assert_int_equal(sigv4_canonical_names(text_of("")).len, 0);
    buffer_release(&canonical);
    buffer_release(&names);
    http_request_release(&r);
    release_credentials(&c);
}

static void what_is_too_large_is_refused_not_cut(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    struct aws_credentials c;
    struct buffer query;
    simple_request(&r, "https://h/");
    simple_credentials(&c);
    struct sigv4_options o = sigv4_sign_options(&c, "eu-west-1", "ec2", 0);
    buffer_init(&query, SIGV4_CANONICAL_MAX + 10);
    for (int i = 0; i <= SIGV4_QUERY_MAX; i++)
        buffer_append_format(&query, "&a%d=", i);
    r.query = buffer_detach(&query);
    assert_false(sigv4_sign(&r, &o, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    buffer_append_string(&query, "a=");
    while (query.len < SIGV4_CANONICAL_MAX)
        buffer_append_string(&query, "0123456789abcdef");
    free(r.query);
    r.query = buffer_detach(&query);
    error_clear(&err);
    assert_false(sigv4_sign(&r, &o, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_null(strstr(err.message, "the-secret"));
    assert_false(sigv4_sign_query(&r, &o, 604801, &err));
    http_request_release(&r);
    release_credentials(&c);
}

int main(void)
{
    const struct CMUnitTest own[] = {
        cmocka_unit_test(s3_keeps_its_path_and_others_encode_it_again),
        cmocka_unit_test(queries_are_sorted_by_encoded_name_then_value),
        cmocka_unit_test(a_port_that_is_not_the_schemes_own_is_signed),
        cmocka_unit_test(s3_always_sends_the_payloads_hash),
        cmocka_unit_test(signing_again_forgets_the_token_of_older_credentials),
        cmocka_unit_test(a_kept_key_is_used_for_its_own_scope_alone),
        cmocka_unit_test(what_proxies_change_is_not_signed),
        cmocka_unit_test(what_is_too_large_is_refused_not_cut),
    };
    const struct CMUnitTest published[] = {
        cmocka_unit_test(every_published_value_comes_out_at_every_stage),
    };
    int failed = cmocka_run_group_tests(own, NULL, NULL);
    if (failed != 0)
        return failed;
    if (!file_exists(VECTORS "/sigv4")) {
        fprintf(stderr, "no vectors at " VECTORS "/sigv4\n");
        return UNIT_SKIPPED;
    }
    return cmocka_run_group_tests(published, NULL, NULL);
}
