#include "tests/fakecloud/call.h"

#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool fault_set(struct fault *f, enum fault_kind kind, const char *format, ...)
{
    va_list args;
    *f = (struct fault){ .kind = kind };
    va_start(args, format);
    (void)vsnprintf(f->message, sizeof f->message, format, args);
    va_end(args);
    return false;
}

bool fault_own(struct fault *f, int status, const char *code, const char *message)
{
    fault_set(f, FAULT_OWN_CODE, "%s", message);
    f->status = status;
    f->code = code;
    return false;
}

void call_release(struct call *c)
{
    free(c->region);
    free(c->account);
    free(c->arn);
    free(c->user_id);
    json_object_put(c->params);
    *c = (struct call){ 0 };
}

const char *call_text(const struct call *c, const char *name)
{
    struct json_object *value = json_get(c->params, name);
    return value == NULL ? NULL : json_object_get_string(value);
}

bool call_is_paging(const struct call *c, const char *name)
{
    const struct aws_operation *op = c->op;
    if (op->pages.limit_key != NULL && strcmp(op->pages.limit_key, name) == 0)
        return true;
    for (size_t i = 0; i < op->pages.count; i++)
        if (strcmp(op->pages.input_tokens[i], name) == 0)
            return true;
    return false;
}

bool call_knows(const struct call *c, const char *const *known, struct fault *fault)
{
    json_object_object_foreach(c->params, name, value) {
        bool found = call_is_paging(c, name);
        (void)value;
        for (size_t i = 0; !found && known[i] != NULL; i++)
            found = strcmp(known[i], name) == 0;
        if (!found)
            return fault_set(fault, FAULT_VALUE,
                             "the fake cloud does not know the parameter %s of %s", name,
                             c->op->name);
    }
    return true;
}
