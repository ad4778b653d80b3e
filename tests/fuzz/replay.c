/* Stands in for libFuzzer where the compiler has none: replays the corpus folders named as arguments.
 * Every input is given whole, and small ones also cut after each of their bytes. */
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>

#define INPUT_MAX (16 * 1024 * 1024)
#define CUT_MAX 2048 /* inputs up to this many bytes are also cut */

/* From a room of just that size, so that the sanitizer sees a read past its end. */
static void give(struct text input)
{
    uint8_t *copy = memory_new(input.len, 1);
    if (input.len > 0)
        memcpy(copy, input.data, input.len);
    LLVMFuzzerTestOneInput(copy, input.len);
    free(copy);
}

static bool replay_file(const char *path)
{
    struct buffer b;
    struct error err = ERROR_INIT;
    buffer_init(&b, INPUT_MAX);
    bool ok = file_read(path, &b, &err);
    if (!ok)
        fprintf(stderr, "%s\n", err.message);
    size_t from = b.len <= CUT_MAX ? 0 : b.len;
    for (size_t len = from; ok && len <= b.len; len++)
        give((struct text){ b.data, len });
    buffer_release(&b);
    return ok;
}

static bool replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort), replayed = 0;
    bool ok = true;
    for (int i = 0; i < count; i++) {
        if (ok && entries[i]->d_name[0] != '.') {
            char *path = memory_format("%s/%s", folder, entries[i]->d_name);
            ok = replay_file(path);
            replayed++;
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    printf("%s: %d inputs\n", folder, replayed);
    return ok && replayed > 0;
}

int main(int argc, char **argv)
{
    bool ok = argc > 1;
    for (int i = 1; i < argc; i++)
        ok = replay_folder(argv[i]) && ok;
    return ok ? 0 : 1;
}
