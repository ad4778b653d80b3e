/* links: core */
/* The config: before a line "%%" yomawari.yaml, after it the table t.csv that it may name. A config or
 * faults, never both, never neither; every fault names a file; the same files have the same digest. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "tests/fuzz/fuzz.h"

#include <unistd.h>

static const char separator[] = "\n%%\n";

/* Cuts the input at the separator; all is the config when there is none. */
static struct text cut(struct text *rest)
{
    struct text all = *rest;
    for (size_t i = 0; i < all.len; i++) {
        struct text at = { all.data + i, all.len - i };
        if (text_starts_with(at, separator)) {
            *rest = (struct text){ at.data + sizeof separator - 1, at.len - (sizeof separator - 1) };
            return (struct text){ all.data, i };
        }
    }
    *rest = (struct text){ "", 0 };
    return all;
}

static void write_file(const char *folder, const char *name, struct text content)
{
    struct error err = ERROR_INIT;
    char *path = memory_format("%s/%s", folder, name);
    FUZZ_REQUIRE(file_write_atomic(path, content, &err));
    free(path);
}

static void check(const char *folder, const char *path)
{
    struct error err = ERROR_INIT;
    struct config_faults faults = { NULL, 0 };
    struct config *c = config_load(path, &faults, &err), *again = config_load(path, NULL, &err);
    FUZZ_REQUIRE((c == NULL) == (faults.count > 0) && faults.count <= CONFIG_FAULTS_MAX);
    FUZZ_REQUIRE((c == NULL) == (err.kind == ERROR_CONFIG) && (c == NULL) == (again == NULL));
    for (size_t i = 0; i < faults.count; i++)
        FUZZ_REQUIRE(text_starts_with(text_of(faults.lines[i]), folder));
    FUZZ_REQUIRE(c == NULL || text_equal_string(text_of(c->digest), again->digest));
    config_faults_release(&faults);
    config_free(c);
    config_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text table = fuzz_text(data, size), yaml = cut(&table);
    struct error err = ERROR_INIT;
    char folder[] = "/tmp/yomawari-fuzz-XXXXXX";
    FUZZ_REQUIRE(mkdtemp(folder) != NULL);
    char *path = memory_format("%s/yomawari.yaml", folder);
    write_file(folder, "yomawari.yaml", yaml);
    write_file(folder, "t.csv", table);
    check(folder, path);
    FUZZ_REQUIRE(file_remove_tree(folder, &err));
    free(path);
    return 0;
}
