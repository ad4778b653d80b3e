/* Members that come and go by themselves are one row of their parent, and none of changes: to the byte. */
#include "core/model/resource_type.h"
#include "core/store/follow.h"
#include "core/store/views.h"
#include "reports/compare.h"
#include "reports/sheets.h"
#include "tests/unit/core/store/world.h"

static const char yaml[] =
    "service: ec2\n"
    "types:\n"
    "  aws_ec2_instance:\n"
    "    list: L\n"
    "    items: I\n"
    "    id: Id\n"
    "    key: \"i/{Id}\"\n"
    "    sheet: {address: {en: Address, ja: 住所, path: Address}, image: {en: Image, ja: 画像, path: Image}}\n"
    "    console: \"https://console.example/{id}\"\n";

static struct world w;
static struct resource_types *types;

static int set_up(void **state)
{
    (void)state;
    world_init(&w);
    w.account = world_account(&w, "012345678901", "active");
    world_exec(&w, "UPDATE account SET team = ''");
    types = resource_types_new();
    world_must(&w, resource_types_add(types, "t.yaml", text_of(yaml), &w.err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    resource_types_free(types);
    world_release(&w);
    return 0;
}

/* ---- nights ---- */

struct member {
    const char *id, *parent, *address, *tags; /* parent NULL: an ordinary one */
};

static void put_follower(struct store_scope *scope, const struct member *m, const char *follows)
{
    unsigned char digest[DIGEST_BYTES];
    struct json_object *tree = NULL;
    struct shape *shape = shape_parse(WORLD_SHAPE, &w.err);
    char *config =
        memory_format("{\"Address\":\"%s\",\"Id\":\"%s\",\"Image\":\"ami-1\"}", m->address, m->id);
    char *key = memory_format("i/%s", m->id);
    world_must(&w, shape != NULL && json_parse(text_of(config), &tree, &w.err));
    shape_digest(shape, tree, digest);
    struct store_item item = { .key = key,
                               .life = "",
                               .id = m->id,
                               .name = "n",
                               .region = "us-east-1",
                               .tags = m->tags == NULL ? "{}" : m->tags,
                               .config = config,
                               .digest = digest,
                               .parent = m->parent,
                               .follows = follows };
    world_must(&w, store_shape_id(w.s, shape_text(shape), &item.shape, &w.err) &&
                       store_scope_item(w.s, scope, &item, NULL, &w.err));
    json_object_put(tree);
    shape_free(shape);
    free(config);
    free(key);
}

static void put(struct store_scope *scope, const struct member *m)
{
    put_follower(scope, m, NULL);
}

static void read_members(const struct member *m, enum outcome outcome)
{
    struct store_scope *scope = world_begin(&w, "us-east-1", "aws_ec2_instance");
    for (; m != NULL && m->id != NULL; m++)
        put(scope, m);
    world_end(&w, scope, outcome);
}

static void write_sheets(void)
{
    const struct sheets_options o = { .state_folder = w.folder };
    world_must(&w, views_create(w.s, &w.run, types, &w.err) &&
                       sheets_write(w.s, &w.run, types, &o, &w.err));
}

#define MEMBERS(...)                                                                               \
    (const struct member[])                                                                        \
    {                                                                                              \
        __VA_ARGS__,                                                                               \
        {                                                                                          \
            NULL, NULL, NULL, NULL                                                                 \
        }                                                                                          \
    }

static void night(const struct member *members)
{
    world_night(&w);
    read_members(members, OUTCOME_COMPLETE);
    world_publish(&w);
    write_sheets();
}

static char *sheet(const char *name)
{
    struct buffer b;
    char *path = memory_format("%s/latest/%s", w.folder, name);
    buffer_init(&b, 1 << 20);
    world_must(&w, file_read(path, &b, &w.err));
    free(path);
    return buffer_detach(&b);
}

static void expect_sheet(const char *name, const char *rows)
{
    char *text = sheet(name), *line = strstr(text, "\r\n");
    assert_non_null(line);
    assert_string_equal(line + 2, rows); /* without the head */
    free(text);
}

static const char *const all[] = { "inventory.csv", "inventory/aws_ec2_instance.csv",
                                   "changes.csv" };

struct sheets_taken {
    char *texts[3];
};

static struct sheets_taken take(void)
{
    return (struct sheets_taken){ { sheet(all[0]), sheet(all[1]), sheet(all[2]) } };
}

static void expect_same(struct sheets_taken *before)
{
    for (size_t i = 0; i < 3; i++) {
        char *now = sheet(all[i]);
        assert_string_equal(now, before->texts[i]);
        free(now);
        free(before->texts[i]);
    }
}

#define FIRST "2027-01-16T08:00:00Z"

/* ---- ---- */

static void members_are_one_row_of_their_parent(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", "{\"Team\":\"pay\",\"env\":\"prod\",\"Id\":\"1\"}" },
                  { "i-2", "web", "10.0.0.2", "{\"Team\":\"pay\",\"Environment\":\"prod\"}" },
                  { "i-3", NULL, "10.0.0.3", "{\"Team\":\"ops\"}" }));
    expect_sheet(
        "inventory.csv",
        "aws,012345678901,shop,us-east-1,aws_ec2_instance,web,web,pay,prod,\"Environment=prod; Team=pay\"," FIRST
        "," FIRST ",,,012345678901 us-east-1 aws_ec2_instance web\r\n"
        "aws,012345678901,shop,us-east-1,aws_ec2_instance,i-3,n,ops,,Team=ops," FIRST "," FIRST
        ",,,i/i-3\r\n");
    expect_sheet(
        "inventory/aws_ec2_instance.csv",
        "aws,012345678901,shop,us-east-1,aws_ec2_instance,web,web,pay,prod,\"Environment=prod; Team=pay\"," FIRST
        "," FIRST ",,,012345678901 us-east-1 aws_ec2_instance web,,,\r\n"
        "aws,012345678901,shop,us-east-1,aws_ec2_instance,i-3,n,ops,,Team=ops," FIRST "," FIRST
        ",,,i/i-3,10.0.0.3,ami-1,https://console.example/i-3\r\n");
    world_expect(&w, "SELECT id, parent FROM inventory ORDER BY id", "i-1|web i-2|web i-3|-");
    struct sheets_counts counts;
    world_must(&w, sheets_count(w.s, &counts, &w.err));
    assert_int_equal(counts.resources, 3);
}

