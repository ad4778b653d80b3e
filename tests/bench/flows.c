/*
 * What reading flow logs costs: gzip files of lines of the default format go through gunzip, parser and groups
 * (gz_files.h; rows are groups). More than half of the flows go to port 443, as they do, where addresses are looked at, and one
 * in thirty is watched.
 */
#include "core/base/memory.h"
#include "providers/aws/flowlogs/flow_file.h"
#include "tests/bench/gz_files.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES_A_FILE = 100000, GROUPS_MAX = 64 * 1024, WATCHED_ADDRESSES = 250 };
static const int64_t hour = 1795240800;

static void add_line(struct buffer *out, struct chance *c)
{
    unsigned kind = chance_below(c, 100), host = chance_below(c, 400);
    int64_t start = hour + chance_below(c, 300);
    char source[32], destination[32];
    snprintf(source, sizeof source, "10.%u.%u.%u", host / 100, host % 100, 5 + host % 7);
    snprintf(destination, sizeof destination, "%u.%u.%u.%u", 20 + chance_below(c, 40),
             chance_below(c, 8), chance_below(c, 256), chance_below(c, 256));
    buffer_append_format(out, "2 111122223333 eni-0%08x%08x ", host * 2654435761u, host * 40503u);
    if (kind < 3) {
        buffer_append_format(out, "- - - - - - - %lld %lld - NODATA\n", (long long)start,
                             (long long)start + 60);
        return;
    }
    unsigned port = kind < 6    ? 53
                    : kind < 60 ? 443
                    : kind < 70 ? 5432
                                : 32768 + chance_below(c, 28000);
    bool answer = kind >= 70;
    buffer_append_format(out, "%s %s %u %u %d %u %u %lld %lld %s OK\n",
                         answer ? destination : source, answer ? source : destination,
                         answer ? 443 : 32768 + chance_below(c, 28000), port, port == 53 ? 17 : 6,
                         1 + chance_below(c, 60), 60 + chance_below(c, 90000), (long long)start,
                         (long long)start + 59, kind == 99 ? "REJECT" : "ACCEPT");
}

static void write_file(struct buffer *text, struct chance *c)
{
    buffer_append_string(
        text, "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
              "bytes start end action log-status\n");
    for (int i = 0; i < LINES_A_FILE; i++)
        add_line(text, c);
}

static struct flow_watch *watch(void)
{
    struct error err = ERROR_INIT;
    struct flow_watch *w = flow_watch_new();
    char address[32];
    flow_watch_port(w, 53);
    flow_watch_port(w, 853);
    for (unsigned i = 0; i < WATCHED_ADDRESSES; i++) {
        snprintf(address, sizeof address, "9.9.%u.%u", i / 16, i % 16);
        if (!flow_watch_address(w, address, 443, &err))
            abort();
    }
    return w;
}

struct round {
    struct flow_watch *watch;
    struct flow_file *file;
    struct flow_groups *groups;
};

static void *begin(void)
{
    struct round *r = memory_new(1, sizeof *r);
    r->watch = watch();
    const struct flow_file_options o = { r->watch, hour, hour + 3600, 99 };
    r->file = flow_file_new(&o);
    r->groups = flow_groups_new(GROUPS_MAX, 99);
    return r;
}

static void read_file(void *round, struct text gz)
{
    enum { PIECE = GZ_FILES_PIECE };
    struct round *r = round;
    struct error err = ERROR_INIT;
    bool ok = flow_file_begin(r->file, "111122223333", "us-east-1", hour, &err);
    for (size_t at = 0; ok && at < gz.len; at += PIECE)
        ok =
            flow_file_write(r->file, gz.data + at, gz.len - at < PIECE ? gz.len - at : PIECE, &err);
    if (!ok || !flow_file_finish(r->file, &err) || flow_file_counts(r->file)->malformed > 0)
        abort();
    flow_groups_add_all(r->groups, flow_file_groups(r->file));
}

static uint64_t end(void *round)
{
    struct round *r = round;
    uint64_t rows = flow_groups_count(r->groups);
    flow_groups_free(r->groups);
    flow_file_free(r->file);
    flow_watch_free(r->watch);
    free(r);
    return rows;
}

int main(int argc, char **argv)
{
    static const struct gz_files bench = { "bench_flows", LINES_A_FILE, write_file,
                                           begin,         read_file,    end };
    return gz_files_main(&bench, argc, argv);
}
