/* Spread types: one list, and a scope for each place in which something is. */
#include "tests/unit/scanner/walking.h"

static const char types[] = "service: net\n"
                            "types:\n"
                            "  cloud_net_disk:\n"
                            "    scope: spread\n"
                            "    list: ListDisks\n"
                            "    items: \"Places[].Disks[]\"\n"
                            "    id: \"{last Name}\"\n"
                            "    region: Zone\n"
                            "    key: \"{Name}\"\n"
                            "  cloud_net_copy:\n"
                            "    scope: global\n"
                            "    children_of: cloud_net_disk\n"
                            "    list: ListCopies\n"
                            "    with: {Disk: \"{parent.Name}\"}\n"
                            "    items: Copies\n"
                            "    id: Id\n"
                            "    key: \"copy:{Id}\"\n";

#define DISK(name, zone)                                                                           \
    "i {\"Name\":\"disks/" name "\",\"Zone\":\"https://cloud.example/zones/" zone "\"}\n"

static const char list_disks[] = "111 global ListDisks {}";

static void begin(struct walking *w, const char *body)
{
    *w = (struct walking){ 0 };
    kit_init(&w->kit, (const char *const[]){ types, NULL });
    w->kit.cloud.regions_unknown = true;
    cloud_on(&w->kit.cloud, "111 global ListCopies *", 200, ".\n");
    cloud_on(&w->kit.cloud, list_disks, 200, body);
    walking_run(w, "111");
}

static void night(struct walking *w, int status, const char *body)
{
    kit_next_night(&w->kit);
    cloud_on(&w->kit.cloud, list_disks, status, body);
    walking_run(w, "111");
}

#define AROUND(disks) "global cloud_net_copy complete\n" disks "global credentials complete\n"

static void things_are_kept_in_the_scope_of_their_place(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") DISK("b", "z2") ".\n");
    kit_assert_rows(
        &w.kit,
        "SELECT rid, v.region, sc.region FROM version v JOIN resource r ON r.id = v.resource"
        " JOIN scope sc ON sc.id = r.scope ORDER BY 1",
        "a z1 z1\nb z2 z2\n");
    kit_assert_coverage(
        &w.kit, "111",
        AROUND(
            "global cloud_net_disk complete\n") "z1 cloud_net_disk complete\nz2 cloud_net_disk complete\n");
    walking_release(&w);
}

static void children_of_things_in_all_places_are_asked_for(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") DISK("b", "z2") ".\n");
    assert_int_equal(cloud_count(&w.kit.cloud, "111 global ListCopies {\"Disk\":\"disks/a\"}"), 1);
    assert_int_equal(cloud_count(&w.kit.cloud, "111 global ListCopies {\"Disk\":\"disks/b\"}"), 1);
    walking_release(&w);
}

static void an_empty_place_is_complete_and_what_was_there_gone(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") DISK("b", "z2") ".\n");
    night(&w, 200, DISK("a", "z1") ".\n");
    kit_assert_resources(&w.kit, "a\n");
    kit_assert_coverage(
        &w.kit, "111",
        AROUND(
            "global cloud_net_disk complete\n") "z1 cloud_net_disk complete\nz2 cloud_net_disk complete\n");
    walking_release(&w);
}

static void a_place_that_an_answer_leaves_out_keeps_what_it_had_and_no_other_does(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") DISK("b", "z2") ".\n");
    night(&w, 200, "r {\"LeftOut\":{\"z2\":\"UNREACHABLE\",\"z3\":\"UNREACHABLE\"}}\n.\n");
    kit_assert_resources(&w.kit, "b\n");
    kit_assert_coverage(
        &w.kit, "111",
        AROUND(
            "global cloud_net_disk complete\n") "z1 cloud_net_disk complete\nz2 cloud_net_disk failed\nz3 cloud_net_disk failed\n");
    kit_assert_rows(
        &w.kit, "SELECT DISTINCT reason FROM coverage WHERE reason <> '' AND to_run IS NULL",
        "net ListDisks left z2 out: UNREACHABLE\nnet ListDisks left z3 out: UNREACHABLE\n");
    walking_release(&w);
}

static void what_is_kept_in_one_scope_is_incomplete_when_places_are_left_out(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") ".\n");
    cloud_on(
        &w.kit.cloud, "111 global ListCopies {\"Disk\":\"disks/a\"}", 200,
        "i {\"Id\":\"c\"}\nr {\"LeftOut\":{\"z9\":\"UNREACHABLE\",\"z8\":\"UNREACHABLE\"}}\n.\n");
    night(&w, 200, DISK("a", "z1") ".\n");
    kit_assert_resources(&w.kit, "a\nc\n");
    kit_assert_rows(
        &w.kit,
        "SELECT c.outcome, c.reason FROM coverage c JOIN scope sc ON sc.id = c.scope"
        " WHERE c.to_run IS NULL AND sc.type = 'cloud_net_copy'",
        "failed net ListCopies left z8 out: UNREACHABLE (asked of each cloud_net_disk)\n");
    walking_release(&w);
}

static void an_answer_that_leaves_places_out_makes_the_account_incomplete(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") ".\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, list_disks, 200, "r {\"LeftOut\":{\"z1\":\"UNREACHABLE\"}}\n.\n");
    walking_start(&w, "111", NULL);
    walking_finish(&w);
    assert_int_equal(w.account->scopes_incomplete, 1);
    assert_int_equal(w.account->worst, OUTCOME_FAILED);
    walking_release(&w);
}

