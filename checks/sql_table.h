#ifndef CHECKS_SQL_TABLE_H
#define CHECKS_SQL_TABLE_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct sandbox;

/*
 * A function of SQL that gives a table: name(a, b, …) in a FROM clause. What it gives is computed at once from its
 * arguments and handed out row by row.
 */
enum { SQL_TABLE_ARGUMENTS_MAX = 8 };

enum sql_cell_kind { SQL_CELL_NULL, SQL_CELL_INTEGER, SQL_CELL_TEXT, SQL_CELL_JSON };

struct sql_cell {
    enum sql_cell_kind kind;
    int64_t integer;
    char *text; /* of a text, or JSON as text that SQLite's JSON functions know for JSON */
};

struct sql_rows {
    struct sql_cell *cells; /* row after row */
    size_t count;           /* cells */
};

/* Appends a cell; a NULL text is null. The text is copied. */
void sql_rows_add_text(struct sql_rows *rows, const char *text);
void sql_rows_add_json(struct sql_rows *rows, const char *json);
void sql_rows_add_integer(struct sql_rows *rows, int64_t value);
void sql_rows_add_null(struct sql_rows *rows);

struct sql_table {
    const char *name;
    const char *columns; /* "subject, protocol": as CREATE TABLE has them */
    size_t column_count, argument_count;
    bool words; /* the arguments are no JSON: they come as strings */
    /* The arguments parsed as JSON, NULL for null. Every row has all columns. False: an error of SQL in these words. */
    bool (*compute)(struct sandbox *s, struct json_object *const *arguments, struct sql_rows *out,
                    struct error *err);
};

/* `table` must live as long as the sandbox. */
bool sql_table_register(struct sandbox *s, const struct sql_table *table, struct error *err);

#endif
