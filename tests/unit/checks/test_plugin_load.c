/* Plugins of a folder: which are loaded, and what is refused by name. */
#include "tests/unit/checks/kit.h"

#include "checks/check_test.h"
#include "checks/plugin_load.h"
#include "core/base/file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX], above[PATH_MAX];
static struct plugin_table *table;

static int set_up(void **state)
{
    (void)state;
    snprintf(above, sizeof above, SHARED "/plugins-XXXXXX"); /* not /tmp, which anybody may write */
    assert_non_null(mkdtemp(above));
    snprintf(folder, sizeof folder, "%.*s/plugins.d", PATH_MAX - 16, above);
    assert_int_equal(mkdir(folder, 0700), 0);
    table = plugin_table_new();
    return 0;
}

static int tear_down(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    plugin_table_free(table);
    return file_remove_tree(above, &err) ? 0 : -1;
}

static char *path_of(const char *name)
{
    return memory_format("%s/%s", folder, name);
}

static void put_text(const char *name, struct text content, mode_t mode)
{
    struct error err = ERROR_INIT;
    char *path = path_of(name);
    assert_true(file_write_atomic(path, content, &err));
    assert_int_equal(chmod(path, mode), 0);
    free(path);
}

/* One of the shared objects that the build made for this test. */
static void put(const char *name, const char *kind)
{
    struct error err = ERROR_INIT;
    struct buffer bytes;
    char *from = memory_format(SHARED "/%s.so", kind);
    buffer_init(&bytes, PLUGIN_FILE_MAX);
    if (!file_read(from, &bytes, &err))
        fail_msg("%s", err.message);
    put_text(name, buffer_text(&bytes), 0755);
    buffer_release(&bytes);
    free(from);
}

/* `words`: what comes after the folder's name. */
static void is_refused(const char *words)
{
    struct error err = ERROR_INIT;
    assert_null(plugin_load_folder(folder, table, &err));
    assert_int_equal(err.kind, ERROR_CONFIG);
    assert_int_equal(error_exit_status(&err), 2);
    assert_true(text_starts_with(text_of(err.message), folder));
    assert_string_equal(err.message + strlen(folder), words);
}

/* ---- what is loaded ---- */

static const char tests[] =
    "tests:\n"
    "  - {name: t, given: {aws_t_box: [{Id: a}]}, expect: [{id: a, subject: shared}]}\n";

static void note_fault(void *ctx, const struct check_test_report *r)
{
    (void)ctx;
    if (!r->passed && strcmp(r->test, "t") == 0)
        fail_msg("%s", r->fault);
}

