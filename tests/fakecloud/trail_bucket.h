#ifndef TESTS_FAKECLOUD_TRAIL_BUCKET_H
#define TESTS_FAKECLOUD_TRAIL_BUCKET_H

#include "core/base/buffer.h"
#include "tests/fakecloud/estate.h"

/*
 * The organization's trail, in the bucket of flow_bucket.h beside flow logs: each active account's and region's events
 * (history.h), twelve hours a file, in between what nobody asks for, some of it written so that one could be taken for the
 * other. A file is named by its end, five minutes before a night or twelve hours from it; events are delivered five minutes
 * after they happened, and what LookupEvents tells a night late an hour after that night. Each place has one file a night at
 * least. Digests lie beside them.
 */
#define TRAIL_BUCKET_PREFIX "trails/AWSLogs/"

/* All files below a prefix, in order of their names: [{"Key", "Size"}…]; json_object_put(). */
struct json_object *trail_bucket_files(const struct estate *e, const char *prefix);

/* Appends a file's bytes. False when there is none of that name. */
bool trail_bucket_file(const struct estate *e, const char *key, struct buffer *out);

#endif
