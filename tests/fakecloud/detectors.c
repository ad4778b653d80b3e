#include "tests/fakecloud/detectors.h"

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "aws_guardduty_detector"

enum { ID_DIGITS = 32, WITHOUT_ONE_IN = 6, ALONE_ONE_IN = 5 };

size_t detectors_administrator(const struct estate *e)
{
    return e->o.accounts > 1 ? 1 : 0;
}

static bool draw(const struct estate *e, struct place at, const char *what, uint64_t one_in)
{
    char *path = memory_format("%s/%s/%s", at.account, at.region, what);
    bool drawn = chance_number(e->o.seed, path, one_in) == 0;
    free(path);
    return drawn;
}

const char *detectors_id(const struct estate *e, size_t account, size_t region)
{
    struct json_object *list = estate_find(e, estate_place(e, account, region), "Detectors");
    return list == NULL || json_object_array_length(list) == 0
               ? NULL
               : json_string(json_object_array_get_idx(list, 0), "_DetectorId");
}

bool detectors_is_member(const struct estate *e, size_t account, size_t region)
{
    return account != detectors_administrator(e) &&
           !draw(e, estate_place(e, account, region), "alone", ALONE_ONE_IN);
}

static void put(struct estate *e, size_t account, size_t region)
{
    struct place at = estate_place(e, account, region);
    char *path = memory_format("%s/%s/detector", at.account, at.region),
         *id = chance_hex(e->o.seed, path, ID_DIGITS);
    estate_put(
        e, at, "Detectors",
        estate_json(
            "{\"_DetectorId\":\"%s\",\"CreatedAt\":\"2026-01-05T09:00:00.000Z\",\"UpdatedAt\":\"2026-01-05T09:00:00.000Z\","
            "\"FindingPublishingFrequency\":\"SIX_HOURS\",\"Status\":\"ENABLED\","
            "\"ServiceRole\":\"arn:aws:iam::%s:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty\","
            "\"DataSources\":{\"CloudTrail\":{\"Status\":\"ENABLED\"},\"DNSLogs\":{\"Status\":\"ENABLED\"},"
            "\"FlowLogs\":{\"Status\":\"ENABLED\"},\"S3Logs\":{\"Status\":\"DISABLED\"}},\"Tags\":{\"team\":\"security\"},"
            "\"Features\":[{\"Name\":\"CLOUD_TRAIL\",\"Status\":\"ENABLED\",\"UpdatedAt\":\"" ESTATE_MADE
            "\"},{\"Name\":\"DNS_LOGS\",\"Status\":\"ENABLED\",\"UpdatedAt\":\"" ESTATE_MADE
            "\"},{\"Name\":\"S3_DATA_EVENTS\",\"Status\":\"DISABLED\",\"UpdatedAt\":\"" ESTATE_MADE
            "\"}]}",
            id, at.account));
    if (detectors_is_member(e, account, region))
        estate_put(
            e, at, "Administrators",
            estate_json(
                "{\"_DetectorId\":\"%s\",\"AccountId\":\"%s\",\"RelationshipStatus\":\"Enabled\","
                "\"InvitedAt\":\"2026-01-05T09:00:00.000Z\"}",
                id, estate_account(e, detectors_administrator(e))));
    char *arn = memory_format("arn:aws:guardduty:%s:%s:detector/%s", at.region, at.account, id);
    truth_there(e, at, TYPE, id, arn);
    free(arn);
    free(id);
    free(path);
}

void detectors_build(struct estate *e, size_t account)
{
    for (size_t region = 0; region < e->o.regions; region++)
        if (account == detectors_administrator(e) ||
            !draw(e, estate_place(e, account, region), "no detector", WITHOUT_ONE_IN))
            put(e, account, region);
}

void detectors_toggle(struct estate *e, struct place at)
{
    struct json_object *detector = json_object_array_get_idx(estate_list(e, at, "Detectors"), 0);
    if (detector == NULL)
        return;
    bool on = strcmp(json_string(detector, "Status"), "ENABLED") == 0;
    json_object_object_add(detector, "Status", json_object_new_string(on ? "DISABLED" : "ENABLED"));
    truth_changed(e, at, TYPE, json_string(detector, "_DetectorId"), "Detector.Status");
}

struct json_object *detectors_members(const struct estate *e, size_t region)
{
    struct json_object *out = json_object_new_array();
    const char *administrator = estate_account(e, detectors_administrator(e));
    for (size_t i = 0; i < e->o.accounts; i++) {
        const char *id = detectors_is_member(e, i, region) ? detectors_id(e, i, region) : NULL;
        if (id != NULL)
            json_object_array_add(
                out,
                estate_json(
                    "{\"AccountId\":\"%s\",\"DetectorId\":\"%s\",\"MasterId\":\"%s\",\"AdministratorId\":\"%s\","
                    "\"Email\":\"aws+%zu@example.com\",\"RelationshipStatus\":\"Enabled\","
                    "\"InvitedAt\":\"2026-01-05T09:00:00.000Z\",\"UpdatedAt\":\"2026-01-05T09:00:00.000Z\"}",
                    estate_account(e, i), id, administrator, administrator, i));
    }
    return out;
}
