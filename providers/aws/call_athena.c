#include "providers/aws/call_athena.h"

#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/model/log_table.h"
#include "providers/aws/athena/athena_sql.h"
#include "providers/aws/protocol/model.h"

#include <json-c/json.h>
#include <string.h>

static bool is_start(const struct aws_operation *op)
{
    return strcmp(op->name, "StartQueryExecution") == 0;
}

bool call_athena_is_data(const struct aws_operation *op)
{
    static const char *const others[] = { "GetQueryExecution", "GetQueryResults",
                                          "StopQueryExecution" };
    if (strcmp(op->service->name, "athena") != 0)
        return false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(op->name, others[i]) == 0)
            return true;
    return is_start(op);
}

bool call_athena_is_in_place(const struct aws_operation *op, const struct json_object *arguments,
                             const struct log_table *table)
{
    const char *sql = json_string(arguments, "QueryString");
    const char *workgroup = json_string(arguments, "WorkGroup");
    if (table == NULL || table->output == NULL)
        return false;
    return !is_start(op) || (sql != NULL && text_starts_with(text_of(sql), ATHENA_SQL_BEGINS) &&
                             workgroup != NULL && strcmp(workgroup, table->workgroup) == 0 &&
                             json_get(arguments, "ResultConfiguration") == NULL);
}
