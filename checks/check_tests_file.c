#include "checks/check_tests_file.h"

#include "checks/check.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"
#include "core/model/outcome.h"

#include <json-c/json.h>
#include <string.h>

/* The test in hand and the line of the key in hand. */
struct reading {
    const struct yaml_document *doc;
    int line;
    struct error *err;
};

static bool fault(const struct reading *in, const char *what, const char *word)
{
    return error_set(in->err, ERROR_CONFIG, "%s:%d: %s%s%s", yaml_file(in->doc), in->line, what,
                     word[0] == '\0' ? "" : " ", word);
}

static bool is_text(struct json_object *value)
{
    return json_object_is_type(value, json_type_string);
}

static bool check_keys(struct reading *in, struct json_object *mapping, const char *const *names)
{
    if (!json_object_is_type(mapping, json_type_object))
        return fault(in, "expected members", "");
    json_object_object_foreach(mapping, name, value) {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], name) != 0)
            i++;
        if (names[i] != NULL && value != NULL)
            continue;
        in->line = yaml_key_line(in->doc, mapping, name);
        return fault(in, names[i] == NULL ? "unknown key" : "no value for", name);
    }
    return true;
}

/* A resource as the API gives it, or {account, region, parts, body}. */
static bool check_item(struct reading *in, struct json_object *item)
{
    static const char *const names[] = { "account", "account_name", "team", "region",
                                         "parts",   "body",         NULL };
    if (!json_object_is_type(item, json_type_object))
        return fault(in, "expected resources as mappings in", "given");
    if (!json_object_object_get_ex(item, "body", NULL))
        return true;
    if (!check_keys(in, item, names))
        return false;
    if (!json_object_is_type(json_get(item, "body"), json_type_object))
        return fault(in, "expected members in", "body");
    struct json_object *parts = json_get(item, "parts");
    return parts == NULL || json_object_is_type(parts, json_type_object) ||
           fault(in, "expected {PART: REASON} in", "parts");
}

static bool check_given(struct reading *in, struct json_object *given)
{
    if (given == NULL)
        return true;
    if (!json_object_is_type(given, json_type_object))
        return fault(in, "expected {TYPE: [resources]} in", "given");
    json_object_object_foreach(given, type, items) {
        in->line = yaml_key_line(in->doc, given, type);
        if (!json_object_is_type(items, json_type_array))
            return fault(in, "expected a list of resources for", type);
        for (size_t i = 0; i < json_object_array_length(items); i++)
            if (!check_item(in, json_object_array_get_idx(items, i)))
                return false;
    }
    return true;
}

static bool is_unread(struct json_object *word)
{
    enum outcome outcome = OUTCOME_COMPLETE;
    return is_text(word) && outcome_from_name(json_object_get_string(word), &outcome) &&
           outcome != OUTCOME_COMPLETE;
}

/* In all accounts, or {ACCOUNT: OUTCOME}. */
static bool check_unread(struct reading *in, struct json_object *unread)
{
    if (unread == NULL)
        return true;
    if (!json_object_is_type(unread, json_type_object))
        return fault(in, "expected {TYPE: OUTCOME} in", "unread");
    json_object_object_foreach(unread, type, said) {
        bool ok = json_object_is_type(said, json_type_object) || is_unread(said);
        if (json_object_is_type(said, json_type_object)) {
            json_object_object_foreach(said, account, word)
                ok = ok && account[0] != '\0' && is_unread(word);
        }
        if (!ok)
            return fault(in, "expected an outcome other than complete for", type);
    }
    return true;
}

static bool is_time(struct json_object *entry, const char *name)
{
    const char *said = json_string(entry, name);
    int64_t ms = 0;
    return json_get(entry, name) == NULL ||
           (said != NULL && timestamp_parse_iso(text_of(said), &ms));
}

static bool check_holding(struct reading *in, struct json_object *entry)
{
    static const char *const names[] = { "address", "provider", "account", "account_name",
                                         "team",    "region",   "type",    "key",
                                         "id",      "name",     "parent",  "from",
                                         "until",   NULL };
    static const char *const needed[] = { "address", "account", "type", "id" };
    if (!check_keys(in, entry, names))
        return false;
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        if (json_string(entry, needed[i]) == NULL)
            return fault(in, "a holder without", needed[i]);
    json_object_object_foreach(entry, name, value)
        if (!is_text(value))
            return fault(in, "expected a text for", name);
    return (is_time(entry, "from") && is_time(entry, "until")) ||
           fault(in, "from and until of a holder are ISO 8601 times", "");
}

