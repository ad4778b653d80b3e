#include "tests/bench/gz_files.h"

#include "core/base/memory.h"
#include "tests/gzip/gzip.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#define ZLIB_CONST
#include <zlib.h>

enum { FILES = 4, FILE_MAX = 128 * 1024 * 1024, SCALE = 1000 * 1000 * 1000 };

struct file {
    struct buffer gz;
    uint64_t plain; /* bytes of text */
};

static void make_file(const struct gz_files *bench, unsigned seed, struct file *out)
{
    struct chance c = { seed };
    struct buffer text;
    buffer_init(&text, FILE_MAX);
    buffer_init(&out->gz, FILE_MAX);
    bench->write(&text, &c);
    gzip_pack(buffer_text(&text), GZIP_USUAL, &out->gz);
    if (!buffer_ok(&text) || !buffer_ok(&out->gz))
        abort();
    out->plain = text.len;
    buffer_release(&text);
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / SCALE;
}

static void read_bare(z_stream *z, struct text gz, unsigned char *room)
{
    enum { PIECE = GZ_FILES_PIECE };
    int result = Z_OK;
    inflateReset(z);
    for (size_t at = 0; at < gz.len; at += PIECE) {
        z->next_in = (const unsigned char *)gz.data + at;
        z->avail_in = (unsigned)(gz.len - at < PIECE ? gz.len - at : PIECE);
        do {
            z->next_out = room;
            z->avail_out = 4 * PIECE;
            result = inflate(z, Z_NO_FLUSH);
        } while (z->avail_out == 0);
    }
    if (result != Z_STREAM_END)
        abort();
}

static void measure(const struct gz_files *bench, const struct file files[FILES], int64_t count)
{
    void *round = bench->begin();
    unsigned char *room = memory_new(4, GZ_FILES_PIECE);
    uint64_t gz_bytes = 0, text_bytes = 0;
    double ours = 0, bare = 0;
    z_stream z = { 0 };
    inflateInit2(&z, 16 + MAX_WBITS);
    for (int64_t i = 0; i < count; i++) {
        const struct file *f = &files[i % FILES];
        double at = cpu_s();
        bench->read(round, buffer_text(&f->gz));
        ours += cpu_s() - at;
        at = cpu_s();
        read_bare(&z, buffer_text(&f->gz), room);
        bare += cpu_s() - at;
        gz_bytes += f->gz.len;
        text_bytes += f->plain;
    }
    uint64_t rows = bench->end(round);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%lld\t%.3f\t%.3f\t%llu\t%llu\t%llu\t%ld\n", (long long)(count * bench->items_a_file),
           ours, bare, (unsigned long long)gz_bytes, (unsigned long long)text_bytes,
           (unsigned long long)rows, usage.ru_maxrss);
    inflateEnd(&z);
    free(room);
}

int gz_files_main(const struct gz_files *bench, int argc, char **argv)
{
    struct file files[FILES];
    int64_t items = 0, rounds = 0;
    if (argc != 3 || !text_to_int64(text_of(argv[1]), &items) || items < bench->items_a_file ||
        !text_to_int64(text_of(argv[2]), &rounds) || rounds < 1) {
        fprintf(stderr, "usage: %s ITEMS ROUNDS (ITEMS: at least %lld)\n", bench->program,
                (long long)bench->items_a_file);
        return 2;
    }
    for (unsigned i = 0; i < FILES; i++)
        make_file(bench, i + 1, &files[i]);
    for (int64_t round = 0; round < rounds; round++)
        measure(bench, files, items / bench->items_a_file);
    for (int i = 0; i < FILES; i++)
        buffer_release(&files[i].gz);
    return 0;
}
