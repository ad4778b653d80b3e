/* Files of trails: where they lie, which of their records are root's, and what is told of files that are not whole. */
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "providers/aws/logfiles/trail_file.h"
#include "providers/aws/logfiles/trail_layout.h"
#include "providers/aws/logfiles/trail_record.h"
#include "tests/gzip/gzip.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNT "011122223333"
#define ORGANIZATION "o-abcde12345"
#define NAME ACCOUNT "_CloudTrail_us-east-1_20261121T0605Z_AbCdEf0123456789"

enum { TEXT_MAX = 4 * 1024 * 1024 };

static const int64_t day = 1795219200; /* 2026-11-21 */

/* ---- where they lie ---- */

static void folders_are_accounts_or_hold_those_of_an_organization(void **state)
{
    (void)state;
    static const char *const others[] = { "AWSLogs/",
                                          "AWSLogs/o-short/",
                                          "AWSLogs/o-ABCDE12345/",
                                          "AWSLogs/x-abcde12345/",
                                          "AWSLogs/1112222333/",
                                          "AWSLogs/" ORGANIZATION "/" ACCOUNT "/",
                                          "AWSLogs/aws-account-id=" ACCOUNT "/",
                                          ("AWSLogs/" ACCOUNT) };
    char id[LOG_LAYOUT_ACCOUNT_MAX];
    assert_int_equal(trail_layout_folder(text_of("AWSLogs/" ACCOUNT "/"), "AWSLogs/", id),
                     TRAIL_LAYOUT_ACCOUNT);
    assert_string_equal(id, ACCOUNT);
    assert_int_equal(trail_layout_folder(text_of("AWSLogs/" ORGANIZATION "/"), "AWSLogs/", id),
                     TRAIL_LAYOUT_ORGANIZATION);
    assert_int_equal(trail_layout_folder(text_of("AWSLogs/" ORGANIZATION "/" ACCOUNT "/"),
                                         "AWSLogs/" ORGANIZATION "/", id),
                     TRAIL_LAYOUT_ACCOUNT);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(trail_layout_folder(text_of(others[i]), "AWSLogs/", id),
                         TRAIL_LAYOUT_OTHER);
}

static void regions_days_and_files_are_named(void **state)
{
    (void)state;
    static const char *const others[] = {
        NAME ".json",
        NAME ".log.gz",
        "",
        "x.json.gz",
        ACCOUNT "_CloudTrail_us-east-1_20261121T0605Z.json.gz",
        ACCOUNT "_CloudTrail-Digest_us-east-1_trail_us-east-1_20261121T060500Z.json.gz",
        ACCOUNT "_CloudTrail_us-east-1_20261321T0605Z_x.json.gz",
        "1_CloudTrail_us-east-1_20261121T0605Z_x.json.gz"
    };
    char region[LOG_LAYOUT_REGION_MAX];
    int64_t at = 0;
    char *regions = trail_layout_regions("a/", ACCOUNT),
         *folder = trail_layout_day("a/", ACCOUNT, "us-east-1", day + 7);
    assert_string_equal(regions, "a/" ACCOUNT "/CloudTrail/");
    assert_string_equal(folder, "a/" ACCOUNT "/CloudTrail/us-east-1/2026/11/21/");
    assert_true(
        trail_layout_region(text_of("a/" ACCOUNT "/CloudTrail/us-east-1/"), regions, region));
    assert_string_equal(region, "us-east-1");
    assert_false(trail_layout_region(text_of("a/" ACCOUNT "/CloudTrail-Digest/us-east-1/"), regions,
                                     region));
    assert_true(trail_layout_file(text_of("a/b/" NAME ".json.gz"), &at));
    assert_int_equal(at, day + 6 * 3600 + 5 * 60);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(trail_layout_file(text_of(others[i]), &at));
    free(regions);
    free(folder);
}

/* ---- records ---- */

static struct json_object *parse(const char *json)
{
    struct json_object *o = NULL;
    struct error err = ERROR_INIT;
    if (!json_parse(text_of(json), &o, &err))
        fail_msg("%s: %s", json, err.message);
    return o;
}

static void a_look_at_the_text_misses_none_of_roots(void **state)
{
    (void)state;
    static const char *const may[] = { "{\"type\":\"Root\"}", "\"Root\"", "RR\"R\"Root\"" };
    static const char *const cannot[] = {
        "",       "R",         "\"",       "Root",      "\"Root",
        "Root\"", "\"Roots\"", "\"root\"", "\"rRoot\"", "\"Role\",\"Records\""
    };
    for (size_t i = 0; i < sizeof may / sizeof *may; i++)
        assert_true(trail_record_may_be(text_of(may[i])));
    for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++)
        assert_false(trail_record_may_be(text_of(cannot[i])));
}

