#include "tests/fakecloud/analyzers.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "aws_accessanalyzer_analyzer"

enum { ARCHIVED_ONE_IN = 5, ANALYZED_S = 1800 };

struct recipe {
    const char *resource_type, *service,
        *resource; /* "arn:aws:SERVICE::ACCOUNT:RESOURCE", bucket names as they are */
    const char *finding_type;
};

static const struct recipe external[] = {
    { "AWS::IAM::Role", "iam", "role/partner", "ExternalAccess" },
    { "AWS::KMS::Key", "kms", "key/mrk-00000000000000000000000000000000", "ExternalAccess" },
    { "AWS::SQS::Queue", "sqs", "orders", "ExternalAccess" },
    { "AWS::SNS::Topic", "sns", "news", "ExternalAccess" },
};

static const struct recipe unused[] = {
    { "AWS::IAM::Role", "iam", "role/loader", "UnusedIAMRole" },
    { "AWS::IAM::User", "iam", "user/alice", "UnusedIAMUserAccessKey" },
    { "AWS::IAM::User", "iam", "user/bob", "UnusedIAMUserPassword" },
    { "AWS::IAM::Role", "iam", "role/build", "UnusedPermission" },
};

enum { EXTERNAL = sizeof external / sizeof *external, UNUSED = sizeof unused / sizeof *unused };

static char *arn_of(struct place at, const char *name)
{
    return memory_format("arn:aws:access-analyzer:%s:%s:analyzer/%s", at.region, at.account, name);
}

static void put(struct estate *e, struct place at, const char *name, const char *type)
{
    char *arn = arn_of(at, name);
    struct json_object *analyzer =
        estate_json("{\"arn\":\"%s\",\"name\":\"%s\",\"type\":\"%s\",\"createdAt\":\"" ESTATE_MADE
                    "\",\"status\":\"ACTIVE\",\"tags\":{\"team\":\"security\"}}",
                    arn, name, type);
    if (strcmp(name, ANALYZERS_UNUSED) == 0)
        json_object_object_add(analyzer, "configuration",
                               estate_json("{\"unusedAccess\":{\"unusedAccessAge\":90}}"));
    estate_put(e, at, "Analyzers", analyzer);
    truth_there(e, at, TYPE, name, arn);
    free(arn);
}

void analyzers_build(struct estate *e, size_t account)
{
    for (size_t region = 0; region < e->o.regions; region++) {
        struct place at = estate_place(e, account, region);
        char *path = memory_format("%s/%s/analyzer", at.account, at.region);
        if (chance_number(e->o.seed, path, 2) == 0)
            put(e, at, ANALYZERS_ACCOUNT, "ACCOUNT");
        if (account == detectors_administrator(e))
            put(e, at, ANALYZERS_ORGANIZATION, "ORGANIZATION");
        if (account == detectors_administrator(e) && region == 0)
            put(e, at, ANALYZERS_UNUSED, "ORGANIZATION_UNUSED_ACCESS");
        free(path);
    }
}

void analyzers_toggle(struct estate *e, struct place at)
{
    struct json_object *analyzer = estate_item(e, at, "Analyzers", "name", ANALYZERS_ACCOUNT);
    if (analyzer == NULL)
        return;
    bool on = strcmp(json_string(analyzer, "status"), "ACTIVE") == 0;
    json_object_object_add(analyzer, "status", json_object_new_string(on ? "DISABLED" : "ACTIVE"));
    truth_changed(e, at, TYPE, ANALYZERS_ACCOUNT, "status");
}

static void set_time(struct json_object *o, const char *name, int64_t at_s)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(at_s, date);
    json_object_object_add(o, name, json_object_new_string(date));
}

void analyzers_drift(const struct estate *e, struct json_object *analyzer)
{
    char *path = memory_format("drift/%d/%s", e->night, json_string(analyzer, "arn"));
    set_time(analyzer, "lastResourceAnalyzedAt",
             events_night_s(e->night) - (int64_t)chance_number(e->o.seed, path, ANALYZED_S));
    json_object_object_add(analyzer, "lastResourceAnalyzed",
                           json_object_new_string(chance_number(e->o.seed, path, 2) == 0
                                                      ? "arn:aws:s3:::one"
                                                      : "arn:aws:s3:::another"));
    free(path);
}

struct teller {
    const struct estate *e;
    const struct recipe *recipes;
    size_t count;
    struct json_object *out;
};

/* What was seen again as often as anything is has been mended. */
static void tell(void *ctx, const struct event *event)
{
    struct teller *t = ctx;
    const struct recipe *r = &t->recipes[events_number(t->e, event, "recipe", t->count)];
    struct event_course course = events_course(t->e, event);
    bool archived = events_number(t->e, event, "archived", ARCHIVED_ONE_IN) == 0,
         iam = strcmp(r->service, "iam") == 0;
    struct json_object *o = estate_json(
        "{\"id\":\"%s\",\"resource\":\"arn:aws:%s:%s:%s:%s\",\"resourceType\":\"%s\",\"resourceOwnerAccount\":\"%s\","
        "\"status\":\"%s\",\"findingType\":\"%s\"}",
        event->id, r->service, iam ? "" : event->at.region, event->at.account, r->resource,
        r->resource_type, event->at.account,
        course.again == EVENTS_AGAIN_MOST ? "RESOLVED"
        : archived                        ? "ARCHIVED"
                                          : "ACTIVE",
        r->finding_type);
    set_time(o, "createdAt", event->at_s);
    set_time(o, "updatedAt", course.updated_s);
    set_time(o, "analyzedAt", events_night_s(t->e->night) - ANALYZED_S);
    json_object_array_add(t->out, o);
}

struct json_object *analyzers_findings(const struct estate *e, size_t account, size_t region,
                                       const char *name)
{
    bool all = strcmp(name, ANALYZERS_ACCOUNT) != 0,
         is_unused = strcmp(name, ANALYZERS_UNUSED) == 0;
    const struct event_rate rate = { name, 4, 4 };
    struct json_object *out = json_object_new_array();
    struct teller t = { e, is_unused ? unused : external, is_unused ? UNUSED : EXTERNAL, out };
    for (size_t i = all ? 0 : account; i < (all ? e->o.accounts : account + 1); i++)
        if (events_lively(e, i))
            events_each(e, estate_place(e, i, region), &rate, tell, &t);
    return out;
}
