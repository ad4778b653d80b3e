#include "core/model/log_table.h"

#include "core/base/memory.h"

#include <stddef.h>
#include <stdlib.h>

struct log_table *log_table_copy(const struct log_table *t)
{
    if (t == NULL)
        return NULL;
    struct log_table *copy = memory_new(1, sizeof *copy);
    *copy = (struct log_table){
        .region = memory_string(t->region),
        .workgroup = memory_string(t->workgroup),
        .catalog = memory_string(t->catalog),
        .database = memory_string(t->database),
        .name = memory_string(t->name),
        .output = memory_string(t->output),
        .encrypts = t->encrypts,
    };
    return copy;
}

void log_table_free(struct log_table *t)
{
    if (t == NULL)
        return;
    char *owned[] = { t->region, t->workgroup, t->catalog, t->database, t->name, t->output };
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    free(t);
}
