/* Summaries: what they say of evidence and detail, in both languages, and which words a check may have for them. */
#include "core/decode/json.h"
#include "tests/unit/checks/catalog_kit.h"

#include <json-c/json.h>
#include <string.h>

enum { TEXT_MAX = 10000 };

/* A check with that summary, in English and, with "J:" before, in Japanese, and with those words (NULL: none). free() */
static char *file_with(const char *summary, const char *words)
{
    return memory_format("id: aws_c\n"
                         "subject: aws_t_box\n"
                         "severity: medium\n"
                         "themes: [boxes]\n"
                         "title: {en: A box, ja: 箱}\n"
                         "why: {en: because, ja: だから}\n"
                         "fix: {console: {en: close it, ja: 閉じる}}\n"
                         "query: SELECT key FROM aws_t_box\n"
                         "summary: {en: \"%s\", ja: \"J:%s\"}\n"
                         "%s%s\n",
                         summary, summary,
                         words == NULL ? "" : "words: ", words == NULL ? "" : words);
}

static const struct check *check_with(const char *summary, const char *words)
{
    catalog_free(catalog);
    catalog = catalog_new(types);
    return kit_must_add(catalog, "aws_c", file_with(summary, words));
}

static struct json_object *json_of(const char *text)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    assert_true(json_parse(text_of(text), &o, &err));
    return o;
}

/* What it says of that, in English where `en` is not NULL, and in Japanese likewise; false when it cannot. */
static bool says(const struct check *c, const char *evidence, const char *detail, const char *en,
                 const char *ja)
{
    const char *const wanted[] = { en, ja };
    struct error err = ERROR_INIT;
    struct json_object *e = json_of(evidence), *d = json_of(detail);
    const struct check_summary_values v = { .id = "b-1", .evidence = e, .detail = d };
    struct buffer out;
    bool ok = true;
    for (int i = 0; ok && i < 2; i++) {
        buffer_init(&out, TEXT_MAX);
        ok = catalog_summary(c, i == 0 ? CHECK_EN : CHECK_JA, &v, &out, &err);
        if (ok && wanted[i] != NULL)
            assert_string_equal(buffer_string(&out), wanted[i]);
        buffer_release(&out);
    }
    json_object_put(d);
    json_object_put(e);
    assert_int_equal(err.kind, ok ? ERROR_NONE : ERROR_DATA);
    return ok;
}

/* ---- what they say ---- */

static void values_of_evidence_and_detail_are_said(void **state)
{
    (void)state;
    const struct check *c = check_with("{id} at {evidence.where}: {detail.times.all}", NULL);
    assert_true(says(c, "{\"where\":[\"attic\",\"cellar\",3]}", "{\"times\":{\"all\":4}}",
                     "b-1 at attic, cellar, 3: 4", "J:b-1 at attic, cellar, 3: 4"));
    assert_false(says(c, "{\"where\":\"attic\"}", "{}", NULL, NULL));
    assert_false(says(c, "{}", "{\"times\":{\"all\":4}}", NULL, NULL));
}

static void codes_are_said_in_the_readers_language(void **state)
{
    (void)state;
    const struct check *c =
        check_with("in {words.where}", "{where: {attic: {en: \"the attic of {id}\", ja: 屋根裏}}}");
    assert_true(says(c, "{\"where\":[\"attic\",\"cellar\"]}", "{}", "in the attic of b-1, cellar",
                     "J:in 屋根裏, cellar"));
    assert_true(says(c, "{}", "{}", "in ", "J:in "));
    struct json_object *body = catalog_check_body(c);
    struct json_object *word = json_get(json_get(json_get(body, "words"), "where"), "attic");
    assert_string_equal(json_string(word, "ja"), "屋根裏");
    json_object_put(body);
}

/* What evidence lacks is looked for in the detail, and a member may be within another. */
static void words_are_for_detail_too(void **state)
{
    (void)state;
    const struct check *c = check_with("by {words.by.who}", "{by.who: {me: {en: myself, ja: 私}}}");
    assert_true(says(c, "{}", "{\"by\":{\"who\":\"me\"}}", "by myself", "J:by 私"));
    assert_true(says(c, "{\"by\":{\"who\":\"you\"}}", "{\"by\":{\"who\":\"me\"}}", "by you", NULL));
}

static void words_name_words_which_name_none(void **state)
{
    (void)state;
    const struct check *c = check_with(
        "{words.who} came", "{of: {\"*\": {en: \" of {evidence.of}\", ja: \"{evidence.of}の\"}},"
                            " who: {boy: {en: \"a boy{words.of}\", ja: \"{words.of}少年\"}}}");
    assert_true(says(c, "{\"who\":\"boy\",\"of\":\"Rome\"}", "{}", "a boy of Rome came",
                     "J:Romeの少年 came"));
    assert_true(says(c, "{\"who\":\"boy\"}", "{}", "a boy came", "J:少年 came"));
}

/* ---- what a file may say ---- */

static void is_refused(const char *summary, const char *words, const char *wanted)
{
    struct error err = ERROR_INIT;
    char *yaml = file_with(summary, words);
    assert_false(kit_add(catalog, "aws_c", yaml, &err));
    free(yaml);
    assert_int_equal(err.kind, ERROR_CONFIG);
    if (strstr(err.message, wanted) == NULL)
        fail_msg("%s\n  not %s", err.message, wanted);
}

static void words_are_read_strictly(void **state)
{
    (void)state;
    is_refused("{words.a}", NULL, "aws_c.yaml:1: the summary names an unknown field words.a");
    is_refused("{words.}", NULL, "the summary names an unknown field words.");
    is_refused("{detail.}", NULL, "the summary names an unknown field detail.");
    is_refused("x", "[a]", "aws_c.yaml:10: expected {MEMBER: {VALUE: {en: …, ja: …}}}");
    is_refused("x", "{a: {b: {en: c}}}", ":10: expected {en: …, ja: …} for b");
    is_refused("x", "{a: {b: c}}", ":10: expected {en: …, ja: …} for b");
    is_refused("x", "{a: b}", ":10: expected {VALUE: {en: …, ja: …}} for a");
    is_refused("x", "{a: {b: {en: \"{c}\", ja: d}}}", "names an unknown field c");
    is_refused("x", "{a: {b: {en: \"{c\", ja: d}}}", "a { without its }");
    is_refused("x", "{\"a..b\": {b: {en: c, ja: d}}}", ":10: this is no path a..b");
}

static void words_go_round_in_no_circle(void **state)
{
    (void)state;
    is_refused("x", "{a: {b: {en: \"{words.c}\", ja: d}}}", "names an unknown field words.c");
    is_refused("x", "{a: {b: {en: c, ja: \"{words.a}\"}}}",
               "words within words name others words.a");
    is_refused(
        "x",
        "{a: {b: {en: \"{words.c}\", ja: d}}, c: {e: {en: f, ja: f}, g: {en: f, ja: \"{words.h}\"}},"
        " h: {i: {en: j, ja: j}}}",
        "words within words name others words.c");
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(values_of_evidence_and_detail_are_said),
        T(codes_are_said_in_the_readers_language),
        T(words_are_for_detail_too),
        T(words_name_words_which_name_none),
        T(words_are_read_strictly),
        T(words_go_round_in_no_circle),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
