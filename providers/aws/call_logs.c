#include "providers/aws/call_logs.h"

#include "core/base/text.h"
#include "core/decode/json.h"
#include "core/model/resource_type.h"
#include "providers/aws/protocol/model.h"

#include <json-c/json.h>
#include <string.h>

enum kind { NO_DATA, BY_NAME, BY_NAMES, BY_QUERY };

static enum kind kind_of(const struct aws_operation *op)
{
    static const struct {
        const char *operation;
        enum kind kind;
    } all[] = {
        { "FilterLogEvents", BY_NAME },
        { "StartQuery", BY_NAMES },
        { "GetQueryResults", BY_QUERY },
        { "StopQuery", BY_QUERY },
    };
    if (strcmp(op->service->name, "logs") != 0)
        return NO_DATA;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].operation, op->name) == 0)
            return all[i].kind;
    return NO_DATA;
}

bool call_logs_is_data(const struct aws_operation *op)
{
    return kind_of(op) != NO_DATA;
}

static bool is_named(const char *group, const struct string_list *names)
{
    for (size_t i = 0; group != NULL && i < names->count; i++)
        if (text_glob(names->items[i], group))
            return true;
    return false;
}

/* A query may name its groups in other ways, which are not ours. */
static bool are_named(const struct json_object *arguments, const struct string_list *names)
{
    struct json_object *groups = json_get(arguments, "logGroupNames");
    const char *query = json_string(arguments, "queryString");
    size_t count = groups == NULL ? 0 : json_object_array_length(groups);
    bool fine = count > 0 && json_get(arguments, "logGroupName") == NULL &&
                json_get(arguments, "logGroupIdentifiers") == NULL && query != NULL &&
                text_starts_with(text_of(query), "parse ");
    for (size_t i = 0; fine && i < count; i++)
        fine = is_named(json_object_get_string(json_object_array_get_idx(groups, i)), names);
    return fine;
}

bool call_logs_is_in_place(const struct aws_operation *op, const struct json_object *arguments,
                           const struct string_list *names)
{
    switch (kind_of(op)) {
    case BY_NAME:
        return json_get(arguments, "logGroupIdentifier") == NULL &&
               is_named(json_string(arguments, "logGroupName"), names);
    case BY_NAMES:
        return are_named(arguments, names);
    case BY_QUERY:
        return names->count > 0;
    case NO_DATA:
        break;
    }
    return false;
}
