#ifndef PROVIDERS_AWS_CALL_ATHENA_H
#define PROVIDERS_AWS_CALL_ATHENA_H

#include <stdbool.h>

struct log_table;
struct aws_operation;
struct json_object;

/* Operations of Athena that begin, follow and end queries. */
bool call_athena_is_data(const struct aws_operation *op);

/* Whether one is for the table's workgroup, and a query that sums up flow logs (athena_sql.h) with the workgroup's own
 * settings; what a query said is for whoever may ask any. `table` NULL: never. */
bool call_athena_is_in_place(const struct aws_operation *op, const struct json_object *arguments,
                             const struct log_table *table);

#endif
