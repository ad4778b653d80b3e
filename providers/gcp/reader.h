#ifndef PROVIDERS_GCP_READER_H
#define PROVIDERS_GCP_READER_H

#include "providers/provider.h"

/*
 * Reads the answers of one call, page after page: providers/provider.h, the members of these names. One page's tree is
 * held at a time, of at most HTTP_RESPONSE_MAX bytes of text (core/decode/json.h has its other limits). An answer that
 * is no JSON object, says `error`, gives the token of the page that it is itself, or has another page where the method
 * has no way to ask for it, is ERROR_DATA: it is never taken for an empty list.
 */
struct provider_reader *gcp_reader_new(const struct provider_call *call,
                                       bool (*on_item)(void *ctx, struct json_object *item,
                                                       struct error *err),
                                       void *ctx, struct error *err);
bool gcp_reader_begin(struct provider_reader *r, int status, const struct http_headers *headers,
                      struct error *err);
bool gcp_reader_write(struct provider_reader *r, const char *data, size_t len, struct error *err);
bool gcp_reader_finish(struct provider_reader *r, struct provider_call *call,
                       struct json_object **out_rest, bool *out_more, struct error *err);
struct json_object *gcp_reader_left_out(struct provider_reader *r);
void gcp_reader_free(struct provider_reader *r);

#endif
