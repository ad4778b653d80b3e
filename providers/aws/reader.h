#ifndef PROVIDERS_AWS_READER_H
#define PROVIDERS_AWS_READER_H

#include "providers/provider.h"

/* Reads the answers of one call, page after page: providers/provider.h, the members of these names. */
struct provider_reader *reader_new(const struct provider_call *call,
                                   bool (*on_item)(void *ctx, struct json_object *item,
                                                   struct error *err),
                                   void *ctx, struct error *err);
bool reader_begin(struct provider_reader *r, int status, const struct http_headers *headers,
                  struct error *err);
bool reader_write(struct provider_reader *r, const char *data, size_t len, struct error *err);
bool reader_finish(struct provider_reader *r, struct provider_call *call,
                   struct json_object **out_rest, bool *out_more, struct error *err);
void reader_free(struct provider_reader *r);

#endif
