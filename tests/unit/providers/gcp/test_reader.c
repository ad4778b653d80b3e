/* Answers of Google's lists, page after page, whole, cut, wrong and partial. */
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "providers/gcp/reader.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>

struct reading {
    struct provider_call call;
    struct provider_reader *reader;
    struct buffer items; /* their names, each with a comma */
    int refuse_at;       /* the item of this number; 0: none */
    int count;
    struct json_object *rest;
    bool more;
    struct error err;
};

static bool on_item(void *ctx, struct json_object *item, struct error *err)
{
    struct reading *r = ctx;
    const char *name = json_string(item, "name");
    bool ok = ++r->count != r->refuse_at || error_set(err, ERROR_STORE, "no more");
    buffer_append_format(&r->items, "%s,", name == NULL ? "?" : name);
    json_object_put(item);
    return ok;
}

static void begin(struct reading *r, const char *service, const char *method, const char *items)
{
    *r = (struct reading){ .call = { service, method, "global", json_object_new_object(), items } };
    buffer_init(&r->items, 100000);
    r->reader = gcp_reader_new(&r->call, on_item, r, &r->err);
    if (r->reader == NULL)
        fail_msg("%s", r->err.message);
}

static void end(struct reading *r)
{
    gcp_reader_free(r->reader);
    json_object_put(r->call.arguments);
    json_object_put(r->rest);
    buffer_release(&r->items);
}

/* In pieces, as a connection brings it. */
static bool page(struct reading *r, const char *body)
{
    size_t len = strlen(body);
    bool ok = gcp_reader_begin(r->reader, 200, NULL, &r->err);
    for (size_t at = 0; ok && at < len; at += 7)
        ok = gcp_reader_write(r->reader, body + at, len - at < 7 ? len - at : 7, &r->err);
    json_object_put(r->rest);
    r->rest = NULL;
    return ok && gcp_reader_finish(r->reader, &r->call, &r->rest, &r->more, &r->err);
}

static void reads(struct reading *r, const char *body, const char *items, bool more)
{
    buffer_clear(&r->items);
    if (!page(r, body))
        fail_msg("%s", r->err.message);
    assert_string_equal(buffer_string(&r->items), items);
    assert_int_equal(r->more, more);
}

static void left_out(struct reading *r, const char *expected)
{
    struct buffer b;
    buffer_init(&b, 1000);
    json_write_canonical(gcp_reader_left_out(r->reader), &b);
    assert_string_equal(buffer_string(&b), expected);
    buffer_release(&b);
}

#define FIREWALLS "compute", "firewalls.list", "items"
#define INSTANCES "compute", "instances.aggregatedList", "items[].instances[]"

static void pages_follow_one_another_by_token(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, FIREWALLS);
    reads(&r,
          "{\"kind\":\"x\",\"items\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"nextPageToken\":\"t1\"}",
          "a,b,", true);
    assert_string_equal(json_string(r.call.arguments, "pageToken"), "t1");
    assert_string_equal(json_string(r.rest, "kind"), "x");
    assert_null(json_get(r.rest, "items"));            /* whoever took them keeps them */
    reads(&r, "{\"nextPageToken\":\"t2\"}", "", true); /* an empty page goes on */
    assert_string_equal(json_string(r.call.arguments, "pageToken"), "t2");
    reads(&r, "{\"items\":[{\"name\":\"c\"}],\"nextPageToken\":\"\"}", "c,", false);
    end(&r);
    begin(&r, "logging", "entries.list",
          "entries"); /* the token goes into the body: it is an argument all the same */
    reads(&r, "{\"entries\":[{\"name\":\"e\"}],\"nextPageToken\":\"t\"}", "e,", true);
    assert_string_equal(json_string(r.call.arguments, "pageToken"), "t");
    end(&r);
}

static void the_same_token_twice_ends_the_list(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, FIREWALLS);
    reads(&r, "{\"nextPageToken\":\"t1\"}", "", true);
    assert_false(page(&r, "{\"nextPageToken\":\"t1\"}"));
    assert_int_equal(r.err.kind, ERROR_DATA);
    end(&r);
}

static void a_token_that_is_no_text_is_no_end(void **state)
{
    (void)state;
    static const char *const answers[] = { "{\"nextPageToken\":5}", "{\"nextPageToken\":{}}" };
    struct reading r;
    for (size_t i = 0; i < 2; i++) {
        begin(&r, FIREWALLS);
        assert_false(page(&r, answers[i]));
        assert_int_equal(r.err.kind, ERROR_DATA);
        end(&r);
    }
    begin(&r, FIREWALLS);
    reads(&r, "{\"nextPageToken\":null}", "", false);
    end(&r);
}

static void a_page_that_nobody_can_ask_for_is_a_fault(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "container", "projects.locations.clusters.list", "clusters");
    assert_false(page(&r, "{\"clusters\":[],\"nextPageToken\":\"t\"}"));
    assert_int_equal(r.err.kind, ERROR_DATA);
    end(&r);
}

static void a_whole_answer_is_one_item(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, "cloudresourcemanager", "organizations.get", ".");
    reads(&r, "{\"name\":\"organizations/1\",\"nextPageToken\":\"t\"}", "organizations/1,", false);
    end(&r);
    begin(&r, "cloudresourcemanager", "organizations.get", NULL); /* all is rest */
    reads(&r, "{\"name\":\"organizations/1\"}", "", false);
    assert_string_equal(json_string(r.rest, "name"), "organizations/1");
    end(&r);
}