static void a_member_that_is_replaced_changes_no_byte(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 },
                  { "i-9", "one", "10.0.1.1", "{\"Team\":\"pay\"}" }));
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 },
                  { "i-9", "one", "10.0.1.1", "{\"Team\":\"pay\"}" }));
    struct sheets_taken before = take();
    night(MEMBERS({ "i-2", "web", "10.0.0.2", 0 }, { "i-3", "web", "10.0.0.3", 0 },
                  { "i-8", "one", "10.0.1.2", "{\"Name\":\"other\",\"Team\":\"pay\"}" }));
    expect_same(&before);
    world_expect(&w, "SELECT count(*) FROM version", "5");
}

/* The machine i-N and the interface c-N that follows it; which is read first alternates. */
static void night_of_machine(int n, const char *parent)
{
    char machine[16], card[16], follows[32];
    snprintf(machine, sizeof machine, "i-%d", n);
    snprintf(card, sizeof card, "c-%d", n);
    snprintf(follows, sizeof follows, "aws_ec2_instance i-%d", n);
    world_night(&w);
    for (int step = 0; step < 2; step++) {
        if (step == n % 2) {
            read_members(MEMBERS({ machine, parent, "10.0.0.1", 0 }), OUTCOME_COMPLETE);
            continue;
        }
        struct store_scope *scope = world_begin(&w, "us-east-1", "aws_ec2_card");
        put_follower(scope, &(struct member){ card, NULL, machine, NULL }, follows);
        world_end(&w, scope, OUTCOME_COMPLETE);
    }
    world_must(&w, store_begin(w.s, &w.err) && follow_resolve(w.s, &w.run, &w.err) &&
                       store_commit(w.s, &w.err));
    world_publish(&w);
    write_sheets();
}

