/*
 * What reading flow logs costs: gzip files of lines of the default format go through gunzip, parser and groups, and
 * in turn through zlib's inflate alone.
 *
 *     bench_flows LINES ROUNDS
 *
 * One line a round: lines, seconds of CPU of ours, of bare inflate, bytes of gzip, bytes of text, groups, and the
 * most memory this process ever held (KB). A few files are made up front and read again and again; more than
 * half of the flows go to port 443, as they do, where addresses are looked at, and one in thirty is watched.
 */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "providers/aws/flowlogs/flow_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    FILES = 4,
    LINES_A_FILE = 100000,
    FILE_MAX = 64 * 1024 * 1024,
    PIECE = 16 * 1024, /* as libcurl hands a body on */
    GROUPS_MAX = 64 * 1024,
    WATCHED_ADDRESSES = 250,
    SCALE = 1000 * 1000 * 1000,
};
static const int64_t hour = 1795240800;

struct chance {
    uint64_t state;
};

static unsigned below(struct chance *c, unsigned bound)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(c->state >> 33) % bound;
}

static void add_line(struct buffer *out, struct chance *c)
{
    unsigned kind = below(c, 100), host = below(c, 400);
    int64_t start = hour + below(c, 300);
    char source[32], destination[32];
    snprintf(source, sizeof source, "10.%u.%u.%u", host / 100, host % 100, 5 + host % 7);
    snprintf(destination, sizeof destination, "%u.%u.%u.%u", 20 + below(c, 40), below(c, 8),
             below(c, 256), below(c, 256));
    buffer_append_format(out, "2 111122223333 eni-0%08x%08x ", host * 2654435761u, host * 40503u);
    if (kind < 3) {
        buffer_append_format(out, "- - - - - - - %lld %lld - NODATA\n", (long long)start,
                             (long long)start + 60);
        return;
    }
    unsigned port = kind < 6 ? 53 : kind < 60 ? 443 : kind < 70 ? 5432 : 32768 + below(c, 28000);
    bool answer = kind >= 70;
    buffer_append_format(out, "%s %s %u %u %d %u %u %lld %lld %s OK\n",
                         answer ? destination : source, answer ? source : destination,
                         answer ? 443 : 32768 + below(c, 28000), port, port == 53 ? 17 : 6,
                         1 + below(c, 60), 60 + below(c, 90000), (long long)start,
                         (long long)start + 59, kind == 99 ? "REJECT" : "ACCEPT");
}

static void make_file(struct buffer *out, uint64_t *plain, unsigned seed)
{
    struct chance c = { seed };
    struct buffer text;
    buffer_init(&text, FILE_MAX);
    buffer_append_string(
        &text, "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets "
               "bytes start end action log-status\n");
    for (int i = 0; i < LINES_A_FILE; i++)
        add_line(&text, &c);
    z_stream z = { 0 };
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    char *room = memory_new(1, text.len);
    z.next_in = (const unsigned char *)text.data;
    z.avail_in = (unsigned)text.len;
    z.next_out = (unsigned char *)room;
    z.avail_out = (unsigned)text.len;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END || !buffer_ok(&text))
        abort();
    buffer_init(out, FILE_MAX);
    buffer_append(out, room, text.len - z.avail_out);
    *plain = text.len;
    deflateEnd(&z);
    free(room);
    buffer_release(&text);
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / SCALE;
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

static void read_ours(struct flow_file *f, const struct buffer *gz, struct flow_groups *groups)
{
    struct error err = ERROR_INIT;
    bool ok = flow_file_begin(f, "111122223333", "us-east-1", hour, &err);
    for (size_t at = 0; ok && at < gz->len; at += PIECE)
        ok = flow_file_write(f, gz->data + at, gz->len - at < PIECE ? gz->len - at : PIECE, &err);
    if (!ok || !flow_file_finish(f, &err) || flow_file_counts(f)->malformed > 0)
        abort();
    flow_groups_add_all(groups, flow_file_groups(f));
}

static void read_bare(z_stream *z, const struct buffer *gz, unsigned char *room)
{
    int result = Z_OK;
    inflateReset(z);
    for (size_t at = 0; at < gz->len; at += PIECE) {
        z->next_in = (const unsigned char *)gz->data + at;
        z->avail_in = (unsigned)(gz->len - at < PIECE ? gz->len - at : PIECE);
        do {
            z->next_out = room;
            z->avail_out = 4 * PIECE;
            result = inflate(z, Z_NO_FLUSH);
        } while (z->avail_out == 0);
    }
    if (result != Z_STREAM_END)
        abort();
}

/* File by file ours and bare in turn, so that both meet the same machine. */
static void measure(const struct buffer files[FILES], const uint64_t plain[FILES], int64_t count)
{
    struct flow_watch *w = watch();
    struct flow_file_options o = { w, hour, hour + 3600, 99 };
    struct flow_file *f = flow_file_new(&o);
    struct flow_groups *groups = flow_groups_new(GROUPS_MAX, 99);
    unsigned char *room = memory_new(4, PIECE);
    uint64_t gz_bytes = 0, text_bytes = 0;
    double ours = 0, bare = 0;
    z_stream z = { 0 };
    inflateInit2(&z, 16 + MAX_WBITS);
    for (int64_t i = 0; i < count; i++) {
        double at = cpu_s();
        read_ours(f, &files[i % FILES], groups);
        ours += cpu_s() - at;
        at = cpu_s();
        read_bare(&z, &files[i % FILES], room);
        bare += cpu_s() - at;
        gz_bytes += files[i % FILES].len;
        text_bytes += plain[i % FILES];
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%lld\t%.3f\t%.3f\t%llu\t%llu\t%zu\t%ld\n", (long long)count * LINES_A_FILE, ours, bare,
           (unsigned long long)gz_bytes, (unsigned long long)text_bytes, flow_groups_count(groups),
           usage.ru_maxrss);
    inflateEnd(&z);
    free(room);
    flow_groups_free(groups);
    flow_file_free(f);
    flow_watch_free(w);
}

int main(int argc, char **argv)
{
    struct buffer files[FILES];
    uint64_t plain[FILES];
    int64_t lines = 0, rounds = 0;
    if (argc != 3 || !text_to_int64(text_of(argv[1]), &lines) || lines < LINES_A_FILE ||
        !text_to_int64(text_of(argv[2]), &rounds) || rounds < 1) {
        fprintf(stderr, "usage: bench_flows LINES ROUNDS (LINES: at least %d)\n", LINES_A_FILE);
        return 2;
    }
    for (unsigned i = 0; i < FILES; i++)
        make_file(&files[i], &plain[i], i + 1);
    for (int64_t round = 0; round < rounds; round++)
        measure(files, plain, lines / LINES_A_FILE);
    for (int i = 0; i < FILES; i++)
        buffer_release(&files[i]);
    return 0;
}
