#ifndef CORE_MODEL_LOG_TABLE_H
#define CORE_MODEL_LOG_TABLE_H

#include <stdbool.h>

/* A table over logs, that queries in a workgroup of its account may be asked about. Strings owned. Of BigQuery's: the project of
 * the table is the catalog, its dataset the database; the workgroup is the project that pays; region and output are NULL. */
struct log_table {
    char *region, *workgroup, *catalog, *database, *name;
    char *output;  /* where the workgroup puts results, "BUCKET/FOLDER/" or "" for its own keeping; NULL: what table and
                    * workgroup are may be asked, and nothing of what is in the table */
    bool encrypts; /* results, with a key of the account's */
};

struct log_table *log_table_copy(const struct log_table *t); /* NULL for NULL */
void log_table_free(struct log_table *t);                    /* NULL is fine */

#endif
