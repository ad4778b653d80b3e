/* Secrets leave trees and messages. */
#include "providers/gcp/credentials/wipe.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <string.h>

static void strings_of_a_tree_are_overwritten(void **state)
{
    (void)state;
    struct json_object *root = json_tokener_parse(
        "{\"a\":[{\"b\":\"a secret that is too long to be kept inside of its node, far too long\"}],"
        "\"c\":\"short\",\"d\":1,\"e\":null}");
    struct json_object *b = json_object_object_get(
        json_object_array_get_idx(json_object_object_get(root, "a"), 0), "b");
    struct json_object *c = json_object_object_get(root, "c");
    const char *long_bytes = json_object_get_string(b), *short_bytes = json_object_get_string(c);
    size_t len = strlen(long_bytes);
    json_object_get(b);
    json_object_get(c);
    gcp_wipe_json(root);
    assert_ptr_equal(json_object_get_string(b), long_bytes); /* in place, not in a copy */
    for (size_t i = 0; i < len; i++)
        assert_int_equal(long_bytes[i], 0);
    assert_int_equal(short_bytes[0], 0);
    json_object_put(b);
    json_object_put(c);
    gcp_wipe_json(NULL);
}

static void assert_line(const char *before, const struct secret *const secrets[], size_t count,
                        const char *after)
{
    struct error err = ERROR_INIT;
    error_set(&err, ERROR_DENIED, "%s", before);
    gcp_wipe_line(&err, secrets, count);
    assert_string_equal(err.message, after);
    assert_int_equal(err.kind, ERROR_DENIED);
}

static void messages_lose_secrets_and_what_looks_like_one(void **state)
{
    (void)state;
    struct secret a = SECRET_INIT, none = SECRET_INIT;
    secret_set_text(&a, TEXT_LITERAL("GOCSPX-abcdefgh"));
    const struct secret *const secrets[] = { &none, NULL, &a };
    assert_line("client GOCSPX-abcdefgh is unknown", secrets, 3, "client [...] is unknown");
    assert_line("cut: GOCSPX-abc", secrets, 3, "cut: [...]");
    assert_line("GOCSPX- alone says nothing", secrets, 3, "GOCSPX- alone says nothing");
    assert_line("token ya29.aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff!", secrets,
                3, "token [...]!");
    assert_line("walker@a-project-of-thirty-characters.iam.gserviceaccount.com", secrets, 3,
                "walker@a-project-of-thirty-characters.iam.gserviceaccount.com");
    secret_release(&a);
}

static void an_empty_error_stays_empty(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    gcp_wipe_line(&err, NULL, 0);
    assert_int_equal(err.kind, ERROR_NONE);
    assert_string_equal(err.message, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_of_a_tree_are_overwritten),
        cmocka_unit_test(messages_lose_secrets_and_what_looks_like_one),
        cmocka_unit_test(an_empty_error_stays_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
