/* The XML reader: events in order whatever the pieces, and hostile documents refused. */
#include "core/base/buffer.h"
#include "core/decode/xml.h"
#include "tests/unit/unit.h"

struct trace {
    struct buffer out;
    const char *refuse; /* the element whose start the handler refuses */
    bool quiet;
};

static bool trace_start(void *ctx, const char *name, const struct xml_attribute *attributes,
                        size_t count, struct error *err)
{
    struct trace *t = ctx;
    if (t->refuse != NULL && strcmp(name, t->refuse) == 0)
        return error_set(err, ERROR_LIMIT, "no %s today", name);
    buffer_append_format(&t->out, "<%s", name);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&t->out, " %s=%s", attributes[i].name, attributes[i].value);
    buffer_append_string(&t->out, ">");
    return true;
}

static bool trace_text(void *ctx, struct text text, struct error *err)
{
    (void)err;
    struct trace *t = ctx;
    if (!t->quiet)
        buffer_append_text(&t->out, text);
    return true;
}

static bool trace_end(void *ctx, const char *name, struct error *err)
{
    (void)err;
    struct trace *t = ctx;
    buffer_append_format(&t->out, "</%s>", name);
    return true;
}

static const struct xml_handler handler = { trace_start, trace_text, trace_end };

/* Reads `document` in pieces of `piece` bytes. */
static bool read_all(struct trace *t, struct text document, size_t piece, struct error *err)
{
    struct xml_reader *r = xml_reader_new(&handler, t);
    bool ok = true;
    buffer_init(&t->out, 1024 * 1024);
    error_clear(err);
    for (size_t at = 0; ok && at < document.len; at += piece) {
        size_t len = document.len - at < piece ? document.len - at : piece;
        ok = xml_reader_write(r, document.data + at, len, err);
    }
    ok = ok && xml_reader_finish(r, err);
    xml_reader_free(r);
    return ok;
}

static void refused(const char *document, enum error_kind kind, const char *words)
{
    struct trace t = { 0 };
    struct error err = ERROR_INIT;
    assert_false(read_all(&t, text_of(document), 7, &err));
    assert_int_equal(err.kind, kind);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, err.message);
    buffer_release(&t.out);
}

static void events_are_the_same_in_any_pieces(void **state)
{
    (void)state;
    const char *document = "<?xml version=\"1.0\"?>\n<!-- c --><s:a xmlns:s=\"u\"><b s:k='1&lt;'>x &amp; "
                           "\xe5\xa4\x9c</b><c/><d><![CDATA[<&]]></d></s:a>\n";
    const char *expected = "<a xmlns:s=u><b s:k=1<>x & \xe5\xa4\x9c</b><c></c><d><&</d></a>";
    for (size_t piece = 1; piece < 60; piece++) {
        struct trace t = { 0 };
        struct error err = ERROR_INIT;
        assert_true(read_all(&t, text_of(document), piece, &err));
        assert_string_equal(buffer_string(&t.out), expected);
        buffer_release(&t.out);
    }
}

static void utf16_reaches_the_handler_as_utf8(void **state)
{
    (void)state;
    struct trace t = { 0 };
    struct error err = ERROR_INIT;
    static const char utf16[] = "\xff\xfe<\0a\0>\0\x1c\x59<\0/\0a\0>\0";
    assert_true(read_all(&t, (struct text){ utf16, sizeof utf16 - 1 }, 3, &err));
    assert_string_equal(buffer_string(&t.out), "<a>\xe5\xa4\x9c</a>");
    buffer_release(&t.out);
}

static void incomplete_documents_are_refused(void **state)
{
    (void)state;
    refused("", ERROR_DATA, "xml 1:1: no element found");
    refused("<a><b></b>", ERROR_DATA, "no element found");
    refused("<a><b", ERROR_DATA, "unclosed token");
    refused("<a>\n <b></a></b>", ERROR_DATA, "xml 2:7: mismatched tag");
    refused("<a/>junk", ERROR_DATA, "junk after document element");
    refused("{\"a\": 1}", ERROR_DATA, "not well-formed");
    refused("<a>\x80</a>", ERROR_DATA, "not well-formed");
}

