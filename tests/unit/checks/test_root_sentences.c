/* What people read of root's use and of keys used outside: every word in its sentence, in both languages. The sentences stand in
 * root_sentences.txt: a line `CHECK EVIDENCE DETAIL`, then the English and the Japanese one. */
#include "checks/catalog.h"
#include "checks/plugins/root_activity/root_path.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define ROOT "aws_root_used"
#define KEYS "gcp_service_account_key_used_outside"

enum { SENTENCES_MAX = 100, FILE_MAX = 256 * 1024 };

struct sentence {
    const struct check *check;
    struct json_object *evidence, *detail;
    char *en, *ja;
};

struct fixture {
    struct resource_types *types;
    struct catalog *catalog;
    struct sentence items[SENTENCES_MAX];
    size_t count;
};

static struct json_object *json_of(const char *text)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    if (!json_parse(text_of(text), &o, &err))
        fail_msg("%s in %s", err.message, text);
    return o;
}

static char *next_line(struct text *rest)
{
    struct text line = text_cut(rest, '\n');
    return memory_string_n(line.data == NULL ? "" : line.data, line.len);
}

static void add(struct fixture *f, struct text *rest)
{
    char *given = next_line(rest), *evidence = strstr(given, " {"), *detail = strstr(given, "} {");
    struct sentence *s = &f->items[f->count++];
    assert_true(f->count < SENTENCES_MAX && detail != NULL);
    *evidence = '\0';
    detail[1] = '\0';
    *s = (struct sentence){ .check = catalog_find(f->catalog, given),
                            .evidence = json_of(evidence + 1),
                            .detail = json_of(detail + 2) };
    s->en = next_line(rest);
    s->ja = next_line(rest);
    assert_non_null(s->check);
    free(given);
    free(next_line(rest)); /* an empty one */
}

static int set_up(void **state)
{
    static struct fixture f;
    struct error err = ERROR_INIT;
    struct buffer file;
    f.types = resource_types_new();
    if (!resource_types_add_folder(f.types, SOURCE "/providers/aws/types", &err) ||
        !resource_types_add_folder(f.types, SOURCE "/providers/gcp/types", &err))
        fail_msg("%s", err.message);
    f.catalog = catalog_new(f.types);
    buffer_init(&file, FILE_MAX);
    if (!catalog_add_builtin(f.catalog, &err) ||
        !file_read(SOURCE "/tests/unit/checks/root_sentences.txt", &file, &err))
        fail_msg("%s", err.message);
    for (struct text rest = buffer_text(&file); rest.len > 0;)
        add(&f, &rest);
    buffer_release(&file);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->count; i++) {
        json_object_put(f->items[i].evidence);
        json_object_put(f->items[i].detail);
        free(f->items[i].en);
        free(f->items[i].ja);
    }
    catalog_free(f->catalog);
    resource_types_free(f->types);
    return 0;
}

static bool says(const struct sentence *s, enum check_language language, const char *wanted)
{
    struct error err = ERROR_INIT;
    struct buffer out;
    const struct check_summary_values v = { .account = "123456789012",
                                            .evidence = s->evidence,
                                            .detail = s->detail };
    buffer_init(&out, FILE_MAX);
    if (!catalog_summary(s->check, language, &v, &out, &err))
        fail_msg("%s: %s", err.message, json_object_to_json_string(s->evidence));
    bool same = strcmp(buffer_string(&out), wanted) == 0;
    if (!same)
        print_error("it says: %s\nand not: %s\n", buffer_string(&out), wanted);
    buffer_release(&out);
    return same;
}

static void sentences_read_as_they_are_written_down(void **state)
{
    const struct fixture *f = *state;
    bool same = true;
    for (size_t i = 0; i < f->count; i++) {
        same &= says(&f->items[i], CHECK_EN, f->items[i].en);
        same &= says(&f->items[i], CHECK_JA, f->items[i].ja);
    }
    assert_true(same);
    assert_true(f->count > 40);
}

/* ---- none is missing ---- */

static bool has(struct json_object *value, const char *word, struct json_object *words)
{
    if (json_object_is_type(value, json_type_array)) {
        bool found = strcmp(word, "*") == 0 && json_object_array_length(value) > 0;
        for (size_t i = 0; !found && i < json_object_array_length(value); i++)
            found = has(json_object_array_get_idx(value, i), word, words);
        return found;
    }
    const char *text = json_object_get_string(value);
    return text != NULL && strcmp(word, json_get(words, text) == NULL ? "*" : text) == 0;
}

static bool is_said(const struct fixture *f, const struct check *c, const char *member,
                    const char *word)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct sentence *s = &f->items[i];
        struct json_object *in_evidence = path_first(s->evidence, member),
                           *value =
                               in_evidence != NULL ? in_evidence : path_first(s->detail, member);
        if (s->check == c && has(value, word, json_get(c->words, member)))
            return true;
    }
    return false;
}

static void each_word_stands_in_a_sentence(void **state)
{
    const struct fixture *f = *state;
    static const char *const checks[] = { ROOT, KEYS };
    for (size_t i = 0; i < 2; i++) {
        const struct check *c = catalog_find(f->catalog, checks[i]);
        json_object_object_foreach(c->words, member, words) {
            json_object_object_foreach(words, word, texts) {
                (void)texts;
                if (!is_said(f, c, member, word))
                    fail_msg("%s: %s of %s is in no sentence", c->id, word, member);
            }
        }
    }
}

static void each_kind_and_task_has_its_words(void **state)
{
    const struct fixture *f = *state;
    struct json_object *words = catalog_find(f->catalog, ROOT)->words;
    for (enum root_kind kind = ROOT_KEY; kind < ROOT_ACCOUNT_KEY; kind++)
        assert_non_null(json_get(json_get(words, "kind"), root_path_kind_word(kind)));
    for (enum root_task task = ROOT_AUDIT; task <= ROOT_OTHER_TASK; task++)
        assert_non_null(json_get(json_get(words, "task"), root_path_task_word(task)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_read_as_they_are_written_down),
        cmocka_unit_test(each_word_stands_in_a_sentence),
        cmocka_unit_test(each_kind_and_task_has_its_words),
    };
    return cmocka_run_group_tests_name("sentences about root", tests, set_up, tear_down);
}
