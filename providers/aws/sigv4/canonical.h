#ifndef PROVIDERS_AWS_SIGV4_CANONICAL_H
#define PROVIDERS_AWS_SIGV4_CANONICAL_H

#include "core/http/http.h"
#include "providers/aws/sigv4/sign.h"

/*
 * Stage 1: the canonical request.
 *   method, path, query, headers, signed header names, payload's SHA-256; one a line.
 * path: resolved if asked, then percent-encoded once more (double_encode) or left as sent.
 * query: names and values decoded and encoded again ('+' is itself, not a blank), sorted by name, then
 * value.
 * headers: names in lower case, sorted; values trimmed, runs of blanks made one; equal names joined by
 * commas in their order; host added. Left out because proxies and libcurl may change them: see the list
 * in canonical.c.
 */
#define SIGV4_CANONICAL_MAX (256 * 1024) /* bytes of a canonical request; our URLs stay under 16 KB */
#define SIGV4_QUERY_MAX 1024             /* name=value pairs of a query */

/* "host;x-amz-date": the names that will be signed, appended to `out`. */
bool sigv4_canonical_header_names(const struct http_request *request,
                                  const struct sigv4_options *options, struct buffer *out,
                                  struct error *err);

/* The same names as a canonical request says them: its last line but one. */
struct text sigv4_canonical_names(struct text canonical);

/* The whole canonical request of `request` as it is, appended to `out`. */
bool sigv4_canonical_request(const struct http_request *request, const struct sigv4_options *options,
                             struct buffer *out, struct error *err);

#endif