static void what_follows_a_member_is_replaced_without_a_byte(void **state)
{
    (void)state;
    night_of_machine(1, "web");
    night_of_machine(1, "web");
    struct sheets_taken before = take();
    world_expect(&w, "SELECT type, id, name FROM inventory_rows ORDER BY type",
                 "aws_ec2_card|web|web aws_ec2_instance|web|web");
    for (int n = 2; n < 4; n++)
        night_of_machine(n, "web");
    expect_same(&before);
    night_of_machine(4, NULL);
    world_expect_diff(&w, "added i/c-4 >; added i/i-4 >");
    night_of_machine(5, NULL);
    world_expect_diff(&w, "removed i/c-4 >; added i/c-5 >; removed i/i-4 >; added i/i-5 >");
}

static void a_member_that_changes_is_no_change(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }));
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }));
    struct sheets_taken before = take();
    night(MEMBERS({ "i-1", "web", "10.0.0.2", 0 }));
    expect_same(&before);
    world_expect_diff(&w, "");
    world_expect(&w, "SELECT count(*) FROM version",
                 "2"); /* known, and told to checks, all the same */
    world_expect(&w, "SELECT run FROM input", "3");
}

static void an_ordinary_one_still_is_a_change(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", NULL, "10.0.0.1", 0 }, { "i-2", NULL, "10.0.0.2", 0 }));
    night(MEMBERS({ "i-2", NULL, "10.0.0.9", 0 }, { "i-3", NULL, "10.0.0.3", 0 }));
    world_expect_diff(
        &w, "removed i/i-1 >; changed i/i-2 Address \"10.0.0.2\">\"10.0.0.9\"; added i/i-3 >");
}

static void one_that_joins_or_leaves_a_parent_is_told_by_what_it_is_after(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", NULL, "10.0.0.1", 0 }, { "i-2", "web", "10.0.0.2", 0 }));
    night(MEMBERS({ "i-1", "web", "10.0.0.8", 0 }, { "i-2", NULL, "10.0.0.9", 0 }));
    world_expect_diff(&w, "changed i/i-2 Address \"10.0.0.2\">\"10.0.0.9\"");
    world_expect(&w, "SELECT id FROM inventory_rows ORDER BY id", "i-2 web");
}

static void the_first_date_stays_when_the_first_members_are_forgotten(void **state)
{
    (void)state;
    static const char *const ids[] = { "i-1", "i-2", "i-3", "i-4" };
    night(MEMBERS({ "i-0", "web", "10.0.0.1", 0 }));
    for (size_t i = 0; i < 4; i++) {
        night(MEMBERS({ ids[i], "web", "10.0.0.1", 0 }));
        world_must(&w, store_prune(w.s, &w.run, 1, &w.err));
    }
    world_expect(
        &w,
        "SELECT count(*) FROM version v JOIN resource r ON r.id = v.resource WHERE r.key = 'i/i-0'",
        "0");
    world_must(&w, views_create(w.s, &w.run, types, &w.err));
    world_expect(&w, "SELECT first_seen, last_changed FROM inventory_rows", FIRST "|" FIRST);
    for (int i = 0; i < 4; i++) { /* nobody is left of it */
        night(MEMBERS({ "i-7", NULL, "10.0.0.1", 0 }));
        world_must(&w, store_prune(w.s, &w.run, 1, &w.err));
    }
    world_expect(&w, "SELECT count(*) FROM family", "0");
}

/* Known for long when a rule came that says what they belong to. */
static void a_parent_is_as_old_as_its_oldest_member(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", NULL, "10.0.0.1", 0 }));
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }, { "i-2", "web", "10.0.0.2", 0 }));
    world_expect(&w, "SELECT id, first_seen FROM inventory_rows", "web|" FIRST);
    world_expect_diff(&w, "");
    world_expect(&w, "SELECT count(*), max(parent) FROM version", "2|web"); /* refreshed in place */
}

