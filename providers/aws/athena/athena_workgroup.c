#include "providers/aws/athena/athena_workgroup.h"

#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#define SCHEME "s3://"

static bool read_cutoff(struct json_object *configuration, int64_t left_bytes, int64_t *out,
                        struct error *err)
{
    *out = json_int(configuration, "BytesScannedCutoffPerQuery", 0);
    if (left_bytes <= 0)
        return error_set(err, ERROR_DATA, "limits.logs_max_gb leaves nothing to be scanned tonight");
    if (*out <= 0)
        return error_set(
            err, ERROR_DATA,
            "it has no limit of data scanned by a query: set BytesScannedCutoffPerQuery to %lld "
            "at most (limits.logs_max_gb)",
            (long long)left_bytes);
    return *out <= left_bytes ||
           error_set(err, ERROR_DATA,
                     "a query may scan %lld bytes there, and limits.logs_max_gb leaves %lld: lower "
                     "BytesScannedCutoffPerQuery, or raise limits.logs_max_gb",
                     (long long)*out, (long long)left_bytes);
}

/* "s3://bucket/folder/" without the scheme, and with a slash at its end. */
static bool read_place(const char *location, char out[ATHENA_PLACE_MAX], struct error *err)
{
    size_t scheme = strlen(SCHEME);
    if (strncmp(location, SCHEME, scheme) != 0 || strpbrk(location, "*?$\"\\") != NULL ||
        strlen(location) + 1 >= ATHENA_PLACE_MAX + scheme || location[scheme] == '/' ||
        location[scheme] == '\0')
        return error_set(err, ERROR_DATA,
                         "its OutputLocation is no place in S3 that a policy can name");
    const char *place = location + scheme;
    size_t len = strlen(place);
    for (const char *c = place; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            return error_set(err, ERROR_DATA, "its OutputLocation holds a control character");
    snprintf(out, ATHENA_PLACE_MAX, "%s%s", place, place[len - 1] == '/' ? "" : "/");
    return true;
}

static bool read_output(struct json_object *configuration, struct athena_workgroup *out,
                        struct error *err)
{
    struct json_object *managed = json_get(configuration, "ManagedQueryResultsConfiguration");
    struct json_object *own = json_get(configuration, "ResultConfiguration");
    const char *location = json_string(own, "OutputLocation");
    const char *key = json_string(json_get(own, "EncryptionConfiguration"), "KmsKey");
    if (managed != NULL && json_boolean(managed, "Enabled", false))
        return true;
    if (location == NULL || location[0] == '\0')
        return error_set(
            err, ERROR_DATA,
            "it does not say where results go: give it a location in S3, or let Athena manage "
            "query results");
    out->encrypts = key != NULL && key[0] != '\0';
    return read_place(location, out->output, err);
}

bool athena_workgroup_read(struct json_object *workgroup, int64_t left_bytes,
                           struct athena_workgroup *out, struct error *err)
{
    struct athena_workgroup w = { .output = "" };
    struct json_object *configuration = json_get(workgroup, "Configuration");
    const char *state = json_string(workgroup, "State");
    if (state != NULL && strcmp(state, "ENABLED") != 0)
        return error_set(err, ERROR_DATA, "it is switched off");
    if (!json_boolean(configuration, "EnforceWorkGroupConfiguration", false))
        return error_set(
            err, ERROR_DATA,
            "it does not enforce its settings: set EnforceWorkGroupConfiguration (override "
            "client-side settings)");
    if (!read_cutoff(configuration, left_bytes, &w.cutoff_bytes, err) ||
        !read_output(configuration, &w, err))
        return false;
    *out = w;
    return true;
}
