#include "tests/fakecloud/google/holders.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define SINKS "logging.sinks"
#define SINK "to-security"

static void put_role(struct estate *e, struct place at)
{
    char *key = memory_format("//iam.googleapis.com/%s/roles/auditor", at.account);
    estate_put(
        e, at, "iam.roles",
        estate_json(
            "{\"name\":\"%s/roles/auditor\",\"title\":\"Auditor\",\"description\":\"\",\"includedPermissions\":"
            "[\"iam.roles.list\",\"resourcemanager.projects.get\"],\"stage\":\"GA\",\"etag\":\"BwYfake=\",\"_key\":\"%s\"}",
            at.account, key));
    truth_there(e, at, "gcp_iam_organization_role", "auditor", key);
    free(key);
}

static void put_sink(struct estate *e, const char *holder)
{
    const struct place at = { holder, ESTATE_GLOBAL };
    bool top = strcmp(holder, google_projects_organization(e)) == 0;
    char *name = memory_format("%s/sinks/" SINK, holder),
         *key = memory_format("//logging.googleapis.com/%s", name);
    estate_put(
        e, at, SINKS,
        estate_json(
            "{\"name\":\"" SINK
            "\",\"destination\":\"storage.googleapis.com/%s-assets\",\"includeChildren\":true,"
            "\"filter\":\"LOG_ID(\\\"cloudaudit.googleapis.com/activity\\\")\",\"writerIdentity\":"
            "\"serviceAccount:service@gcp-sa-logging.iam.gserviceaccount.com\",\"createTime\":\"" ESTATE_MADE
            "\","
            "\"updateTime\":\"" ESTATE_MADE
            "\",\"resourceName\":\"%s\",\"_name\":\"%s\",\"_key\":\"%s\"}",
            estate_account(e, 0), name, name, key));
    truth_there(e, at, top ? "gcp_logging_organization_sink" : "gcp_logging_folder_sink", SINK,
                key);
    free(key);
    free(name);
}

/* One folder: the last of them. */
static const char *some_folder(const struct estate *e)
{
    const char *found = NULL;
    json_object_object_foreach(e->lists, account, lists) {
        (void)lists;
        if (strncmp(account, "folders/", strlen("folders/")) == 0)
            found = account;
    }
    return found;
}

void google_holders_build(struct estate *e)
{
    if (e->o.accounts == 0)
        return;
    const struct place at = { google_projects_organization(e), ESTATE_GLOBAL };
    put_role(e, at);
    put_sink(e, at.account);
    put_sink(e, some_folder(e));
}

void google_holders_toggle(struct estate *e)
{
    const struct place at = { google_projects_organization(e), ESTATE_GLOBAL };
    struct json_object *sink = estate_item(e, at, SINKS, "name", SINK);
    json_object_object_add(sink, "disabled",
                           json_object_new_boolean(!json_boolean(sink, "disabled", false)));
    truth_changed(e, at, "gcp_logging_organization_sink", SINK, "disabled");
}
