#include "reports/table.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct table {
    struct table_writer *writer;
    struct table_column columns[TABLE_COLUMNS_MAX];
    int64_t rows;
};

struct table *table_begin(const struct table_format *format, struct output *out, bool bom,
                          const struct table_column *columns, size_t count, struct error *err)
{
    if (count == 0 || count > TABLE_COLUMNS_MAX) {
        error_set(err, ERROR_LIMIT, "a sheet of %zu columns, %d at most", count, TABLE_COLUMNS_MAX);
        return NULL;
    }
    struct table *t = memory_new(1, sizeof *t);
    memcpy(t->columns, columns, count * sizeof *columns);
    t->writer = format->open(out, bom);
    if (t->writer->begin(t->writer, t->columns, count, err))
        return t;
    table_free(t);
    return NULL;
}

bool table_row(struct table *t, const struct text *cells, struct error *err)
{
    t->rows++;
    return t->writer->row(t->writer, cells, err);
}

bool table_end(struct table *t, struct error *err)
{
    return t->writer->end(t->writer, err);
}

int64_t table_rows(const struct table *t)
{
    return t->rows;
}

void table_free(struct table *t)
{
    if (t == NULL)
        return;
    t->writer->free(t->writer);
    free(t);
}
