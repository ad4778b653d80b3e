/* Which hosts may be sent a secret. */
#include "providers/gcp/credentials/place.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static bool may_go(const struct gcp_place *p, const char *url)
{
    struct error err = ERROR_INIT;
    struct http_request r;
    http_request_init(&r);
    bool ok = gcp_place_set_url(p, "token_uri", url, &r, &err);
    assert_true(ok || (err.kind == ERROR_CONFIG && strncmp(err.message, "token_uri: ", 11) == 0));
    http_request_release(&r);
    return ok;
}

static void secrets_go_to_the_universe_alone(void **state)
{
    (void)state;
    const struct gcp_place p = { .universe = NULL };
    assert_true(may_go(&p, "https://oauth2.googleapis.com/token"));
    assert_true(may_go(&p, "https://OAUTH2.GoogleAPIs.com/token"));
    assert_true(may_go(&p, "https://www.googleapis.com/oauth2/v4/token"));
    assert_true(may_go(&p, "https://accounts.google.com/o/oauth2/token"));
    assert_true(may_go(&p, "https://sts.us-east1.rep.googleapis.com/v1/token"));
    assert_false(may_go(&p, "https://googleapis.com.evil.example/token"));
    assert_false(may_go(&p, "https://evilgoogleapis.com/token"));
    assert_false(may_go(&p, "https://evil.example/oauth2.googleapis.com"));
    assert_false(may_go(&p, "https://accounts.google.com.evil.example/"));
    assert_false(may_go(&p, "https://oauth2.googleapis.com@evil.example/token"));
    assert_false(may_go(&p, "https://127.0.0.1/token"));
    assert_false(may_go(&p, "http://oauth2.googleapis.com/token"));
    assert_false(may_go(&p, "ftp://oauth2.googleapis.com/token"));
    assert_false(may_go(&p, "oauth2.googleapis.com"));
    assert_false(may_go(&p, ""));
}

static void another_universe_has_hosts_of_its_own(void **state)
{
    (void)state;
    const struct gcp_place p = { .universe = "cloud.example" };
    assert_true(may_go(&p, "https://oauth2.cloud.example/token"));
    assert_false(may_go(&p, "https://oauth2.googleapis.com/token"));
    assert_false(may_go(&p, "https://accounts.google.com/o/oauth2/token"));
    char *url = gcp_place_service_url(&p, "sts", "/v1/token");
    assert_string_equal(url, "https://sts.cloud.example/v1/token");
    free(url);
}

static void trusted_hosts_are_named_one_by_one(void **state)
{
    (void)state;
    static const char *const trusted[] = { "127.0.0.1", "proxy.example", NULL };
    struct gcp_place p = { .trusted_hosts = trusted };
    assert_true(may_go(&p, "http://127.0.0.1:8080/token"));
    assert_true(may_go(&p, "https://proxy.example/token"));
    assert_false(may_go(&p, "http://proxy.example/token"));
    assert_false(may_go(&p, "https://sub.proxy.example/token"));
    assert_false(may_go(&p, "http://127.0.0.2/token"));
    p.allow_http = true;
    assert_true(may_go(&p, "http://proxy.example/token"));
    assert_false(may_go(&p, "http://other.example/token"));
}

static void what_is_only_read_may_come_from_anywhere_safe(void **state)
{
    (void)state;
    static const char *const good[] = { "https://idp.example/token", "http://169.254.169.254/x",
                                        "http://[fd00:ec2::254]/x", "http://localhost:1/x" };
    static const char *const bad[] = { "http://idp.example/token", "file:///etc/passwd", "x" };
    const struct gcp_place p = { .universe = NULL };
    struct error err = ERROR_INIT;
    struct http_request r;
    http_request_init(&r);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(gcp_place_set_source(&p, "url", good[i], &r, &err));
        assert_true(r.direct == (i > 0));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(gcp_place_set_source(&p, "url", bad[i], &r, &err));
    http_request_release(&r);
}

static void a_universe_is_a_domain(void **state)
{
    (void)state;
    static const char *const bad[] = { "",      "com",   ".com",  "a.",   "a..b",
                                       "a b.c", "a.b/c", "a.b:1", "a.b@c" };
    assert_true(gcp_place_is_domain("googleapis.com"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(gcp_place_is_domain(bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_go_to_the_universe_alone),
        cmocka_unit_test(another_universe_has_hosts_of_its_own),
        cmocka_unit_test(trusted_hosts_are_named_one_by_one),
        cmocka_unit_test(what_is_only_read_may_come_from_anywhere_safe),
        cmocka_unit_test(a_universe_is_a_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