static void a_refused_list_leaves_all_places_unread(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") DISK("b", "z2") ".\n");
    night(&w, 403, "Denied");
    kit_assert_resources(&w.kit, "a\nb\n");
    kit_assert_coverage(&w.kit, "111",
                        "global cloud_net_copy denied\nglobal cloud_net_disk denied\n"
                        "global credentials complete\n"
                        "z1 cloud_net_disk denied\nz2 cloud_net_disk denied\n");
    walking_release(&w);
}

static void places_are_unread_where_there_is_no_way_in(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") ".\n");
    kit_next_night(&w.kit);
    cloud_on(&w.kit.cloud, "sts assume 111", 403, "Denied");
    walking_run(&w, "111");
    kit_assert_rows(&w.kit,
                    "SELECT sc.region, c.outcome FROM coverage c JOIN scope sc ON sc.id = c.scope"
                    " WHERE c.to_run IS NULL AND sc.type = 'cloud_net_disk' ORDER BY 1",
                    "global denied\nz1 denied\n");
    walking_release(&w);
}

static void a_thing_seen_before_its_answer_ended_badly_is_kept(void **state)
{
    struct walking w;
    (void)state;
    begin(&w, DISK("a", "z1") ".\n");
    night(&w, 200, DISK("c", "z4")); /* cut short */
    kit_assert_resources(&w.kit, "a\nc\n");
    kit_assert_rows(&w.kit,
                    "SELECT sc.region, c.outcome FROM coverage c JOIN scope sc ON sc.id = c.scope"
                    " WHERE c.to_run IS NULL AND sc.type = 'cloud_net_disk' ORDER BY 1",
                    "global failed\nz1 failed\nz4 failed\n");
    walking_release(&w);
}

/* Disks in so many places, named from `first` on. */
static char *many_disks(int first, int count)
{
    struct buffer body;
    buffer_init(&body, 1 << 20);
    for (int i = first; i < first + count; i++)
        buffer_append_format(&body, "i {\"Name\":\"disks/d%d\",\"Zone\":\"zones/m%d\"}\n", i, i);
    buffer_append_string(&body, ".\n");
    return buffer_detach(&body);
}

static char *many_left_out(int count)
{
    struct buffer body;
    buffer_init(&body, 1 << 20);
    for (int i = 0; i < count; i++)
        buffer_append_format(&body, "%s\"n%d\":\"UNREACHABLE\"", i == 0 ? "r {\"LeftOut\":{" : ",",
                             i);
    buffer_append_string(&body, "}}\n.\n");
    return buffer_detach(&body);
}

#define OWN_SCOPE                                                                                  \
    "SELECT c.outcome, c.reason LIKE '%cloud_net_disk: things in more than 1000 places'"           \
    " FROM coverage c JOIN scope sc ON sc.id = c.scope"                                            \
    " WHERE c.to_run IS NULL AND sc.type = 'cloud_net_disk' AND sc.region = 'global'"
#define PLACES "SELECT count(*) FROM scope WHERE type = 'cloud_net_disk' AND region <> 'global'"
#define TOO_MANY "failed 1\n"

static void more_places_than_there_is_room_for_fail_their_read_alone(void **state)
{
    struct walking w;
    (void)state;
    char *first = many_disks(0, 600), *second = many_disks(600, 401), *out = many_left_out(401);
    begin(&w, first);
    night(&w, 200, second); /* none of the first: those of both nights count */
    kit_assert_rows(&w.kit, OWN_SCOPE, TOO_MANY);
    kit_assert_rows(&w.kit, PLACES, "1000\n");
    kit_assert_rows(&w.kit, "SELECT count(*) FROM version WHERE to_run IS NULL", "1000\n");
    night(&w, 200, out);
    kit_assert_rows(&w.kit, OWN_SCOPE, TOO_MANY);
    kit_assert_rows(&w.kit, "SELECT count(*) FROM version WHERE to_run IS NULL", "1000\n");
    kit_assert_rows(&w.kit,
                    "SELECT c.outcome FROM coverage c JOIN scope sc ON sc.id = c.scope"
                    " WHERE c.to_run IS NULL AND sc.region = 'global' AND sc.type = 'credentials'",
                    "complete\n");
    night(&w, 200, first);
    kit_assert_rows(&w.kit, OWN_SCOPE, "complete 0\n");
    kit_assert_rows(&w.kit, "SELECT count(*) FROM version WHERE to_run IS NULL", "600\n");
    walking_release(&w);
    free(out);
    free(second);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(things_are_kept_in_the_scope_of_their_place),
        cmocka_unit_test(children_of_things_in_all_places_are_asked_for),
        cmocka_unit_test(an_empty_place_is_complete_and_what_was_there_gone),
        cmocka_unit_test(a_place_that_an_answer_leaves_out_keeps_what_it_had_and_no_other_does),
        cmocka_unit_test(what_is_kept_in_one_scope_is_incomplete_when_places_are_left_out),
        cmocka_unit_test(an_answer_that_leaves_places_out_makes_the_account_incomplete),
        cmocka_unit_test(a_refused_list_leaves_all_places_unread),
        cmocka_unit_test(places_are_unread_where_there_is_no_way_in),
        cmocka_unit_test(a_thing_seen_before_its_answer_ended_badly_is_kept),
        cmocka_unit_test(more_places_than_there_is_room_for_fail_their_read_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
