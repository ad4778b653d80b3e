#ifndef REPORTS_SHEET_H
#define REPORTS_SHEET_H

#include "core/base/buffer.h"
#include "core/base/error.h"
#include "reports/table.h"

#include <stdbool.h>
#include <stddef.h>

struct map;
struct resource_type;
struct resource_types;
struct sqlite3;
struct sqlite3_stmt;

/*
 * A kind of sheet as data: which columns, from which rows, in which order, and what to do with the cells
 * that are not simply what the store holds. One pass over the rows writes the whole sheet, or one for
 * each team, or for each type; the database sorts, so that memory does not grow with the rows.
 */

/* What all sheets of a run share. */
struct sheet_context {
    const char *language; /* "en", "ja" */
    const struct resource_types *types;
    struct map *checks;   /* check id -> its parsed body; filled as needed */
};

void sheet_context_init(struct sheet_context *c, const char *language, const struct resource_types *types);
void sheet_context_release(struct sheet_context *c);

/* The words about a check ({"title":{…},…}) from its row's id and JSON text; parsed once. NULL when the
 * text is no JSON. Borrowed from the context. */
struct json_object *sheet_check(const struct sheet_context *c, struct text check_id, struct text body);

/* The first columns of every sheet's SELECT; the sheet's own columns follow. */
enum { SHEET_TEAM, SHEET_TYPE, SHEET_FIRST };

/* SQL of the team that a row belongs to: the account's, else the resource's tag Team in any case. (LIKE
 * comes first because it is far cheaper than reading the tags of rows that have none.) */
#define SHEET_TEAM_SQL                                                                                  \
    "CASE WHEN team <> '' THEN team WHEN tags LIKE '%\"team\"%' AND json_valid(tags) THEN coalesce("    \
    "(SELECT trim(t.value) FROM json_each(tags) AS t WHERE lower(t.key) = 'team' AND t.type = 'text'"   \
    " AND trim(t.value) <> '' LIMIT 1), '') ELSE '' END"

struct sheet_row {
    const struct sheet_context *context;
    const struct resource_type *type; /* of a sheet by type */
    struct sqlite3_stmt *stmt;        /* may hold more columns than the sheet, for fill */
    struct text *cells;               /* the statement's texts, from SHEET_FIRST on, until fill changes them */
    struct buffer *scratch;           /* one a cell; sheet_scratch() */
};

/* The text of a column of the statement, valid until the next row. */
struct text sheet_text(const struct sheet_row *row, int column);

/* Shows the row's team in this cell. */
void sheet_show_team(struct sheet_row *row, size_t cell);

/* An empty buffer for this cell, of RENDER_MAX. The cell shows it after fill. */
struct buffer *sheet_scratch(struct sheet_row *row, size_t cell);

struct sheet {
    const char *name;      /* findings; of a sheet by type the folder: inventory */
    const struct table_column *columns;
    size_t column_count;
    const char *select;    /* SQL after SELECT: team, type, the columns, then what fill needs */
    const char *from;      /* SQL after FROM */
    const char *order;     /* SQL after ORDER BY; makes the order total */
    bool by_type;          /* one sheet a type */
    bool no_teams;         /* not written for teams */
    bool no_answers;       /* a team has nothing to answer here */
    /* The columns after the first; only with by_type. False: no sheet for this type. */
    bool (*more_columns)(const struct sheet_context *c, const struct resource_type *type,
                         struct table_column *out, size_t *out_count);
    void (*fill)(struct sheet_row *row); /* NULL: the cells are the statement's */
};

/* Where sheets go. */
struct sheet_target {
    /* Begins the sheet of a team ("": all) and a type ("" unless by type). *out NULL: leave it out. */
    bool (*open)(void *ctx, const struct sheet *sheet, struct text team, struct text type,
                 struct table **out, struct error *err);
    bool (*close)(void *ctx, struct table *t, struct error *err); /* ends and frees */
    void (*drop)(void *ctx, struct table *t);                     /* frees what failed */
    void *ctx;
};

/* The columns of one sheet: the fixed ones, the type's, and for a team `answer` and `comment`. */
bool sheet_columns(const struct sheet *sheet, const struct sheet_context *c, struct text type, bool for_team,
                   struct table_column out[TABLE_COLUMNS_MAX], size_t *out_count);

/* Writes every row of the whole (a sheet even when there is none), or with `by_team` of each team. */
bool sheet_write(struct sqlite3 *db, const struct sheet *sheet, bool by_team,
                 const struct sheet_context *context, const struct sheet_target *target, struct error *err);

/* The kinds, each in the file of its name. */
extern const struct sheet inventory_sheet;
extern const struct sheet inventory_type_sheet;
extern const struct sheet findings_sheet;
extern const struct sheet changes_sheet;
extern const struct sheet coverage_sheet;
extern const struct sheet controls_sheet;

#endif
