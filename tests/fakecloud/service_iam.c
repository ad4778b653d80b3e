#include "tests/fakecloud/call.h"

#include "core/base/encode.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/paging.h"
#include "tests/fakecloud/people.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT_BYTES_MAX = 4 * 1024 * 1024 };

static const struct {
    const char *operation;
    struct paging paging;
} lists[] = {
    { "ListRoles", { "Roles", 1, 1000, 100 } },
    { "ListUsers", { "Users", 1, 1000, 100 } },
    { "ListVirtualMFADevices", { "VirtualMFADevices", 1, 1000, 100 } },
};

static bool summary(const struct call *c, struct json_object *maps, struct json_object **out)
{
    (void)c;
    *out = json_object_new_object();
    json_object_object_add(*out, "SummaryMap", json_object_get(json_object_array_get_idx(maps, 0)));
    return true;
}

/* The report has always just been made, as within four hours of another GenerateCredentialReport. */
static bool generate(const struct call *c, struct json_object *rows, struct json_object **out)
{
    (void)c;
    (void)rows;
    *out = estate_json("{\"State\":\"COMPLETE\"}");
    return true;
}

static bool report(const struct call *c, struct json_object *rows, struct json_object **out)
{
    struct buffer text, base64;
    char date[TIMESTAMP_MAX];
    buffer_init(&text, REPORT_BYTES_MAX);
    buffer_init(&base64, 2 * REPORT_BYTES_MAX);
    buffer_append_string(&text, PEOPLE_REPORT_COLUMNS);
    for (size_t i = 0; i < json_object_array_length(rows); i++) {
        struct text columns = TEXT_LITERAL(PEOPLE_REPORT_COLUMNS);
        char separator = '\n';
        while (columns.data != NULL) {
            char *column = text_copy(text_cut(&columns, ','));
            buffer_append_char(&text, separator);
            buffer_append_string(&text, json_string(json_object_array_get_idx(rows, i), column));
            separator = ',';
            free(column);
        }
    }
    encode_base64(&base64, text.data, text.len);
    timestamp_iso(c->now, date);
    *out = estate_json("{\"ReportFormat\":\"text/csv\",\"GeneratedTime\":\"%s\"}", date);
    json_object_object_add(*out, "Content", json_object_new_string(buffer_string(&base64)));
    buffer_release(&base64);
    buffer_release(&text);
    return true;
}

static const struct {
    const char *operation, *list;
    bool (*answer)(const struct call *c, struct json_object *list, struct json_object **out);
} others[] = {
    { "GenerateCredentialReport", "Report", generate },
    { "GetAccountSummary", "SummaryMap", summary },
    { "GetCredentialReport", "Report", report },
};

bool service_iam(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    struct place at = { c->account, ESTATE_GLOBAL };
    if (!call_knows(c, known, fault))
        return false;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (strcmp(c->op->name, lists[i].operation) == 0)
            return paging_answer(c, estate_find(c->estate, at, lists[i].paging.list),
                                 &lists[i].paging, out, fault);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(c->op->name, others[i].operation) == 0)
            return others[i].answer(c, estate_find(c->estate, at, others[i].list), out);
    return fault_set(fault, FAULT_UNKNOWN_ACTION,
                     "Could not find operation %s for version 2010-05-08", c->op->name);
}
