#ifndef TESTS_BENCH_GZ_FILES_H
#define TESTS_BENCH_GZ_FILES_H

#include "core/base/buffer.h"
#include "tests/bench/chance.h"

/*
 * The frame of benches that read gzip files: a few files are made up front and read again and again, file by file by ours and
 * by zlib's inflate alone in turn, so that both meet the same machine.
 *
 *     PROGRAM ITEMS ROUNDS
 *
 * One line a round: items, seconds of CPU of ours, of bare inflate, bytes of gzip, bytes of text, rows, and the most memory
 * this process ever held (KB).
 */
enum { GZ_FILES_PIECE = 16 * 1024 /* bytes, as libcurl hands a body on */ };

struct gz_files {
    const char *program;
    int64_t items_a_file;
    void (*write)(struct buffer *text, struct chance *c); /* one file */
    void *(*begin)(void);                                 /* a round */
    void (*read)(void *round, struct text gz);            /* aborts where it cannot */
    uint64_t (*end)(void *round);                         /* how many rows came of it */
};

int gz_files_main(const struct gz_files *bench, int argc, char **argv);

#endif
