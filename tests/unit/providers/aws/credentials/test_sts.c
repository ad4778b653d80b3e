/* What STS is asked, what it answers, and how its refusals read. */
#include "core/base/memory.h"
#include "providers/aws/credentials/sts.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

#define ROLE "arn:aws:iam::012345678901:role/yomawari-read"

static void base_credentials(struct aws_credentials *c)
{
    *c = (struct aws_credentials)AWS_CREDENTIALS_INIT;
    c->access_key_id = memory_string("ASIABASE");
    secret_set_text(&c->secret_access_key, text_of("hush-secret"));
    secret_set_text(&c->session_token, text_of("hush-token"));
}

static struct sts_assume_role_options role_options(void)
{
    return (struct sts_assume_role_options){
        .endpoint = { .region = "eu-west-1" }, .role_arn = ROLE, .session_name = "yomawari"
    };
}

static bool ask(const struct sts_assume_role_options *o, struct http_request *r, struct error *err)
{
    struct aws_credentials c;
    base_credentials(&c);
    error_clear(err);
    bool ok = sts_assume_role_request(o, &c, 1440938160, r, err);
    aws_credentials_release(&c);
    return ok;
}

static void a_role_is_asked_for_in_its_region_with_all_that_narrows_it(void **state)
{
    (void)state;
    static const char *const arns[] = { "arn:aws:iam::aws:policy/SecurityAudit",
                                        "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess" };
    struct error err = ERROR_INIT;
    struct http_request r;
    struct sts_assume_role_options o = role_options();
    o.external_id = "a:b/c";
    o.duration_s = 3600;
    o.policy_arns = arns;
    o.policy_arn_count = 2;
    o.policy_json = "{\"Version\":\"2012-10-17\"}";
    http_request_init(&r);
    assert_true(ask(&o, &r, &err));
    assert_string_equal(r.method, "POST");
    assert_string_equal(r.scheme, "https");
    assert_string_equal(r.host, "sts.eu-west-1.amazonaws.com");
    assert_string_equal(buffer_string(&r.body),
                        "Action=AssumeRole&Version=2011-06-15"
                        "&RoleArn=arn%3Aaws%3Aiam%3A%3A012345678901%3Arole%2Fyomawari-read"
                        "&RoleSessionName=yomawari"
                        "&PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FSecurityAudit"
                        "&PolicyArns.member.2.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fjob-function%2F"
                        "ViewOnlyAccess&Policy=%7B%22Version%22%3A%222012-10-17%22%7D"
                        "&DurationSeconds=3600&ExternalId=a%3Ab%2Fc");
    const char *authorization = http_headers_get(&r.headers, "Authorization");
    assert_non_null(strstr(authorization, "Credential=ASIABASE/20150830/eu-west-1/sts/aws4_request"));
    assert_non_null(strstr(authorization, "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token"));
    assert_string_equal(http_headers_get(&r.headers, "X-Amz-Security-Token"), "hush-token");
    assert_non_null(r.limit.key);
    http_request_release(&r);
}

static void assert_host(const char *region, bool fips, bool dual_stack, const char *host)
{
    struct error err = ERROR_INIT;
    struct http_request r;
    struct sts_assume_role_options o = role_options();
    o.endpoint = (struct sts_endpoint){ .region = region, .fips = fips, .dual_stack = dual_stack };
    http_request_init(&r);
    assert_true(ask(&o, &r, &err));
    assert_string_equal(r.host, host);
    http_request_release(&r);
}

static void each_partition_has_its_own_hosts(void **state)
{
    (void)state;
    assert_host("ap-northeast-1", false, false, "sts.ap-northeast-1.amazonaws.com");
    assert_host("cn-north-1", false, false, "sts.cn-north-1.amazonaws.com.cn");
    assert_host("cn-north-1", false, true, "sts.cn-north-1.api.amazonwebservices.com.cn");
    assert_host("us-gov-west-1", true, false, "sts.us-gov-west-1.amazonaws.com");
    assert_host("us-gov-west-1", true, true, "sts-fips.us-gov-west-1.api.aws");
    assert_host("us-east-1", true, false, "sts-fips.us-east-1.amazonaws.com");
    assert_host("eusc-de-east-1", false, false, "sts.eusc-de-east-1.amazonaws.eu");
    assert_host("us-isob-east-1", false, false, "sts.us-isob-east-1.sc2s.sgov.gov");
    assert_string_equal(sts_endpoint_home_region("arn:aws-cn:iam::1:role/x"), "cn-northwest-1");
    assert_string_equal(sts_endpoint_home_region(ROLE), "us-east-1");
    assert_string_equal(sts_endpoint_home_region("nonsense"), "us-east-1");
}

