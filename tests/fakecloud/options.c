#include "tests/fakecloud/options.h"

#include "core/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { LATENCY_MAX_MS = 600 * 1000 };

/* Words that are left. */
struct words {
    char **next;
    size_t left;
};

static const char *take(struct words *w)
{
    if (w->left == 0)
        return NULL;
    w->left--;
    return *w->next++;
}

static bool read_number(const char *value, int64_t least, int64_t most, int64_t *out)
{
    int64_t number = 0;
    if (value == NULL || !text_to_int64(text_of(value), &number) || number < least || number > most)
        return false;
    *out = number;
    return true;
}

static bool read_latency(const char *value, struct options *o)
{
    struct text rest = text_of(value);
    char *ms = text_copy(text_cut(&rest, ':')), *jitter = text_copy(rest);
    bool ok = read_number(ms, 0, LATENCY_MAX_MS, &o->door.latency_ms) &&
              (rest.data == NULL || read_number(jitter, 0, LATENCY_MAX_MS, &o->door.jitter_ms));
    free(jitter);
    free(ms);
    return ok;
}

/* The scale may be left out. */
static bool read_throttle(struct words *w, struct options *o)
{
    char *end = NULL;
    o->throttle = 1;
    if (w->left == 0 || **w->next == '-')
        return true;
    o->throttle = strtod(take(w), &end);
    return *end == '\0' && o->throttle > 0;
}

static bool read_texts(const char *name, struct words *w, struct options *o)
{
    const struct {
        const char *name, **out;
    } texts[] = { { "--truth", &o->estate.truth_path },
                  { "--faults", &o->rules },
                  { "--google-key", &o->cloud.key_path },
                  { "--report", &o->report } };
    if (strcmp(name, "--small") == 0)
        return o->estate.small = true;
    if (strcmp(name, "--asset-lag") == 0)
        return o->cloud.lags = true;
    if (strcmp(name, "--throttle") == 0)
        return read_throttle(w, o);
    if (strcmp(name, "--tls") == 0) {
        o->door.certificate = take(w);
        o->door.key = take(w);
        return o->door.key != NULL;
    }
    if (strcmp(name, "--latency") == 0)
        return read_latency(take(w), o);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(name, texts[i].name) == 0)
            return (*texts[i].out = take(w)) != NULL;
    return false;
}

bool options_read(int argc, char **argv, struct options *out)
{
    struct options o = *out;
    int64_t seed = (int64_t)o.estate.seed, accounts = (int64_t)o.estate.accounts,
            regions = (int64_t)o.estate.regions, night = 0, port = 0, page = 0, projects = 0;
    const struct {
        const char *name;
        int64_t least, most, *out;
    } numbers[] = {
        { "--seed", 0, INT64_MAX, &seed },
        { "--accounts", 0, ESTATE_ACCOUNTS_MAX, &accounts },
        { "--projects", 0, ESTATE_ACCOUNTS_MAX, &projects },
        { "--google-now", 1, INT32_MAX, &o.cloud.now_s },
        { "--token-life", 1, INT32_MAX, &o.cloud.token_life_s },
        { "--regions", 1, ESTATE_REGIONS_MAX, &regions },
        { "--night", 0, ESTATE_NIGHTS_MAX, &night },
        { "--port", 0, UINT16_MAX, &port },
        { "--page", 0, INT32_MAX, &page },
    };
    struct words w = { argv + 1, (size_t)argc - 1 };
    for (const char *name = take(&w); name != NULL; name = take(&w)) {
        size_t n = 0, count = sizeof numbers / sizeof *numbers;
        while (n < count && strcmp(name, numbers[n].name) != 0)
            n++;
        if (n < count ? !read_number(take(&w), numbers[n].least, numbers[n].most, numbers[n].out)
                      : !read_texts(name, &w, &o))
            return false;
    }
    o.estate.seed = (uint64_t)seed;
    o.estate.accounts = (size_t)accounts;
    o.estate.regions = (size_t)regions;
    o.estate.night = (int)night;
    o.door.port = (int)port;
    o.page_max = (size_t)page;
    o.google = o.estate;
    o.google.accounts = (size_t)projects;
    o.google.lags = o.cloud.lags;
    *out = o;
    return o.estate.small ? o.estate.truth_path == NULL && projects == 0 && accounts > 0
                          : projects + accounts > 0;
}