static void members_of_an_object_are_visited_whatever_they_are_called(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, INSTANCES);
    reads(&r,
          "{\"items\":{\"zones/a\":{\"instances\":[{\"name\":\"1\"}]},"
          "\"zones/b\":{\"warning\":{\"code\":\"NO_RESULTS_ON_PAGE\"}},"
          "\"zones/c\":{\"instances\":[{\"name\":\"2\"},{\"name\":\"3\"}]}}}",
          "1,2,3,", false);
    assert_null(gcp_reader_left_out(r.reader));
    end(&r);
}

static void what_an_answer_leaves_out_is_told_for_its_page(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, INSTANCES);
    reads(
        &r,
        "{\"items\":{\"zones/a\":{\"instances\":[{\"name\":\"1\"}]},\"zones/b\":{\"warning\":{\"code\":"
        "\"UNREACHABLE\"}}},\"unreachables\":[\"https://x/zones/c\"],\"warning\":{\"code\":\"UNREACHABLE\"},"
        "\"nextPageToken\":\"t\"}",
        "1,", true);
    left_out(&r, "{\"b\":\"UNREACHABLE\",\"c\":\"UNREACHABLE\"}");
    reads(&r, "{\"items\":{}}", "", false);
    assert_null(gcp_reader_left_out(r.reader));
    assert_false(page(&r, "{\"items\":{},\"warning\":{\"code\":\"UNREACHABLE\"}}"));
    end(&r);
}

static void refused(const char *service, const char *method, const char *items, const char *body,
                    enum error_kind kind)
{
    struct reading r;
    begin(&r, service, method, items);
    if (page(&r, body))
        fail_msg("taken for a list: %s", body);
    if (r.err.kind != kind)
        fail_msg("kind %d: %s", (int)r.err.kind, r.err.message);
    assert_null(r.rest);
    end(&r);
}

static void no_broken_answer_counts_as_an_empty_list(void **state)
{
    (void)state;
    static const char *const bodies[] = { "",
                                          "null",
                                          "[]",
                                          "7",
                                          "<html>sign in</html>",
                                          "{\"items\":",
                                          "{\"items\":[{\"name\":\"a\"}",
                                          "{\"items\":[]}{}",
                                          "{\"items\":{}}",
                                          "{\"items\":\"none\"}",
                                          "{\"items\":0}",
                                          "{\"items\":[null]}",
                                          "{\"error\":{\"code\":500}}",
                                          "{\"items\":[\"\xff\"]}" };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        refused(FIREWALLS, bodies[i], ERROR_DATA);
    refused(INSTANCES, "{\"items\":[]}", ERROR_DATA);
    refused(INSTANCES, "{\"items\":{\"zones/a\":[]}}", ERROR_DATA);
    refused(INSTANCES, "{\"items\":{\"zones/a\":{\"instances\":{}}}}", ERROR_DATA);
    refused(INSTANCES, "{\"items\":{\"zones/a\":{\"instances\":[null]}}}", ERROR_DATA);
}

static void an_answer_that_is_too_deep_is_refused(void **state)
{
    (void)state;
    struct reading r;
    struct buffer deep;
    buffer_init(&deep, 10000);
    buffer_append_string(&deep, "{\"items\":");
    for (int i = 0; i < 1000; i++)
        buffer_append_char(&deep, '[');
    begin(&r, FIREWALLS);
    assert_false(page(&r, buffer_string(&deep)));
    assert_int_equal(r.err.kind, ERROR_LIMIT);
    buffer_release(&deep);
    end(&r);
}

static void a_page_that_is_sent_again_starts_anew(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, FIREWALLS);
    assert_true(gcp_reader_begin(r.reader, 200, NULL, &r.err));
    assert_true(gcp_reader_write(r.reader, "{\"items\":[{\"name\":\"cut", 20, &r.err));
    reads(&r, "{\"items\":[{\"name\":\"a\"}]}", "a,", false);
    end(&r);
}

static void whoever_refuses_an_item_ends_the_page(void **state)
{
    (void)state;
    struct reading r;
    begin(&r, FIREWALLS);
    r.refuse_at = 2;
    assert_false(page(
        &r,
        "{\"items\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}],\"nextPageToken\":\"t\"}"));
    assert_int_equal(r.err.kind, ERROR_STORE);
    assert_string_equal(buffer_string(&r.items), "a,b,");
    assert_null(json_get(r.call.arguments, "pageToken"));
    end(&r);
}

static void methods_and_paths_that_are_not_there_have_no_reader(void **state)
{
    (void)state;
    struct error err = ERROR_INIT;
    const struct provider_call calls[] = {
        { "compute", "instances.delete", "global", NULL, "items" },
        { "compute", "firewalls.list", "global", NULL, "things" },
        { "compute", "firewalls.list", "global", NULL, "items[" },
        { "nothing", "firewalls.list", "global", NULL, "items" }
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        error_clear(&err);
        assert_null(gcp_reader_new(&calls[i], on_item, NULL, &err));
        assert_int_equal(err.kind, ERROR_CONFIG);
    }
    gcp_reader_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_follow_one_another_by_token),
        cmocka_unit_test(the_same_token_twice_ends_the_list),
        cmocka_unit_test(a_token_that_is_no_text_is_no_end),
        cmocka_unit_test(a_page_that_nobody_can_ask_for_is_a_fault),
        cmocka_unit_test(a_whole_answer_is_one_item),
        cmocka_unit_test(members_of_an_object_are_visited_whatever_they_are_called),
        cmocka_unit_test(what_an_answer_leaves_out_is_told_for_its_page),
        cmocka_unit_test(no_broken_answer_counts_as_an_empty_list),
        cmocka_unit_test(an_answer_that_is_too_deep_is_refused),
        cmocka_unit_test(a_page_that_is_sent_again_starts_anew),
        cmocka_unit_test(whoever_refuses_an_item_ends_the_page),
        cmocka_unit_test(methods_and_paths_that_are_not_there_have_no_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
