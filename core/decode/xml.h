#ifndef CORE_DECODE_XML_H
#define CORE_DECODE_XML_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * XML as events, fed in pieces as they arrive (expat underneath). Nothing is kept but what expat needs
 * for the token at hand, so memory does not grow with the document.
 *
 * Refused: DOCTYPE, and with it every entity but the five predefined ones, so that nothing can expand;
 * and what passes a maximum below. Comments and processing instructions are skipped. Encodings: UTF-8,
 * UTF-16, ISO-8859-1, US-ASCII; handlers always see UTF-8.
 */
#define XML_DEPTH_MAX 64               /* open elements; no AWS answer nests half as deep */
#define XML_NAME_MAX 256               /* bytes of an element's or attribute's name */
#define XML_ATTRIBUTES_MAX 32          /* of one element */
#define XML_TOKEN_MAX (64 * 1024)      /* bytes of one unfinished tag or comment; expat may look at it
                                        * only when it has doubled */
#define XML_TEXT_MAX (4 * 1024 * 1024) /* bytes of text between two tags */

struct xml_attribute {
    const char *name; /* as written, prefix kept */
    const char *value;
};

/* All three are required. What they are given lives until they return. False with *err set stops the
 * reading; the reader gives that error, with the place in front of it, to its caller. */
struct xml_handler {
    /* `name` is the local name: services differ in their prefixes and namespaces. */
    bool (*start)(void *ctx, const char *name, const struct xml_attribute *attributes, size_t count,
                  struct error *err);
    /* In pieces: one element's text may come in several calls, white space included. */
    bool (*text)(void *ctx, struct text t, struct error *err);
    bool (*end)(void *ctx, const char *name, struct error *err);
};

struct xml_reader;

/* `handler` and `ctx` are borrowed until the reader is freed. */
struct xml_reader *xml_reader_new(const struct xml_handler *handler, void *ctx);
void xml_reader_free(struct xml_reader *r); /* NULL is fine */

/* Feeds a piece of any length. Errors: ERROR_DATA for bytes that are not XML, ERROR_LIMIT for a maximum,
 * or the handler's own; the line begins "xml LINE:COLUMN: ". After a failure every later call fails with
 * the same error. */
bool xml_reader_write(struct xml_reader *r, const char *data, size_t len, struct error *err);

/* Ends the document; false when it is not complete. No write may follow. */
bool xml_reader_finish(struct xml_reader *r, struct error *err);

#endif
