#ifndef PROVIDERS_AWS_CALL_LOGS_H
#define PROVIDERS_AWS_CALL_LOGS_H

#include <stdbool.h>

struct aws_operation;
struct json_object;
struct string_list;

/* Operations of CloudWatch Logs that hand out what is logged, or begin and end queries over it. */
bool call_logs_is_data(const struct aws_operation *op);

/* Whether one is about log groups of these names alone (globs); what a query said is for whoever may ask any. */
bool call_logs_is_in_place(const struct aws_operation *op, const struct json_object *arguments,
                           const struct string_list *names);

#endif
