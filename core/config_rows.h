#ifndef CORE_CONFIG_ROWS_H
#define CORE_CONFIG_ROWS_H

#include "core/config_reader.h"

struct csv_table;

/*
 * How the CSV files that the config names become arrays of structures: a description of the columns, and a
 * function for what is more than a text.
 */
enum config_need {
    CONFIG_OPTIONAL, /* the column may be missing, the cell empty */
    CONFIG_COLUMN,   /* the column must be there, the cell may be empty */
    CONFIG_VALUE,    /* every row must have a value */
};

#define CONFIG_NO_MEMBER ((size_t)-1) /* the column is for `finish` alone */

struct config_column {
    const char *name;
    size_t offset;         /* of a char * in the row's structure, or CONFIG_NO_MEMBER */
    config_check_fn check; /* of the value */
    bool many;             /* several values separated by spaces, each checked */
    enum config_need need;
};

/* One row being read. */
struct config_row {
    const struct csv_table *table;
    const char *file;
    size_t index;
    int line;
    const void *before; /* the rows before this one, as many as `index` */
    void *ctx;          /* what config_rows_read() was given */
};

struct config_rows {
    const struct config_column *columns;
    size_t column_count;
    size_t size; /* of the row's structure */
    size_t max_rows;
    /* Reads and checks the rest; may be NULL. */
    void (*finish)(struct config_reader *r, const struct config_row *row, void *out);
};

/* Reads the CSV file that the key `key` of `o` names, and gives an array of *out_count structures, their
 * texts never NULL (a cell of spaces alone is ""); NULL and no count when the key is absent or the file
 * cannot be read. Rows with faults are in the array too. */
void *config_rows_read(struct config_reader *r, const struct json_object *o, const char *key,
                       const struct config_rows *rows, void *ctx, size_t *out_count);

/* Frees the texts that the columns name, and the array. */
void config_rows_free(const struct config_rows *rows, void *items, size_t count);

/* The cell of a column, "" when there is no such column. */
const char *config_rows_cell(const struct config_row *row, const char *column);

/* A fault of the row. */
void config_rows_fault(struct config_reader *r, const struct config_row *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Calls `check` for each of the values in the cell that spaces separate; faults name the column. */
void config_rows_check_words(struct config_reader *r, const struct config_row *row, const char *column,
                             config_check_fn check);

#endif