static void doctypes_and_entities_are_refused(void **state)
{
    (void)state;
    refused("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", ERROR_DATA, "DOCTYPE is not allowed");
    refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", ERROR_DATA, "DOCTYPE is not allowed");
    refused("<a>&x;</a>", ERROR_DATA, "undefined entity");
}

static void depth_names_and_attributes_have_a_maximum(void **state)
{
    (void)state;
    struct buffer b;
    buffer_init(&b, 1 << 20);
    for (int i = 0; i <= XML_DEPTH_MAX; i++)
        buffer_append_string(&b, "<a>");
    refused(buffer_string(&b), ERROR_LIMIT, "more than 64 elements deep");
    buffer_clear(&b);
    buffer_append_format(&b, "<a%0*d/>", XML_NAME_MAX, 0);
    refused(buffer_string(&b), ERROR_LIMIT, "a name has more than 256 bytes");
    buffer_clear(&b);
    buffer_append_string(&b, "<a");
    for (int i = 0; i <= XML_ATTRIBUTES_MAX; i++)
        buffer_append_format(&b, " b%d='1'", i);
    buffer_append_string(&b, "/>");
    refused(buffer_string(&b), ERROR_LIMIT, "more than 32 attributes");
    buffer_release(&b);
}

static void an_endless_tag_is_refused_before_it_fills_memory(void **state)
{
    (void)state;
    struct xml_reader *r = NULL;
    struct trace t = { 0 };
    struct error err = ERROR_INIT;
    char piece[1000];
    size_t writes = 0;
    memset(piece, 'x', sizeof piece);
    buffer_init(&t.out, 1000);
    r = xml_reader_new(&handler, &t);
    assert_true(xml_reader_write(r, "<a b='", 6, &err));
    while (writes < 1000 && xml_reader_write(r, piece, sizeof piece, &err))
        writes++;
    assert_in_range(writes, XML_TOKEN_MAX / 1000 - 1, 3 * XML_TOKEN_MAX / 1000);
    assert_int_equal(err.kind, ERROR_LIMIT);
    xml_reader_free(r);
    buffer_release(&t.out);
}

static void text_has_a_maximum_and_is_not_held_back(void **state)
{
    (void)state;
    struct trace t = { .quiet = true };
    struct error err = ERROR_INIT;
    char piece[4096];
    size_t written = 0;
    memset(piece, 'x', sizeof piece);
    buffer_init(&t.out, 1000);
    struct xml_reader *r = xml_reader_new(&handler, &t);
    assert_true(xml_reader_write(r, "<a>", 3, &err));
    while (written < 2 * XML_TEXT_MAX && xml_reader_write(r, piece, sizeof piece, &err))
        written += sizeof piece;
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_int_equal(written, XML_TEXT_MAX);
    assert_non_null(strstr(err.message, "bytes of text"));
    xml_reader_free(r);
    buffer_release(&t.out);
}

static void a_handler_stops_the_reading_for_good(void **state)
{
    (void)state;
    struct trace t = { .refuse = "b" };
    struct error err = ERROR_INIT, again = ERROR_INIT;
    buffer_init(&t.out, 1000);
    struct xml_reader *r = xml_reader_new(&handler, &t);
    const char *document = "<a><x>1</x><b/><c/></a>";
    assert_false(xml_reader_write(r, document, strlen(document), &err));
    assert_int_equal(err.kind, ERROR_LIMIT);
    assert_string_equal(err.message, "xml 1:12: no b today");
    assert_string_equal(buffer_string(&t.out), "<a><x>1</x>");
    assert_false(xml_reader_write(r, "<d/>", 4, &again));
    assert_false(xml_reader_finish(r, &again));
    assert_string_equal(again.message, err.message);
    xml_reader_free(r);
    xml_reader_free(NULL);
    buffer_release(&t.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_the_same_in_any_pieces),
        cmocka_unit_test(utf16_reaches_the_handler_as_utf8),
        cmocka_unit_test(incomplete_documents_are_refused),
        cmocka_unit_test(doctypes_and_entities_are_refused),
        cmocka_unit_test(depth_names_and_attributes_have_a_maximum),
        cmocka_unit_test(an_endless_tag_is_refused_before_it_fills_memory),
        cmocka_unit_test(text_has_a_maximum_and_is_not_held_back),
        cmocka_unit_test(a_handler_stops_the_reading_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
