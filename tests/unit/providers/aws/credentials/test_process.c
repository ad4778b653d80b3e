/* credential_process: how its words are split and its output is read. */
#include "providers/aws/credentials/process.h"
#include "tests/unit/providers/aws/credentials/scripted_host.h"
#include "tests/unit/unit.h"

static void assert_split(const char *command, const char *joined)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    char *words[AWS_PROCESS_WORDS_MAX + 1];
    buffer_init(&b, 10000);
    assert_true(aws_process_split(command, words, &err));
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_append_format(&b, "[%s]", words[i]);
    assert_string_equal(buffer_string(&b), joined);
    aws_process_free_words(words);
    buffer_release(&b);
}

static void words_are_split_as_a_shell_splits_them(void **state)
{
    (void)state;
    assert_split("  a  b\tc ", "[a][b][c]");
    assert_split("a 'b c' \"d e\" f'g'\"h\"", "[a][b c][d e][fgh]");
    assert_split("a\\ b 'c\\d' \"e\\\"f\\g\"", "[a b][c\\d][e\"f\\g]");
    assert_split("a '' \"\"", "[a][][]");
    assert_split("echo $HOME | sort > /tmp/x", "[echo][$HOME][|][sort][>][/tmp/x]");
}

static void commands_that_end_too_early_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "  \t", "a 'b", "a \"b", "a\\", "\"\\" };
    struct error err = ERROR_INIT;
    char *words[AWS_PROCESS_WORDS_MAX + 1];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(aws_process_split(bad[i], words, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
        assert_null(words[0]);
    }
    struct buffer b;
    buffer_init(&b, 10000);
    for (int i = 0; i <= AWS_PROCESS_WORDS_MAX; i++)
        buffer_append_string(&b, "a ");
    assert_false(aws_process_split(buffer_string(&b), words, &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    buffer_release(&b);
}

static void assert_output_fails(const char *output, const char *words)
{
    struct error err = ERROR_INIT;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    char *command = memory_format("echo '%s'", output);
    assert_false(aws_process_run(&host, command, &c, &err));
    if (strstr(err.message, words) == NULL)
        fail_msg("'%s' is not in '%s'", words, err.message);
    assert_null(strstr(err.message, "hush"));
    assert_null(c.access_key_id);
    free(command);
}

static void output_that_is_wrong_is_named_without_its_secrets(void **state)
{
    (void)state;
    assert_output_fails("", "printed invalid JSON");
    assert_output_fails("hush", "printed invalid JSON");
    assert_output_fails("[\"hush\"]", "Version is not 1");
    assert_output_fails("{\"Version\":2,\"SecretAccessKey\":\"hush\"}", "Version is not 1");
    assert_output_fails("{\"Version\":1,\"SecretAccessKey\":\"hush\"}", "AccessKeyId is missing");
    assert_output_fails("{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"hush\"}",
                        "AccessKeyId is empty");
    assert_output_fails("{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":[\"hush\"]}",
                        "SecretAccessKey is no string");
    assert_output_fails("{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hush\\u0000x\"}",
                        "SecretAccessKey is empty or holds a NUL");
    assert_output_fails("{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hush\","
                        "\"Expiration\":\"soon\"}",
                        "Expiration is no time");
}

static void what_is_optional_may_be_missing_or_null(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct script script = { 0 };
    struct aws_host host = script_host(&script);
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    assert_true(aws_process_run(&host, "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\","
                                       "\"SessionToken\":null,\"AccountId\":\"12\"}'",
                                &c, &err));
    assert_true(c.expires_unix_s == 0);
    assert_true(secret_is_empty(&c.session_token));
    assert_string_equal(c.account_id, "");
    assert_true(aws_process_run(&host, "echo '{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\","
                                       "\"Expiration\":\"2026-11-21T12:00:00+09:00\"}'",
                                &c, &err));
    assert_true(c.expires_unix_s == 1795230000);
    aws_credentials_release(&c);
}

static void a_real_process_is_run(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    struct aws_host host = aws_host_system();
    struct aws_credentials c = AWS_CREDENTIALS_INIT;
    assert_true(aws_process_run(&host, "printf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"S\"}' "
                                       "'A K'",
                                &c, &err));
    assert_string_equal(c.access_key_id, "A K");
    assert_false(aws_process_run(&host, "sh -c 'echo out of luck >&2; echo hush; exit 3'", &c, &err));
    assert_string_equal(err.message, "credential_process: sh ended with status 3: out of luck");
    aws_credentials_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_split_as_a_shell_splits_them),
        cmocka_unit_test(commands_that_end_too_early_are_refused),
        cmocka_unit_test(output_that_is_wrong_is_named_without_its_secrets),
        cmocka_unit_test(what_is_optional_may_be_missing_or_null),
        cmocka_unit_test(a_real_process_is_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