static void assert_refused(const struct sts_assume_role_options *o, enum error_kind kind, const char *words)
{
    struct error err = ERROR_INIT;
    struct http_request r;
    http_request_init(&r);
    assert_false(ask(o, &r, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
    assert_null(strstr(err.message, "hush"));
    assert_null(r.method); /* untouched */
    http_request_release(&r);
}

static void what_aws_would_refuse_is_refused_before_it_is_sent(void **state)
{
    (void)state;
    struct sts_assume_role_options o = role_options();
    char long_text[2100];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    o.role_arn = "yomawari-read";
    assert_refused(&o, ERROR_CONFIG, "role 'yomawari-read' is no ARN of 20 to 2048 characters");
    o.role_arn = "arn:aws:iam::012345678901:role/a b";
    assert_refused(&o, ERROR_CONFIG, "is no ARN");
    o = role_options();
    o.session_name = "a b";
    assert_refused(&o, ERROR_CONFIG, "role session name 'a b'");
    o = role_options();
    o.external_id = "hush id";
    assert_refused(&o, ERROR_CONFIG, "the external id is not 2 to 1,224");
    o.external_id = "h";
    assert_refused(&o, ERROR_CONFIG, "the external id is not 2 to 1,224");
    o = role_options();
    o.duration_s = 899;
    assert_refused(&o, ERROR_CONFIG, "a session of 899 s: AWS allows 900 to 43200");
    o.duration_s = 43201;
    assert_refused(&o, ERROR_CONFIG, "a session of 43201 s");
    o = role_options();
    o.policy_json = long_text;
    assert_refused(&o, ERROR_LIMIT, "have 2099 characters together: AWS allows 2048");
    o = role_options();
    o.endpoint.region = "eu-west-1.evil.example/";
    assert_refused(&o, ERROR_CONFIG, "is no region");
    o.endpoint = (struct sts_endpoint){ .region = "eu-west-1", .url = "http://remote.example" };
    assert_refused(&o, ERROR_CONFIG, "http://remote.example would carry credentials in the clear");
    o.endpoint.url = "not a url";
    assert_refused(&o, ERROR_CONFIG, "endpoint URL for sts");
}

static void the_policy_and_its_arns_share_one_maximum(void **state)
{
    (void)state;
    static const char *const arns[] = { "arn:aws:iam::aws:policy/SecurityAudit" };
    struct error err = ERROR_INIT;
    struct http_request r;
    struct sts_assume_role_options o = role_options();
    size_t room = STS_POLICY_MAX - strlen(arns[0]);
    char *policy = memory_new(room + 2, 1);
    memset(policy, ' ', room);
    o.policy_arns = arns;
    o.policy_arn_count = 1;
    o.policy_json = policy;
    http_request_init(&r);
    assert_true(ask(&o, &r, &err));
    policy[room] = ' ';
    assert_refused(&o, ERROR_LIMIT, "have 2049 characters together");
    http_request_release(&r);
    free(policy);
}

static void a_loopback_endpoint_may_be_plain_and_keeps_its_path(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    struct sts_assume_role_options o = role_options();
    o.endpoint.url = "http://127.0.0.1:5000/moto/";
    http_request_init(&r);
    assert_true(ask(&o, &r, &err));
    assert_string_equal(r.host, "127.0.0.1");
    assert_int_equal(r.port, 5000);
    assert_string_equal(r.path, "/moto/");
    http_request_release(&r);
}

static void a_web_identity_is_not_signed(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct http_request r;
    struct sts_web_identity_options o = {
        .endpoint = { .region = "eu-west-1" }, .role_arn = ROLE, .session_name = "pod"
    };
    http_request_init(&r);
    assert_true(sts_web_identity_request(&o, text_of("a.b/c=="), &r, &err));
    assert_non_null(strstr(buffer_string(&r.body), "Action=AssumeRoleWithWebIdentity&"));
    assert_non_null(strstr(buffer_string(&r.body), "&WebIdentityToken=a.b%2Fc%3D%3D"));
    assert_null(http_headers_get(&r.headers, "Authorization"));
    assert_false(sts_web_identity_request(&o, text_of("abc"), &r, &err));
    assert_non_null(strstr(err.message, "token of 3 bytes"));
    http_request_release(&r);
}

/* ---- answers ---- */

static void answer(struct http_response *r, int status, const char *body)
{
    http_response_init(r);
    r->status = status;
    buffer_append_string(&r->body, body);
}

#define ASSUMED                                                                                        \
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"       \
    "<AssumedRoleUser><Arn>arn:aws:sts::012345678901:assumed-role/r/s</Arn></AssumedRoleUser>"         \
    "<Credentials><AccessKeyId>ASIANEW</AccessKeyId><SecretAccessKey>hush</SecretAccessKey>"           \
    "<SessionToken>a&amp;b</SessionToken><Expiration>2026-11-21T03:00:00Z</Expiration></Credentials>"  \
    "</AssumeRoleResult></AssumeRoleResponse>"

static bool accept(int status, const char *body, struct aws_credentials *c, struct error *err)
{
    struct http_response r;
    answer(&r, status, body);
    error_clear(err);
    bool ok = sts_assume_role_accept(&r, c, err);
    http_response_release(&r);
    return ok;
}

static void assumed_credentials_are_read_with_their_account(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    assert_true(accept(200, ASSUMED, &c, &err));
    assert_string_equal(c.access_key_id, "ASIANEW");
    assert_string_equal(secret_reveal(&c.session_token).data, "a&b");
    assert_string_equal(c.account_id, "012345678901");
    assert_true(c.expires_unix_s == 1795230000);
    aws_credentials_release(&c);
}

static void assert_answer_fails(int status, const char *body, enum error_kind kind, const char *words)
{
    struct error err = ERROR_INIT;
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    assert_false(accept(status, body, &c, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
    assert_null(strstr(err.message, "hush"));
    assert_null(c.access_key_id);
}

#define REFUSAL(code, message)                                                                         \
    "<ErrorResponse><Error><Type>Sender</Type><Code>" code "</Code><Message>" message                  \
    "</Message></Error><RequestId>1</RequestId></ErrorResponse>"

static void refusals_say_what_to_look_at(void **state)
{
    (void)state;
    assert_answer_fails(403, REFUSAL("AccessDenied", "User x is not authorized"), ERROR_DENIED,
                        "sts refused: AccessDenied: User x is not authorized (a role that is missing, one "
                        "whose trust policy does not name the caller and a wrong or missing external id");
    assert_answer_fails(403, REFUSAL("RegionDisabledException", "no"), ERROR_DENIED, "switched off");
    assert_answer_fails(400, REFUSAL("MalformedPolicyDocument", "bad"), ERROR_DENIED,
                        "sts refused: MalformedPolicyDocument: bad");
    assert_answer_fails(500, REFUSAL("InternalFailure", "x"), ERROR_NETWORK, "InternalFailure");
    assert_answer_fails(502, "<html><p>bad gateway</html>", ERROR_NETWORK, "sts answered HTTP 502");
    assert_answer_fails(403, "", ERROR_DENIED, "sts answered HTTP 403 without saying why");
}

static void the_canonical_string_that_aws_sends_back_stays_out_of_messages(void **state)
{
    (void)state;
    assert_answer_fails(403, REFUSAL("SignatureDoesNotMatch", "The request signature we calculated does not "
                                     "match.\n\nThe Canonical String should have been\n"
                                     "x-amz-security-token:hush-token"),
                        ERROR_DENIED, "the secret access key is wrong, or this machine's clock is off");
}

static void answers_that_are_not_whole_are_refused(void **state)
{
    (void)state;
    char *cut = memory_string_n(ASSUMED, sizeof ASSUMED - 30);
    assert_answer_fails(200, cut, ERROR_DATA, "the answer of sts: xml");
    assert_answer_fails(200, "", ERROR_DATA, "the answer of sts");
    assert_answer_fails(200, "{\"a\": 1}", ERROR_DATA, "the answer of sts");
    assert_answer_fails(200, "<AssumeRoleResponse><AccessKeyId>A</AccessKeyId></AssumeRoleResponse>",
                        ERROR_DATA, "lacks SecretAccessKey");
    assert_answer_fails(200, "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", ERROR_DATA, "the answer of sts");
    free(cut);
    struct buffer deep;
    buffer_init(&deep, 1000000);
    for (int i = 0; i < 1000; i++)
        buffer_append_string(&deep, "<a>");
    assert_answer_fails(200, buffer_string(&deep), ERROR_LIMIT, "deep");
    buffer_clear(&deep);
    buffer_append_string(&deep, "<a><SessionToken>");
    for (int i = 0; i < 20000; i++)
        buffer_append_string(&deep, "t");
    buffer_append_string(&deep, "</SessionToken></a>");
    assert_answer_fails(200, buffer_string(&deep), ERROR_LIMIT, "more than 16384 bytes");
    buffer_release(&deep);
}

static void no_answer_says_what_went_wrong_below_http(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    struct http_response r;
    http_response_init(&r);
    r.transport = HTTP_TRANSPORT_RESOLVE;
    memcpy(r.message, "no such host", 13);
    assert_false(sts_assume_role_accept(&r, &c, &err));
    assert_int_equal(err.kind, ERROR_NETWORK);
    assert_string_equal(err.message, "sts gave no answer: no such host");
    http_response_release(&r);
}

static void the_caller_is_told_by_account_and_arn(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct sts_identity identity = { { 0 }, NULL };
    struct sts_endpoint endpoint = { .region = "eu-west-1" };
    struct aws_credentials c;
    struct http_request q;
    struct http_response r;
    base_credentials(&c);
    http_request_init(&q);
    assert_true(sts_caller_identity_request(&endpoint, &c, 1440938160, &q, &err));
    assert_string_equal(buffer_string(&q.body), "Action=GetCallerIdentity&Version=2011-06-15");
    assert_non_null(http_headers_get(&q.headers, "Authorization"));
    answer(&r, 200,
           "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::012345678901:"
           "assumed-role/r/s</Arn><UserId>U</UserId><Account>012345678901</Account>"
           "</GetCallerIdentityResult></GetCallerIdentityResponse>");
    assert_true(sts_caller_identity_accept(&r, &identity, &err));
    assert_string_equal(identity.account, "012345678901");
    assert_string_equal(identity.arn, "arn:aws:sts::012345678901:assumed-role/r/s");
    http_response_release(&r);
    answer(&r, 200, "<a><Account>12345678901</Account></a>");
    assert_false(sts_caller_identity_accept(&r, &identity, &err));
    assert_non_null(strstr(err.message, "no account of 12 digits"));
    assert_string_equal(identity.account, "012345678901");
    http_response_release(&r);
    http_request_release(&q);
    sts_identity_release(&identity);
    aws_credentials_release(&c);
}

static enum http_verdict verdict(int status, const char *body)
{
    struct http_response r;
    answer(&r, status, body);
    enum http_verdict v = sts_classify(&r);
    http_response_release(&r);
    return v;
}

static void passing_faults_are_told_from_refusals(void **state)
{
    (void)state;
    assert_int_equal(verdict(200, ASSUMED), HTTP_VERDICT_OK);
    assert_int_equal(verdict(403, REFUSAL("AccessDenied", "")), HTTP_VERDICT_OK);
    assert_int_equal(verdict(503, ""), HTTP_VERDICT_RETRY);
    assert_int_equal(verdict(503, REFUSAL("Throttling", "")), HTTP_VERDICT_THROTTLED);
    assert_int_equal(verdict(400, REFUSAL("Throttling", "Rate exceeded")), HTTP_VERDICT_THROTTLED);
    assert_int_equal(verdict(429, ""), HTTP_VERDICT_THROTTLED);
    assert_int_equal(verdict(400, REFUSAL("IDPCommunicationError", "")), HTTP_VERDICT_RETRY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_role_is_asked_for_in_its_region_with_all_that_narrows_it),
        cmocka_unit_test(each_partition_has_its_own_hosts),
        cmocka_unit_test(what_aws_would_refuse_is_refused_before_it_is_sent),
        cmocka_unit_test(the_policy_and_its_arns_share_one_maximum),
        cmocka_unit_test(a_loopback_endpoint_may_be_plain_and_keeps_its_path),
        cmocka_unit_test(a_web_identity_is_not_signed),
        cmocka_unit_test(assumed_credentials_are_read_with_their_account),
        cmocka_unit_test(refusals_say_what_to_look_at),
        cmocka_unit_test(the_canonical_string_that_aws_sends_back_stays_out_of_messages),
        cmocka_unit_test(answers_that_are_not_whole_are_refused),
        cmocka_unit_test(no_answer_says_what_went_wrong_below_http),
        cmocka_unit_test(the_caller_is_told_by_account_and_arn),
        cmocka_unit_test(passing_faults_are_told_from_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