static void a_plugin_of_the_folder_judges(void **state)
{
    struct error err = ERROR_INIT;
    struct check_test_counts counts = { 0 };
    (void)state;
    put("any name.so", "good");
    put_text("README", TEXT_LITERAL("not a plugin, and nobody's business"), 0666);
    struct plugin_load *l = plugin_load_folder(folder, table, &err);
    if (l == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(plugin_load_replaced(l)->count, 0);
    assert_int_equal(strlen(plugin_table_find(table, "shared")->sha256), DIGEST_HEX_MAX - 1);
    struct resource_types *types = kit_make_types();
    struct catalog *catalog = catalog_new(types);
    catalog_use_plugins(catalog, table);
    const struct check *c = kit_plugin_check(catalog, "aws_c", NULL, "shared", tests);
    assert_true(check_test_run(catalog, c, note_fault, NULL, &counts, &err));
    assert_int_equal(counts.passed, 1);
    catalog_free(catalog);
    resource_types_free(types);
    plugin_load_free(l);
}

static void without_a_folder_or_files_there_is_nothing_to_load(void **state)
{
    struct error err = ERROR_INIT;
    char *nowhere = path_of("nowhere");
    (void)state;
    struct plugin_load *none = plugin_load_folder(nowhere, table, &err);
    assert_non_null(none);
    assert_int_equal(chmod(folder, 0777), 0); /* where nothing is loaded from, anybody may write */
    struct plugin_load *empty = plugin_load_folder(folder, table, &err);
    assert_non_null(empty);
    plugin_load_free(none);
    plugin_load_free(empty);
    free(nowhere);
}

static bool judge_nothing(const struct check_view *view, check_result_fn result, void *ctx,
                          struct error *err)
{
    (void)view;
    (void)result;
    (void)ctx;
    (void)err;
    return true;
}

/* As if `shared` were built in. */
static void one_takes_a_built_in_ones_place(void **state)
{
    static const struct check_plugin builtin = { .abi = CHECK_PLUGIN_ABI,
                                                 .name = "shared",
                                                 .judge = judge_nothing };
    struct error err = ERROR_INIT;
    (void)state;
    assert_true(
        plugin_table_add(table, &(struct plugin_entry){ .plugin = &builtin, .file = "" }, &err));
    put("a.so", "good");
    struct plugin_load *l = plugin_load_folder(folder, table, &err);
    assert_non_null(l);
    char *line = memory_format("%s/a.so takes the place of the built-in plugin shared", folder);
    assert_int_equal(plugin_load_replaced(l)->count, 1);
    assert_string_equal(plugin_load_replaced(l)->items[0], line);
    assert_ptr_not_equal(plugin_table_find(table, "shared")->plugin, &builtin);
    free(line);
    plugin_load_free(l);
}

/* ---- what is not ---- */

#define NOT_ALONE                                                                                  \
    ": others may write there; plugins are loaded only where nobody else can change them (chmod"   \
    " go-w)"

static void what_others_can_write_is_not_loaded(void **state)
{
    (void)state;
    put("a.so", "good");
    assert_int_equal(chmod(folder, 0770), 0);
    is_refused(NOT_ALONE);
    assert_int_equal(chmod(folder, 0707), 0);
    is_refused(NOT_ALONE);
    assert_int_equal(chmod(folder, 0700), 0);
    char *path = path_of("a.so");
    assert_int_equal(chmod(path, 0720), 0);
    is_refused("/a.so" NOT_ALONE);
    free(path);
}

/* Who may write above may put another folder in its place. */
static void a_folder_that_others_could_replace_is_not_loaded_from(void **state)
{
    (void)state;
    char *words = memory_format(
        ": others may write to %s, above it, and so replace it; plugins are loaded only where nobody else can change them",
        above);
    put("a.so", "good");
    static const mode_t open_modes[] = { 0720, 0702, 01777 };
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        assert_int_equal(chmod(above, open_modes[i]), 0);
        is_refused(words);
    }
    assert_int_equal(chmod(above, 0700), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(above, 12345, 0), 0);
        is_refused(words);
        assert_int_equal(chown(above, 0, 0), 0);
    }
    free(words);
}

/* A link in the path changes nothing: what counts is where the folder is. */
static void the_folders_above_are_those_where_it_really_is(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    char *link = memory_format("%s.link", above);
    put("a.so", "good");
    assert_int_equal(chmod(above, 0702), 0);
    assert_int_equal(symlink(folder, link), 0);
    struct plugin_load *l = plugin_load_folder(link, table, &err);
    assert_int_equal(unlink(link), 0);
    assert_null(l);
    assert_non_null(strstr(err.message, "above it"));
    free(link);
}

/* Each by a descriptor of its own: the loader takes one name for one file. */
static void each_file_is_a_plugin_of_its_own(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    put("a.so", "good");
    put("b.so", "other");
    struct plugin_load *l = plugin_load_folder(folder, table, &err);
    if (l == NULL)
        fail_msg("%s", err.message);
    const struct plugin_entry *a = plugin_table_find(table, "shared"),
                              *b = plugin_table_find(table, "other");
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a->plugin, b->plugin);
    assert_string_not_equal(a->sha256, b->sha256);
    plugin_load_free(l);
}

