#ifndef TESTS_FAKECLOUD_BUCKETS_H
#define TESTS_FAKECLOUD_BUCKETS_H

#include "tests/fakecloud/estate.h"

/* S3: a bucket of logs that is blocked, a site with a public policy, a bucket that has neither. The lists
 * "PublicAccessBlocks" and "PolicyStatuses" hold {Bucket, and what S3 answers}. */
void buckets_build(struct estate *e, size_t account);

/* The public access block of the bucket of logs is deleted, or set: the other way each time. */
void buckets_toggle_block(struct estate *e, size_t account);

#endif
