#ifndef PROVIDERS_AWS_PROTOCOL_DECODE_H
#define PROVIDERS_AWS_PROTOCOL_DECODE_H

#include "core/base/error.h"
#include "core/http/http.h"

#include <stdbool.h>
#include <stddef.h>

struct aws_operation;
struct json_object;

/*
 * Reads the 2xx answer of an operation as it arrives and makes of it the JSON that boto3 and the AWS CLI
 * give for the same answer:
 *   - members by their model names; numbers and booleans typed; lists as lists; unknown members dropped;
 *   - a list or map that is there and empty is [] or {}; one that is absent is absent;
 *   - times as ISO 8601 in UTC, "2026-11-21T03:00:00+00:00", with six digits of fraction where it is not
 *     zero ("…:00.250000+00:00"), whatever zone and form came;
 *   - blobs as base64 text; NaN and the infinities as the texts "NaN", "Infinity", "-Infinity";
 *   - IAM's policy documents as JSON, like boto3 (as text should they not be JSON);
 *   - a union member that the model does not know as {"SDK_UNKNOWN_MEMBER": {"name": …}}, like boto3.
 * Order of members is that of the answer.
 *
 * An answer of another kind (an HTML page, an <Error> with status 200, another operation's answer, an
 * empty body where the model has members) is ERROR_DATA, never an empty result.
 *
 * Of an XML answer one item is in memory at a time. A JSON answer becomes one tree, whose items are
 * handed over one by one.
 */
#define AWS_DECODER_ITEMS_MAX 1000000             /* items of one answer */
#define AWS_DECODER_VALUES_MAX 250000             /* JSON values of one item, or of the rest */
#define AWS_DECODER_STRING_MAX (16 * 1024 * 1024) /* bytes of one string */
#define AWS_DECODER_JSON_MAX (16 * 1024 * 1024)   /* bytes of a JSON answer */

struct aws_decoder;

/* `items_path` as in aws_path_resolve(). With a path, each item goes to `on_item` as soon as it is read
 * and is left out of the rest, as is every list on the way to it; NULL or ".": everything is the rest,
 * and `on_item` may be NULL. The item is the callee's (json_object_put()); false stops the reading with
 * its error. NULL with ERROR_CONFIG when the path is not in the model. */
struct aws_decoder *aws_decoder_new(const struct aws_operation *op, const char *items_path,
                                    bool (*on_item)(void *ctx, struct json_object *item, struct error *err),
                                    void *ctx, struct error *err);
void aws_decoder_free(struct aws_decoder *d); /* NULL is fine */

/* Starts an answer, forgetting what an earlier attempt brought; header members are read here. Items
 * handed over by an earlier attempt are the caller's to forget. `headers` is used during the call only. */
bool aws_decoder_begin(struct aws_decoder *d, int status, const struct http_headers *headers, struct error *err);

/* A piece of the body, of any length. */
bool aws_decoder_write(struct aws_decoder *d, const char *data, size_t len, struct error *err);

/* Ends the answer: ERROR_DATA when it is not complete. *out_rest is the output without the items
 * (json_object_put()), always an object. Only then may what the items said be called the whole list. */
bool aws_decoder_finish(struct aws_decoder *d, struct json_object **out_rest, struct error *err);

/* begin and write as the engine wants them; valid as long as the decoder. */
struct http_sink aws_decoder_sink(struct aws_decoder *d);

/*
 * Within on_item: what stands above the item. Level 0 is the rest as far as it is read, level 1 the
 * element of the first list on the path (a reservation), and so on; NULL beyond. Borrowed, until on_item
 * returns. Order: of a JSON answer each is whole; of an XML answer it holds what came before the item, and
 * EC2 sends a reservation's ReservationId, OwnerId and Groups before its instances, but RequesterId after.
 */
struct json_object *aws_decoder_parent(const struct aws_decoder *d, size_t level);

/* Items handed over since the last begin. */
size_t aws_decoder_item_count(const struct aws_decoder *d);

#endif
