#include "tests/fakecloud/http.h"
#include "tests/fakecloud/nights.h"

#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define USAGE                                                                                                    \
    "usage: fakecloud [--seed N] [--accounts N] [--regions N] [--night N] [--truth DIR] [--port N] [--page N]\n" \
    "  Serves an estate over HTTP on the loopback until its standard input ends; prints the port.\n"             \
    "  --truth  writes night-0.json to night-N.json there\n"                                                     \
    "  --page   items of a page at most\n"

struct options {
    int64_t seed, accounts, regions, night, port, page;
    const char *truth;
};

static bool read_number(const char *value, int64_t least, int64_t most, int64_t *out)
{
    int64_t number = 0;
    if (!text_to_int64(text_of(value), &number) || number < least || number > most)
        return false;
    *out = number;
    return true;
}

static bool read_options(int argc, char **argv, struct options *o)
{
    const struct {
        const char *name;
        int64_t least, most, *out;
    } numbers[] = {
        { "--seed", 0, INT64_MAX, &o->seed },
        { "--accounts", 1, ESTATE_ACCOUNTS_MAX, &o->accounts },
        { "--regions", 1, ESTATE_REGIONS_MAX, &o->regions },
        { "--night", 0, ESTATE_NIGHTS_MAX, &o->night },
        { "--port", 0, UINT16_MAX, &o->port },
        { "--page", 0, INT32_MAX, &o->page },
    };
    for (int i = 1; i + 1 < argc; i += 2) {
        bool known = strcmp(argv[i], "--truth") == 0;
        if (known)
            o->truth = argv[i + 1];
        for (size_t n = 0; !known && n < sizeof numbers / sizeof *numbers; n++)
            known = strcmp(argv[i], numbers[n].name) == 0 &&
                    read_number(argv[i + 1], numbers[n].least, numbers[n].most, numbers[n].out);
        if (!known)
            return false;
    }
    return argc % 2 == 1;
}

/* Until whoever started us is done or gone. */
static void wait_for_end(void)
{
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
}

static bool serve(const struct estate *e, const struct options *o, struct error *err)
{
    struct serve_options s = { e, (size_t)o->page };
    int port = 0;
    struct http_door *door = http_door_open(&s, (int)o->port, &port, err);
    if (door == NULL)
        return false;
    printf("%d\n", port);
    fflush(stdout);
    wait_for_end();
    http_door_close(door);
    return true;
}

int main(int argc, char **argv)
{
    struct options o = { .accounts = 3, .regions = 2 };
    struct error err = ERROR_INIT;
    if (!read_options(argc, argv, &o)) {
        fputs(USAGE, stderr);
        return 2;
    }
    struct estate_options options = { (uint64_t)o.seed, (size_t)o.accounts, (size_t)o.regions,
                                      (int)o.night, o.truth };
    struct estate *e = estate_new(&options);
    bool ok = nights_build(e, &err) && serve(e, &o, &err);
    if (!ok)
        fprintf(stderr, "fakecloud: %s\n", err.message);
    estate_free(e);
    return ok ? 0 : 1;
}