/* Only root can give files away. */
static void what_belongs_to_another_is_not_loaded(void **state)
{
    (void)state;
    char *path = path_of("a.so");
    put("a.so", "good");
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 12345, 0), 0);
        is_refused("/a.so: belongs to user 12345; plugins must be ours or root's");
        assert_int_equal(chown(path, 0, 0), 0);
        assert_int_equal(chown(folder, 12345, 0), 0);
        is_refused(": belongs to user 12345; plugins must be ours or root's");
    }
    free(path);
}

static void only_regular_files_are_loaded(void **state)
{
    (void)state;
    char *link = path_of("a.so");
    assert_int_equal(symlink(SHARED "/good.so", link), 0);
    is_refused("/a.so: is no regular file");
    assert_int_equal(unlink(link), 0);
    assert_int_equal(mkdir(link, 0700), 0);
    is_refused("/a.so: is no regular file");
    free(link);
}

static void what_is_no_shared_object_is_refused(void **state)
{
    (void)state;
    put_text("a.so", TEXT_LITERAL(""), 0600);
    is_refused("/a.so: file too short");
    put_text(
        "a.so",
        TEXT_LITERAL(
            "int main(void) { return 0; } /* the source, by mistake, of more bytes than a header has */"),
        0600);
    is_refused("/a.so: invalid ELF header");
}

static void another_version_of_the_header_is_refused(void **state)
{
    (void)state;
    put("a.so", "older");
    is_refused("/a.so: the plugin is built for version 1 of check.h, this yomawari has 2");
}

static void without_the_symbol_it_is_none(void **state)
{
    (void)state;
    put("a.so", "hidden");
    is_refused("/a.so: has no symbol yomawari_check_plugin (CHECK_PLUGIN_EXPORT in check.h)");
}

static void names_are_words(void **state)
{
    (void)state;
    put("a.so", "loud");
    is_refused("/a.so: the plugin's name is no word of lower case letters, digits and _");
}

static void two_have_no_name_in_common(void **state)
{
    (void)state;
    put("a.so", "good");
    put("b.so", "twin");
    char *words =
        memory_format("/b.so: the plugin is called shared, as that of %s/a.so is", folder);
    is_refused(words);
    free(words);
}

#define LOAD_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

/* Where the tree lies may be open to others all the way up; then nothing can be loaded from it. */
static bool tree_is_closed(void)
{
    char path[PATH_MAX] = SHARED;
    struct stat st;
    for (char *slash = path + strlen(path); slash != NULL; slash = strrchr(path, '/')) {
        *slash = '\0';
        if (stat(path[0] == '\0' ? "/" : path, &st) != 0 ||
            (st.st_mode & (S_IWGRP | S_IWOTH)) != 0 || (st.st_uid != 0 && st.st_uid != geteuid()))
            return false;
    }
    return true;
}

int main(void)
{
    if (!tree_is_closed()) {
        printf("skipped: others may write to a folder above %s\n", SHARED);
        return UNIT_SKIPPED;
    }
    const struct CMUnitTest all[] = {
        LOAD_TEST(a_plugin_of_the_folder_judges),
        LOAD_TEST(without_a_folder_or_files_there_is_nothing_to_load),
        LOAD_TEST(one_takes_a_built_in_ones_place),
        LOAD_TEST(what_others_can_write_is_not_loaded),
        LOAD_TEST(a_folder_that_others_could_replace_is_not_loaded_from),
        LOAD_TEST(the_folders_above_are_those_where_it_really_is),
        LOAD_TEST(each_file_is_a_plugin_of_its_own),
        LOAD_TEST(what_belongs_to_another_is_not_loaded),
        LOAD_TEST(only_regular_files_are_loaded),
        LOAD_TEST(what_is_no_shared_object_is_refused),
        LOAD_TEST(another_version_of_the_header_is_refused),
        LOAD_TEST(without_the_symbol_it_is_none),
        LOAD_TEST(names_are_words),
        LOAD_TEST(two_have_no_name_in_common),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
