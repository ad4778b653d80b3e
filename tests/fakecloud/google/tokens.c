#include "tests/fakecloud/google/tokens.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"

#include <stdlib.h>

enum { DIGITS = 40 };

struct owner {
    int64_t until_ms;
    char *principal;
};

struct google_tokens {
    const struct clock *clock;
    uint64_t seed, given;
    int64_t life_s;
    char *last;
    struct map *owners;
};

static void owner_free(void *value)
{
    struct owner *o = value;
    free(o->principal);
    free(o);
}

struct google_tokens *google_tokens_new(uint64_t seed, int64_t life_s, const struct clock *clock)
{
    struct google_tokens *t = memory_new(1, sizeof *t);
    t->clock = clock;
    t->seed = seed;
    t->life_s = life_s;
    t->owners = map_new(owner_free);
    return t;
}

void google_tokens_free(struct google_tokens *t)
{
    if (t == NULL)
        return;
    map_free(t->owners);
    free(t->last);
    free(t);
}

const char *google_tokens_give(struct google_tokens *t, const char *principal, int64_t life_s)
{
    struct owner *o = memory_new(1, sizeof *o);
    char *path = memory_format("token/%llu", (unsigned long long)++t->given),
         *hex = chance_hex(t->seed, path, DIGITS);
    if (map_count(t->owners) >= GOOGLE_TOKENS_MAX) {
        map_free(t->owners);
        t->owners = map_new(owner_free);
    }
    free(t->last);
    t->last = memory_format("ya29.fake-%s", hex);
    o->until_ms = clock_mono_ms(t->clock) + life_s * 1000;
    o->principal = memory_string(principal);
    map_set(t->owners, t->last, o);
    free(hex);
    free(path);
    return t->last;
}

const char *google_tokens_owner(const struct google_tokens *t, const char *token)
{
    const struct owner *o = map_get(t->owners, token);
    return o == NULL || clock_mono_ms(t->clock) >= o->until_ms ? NULL : o->principal;
}

int64_t google_tokens_life_s(const struct google_tokens *t)
{
    return t->life_s;
}