static void calls_that_only_read_are_known_however_they_are_written(void **state)
{
    (void)state;
    static const char *const reads[] = { "{\"readOnly\":true}",
                                         "{\"requestID\":\"r\",\"readOnly\" :\n true ,\"x\":1}" };
    static const char *const others[] = { "",
                                          "{\"readOnly\":false}",
                                          "{\"readOnly\":\"true\"}",
                                          "{\"readOnly\"",
                                          "{\"readOnly\":",
                                          "{\"writeOnly\":true}",
                                          "\"readOnly\",true" };
    for (size_t i = 0; i < sizeof reads / sizeof *reads; i++)
        assert_true(trail_record_reads(text_of(reads[i])));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(trail_record_reads(text_of(others[i])));
}

static void roots_are_what_root_did_itself(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        bool is;
    } cases[] = {
        { "{\"userIdentity\":{\"type\":\"Root\"},\"eventType\":\"AwsApiCall\"}", true },
        { "{\"userIdentity\":{\"type\":\"Root\"},\"eventType\":\"AwsConsoleSignIn\",\"responseElements\":{\"ConsoleLogin\":\"Failure\"}}",
          true },
        { "{\"userIdentity\":{\"type\":\"Root\",\"sessionContext\":{\"assumedRoot\":\"true\"}}}",
          true },
        { "{\"userIdentity\":{\"type\":\"Root\",\"invokedBy\":\"AWS Internal\"}}", false },
        { "{\"userIdentity\":{\"type\":\"Root\"},\"eventType\":\"AwsServiceEvent\"}", false },
        { "{\"userIdentity\":{\"type\":\"Root\"},\"eventCategory\":\"Insight\"}", false },
        { "{\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"root\"}}", false },
        { "{\"userIdentity\":{\"type\":\"AssumedRole\"},\"requestParameters\":{\"type\":\"Root\"}}",
          false },
        { "{\"userIdentity\":null}", false },
        { "{\"userIdentity\":\"Root\"}", false },
        { "[\"Root\"]", false },
        { "{}", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_object *o = parse(cases[i].json);
        if (trail_record_is_roots(o) != cases[i].is)
            fail_msg("%s", cases[i].json);
        json_object_put(o);
    }
}

static void assert_row(const char *record, const char *account, const char *region)
{
    struct json_object *row = trail_record_row(parse(record), "999988887777", "eu-west-1");
    assert_non_null(row);
    assert_string_equal(json_string(row, "EventId"), "e-1");
    assert_string_equal(json_string(row, "AccountId"), account);
    assert_string_equal(json_string(row, "Region"), region);
    assert_string_equal(json_string(json_get(row, "CloudTrailEvent"), "eventID"), "e-1");
    json_object_put(row);
}

static void a_row_is_of_whoever_received_the_event(void **state)
{
    (void)state;
    static const char *const others[] = {
        "{}",
        "{\"eventID\":\"e-1\"}",
        "{\"eventTime\":\"2026-11-21T06:00:00Z\"}",
        "{\"eventID\":\"\",\"eventTime\":\"2026-11-21T06:00:00Z\"}",
        "{\"eventID\":\"e-1\",\"eventTime\":\"yesterday\"}",
        "{\"eventID\":1,\"eventTime\":2}"
    };
#define HEAD "{\"eventID\":\"e-1\",\"eventTime\":\"2026-11-21T06:00:00Z\""
    assert_row(HEAD ",\"awsRegion\":\"us-east-1\",\"recipientAccountId\":\"" ACCOUNT
                    "\",\"userIdentity\":{\"accountId\":\"1\"}}",
               ACCOUNT, "us-east-1");
    assert_row(HEAD ",\"userIdentity\":{\"accountId\":\"" ACCOUNT "\"}}", ACCOUNT, "eu-west-1");
    assert_row(HEAD "}", "999988887777", "eu-west-1");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(trail_record_row(parse(others[i]), ACCOUNT, "eu-west-1"));
    struct json_object *row = trail_record_row(
        parse(HEAD ",\"readOnly\":true,\"eventName\":\"X\",\"eventSource\":\"y\"}"), ACCOUNT, "z");
    struct json_object *fields = trail_record_fields();
    assert_string_equal(json_string(row, "ReadOnly"), "true");
    json_object_object_foreach(row, name, value) {
        (void)value;
        assert_non_null(json_get(fields, name));
    }
    assert_int_equal(json_object_object_length(row), json_object_object_length(fields));
    json_object_put(fields);
    json_object_put(row);
}

/* ---- files ---- */

#define ROOTS(id)                                                                                  \
    "{\"eventID\":\"" id                                                                           \
    "\",\"eventTime\":\"2026-11-21T06:00:00Z\",\"userIdentity\":{\"type\":\"Root\",\"x\":\"}\"}}"
#define OTHERS "{\"eventID\":\"n\",\"readOnly\":true,\"userIdentity\":{\"type\":\"AWSService\"}}"

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    (void)err;
    buffer_append_format(ctx, "%s ", json_string(row, "EventId"));
    return true;
}

