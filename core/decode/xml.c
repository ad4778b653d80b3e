#include "core/decode/xml.h"

#include "core/base/memory.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

/* expat scans an unfinished token again with each piece: small pieces keep its buffer small, and
 * XML_TOKEN_MAX keeps that work from growing with the square of a hostile token. */
#define PIECE_BYTES (16 * 1024)

struct xml_reader {
    XML_Parser parser;
    const struct xml_handler *handler;
    void *ctx;
    size_t depth;
    size_t text_bytes; /* since the last tag */
    long long fed_bytes;
    struct error failure; /* the first one; sticky */
    struct error told;    /* by the handler: here, for clearing one's room at each tag would cost a tenth */
};

/* Keeps the first error and stops expat, which may still make a call or two on its way out. */
static void fail(struct xml_reader *r, const struct error *why)
{
    if (r->failure.kind != ERROR_NONE)
        return;
    r->failure = *why;
    error_prefix(&r->failure, "xml %lu:%lu", (unsigned long)XML_GetCurrentLineNumber(r->parser),
                 (unsigned long)XML_GetCurrentColumnNumber(r->parser) + 1);
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon == NULL ? name : colon + 1;
}

static bool check_name(const char *name, struct error *err)
{
    if (strlen(name) > XML_NAME_MAX)
        return error_set(err, ERROR_LIMIT, "a name has more than %d bytes", XML_NAME_MAX);
    return true;
}

static bool take_start(struct xml_reader *r, const XML_Char *name, const XML_Char **pairs,
                       struct error *err)
{
    struct xml_attribute attributes[XML_ATTRIBUTES_MAX];
    size_t count = 0;
    r->text_bytes = 0;
    if (!check_name(name, err))
        return false;
    if (++r->depth > XML_DEPTH_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d elements deep", XML_DEPTH_MAX);
    for (; pairs[0] != NULL; pairs += 2) {
        if (count == XML_ATTRIBUTES_MAX)
            return error_set(err, ERROR_LIMIT, "more than %d attributes", XML_ATTRIBUTES_MAX);
        if (!check_name(pairs[0], err))
            return false;
        attributes[count++] = (struct xml_attribute){ pairs[0], pairs[1] };
    }
    return r->handler->start(r->ctx, local_name(name), attributes, count, err);
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **pairs)
{
    struct xml_reader *r = data;
    if (r->failure.kind == ERROR_NONE && !take_start(r, name, pairs, &r->told))
        fail(r, &r->told);
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    struct xml_reader *r = data;
    if (r->failure.kind != ERROR_NONE)
        return;
    r->text_bytes = 0;
    r->depth--;
    if (!r->handler->end(r->ctx, local_name(name), &r->told))
        fail(r, &r->told);
}

static bool take_text(struct xml_reader *r, struct text t, struct error *err)
{
    r->text_bytes += t.len;
    if (r->text_bytes > XML_TEXT_MAX)
        return error_set(err, ERROR_LIMIT, "more than %d bytes of text between two tags",
                         XML_TEXT_MAX);
    return r->handler->text(r->ctx, t, err);
}

static void XMLCALL on_text(void *data, const XML_Char *s, int len)
{
    struct xml_reader *r = data;
    if (r->failure.kind == ERROR_NONE && !take_text(r, (struct text){ s, (size_t)len }, &r->told))
        fail(r, &r->told);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    struct error err = ERROR_INIT;
    error_set(&err, ERROR_DATA, "a DOCTYPE is not allowed");
    fail(data, &err);
}

struct xml_reader *xml_reader_new(const struct xml_handler *handler, void *ctx)
{
    struct xml_reader *r = memory_new(1, sizeof *r);
    r->handler = handler;
    r->ctx = ctx;
    r->parser = XML_ParserCreate(NULL);
    if (r->parser == NULL)
        abort();
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, on_start, on_end);
    XML_SetCharacterDataHandler(r->parser, on_text);
    XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
    return r;
}

void xml_reader_free(struct xml_reader *r)
{
    if (r == NULL)
        return;
    XML_ParserFree(r->parser);
    free(r);
}

/* What expat could not use yet is the unfinished token that it holds in its buffer. */
static void check_token(struct xml_reader *r)
{
    XML_Index at = XML_GetCurrentByteIndex(r->parser);
    if (at < 0 || r->fed_bytes - at <= XML_TOKEN_MAX)
        return;
    error_set(&r->told, ERROR_LIMIT, "a tag or comment has more than %d bytes", XML_TOKEN_MAX);
    fail(r, &r->told);
}

static void parse(struct xml_reader *r, const char *data, size_t len, bool last)
{
    struct error err = ERROR_INIT;
    r->fed_bytes += (long long)len;
    if (XML_Parse(r->parser, data, (int)len, last) != XML_STATUS_ERROR) {
        check_token(r);
        return;
    }
    if (XML_GetErrorCode(r->parser) == XML_ERROR_NO_MEMORY)
        abort();
    error_set(&err, ERROR_DATA, "%s", XML_ErrorString(XML_GetErrorCode(r->parser)));
    fail(r, &err); /* keeps the handler's error where that is what stopped expat */
}

static bool result(const struct xml_reader *r, struct error *err)
{
    if (r->failure.kind == ERROR_NONE)
        return true;
    *err = r->failure;
    return false;
}

bool xml_reader_write(struct xml_reader *r, const char *data, size_t len, struct error *err)
{
    while (len > 0 && r->failure.kind == ERROR_NONE) {
        size_t piece = len < PIECE_BYTES ? len : PIECE_BYTES;
        parse(r, data, piece, false);
        data += piece;
        len -= piece;
    }
    return result(r, err);
}

bool xml_reader_finish(struct xml_reader *r, struct error *err)
{
    if (r->failure.kind == ERROR_NONE)
        parse(r, "", 0, true);
    return result(r, err);
}
