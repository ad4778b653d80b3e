#include "checks/plugins/outbound_dns/outbound_dns_event.h"

#include "core/base/text.h"
#include "core/base/timestamp.h"
#include "core/decode/path.h"

#include <json-c/json.h>
#include <string.h>

enum { MS_PER_S = 1000 };
static const int64_t LAST_TIME =
    INT64_C(253402300799); /* of the year 9999: what comes later cannot be written */

const char *outbound_dns_event_word(struct json_object *o, const char *path)
{
    const char *word = path_string(o, path);
    return word == NULL || *word == '\0' || strcmp(word, "-") == 0 ? NULL : word;
}

bool outbound_dns_event_is(struct json_object *o, const char *path, const char *word)
{
    const char *value = path_string(o, path);
    return value != NULL && strcmp(value, word) == 0;
}

int64_t outbound_dns_event_number(struct json_object *o, const char *path)
{
    struct json_object *value = path_first(o, path);
    int64_t number = 0;
    if (json_object_is_type(value, json_type_int))
        number = json_object_get_int64(value);
    else if (json_object_is_type(value, json_type_string) &&
             !text_to_int64(text_of(json_object_get_string(value)), &number))
        number = 0;
    return number > 0 ? number : 0;
}

static bool read_iso(const char *text, int64_t *out_unix_s)
{
    int64_t ms = 0;
    if (text == NULL || !timestamp_parse_iso(text_of(text), &ms) || ms <= 0)
        return false;
    *out_unix_s = ms / MS_PER_S;
    return true;
}

int64_t outbound_dns_event_time(struct json_object *o, const char *path, const char *at)
{
    int64_t unix_s = outbound_dns_event_number(o, path);
    if (unix_s > 0 && unix_s <= LAST_TIME)
        return unix_s;
    return read_iso(path_string(o, path), &unix_s) || read_iso(at, &unix_s) ? unix_s : 0;
}