static bool read_in_pieces(struct trail_file *f, const char *data, size_t len, size_t piece,
                           struct error *err)
{
    bool ok = true;
    trail_file_begin(f, ACCOUNT, "us-east-1");
    for (size_t at = 0; ok && at < len; at += piece)
        ok = trail_file_write(f, data + at, len - at < piece ? len - at : piece, err);
    return ok && trail_file_finish(f, err);
}

struct fixture {
    struct buffer rows;
    struct trail_file *file;
    char gz[64 * 1024];
    size_t len;
    struct error err;
};

static void begin(struct fixture *x, const char *text)
{
    const struct trail_file_options o = { on_row, &x->rows };
    memset(x, 0, sizeof *x);
    buffer_init(&x->rows, 4096);
    x->file = trail_file_new(&o);
    struct buffer gz;
    buffer_init(&gz, sizeof x->gz);
    gzip_pack(text_of(text), GZIP_USUAL, &gz);
    assert_true(buffer_ok(&gz));
    memcpy(x->gz, gz.data, gz.len);
    x->len = gz.len;
    buffer_release(&gz);
}

static void end(struct fixture *x)
{
    trail_file_free(x->file);
    buffer_release(&x->rows);
}

static void roots_records_come_out_of_a_file_whatever_its_pieces(void **state)
{
    (void)state;
    static const char text[] =
        "{\"Records\":[" OTHERS "," ROOTS("a") "," OTHERS "," ROOTS("b") "]}";
    struct fixture x;
    begin(&x, text);
    for (size_t piece = 1; piece < 2 * x.len; piece += 7) {
        buffer_clear(&x.rows);
        assert_true(read_in_pieces(x.file, x.gz, x.len, piece, &x.err));
        assert_string_equal(buffer_string(&x.rows), "a b ");
        const struct trail_counts *c = trail_file_counts(x.file);
        assert_int_equal(c->records, 4);
        assert_int_equal(c->kept, 2);
        assert_int_equal(c->malformed, 0);
        assert_true(c->reads);
    }
    buffer_clear(&x.rows);
    assert_true(read_in_pieces(x.file, text, strlen(text), 5, &x.err)); /* HTTP has unpacked it */
    assert_string_equal(buffer_string(&x.rows), "a b ");
    end(&x);
}

static void records_that_cannot_be_read_are_counted(void **state)
{
    (void)state;
    struct buffer text;
    struct fixture x;
    buffer_init(&text, TEXT_MAX);
    buffer_append_string(
        &text, "{\"Records\":[{\"type\":\"Root\",},{\"userIdentity\":{\"type\":\"Root\"}}," ROOTS(
                   "a") ",{\"x\":\"");
    for (size_t i = 0; i < TRAIL_FILE_RECORD_MAX; i++)
        buffer_append_char(&text, 'x');
    buffer_append_string(&text, "\"}," ROOTS("b") "]}");
    begin(&x, buffer_string(&text));
    assert_true(read_in_pieces(x.file, x.gz, x.len, 999, &x.err));
    assert_string_equal(buffer_string(&x.rows), "a b ");
    const struct trail_counts *c = trail_file_counts(x.file);
    assert_int_equal(c->records, 5);
    assert_int_equal(c->kept, 2);
    assert_int_equal(c->malformed, 3);
    assert_false(c->reads);
    end(&x);
    buffer_release(&text);
}

static void what_is_not_whole_says_so(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "{\"Records\":[" ROOTS("a"), "ends in the middle" },
        { "{}", "there is no list Records" },
        { "[]", "it is no object" },
        { "{\"Records\":[7]}", "no object" },
        { "", "ends in the middle" },
    };
    struct fixture x;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(&x, cases[i].text);
        assert_false(read_in_pieces(x.file, x.gz, x.len, 10, &x.err));
        assert_non_null(strstr(x.err.message, cases[i].words));
        end(&x);
    }
    begin(&x, "{\"Records\":[" ROOTS("a") "]}");
    assert_false(read_in_pieces(x.file, x.gz, x.len - 3, 10, &x.err));
    assert_string_equal(x.err.message, "gzip: it is cut off");
    assert_string_equal(buffer_string(&x.rows), "a ");
    assert_false(read_in_pieces(x.file, "<html>", 6, 10, &x.err));
    assert_false(read_in_pieces(x.file, "", 0, 10, &x.err));
    assert_true(read_in_pieces(x.file, x.gz, x.len, 10, &x.err));
    end(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_accounts_or_hold_those_of_an_organization),
        cmocka_unit_test(regions_days_and_files_are_named),
        cmocka_unit_test(a_look_at_the_text_misses_none_of_roots),
        cmocka_unit_test(calls_that_only_read_are_known_however_they_are_written),
        cmocka_unit_test(roots_are_what_root_did_itself),
        cmocka_unit_test(a_row_is_of_whoever_received_the_event),
        cmocka_unit_test(roots_records_come_out_of_a_file_whatever_its_pieces),
        cmocka_unit_test(records_that_cannot_be_read_are_counted),
        cmocka_unit_test(what_is_not_whole_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