static void members_not_verified_say_since_when(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }));
    world_night(&w);
    read_members(NULL, OUTCOME_DENIED);
    world_publish(&w);
    write_sheets();
    world_expect(&w, "SELECT id, unverified_since FROM inventory_rows", "web|2027-01-17T08:00:00Z");
    expect_sheet("changes.csv",
                 "unverified,aws,012345678901,shop,us-east-1,aws_ec2_instance,,,,,,,\r\n");
}

static void teams_that_members_disagree_about_own_nothing(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", "{\"Team\":\"pay\"}" },
                  { "i-2", "web", "10.0.0.2", "{\"Team\":\"ops\"}" },
                  { "i-3", "db", "10.0.0.3", "{}" },
                  { "i-4", "db", "10.0.0.4", "{\"TEAM\":\" ops \"}" }));
    world_expect(&w, "SELECT id, tags FROM inventory_rows ORDER BY id",
                 "db|{\"Team\":\"ops\"} web|{}");
}

static void parents_of_one_name_are_told_apart_by_account(void **state)
{
    (void)state;
    int64_t mine = w.account;
    world_night(&w);
    read_members(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }), OUTCOME_COMPLETE);
    w.account = world_account(&w, "111111111111", "active");
    read_members(MEMBERS({ "i-2", "web", "10.0.0.2", 0 }), OUTCOME_COMPLETE);
    w.account = mine;
    world_publish(&w);
    write_sheets();
    world_expect(&w, "SELECT account, id, key FROM inventory_rows ORDER BY account",
                 "012345678901|web|012345678901 us-east-1 aws_ec2_instance web"
                 " 111111111111|web|111111111111 us-east-1 aws_ec2_instance web");
}

/* ---- diff ---- */

static char *kept_copy(const char *name)
{
    char *text = sheet("inventory/aws_ec2_instance.csv"),
         *path = memory_format("%s/%s", w.folder, name);
    world_must(&w, file_write_atomic(path, text_of(text), &w.err));
    free(text);
    return path;
}

static void two_files_and_two_runs_agree(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }, { "i-2", NULL, "10.0.0.2", 0 }));
    struct store_run first = w.run;
    char *before = kept_copy("before.csv"), *told = NULL;
    size_t len = 0;
    night(MEMBERS({ "i-4", "=new", "10.0.0.4", "{\"Team\":\"pay\"}" },
                  { "i-3", NULL, "10.0.0.3", 0 }));
    char *after = kept_copy("after.csv");
    for (int files = 0; files < 2; files++) {
        FILE *out = open_memstream(&told, &len);
        world_must(&w, files ? compare_files(before, after, COMPARE_TEXT, out, &w.err)
                             : compare_runs(w.s, &first, &w.run, COMPARE_TEXT, out, &w.err));
        (void)fclose(out);
        assert_string_equal(told, "- aws_ec2_instance i-2 (n) 012345678901 us-east-1\n"
                                  "+ aws_ec2_instance i-3 (n) 012345678901 us-east-1\n");
        free(told);
    }
    free(before);
    free(after);
}

static void the_view_reads_members_by_their_index(void **state)
{
    (void)state;
    night(MEMBERS({ "i-1", "web", "10.0.0.1", 0 }));
    char *plan = world_rows(&w, "EXPLAIN QUERY PLAN SELECT * FROM inventory_rows");
    assert_non_null(strstr(plan, "version_parent"));
    assert_null(strstr(plan, "AUTOMATIC"));
    free(plan);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(members_are_one_row_of_their_parent),
        CASE(a_member_that_is_replaced_changes_no_byte),
        CASE(what_follows_a_member_is_replaced_without_a_byte),
        CASE(a_member_that_changes_is_no_change),
        CASE(an_ordinary_one_still_is_a_change),
        CASE(one_that_joins_or_leaves_a_parent_is_told_by_what_it_is_after),
        CASE(the_first_date_stays_when_the_first_members_are_forgotten),
        CASE(a_parent_is_as_old_as_its_oldest_member),
        CASE(members_not_verified_say_since_when),
        CASE(teams_that_members_disagree_about_own_nothing),
        CASE(parents_of_one_name_are_told_apart_by_account),
        CASE(two_files_and_two_runs_agree),
        CASE(the_view_reads_members_by_their_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
