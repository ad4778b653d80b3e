#ifndef TESTS_UNIT_CORE_CONFIG_FILES_H
#define TESTS_UNIT_CORE_CONFIG_FILES_H

/* A folder with a config and its tables, for the tests of core/config.h. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <unistd.h>

struct config_files {
    char folder[64];
    char *config; /* path of yomawari.yaml */
};

static inline void config_files_write(const struct config_files *f, const char *name, const char *content)
{
    struct error err = ERROR_INIT;
    char *path = memory_format("%s/%s", f->folder, name);
    if (!file_write_atomic(path, text_of(content), &err))
        fail_msg("%s", err.message);
    free(path);
}

static inline void config_files_make(struct config_files *f, const char *yaml)
{
    snprintf(f->folder, sizeof f->folder, "/tmp/yomawari-config-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    f->config = memory_format("%s/yomawari.yaml", f->folder);
    config_files_write(f, "yomawari.yaml", yaml);
}

static inline void config_files_remove(struct config_files *f)
{
    struct error err = ERROR_INIT;
    assert_true(file_remove_tree(f->folder, &err));
    free(f->config);
}

/* The config of the folder, which must be without fault. */
static inline struct config *config_files_load(const struct config_files *f)
{
    struct error err = ERROR_INIT;
    struct config_faults faults = { NULL, 0 };
    struct config *c = config_load(f->config, &faults, &err);
    if (c == NULL)
        fail_msg("%s", err.message);
    assert_int_equal(faults.count, 0);
    assert_int_equal(err.kind, ERROR_NONE);
    return c;
}

#endif
