#include "core/http/keyed.h"

#include <stdbool.h>

enum { SWEEP_FROM = 1024 }; /* below this many, forgetting is not worth the walk */

void keyed_init(struct keyed *k, enum keyed_worth (*worth)(const void *value, int64_t now_ms),
                void (*drop)(void *value))
{
    *k = (struct keyed){ map_new(NULL), SWEEP_FROM, worth, drop };
}

static bool drop_each(void *ctx, const char *name, void *value)
{
    struct keyed *k = ctx;
    (void)name;
    k->drop(value);
    return true;
}

void keyed_release(struct keyed *k)
{
    map_each(k->map, drop_each, k);
    map_free(k->map);
    k->map = NULL;
}

struct sweep {
    struct keyed *k;
    struct map *kept;
    size_t memories;
    int64_t now_ms;
};

static bool sweep_each(void *ctx, const char *name, void *value)
{
    struct sweep *s = ctx;
    enum keyed_worth worth = s->k->worth(value, s->now_ms);
    if (worth == KEYED_IN_USE || (worth == KEYED_MEMORY && s->memories++ < KEYED_IDLE_MAX))
        map_set(s->kept, name, value);
    else
        s->k->drop(value);
    return true;
}

/* Builds the table anew instead of removing: json-c's table never gets slots back that were removed
 * from, and would search longer and longer for names that are absent. */
static void sweep(struct keyed *k, int64_t now_ms)
{
    struct sweep s = { .k = k, .kept = map_new(NULL), .now_ms = now_ms };
    map_each(k->map, sweep_each, &s);
    map_free(k->map);
    k->map = s.kept;
    size_t kept = map_count(k->map);
    k->sweep_at = kept < SWEEP_FROM / 2 ? SWEEP_FROM : 2 * kept;
}

void *keyed_get(const struct keyed *k, const char *name)
{
    return map_get(k->map, name);
}

void keyed_add(struct keyed *k, const char *name, void *value, int64_t now_ms)
{
    if (map_count(k->map) >= k->sweep_at)
        sweep(k, now_ms);
    map_set(k->map, name, value);
}

size_t keyed_count(const struct keyed *k)
{
    return map_count(k->map);
}
