/* Folder names for teams that anybody may have named. */
#include "core/base/memory.h"
#include "core/base/utf8.h"
#include "reports/team.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void assert_folder(const char *team, const char *wanted)
{
    char *folder = team_folder(team);
    assert_string_equal(folder, wanted);
    free(folder);
}

static void ordinary_names_stay(void **state)
{
    (void)state;
    assert_folder("payments", "payments");
    assert_folder("Team 7_b-c.d", "Team 7_b-c.d");
    assert_folder("\xe6\xb1\xba\xe6\xb8\x88\xe3\x83\x81\xe3\x83\xbc\xe3\x83\xa0",
                  "\xe6\xb1\xba\xe6\xb8\x88\xe3\x83\x81\xe3\x83\xbc\xe3\x83\xa0");
}

/* Each starts as wanted and ends with the twelve digits. */
static void names_that_could_leave_the_folder_are_changed(void **state)
{
    (void)state;
    static const char *const teams[][2] = {
        { "a/b", "a_b-" },       { "..", "__-" },           { ".", "_-" },
        { "../../etc", "_._.._etc-" }, { ".hidden", "_hidden-" }, { "ends.", "ends_-" },
        { "a\nb", "a_b-" },      { "C:\\x", "C__x-" },      { "\xff\xfe", "__-" },
        { "a\xc2\x85" "b", "a__b-" }, { " ", "_-" },        { "*?\"<>|", "______-" },
    };
    for (size_t i = 0; i < sizeof teams / sizeof *teams; i++) {
        char *folder = team_folder(teams[i][0]);
        assert_int_equal(strlen(folder), strlen(teams[i][1]) + 12);
        assert_memory_equal(folder, teams[i][1], strlen(teams[i][1]));
        assert_null(strchr(folder, '/'));
        free(folder);
    }
}

static void no_two_teams_share_a_folder(void **state)
{
    (void)state;
    char *slash = team_folder("a/b"), *colon = team_folder("a:b");
    assert_string_not_equal(slash, colon);
    /* Somebody who names his team as another's folder gets another one. */
    char *impostor = team_folder(slash);
    assert_string_not_equal(slash, impostor);
    free(impostor);
    free(colon);
    free(slash);
}

static void long_names_are_cut_between_characters(void **state)
{
    (void)state;
    char *team = memory_new(3001, 1);
    for (size_t i = 0; i < 3000; i += 3)
        memcpy(team + i, "\xe6\x97\xa5", 3);
    char *folder = team_folder(team);
    assert_true(strlen(folder) <= TEAM_FOLDER_MAX);
    assert_true(strlen(folder) > TEAM_FOLDER_MAX - 4);
    assert_true(utf8_is_valid(text_of(folder)));
    free(folder);
    free(team);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_names_stay),
        cmocka_unit_test(names_that_could_leave_the_folder_are_changed),
        cmocka_unit_test(no_two_teams_share_a_folder),
        cmocka_unit_test(long_names_are_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
