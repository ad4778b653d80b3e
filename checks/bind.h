#ifndef CHECKS_BIND_H
#define CHECKS_BIND_H

#include <stdbool.h>

struct json_object;
struct sqlite3_stmt;
struct type_column;

/* A type's declared column as a value of SQL: what lies at its path in the config. */

/* Whether the path holds a list: then the value is a JSON array of all that lies there. */
bool bind_is_list(const struct type_column *c);

/* Binds it; text, number, 1 and 0 for true and false, JSON for objects. Null where nothing lies, and for JSON of
 * more than 1 MB. */
void bind_column(struct sqlite3_stmt *stmt, int at, struct json_object *config, const struct type_column *c);

#endif
