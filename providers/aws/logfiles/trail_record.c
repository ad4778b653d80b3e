#include "providers/aws/logfiles/trail_record.h"

#include "core/base/timestamp.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <string.h>

/* What stands behind `word`, which begins with a quote and then with `c`: rarer than quotes are. Empty, data NULL: it
 * is not there. */
static struct text behind(struct text t, const char *word, char c)
{
    const char *at = t.data, *end = t.data + t.len;
    size_t rest = strlen(word) - 1;
    while ((at = memchr(at, c, (size_t)(end - at))) != NULL) {
        if (at > t.data && (size_t)(end - at) >= rest && memcmp(at - 1, word, rest + 1) == 0)
            return (struct text){ at + rest, (size_t)(end - at) - rest };
        at++;
    }
    return (struct text){ NULL, 0 };
}

bool trail_record_may_be(struct text record)
{
    return behind(record, "\"Root\"", 'R').data != NULL;
}

bool trail_record_reads(struct text record)
{
    struct text rest = behind(record, "\"readOnly\"", 'r');
    struct text value = text_trim(rest);
    if (rest.data == NULL || value.len == 0 || value.data[0] != ':')
        return false;
    return text_starts_with(text_trim((struct text){ value.data + 1, value.len - 1 }), "true");
}

static bool is(const struct json_object *o, const char *name, const char *value)
{
    const char *s = json_string(o, name);
    return s != NULL && strcmp(s, value) == 0;
}

bool trail_record_is_roots(struct json_object *record)
{
    const struct json_object *identity = json_get(record, "userIdentity");
    return is(identity, "type", "Root") && json_get(identity, "invokedBy") == NULL &&
           !is(record, "eventType", "AwsServiceEvent") &&
           !is(record, "eventType", "AwsCloudTrailInsight") &&
           !is(record, "eventCategory", "Insight");
}

static void add(struct json_object *row, const char *name, struct json_object *value)
{
    if (value != NULL)
        json_object_object_add(row, name, json_object_get(value));
}

static void add_text(struct json_object *row, const char *name, const char *value)
{
    json_object_object_add(row, name, json_object_new_string(value));
}

static bool has_time(const struct json_object *record)
{
    int64_t ms = 0;
    const char *at = json_string(record, "eventTime");
    return at != NULL && timestamp_parse_iso(text_of(at), &ms);
}

/* The account whose trail tells of it: another's may see its own side of the same call, as an event of its own. */
static const char *account_of(const struct json_object *record, const char *account)
{
    const char *recipient = json_string(record, "recipientAccountId");
    const char *own = json_string(json_get(record, "userIdentity"), "accountId");
    return recipient != NULL ? recipient : own != NULL ? own : account;
}

/* LookupEvents has it as a text. */
static void add_read_only(struct json_object *row, const struct json_object *record)
{
    if (json_object_is_type(json_get(record, "readOnly"), json_type_boolean))
        add_text(row, "ReadOnly", json_boolean(record, "readOnly", false) ? "true" : "false");
}

struct json_object *trail_record_row(struct json_object *record, const char *account,
                                     const char *region)
{
    const char *id = json_string(record, "eventID");
    const char *where = json_string(record, "awsRegion");
    if (id == NULL || *id == '\0' || !has_time(record)) {
        json_object_put(record);
        return NULL;
    }
    struct json_object *row = json_object_new_object();
    add_text(row, "EventId", id);
    add(row, "EventTime", json_get(record, "eventTime"));
    add(row, "EventName", json_get(record, "eventName"));
    add(row, "EventSource", json_get(record, "eventSource"));
    add_read_only(row, record);
    add_text(row, "AccountId", account_of(record, account));
    add_text(row, "Region", where != NULL ? where : region);
    json_object_object_add(row, "CloudTrailEvent", record);
    return row;
}

struct json_object *trail_record_fields(void)
{
    static const char *const members[] = {
        "EventId",  "EventTime", "EventName", "EventSource",
        "ReadOnly", "AccountId", "Region",    "CloudTrailEvent"
    };
    struct json_object *tree = json_object_new_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_object_add(tree, members[i], json_object_new_string("*"));
    return tree;
}