static bool check_held(struct reading *in, struct json_object *held)
{
    if (held == NULL)
        return true;
    if (!json_object_is_type(held, json_type_array))
        return fault(in, "expected a list of holders in", "held");
    for (size_t i = 0; i < json_object_array_length(held); i++)
        if (!check_holding(in, json_object_array_get_idx(held, i)))
            return false;
    return true;
}

static bool is_object(struct reading *in, struct json_object *row, const char *name)
{
    return json_get(row, name) == NULL ||
           json_object_is_type(json_get(row, name), json_type_object) ||
           fault(in, "expected members in", name);
}

static bool check_expected(struct reading *in, struct json_object *row)
{
    static const char *const names[] = { "id",       "subject", "verdict", "severity",
                                         "evidence", "detail",  "controls", "at", NULL };
    if (!check_keys(in, row, names))
        return false;
    const char *verdict = json_string(row, "verdict"), *severity = json_string(row, "severity");
    if (json_string(row, "id") == NULL)
        return fault(in, "expected an id in", "expect");
    if (json_get(row, "verdict") != NULL &&
        (verdict == NULL || (strcmp(verdict, "FAIL") != 0 && strcmp(verdict, "UNKNOWN") != 0)))
        return fault(in, "verdict is FAIL or UNKNOWN (what passes is not listed)", "");
    if (json_get(row, "severity") != NULL && (severity == NULL || !check_is_severity(severity)))
        return fault(in, "no such severity", "");
    if (!is_time(row, "at"))
        return fault(in, "at is an ISO 8601 time", "");
    return is_object(in, row, "evidence") && is_object(in, row, "detail") &&
           is_object(in, row, "controls");
}

static bool check_expect(struct reading *in, struct json_object *expect)
{
    if (!json_object_is_type(expect, json_type_array))
        return fault(in, "expected a list in", "expect");
    for (size_t i = 0; i < json_object_array_length(expect); i++)
        if (!check_expected(in, json_object_array_get_idx(expect, i)))
            return false;
    return true;
}

static bool check_test(struct reading *in, struct json_object *test)
{
    static const char *const names[] = { "name",   "given",    "unread", "held",
                                         "params", "run_time", "expect", NULL };
    int line = in->line;
    if (!check_keys(in, test, names))
        return false;
    if (json_string(test, "name") == NULL)
        return fault(in, "missing key", "name");
    if (!is_time(test, "run_time"))
        return fault(in, "run_time is an ISO 8601 time", "");
    if (json_get(test, "params") != NULL &&
        !json_object_is_type(json_get(test, "params"), json_type_object))
        return fault(in, "expected {NAME: VALUE} in", "params");
    if (!check_given(in, json_get(test, "given")) || !check_unread(in, json_get(test, "unread")) ||
        !check_held(in, json_get(test, "held")))
        return false;
    in->line = line;
    return check_expect(in, json_get(test, "expect"));
}

bool check_tests_file_read(const struct yaml_document *doc, struct json_object *tests,
                           struct json_object **out, struct error *err)
{
    struct json_object *copy = NULL;
    struct reading in = { doc, yaml_line(doc, tests), err };
    if (!json_object_is_type(tests, json_type_array) ||
        json_object_array_length(tests) > CHECK_TESTS_MAX)
        return fault(&in, "expected a list of at most 200 tests", "");
    for (size_t i = 0; i < json_object_array_length(tests); i++) {
        struct json_object *test = json_object_array_get_idx(tests, i);
        in.line = test == NULL ? in.line : yaml_line(doc, test);
        if (!check_test(&in, test))
            return false;
    }
    if (json_object_deep_copy(tests, &copy, NULL) != 0)
        return error_set(err, ERROR_INTERNAL, "cannot copy the tests");
    for (size_t i = 0; i < json_object_array_length(tests); i++)
        json_object_object_add(
            json_object_array_get_idx(copy, i), "line",
            json_object_new_int(yaml_line(doc, json_object_array_get_idx(tests, i))));
    *out = copy;
    return true;
}
