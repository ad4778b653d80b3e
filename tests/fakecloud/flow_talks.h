#ifndef TESTS_FAKECLOUD_FLOW_TALKS_H
#define TESTS_FAKECLOUD_FLOW_TALKS_H

#include "core/base/buffer.h"
#include "tests/fakecloud/estate.h"

/*
 * Some minutes of what the first machine (machines.h) of a place asks a few name servers, as a flow log tells of it; what
 * else it tells no reader has a use for. Drawn from the seed and the path, of one hour.
 */
struct flow_talks {
    const struct estate *e;
    struct place at;
    const char *path;
    int64_t named_s;  /* of the file; flows begin up to five minutes before */
    bool own_fields;  /* else those of the default format */
};

uint64_t flow_talks_draw(const struct flow_talks *t, const char *what, uint64_t below);

/* Appends its lines, with the one that names their fields. */
void flow_talks_write(const struct flow_talks *t, struct buffer *out);

/* Appends its rows to an array: flow_bucket_truth() has their form. */
void flow_talks_tell(const struct flow_talks *t, struct json_object *rows);

#endif
