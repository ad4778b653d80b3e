/* links: providers_aws_credentials core_decode core_http */
/* The shared AWS files: config, a line of `===`, credentials. What parses is planned for every profile
 * that its first lines could name, and its endpoints are looked up; nothing may break on the way. */
#include "providers/aws/credentials/plan.h"
#include "providers/aws/credentials/process.h"
#include "providers/aws/credentials/profile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static const char *no_variable(void *ctx, const char *name)
{
    (void)ctx;
    (void)name;
    return NULL;
}

/* Cuts at the separator line; all is config where there is none. */
static struct text cut_config(struct text *rest)
{
    static const char separator[] = "\n===\n";
    const size_t len = sizeof separator - 1;
    for (size_t i = 0; i + len <= rest->len; i++) {
        if (memcmp(rest->data + i, separator, len) != 0)
            continue;
        struct text config = { rest->data, i };
        *rest = (struct text){ rest->data + i + len, rest->len - i - len };
        return config;
    }
    struct text all = *rest;
    *rest = (struct text){ NULL, 0 };
    return all;
}

static void check_plan(const struct aws_host *host, const struct aws_profiles *profiles, const char *name)
{
    struct aws_plan plan;
    struct error err = ERROR_INIT;
    char *words[AWS_PROCESS_WORDS_MAX + 1];
    bool ok = aws_plan_resolve(host, profiles, name, true, &plan, &err);
    FUZZ_REQUIRE(ok == (err.kind == ERROR_NONE));
    FUZZ_REQUIRE(!ok || plan.source != AWS_SOURCE_KEYS || plan.keys.access_key_id != NULL);
    FUZZ_REQUIRE(plan.role_count <= AWS_PLAN_ROLES_MAX);
    if (ok && plan.source == AWS_SOURCE_PROCESS && aws_process_split(plan.process, words, &err))
        aws_process_free_words(words);
    aws_plan_release(&plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = { "default", "a", "b", "c" };
    struct error err = ERROR_INIT;
    struct aws_host host = { no_variable, NULL, NULL, NULL };
    struct text rest = fuzz_text(data, size), config = cut_config(&rest);
    struct aws_profiles *p = aws_profiles_parse("config", config, "credentials", rest, &err);
    FUZZ_REQUIRE((p != NULL) == (err.kind == ERROR_NONE));
    for (size_t i = 0; p != NULL && i < sizeof names / sizeof *names; i++) {
        check_plan(&host, p, names[i]);
        aws_profiles_endpoint_url(p, &host, names[i], "S3 Control");
    }
    aws_profiles_free(p);
    return 0;
}
