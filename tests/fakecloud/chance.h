#ifndef TESTS_FAKECLOUD_CHANCE_H
#define TESTS_FAKECLOUD_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers and names that follow from a seed and a path ("111122223333/us-east-1/group/3"), and from
 * nothing else: not from the order of the calls, not from the machine. SHA-256 underneath.
 */
#define CHANCE_HEX_MAX 64 /* digits that chance_hex() can give */

/* An even enough draw from [0, below); `below` is at least 1. */
uint64_t chance_number(uint64_t seed, const char *path, uint64_t below);

/* `digits` (at most CHANCE_HEX_MAX) lower-case hex digits; free(). */
char *chance_hex(uint64_t seed, const char *path, size_t digits);

/* PREFIX and 17 hex digits, as EC2's ids look; free(). */
char *chance_id(uint64_t seed, const char *prefix, const char *path);

#endif
