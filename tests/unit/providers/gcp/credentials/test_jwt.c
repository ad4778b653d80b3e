/* Signing of JSON Web Tokens, and which keys are taken for it. */
#include "providers/gcp/credentials/jwt.h"
#include "tests/unit/providers/gcp/credentials/keys.h"

static struct json_object *sign(const struct keys *k, const char *key_id,
                                const struct gcp_jwt_claims *c)
{
    struct error err = ERROR_INIT;
    struct secret token = SECRET_INIT;
    struct gcp_jwt_key *key = gcp_jwt_key_read(text_of(k->rsa_pem), &err);
    assert_non_null(key);
    assert_true(gcp_jwt_sign(key, key_id, c, &token, &err));
    struct json_object *claims = verified_claims(k, secret_reveal(&token), key_id);
    secret_release(&token);
    gcp_jwt_key_free(key);
    return claims;
}

static void a_token_is_signed_and_says_what_it_was_told(void **state)
{
    const struct gcp_jwt_claims c = { .issuer = "me@x.iam.gserviceaccount.com",
                                      .subject = "you \"quoted\" \\ é",
                                      .audience = "https://oauth2.googleapis.com/token",
                                      .scope = "a b",
                                      .issued_unix_s = 1795230000 };
    struct json_object *claims = sign(*state, "kid-1", &c);
    assert_string_equal(claim(claims, "iss"), c.issuer);
    assert_string_equal(claim(claims, "sub"), c.subject);
    assert_string_equal(claim(claims, "aud"), c.audience);
    assert_string_equal(claim(claims, "scope"), c.scope);
    assert_int_equal(json_object_get_int64(json_object_object_get(claims, "iat")), 1795230000);
    assert_int_equal(json_object_get_int64(json_object_object_get(claims, "exp")), 1795233600);
    json_object_put(claims);
}

static void what_is_not_given_is_left_out(void **state)
{
    const struct gcp_jwt_claims c = { .issuer = "me", .issued_unix_s = 1 };
    struct json_object *claims = sign(*state, NULL, &c);
    assert_int_equal(json_object_object_length(claims), 3);
    json_object_put(claims);
}

static void scopes_without_end_are_refused(void **state)
{
    const struct keys *k = *state;
    struct error err = ERROR_INIT;
    struct secret token = SECRET_INIT;
    struct gcp_jwt_key *key = gcp_jwt_key_read(text_of(k->rsa_pem), &err);
    char *long_scope = memory_new(100001, 1);
    memset(long_scope, 's', 100000);
    const struct gcp_jwt_claims c = { .issuer = "me", .scope = long_scope };
    assert_false(gcp_jwt_sign(key, NULL, &c, &token, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_true(secret_is_empty(&token));
    free(long_scope);
    gcp_jwt_key_free(key);
}

static void the_older_form_of_pem_is_read_too(void **state)
{
    const struct keys *k = *state;
    struct error err = ERROR_INIT;
    char *data = NULL;
    BIO *out = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_PrivateKey_traditional(out, k->rsa, NULL, NULL, 0, NULL, NULL),
                     1);
    size_t len = (size_t)BIO_get_mem_data(out, &data);
    assert_non_null(strstr(data, "BEGIN RSA PRIVATE KEY"));
    struct gcp_jwt_key *key = gcp_jwt_key_read((struct text){ data, len }, &err);
    assert_non_null(key);
    gcp_jwt_key_free(key);
    BIO_free(out);
}

static void assert_refused(struct text pem, const char *words)
{
    struct error err = ERROR_INIT;
    assert_null(gcp_jwt_key_read(pem, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
}

static void assert_kind_refused(EVP_PKEY *pkey, const char *password, const char *words)
{
    assert_non_null(pkey);
    char *pem = pem_of(pkey, password);
    assert_refused(text_of(pem), words);
    free(pem);
    EVP_PKEY_free(pkey);
}

static void keys_of_other_kinds_are_refused_by_name(void **state)
{
    (void)state;
    assert_kind_refused(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), NULL, "of kind EC");
    assert_kind_refused(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), NULL, "of kind ED25519");
    assert_kind_refused(EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024), NULL,
                        "an RSA key of 1024 bits");
    assert_kind_refused(EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"), "secret", "encrypted");
}

static void what_is_no_key_is_refused(void **state)
{
    const struct keys *k = *state;
    size_t len = strlen(k->rsa_pem);
    for (size_t cut = 0; cut < len - 30; cut += 53)
        assert_refused((struct text){ k->rsa_pem, cut }, "no private key in PEM");
    assert_refused(TEXT_LITERAL("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
                   "no private key");
    char *huge = memory_new(1000000, 1);
    memset(huge, 'A', 1000000);
    assert_refused((struct text){ huge, 1000000 }, "no private key");
    free(huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_signed_and_says_what_it_was_told),
        cmocka_unit_test(what_is_not_given_is_left_out),
        cmocka_unit_test(scopes_without_end_are_refused),
        cmocka_unit_test(the_older_form_of_pem_is_read_too),
        cmocka_unit_test(keys_of_other_kinds_are_refused_by_name),
        cmocka_unit_test(what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, keys_setup, keys_teardown);
}
