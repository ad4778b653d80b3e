#include "tests/fakecloud/chance.h"

#include "core/base/digest.h"
#include "core/base/encode.h"
#include "core/base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

enum { EC2_DIGITS = 17, NUMBER_BYTES = 8 };

static void draw(uint64_t seed, const char *path, unsigned char out[DIGEST_BYTES])
{
    char *text = memory_format("%" PRIu64 "\n%s", seed, path);
    digest_sha256(text_of(text), out);
    free(text);
}

uint64_t chance_number(uint64_t seed, const char *path, uint64_t below)
{
    unsigned char bytes[DIGEST_BYTES];
    uint64_t number = 0;
    draw(seed, path, bytes);
    for (size_t i = 0; i < NUMBER_BYTES; i++)
        number = number << 8 | bytes[i];
    return number % below;
}

char *chance_hex(uint64_t seed, const char *path, size_t digits)
{
    unsigned char bytes[DIGEST_BYTES];
    char hex[DIGEST_HEX_MAX];
    draw(seed, path, bytes);
    encode_hex(bytes, sizeof bytes, hex);
    return memory_string_n(hex, digits);
}

char *chance_id(uint64_t seed, const char *prefix, const char *path)
{
    char *whole = memory_format("%s%s", prefix, path), *hex = chance_hex(seed, whole, EC2_DIGITS);
    char *id = memory_format("%s%s", prefix, hex);
    free(hex);
    free(whole);
    return id;
}
