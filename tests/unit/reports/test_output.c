/* Files that appear whole, and are links where nothing changed. */
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "reports/output.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char folder[64], a[128], b[128];
};

static int make_place(void **state)
{
    struct place *p = memory_new(1, sizeof *p);
    snprintf(p->folder, sizeof p->folder, "/tmp/yomawari-output-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->a, sizeof p->a, "%s/a", p->folder);
    snprintf(p->b, sizeof p->b, "%s/b", p->folder);
    *state = p;
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    assert_true(file_remove_tree(p->folder, &err));
    free(p);
    return 0;
}

static void write_file(const char *path, const char *earlier, struct text content, struct output_result *result)
{
    struct error err = ERROR_INIT;
    struct output *o = output_file(path, earlier, &err);
    assert_non_null(o);
    assert_true(output_write(o, content, &err));
    assert_true(output_finish(o, result, &err));
    output_free(o);
}

static ino_t inode(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_ino;
}

static void assert_content(const char *path, struct text wanted)
{
    struct error err = ERROR_INIT;
    struct buffer b;
    buffer_init(&b, 16 * 1024 * 1024);
    assert_true(file_read(path, &b, &err));
    assert_true(text_equal(buffer_text(&b), wanted));
    buffer_release(&b);
}

static void a_file_has_its_name_only_when_it_is_whole(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    struct output *o = output_file(p->a, NULL, &err);
    assert_true(output_write(o, text_of("half"), &err));
    assert_false(file_exists(p->a));
    assert_true(output_finish(o, NULL, &err));
    output_free(o);
    assert_content(p->a, text_of("half"));
    struct stat st;
    assert_int_equal(stat(p->a, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    char *beside = memory_format("%s.tmp", p->a);
    assert_false(file_exists(beside));
    free(beside);
}

static void a_file_given_up_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct error err = ERROR_INIT;
    struct output *o = output_file(p->a, NULL, &err);
    assert_true(output_write(o, text_of("half"), &err));
    output_free(o);
    assert_int_equal(rmdir(p->folder), 0);
    assert_int_equal(mkdir(p->folder, 0700), 0);
}

static void the_same_bytes_are_the_same_file(void **state)
{
    struct place *p = *state;
    struct output_result first, second;
    char *large = memory_new(300000, 1);
    memset(large, 'x', 300000);
    write_file(p->a, NULL, (struct text){ large, 300000 }, &first);
    write_file(p->b, p->a, (struct text){ large, 300000 }, &second);
    assert_true(second.linked);
    assert_false(first.linked);
    assert_int_equal(inode(p->a), inode(p->b));
    assert_int_equal(second.bytes, 300000);
    assert_string_equal(first.sha256, second.sha256);
    free(large);
}

/* Other at the front, in the middle, at the end; shorter; longer; and an earlier file that is not there. */
static void other_bytes_are_another_file(void **state)
{
    struct place *p = *state;
    enum { SIZE = 200000 };
    const struct { size_t len, at; } others[] = { { SIZE, 0 },        { SIZE, 70000 },   { SIZE, SIZE - 1 },
                                                  { SIZE - 1, SIZE }, { SIZE + 1, SIZE } };
    char *bytes = memory_new(SIZE + 1, 1);
    memset(bytes, 'x', SIZE + 1);
    write_file(p->a, NULL, (struct text){ bytes, SIZE }, NULL);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct output_result result;
        if (others[i].at < SIZE)
            bytes[others[i].at] = 'y';
        write_file(p->b, p->a, (struct text){ bytes, others[i].len }, &result);
        assert_false(result.linked);
        assert_content(p->b, (struct text){ bytes, others[i].len });
        assert_int_not_equal(inode(p->a), inode(p->b));
        bytes[others[i].at] = 'x';
    }
    free(bytes);
    struct output_result result;
    write_file(p->b, "/nowhere/at/all", text_of(""), &result);
    assert_false(result.linked);
    assert_string_equal(result.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_link_that_cannot_be_made_is_written_instead(void **state)
{
    struct place *p = *state;
    struct output_result result;
    write_file(p->a, NULL, text_of("same"), NULL);
    write_file(p->b, NULL, text_of("in the way"), NULL);
    write_file(p->b, p->a, text_of("same"), &result);
    assert_false(result.linked);
    assert_content(p->b, text_of("same"));
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    assert_null(output_file("/proc/self/nowhere/a.csv", NULL, &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_non_null(strstr(err.message, "cannot write /proc/self/nowhere/a.csv: "));
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    FILE *full = fopen("/dev/full", "wb");
    assert_non_null(full);
    struct output *o = output_stream(full);
    assert_true(output_write(o, text_of("a few bytes"), &err));
    assert_false(output_finish(o, NULL, &err));
    assert_int_equal(err.kind, ERROR_IO);
    assert_non_null(strstr(err.message, "No space left"));
    output_free(o);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_has_its_name_only_when_it_is_whole, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_file_given_up_leaves_nothing, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_same_bytes_are_the_same_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(other_bytes_are_another_file, make_place, remove_place),
        cmocka_unit_test_setup_teardown(a_link_that_cannot_be_made_is_written_instead, make_place, remove_place),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
