#ifndef TESTS_FAKECLOUD_FLOW_BUCKET_H
#define TESTS_FAKECLOUD_FLOW_BUCKET_H

#include "core/base/buffer.h"
#include "tests/fakecloud/estate.h"

/*
 * VPC flow logs in a bucket, as AWS delivers them. The bucket is somebody else's, in the first region; the second account
 * (the first where there is no other) may read it and nobody else. Each active account has logs of each region: plain
 * folders with the default fields, Hive-compatible ones by the hour with fields of its own, or plain ones by the hour.
 *
 * Nothing is kept: names and contents are drawn from the seed whenever somebody asks. Every night has brought six files a
 * place, of the day before it; of the last of them one in five is late, and there from the next night on. In all of them the
 * first machine (machines.h) asks some of a few name servers; what else they hold no reader has a use for.
 */
#define FLOW_BUCKET "company-flow-logs"
#define FLOW_BUCKET_PREFIX "AWSLogs/"

const char *flow_bucket_reader(const struct estate *e); /* the account */

/* All files below a prefix, in order of their names: [{"Key", "Size"}…]; json_object_put(). */
struct json_object *flow_bucket_files(const struct estate *e, const char *prefix);

/* All files that are there tonight, as the lines that they hold before they are packed. */
typedef void (*flow_bucket_fn)(void *ctx, const char *key, struct text lines);
void flow_bucket_each(const struct estate *e, flow_bucket_fn each, void *ctx);

/* Appends a file's bytes. False when there is none of that name. */
bool flow_bucket_file(const struct estate *e, const char *key, struct buffer *out);

/*
 * What whoever has read the last thirty hours tonight knows, hour by hour, for truth.h:
 *   [[account, region, network, interface, source, destination, port, protocol, action, hour, packets, bytes, flows]…]
 * network is "" where the fields do not tell it. json_object_put().
 */
struct json_object *flow_bucket_truth(const struct estate *e);

#endif
