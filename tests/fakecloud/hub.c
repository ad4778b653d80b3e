#include "tests/fakecloud/hub.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/truth.h"

#include <json-c/json.h>
#include <stdlib.h>

#define TYPE "aws_securityhub_hub"

enum { OFF_ONE_IN = 4, ARCHIVED_ONE_IN = 5, MILLISECONDS = 1000 };

struct recipe {
    const char *control, *title, *label;
    int normalized;
    const char *resource_type, *service,
        *resource; /* of the ARN; service NULL: the account itself */
};

/* Controls: Security Hub User Guide, "Security Hub controls reference". */
static const struct recipe recipes[] = {
    { "EC2.19", "Security groups should not allow unrestricted access to ports with high risk",
      "CRITICAL", 90, "AwsEc2SecurityGroup", "ec2", "security-group/sg-00000000000000000" },
    { "EC2.7", "EBS default encryption should be enabled", "MEDIUM", 40, "AwsAccount", NULL, NULL },
    { "CloudTrail.1", "CloudTrail should be enabled with at least one multi-Region trail", "HIGH",
      70, "AwsAccount", NULL, NULL },
    { "GuardDuty.1", "GuardDuty should be enabled", "HIGH", 70, "AwsAccount", NULL, NULL },
    { "RDS.2", "RDS DB Instances should prohibit public access", "CRITICAL", 90, "AwsRdsDbInstance",
      "rds", "db:orders" },
    { "Lambda.1", "Lambda function policies should prohibit public access", "CRITICAL", 90,
      "AwsLambdaFunction", "lambda", "function:resize" },
};

enum { RECIPES = sizeof recipes / sizeof *recipes };

static bool is_off(const struct estate *e, size_t account, size_t region)
{
    struct place at = estate_place(e, account, region);
    char *path = memory_format("%s/%s/no hub", at.account, at.region);
    bool off = chance_number(e->o.seed, path, OFF_ONE_IN) == 0;
    free(path);
    return off && account != detectors_administrator(e);
}

static char *hub_arn(struct place at)
{
    return memory_format("arn:aws:securityhub:%s:%s:hub/default", at.region, at.account);
}

void hub_build(struct estate *e, size_t account)
{
    for (size_t region = 0; region < e->o.regions; region++) {
        struct place at = estate_place(e, account, region);
        char *arn = hub_arn(at);
        if (!is_off(e, account, region)) {
            estate_put(
                e, at, "Hub",
                estate_json(
                    "{\"HubArn\":\"%s\",\"SubscribedAt\":\"2026-01-05T09:00:00.000Z\","
                    "\"AutoEnableControls\":true,\"ControlFindingGenerator\":\"SECURITY_CONTROL\"}",
                    arn));
            truth_there(e, at, TYPE, arn, arn);
        } else {
            truth_outcome(e, at, TYPE, "disabled");
            truth_outcome(e, at, "aws_securityhub_finding", "disabled");
        }
        free(arn);
    }
}

void hub_toggle(struct estate *e, struct place at)
{
    struct json_object *hub = json_object_array_get_idx(estate_list(e, at, "Hub"), 0);
    if (hub == NULL)
        return;
    bool on = json_boolean(hub, "AutoEnableControls", false);
    json_object_object_add(hub, "AutoEnableControls", json_object_new_boolean(!on));
    truth_changed(e, at, TYPE, json_string(hub, "HubArn"), "AutoEnableControls");
}

struct teller {
    const struct estate *e;
    struct json_object *out;
};

static void add_resource(const struct event *event, const struct recipe *r, struct json_object *o)
{
    char *id = r->service == NULL ? memory_format("AWS::::Account:%s", event->at.account)
                                  : memory_format("arn:aws:%s:%s:%s:%s", r->service,
                                                  event->at.region, event->at.account, r->resource);
    json_object_object_add(
        o, "Resources",
        estate_json("[{\"Type\":\"%s\",\"Id\":\"%s\",\"Partition\":\"aws\",\"Region\":\"%s\"}]",
                    r->resource_type, id, event->at.region));
    free(id);
}

/* What was seen again as often as anything is has been mended. */
static void add_state(const struct teller *t, const struct event *event, struct event_course course,
                      struct json_object *o)
{
    bool archived = events_number(t->e, event, "archived", ARCHIVED_ONE_IN) == 0,
         mended = course.again == EVENTS_AGAIN_MOST;
    json_object_object_add(
        o, "Compliance",
        estate_json(
            "{\"Status\":\"%s\",\"SecurityControlId\":\"%s\",\"AssociatedStandards\":["
            "{\"StandardsId\":\"standards/aws-foundational-security-best-practices/v/1.0.0\"}]}",
            mended ? "PASSED" : "FAILED", json_string(json_get(o, "ProductFields"), "ControlId")));
    json_object_object_add(o, "Workflow",
                           estate_json("{\"Status\":\"%s\"}", mended ? "RESOLVED" : "NEW"));
    json_object_object_add(o, "RecordState",
                           json_object_new_string(archived ? "ARCHIVED" : "ACTIVE"));
}

static void tell(void *ctx, const struct event *event)
{
    struct teller *t = ctx;
    const struct recipe *r = &recipes[events_number(t->e, event, "recipe", RECIPES)];
    struct event_course course = events_course(t->e, event);
    char created[TIMESTAMP_MAX], updated[TIMESTAMP_MAX];
    const char *account = event->at.account, *region = event->at.region;
    timestamp_iso_ms(event->at_s * MILLISECONDS, created);
    timestamp_iso_ms(course.updated_s * MILLISECONDS, updated);
    struct json_object *o = estate_json(
        "{\"SchemaVersion\":\"2018-10-08\",\"Id\":\"arn:aws:securityhub:%s:%s:security-control/%s/finding/%s\","
        "\"ProductArn\":\"arn:aws:securityhub:%s::product/aws/securityhub\",\"ProductName\":\"Security Hub\","
        "\"CompanyName\":\"AWS\",\"Region\":\"%s\",\"GeneratorId\":\"security-control/%s\",\"AwsAccountId\":\"%s\","
        "\"Types\":[\"Software and Configuration Checks/Industry and Regulatory Standards\"],\"CreatedAt\":\"%s\","
        "\"FirstObservedAt\":\"%s\",\"LastObservedAt\":\"%s\",\"UpdatedAt\":\"%s\",\"Title\":\"%s\",\"Description\":\"%s.\","
        "\"Severity\":{\"Label\":\"%s\",\"Normalized\":%d,\"Original\":\"%s\"},\"ProductFields\":{\"ControlId\":\"%s\"}}",
        region, account, r->control, event->id, region, region, r->control, account, created,
        created, updated, updated, r->title, r->title, r->label, r->normalized, r->label,
        r->control);
    add_resource(event, r, o);
    add_state(t, event, course, o);
    json_object_array_add(t->out, o);
}

static void add(const struct estate *e, size_t account, size_t region, struct json_object *out)
{
    static const struct event_rate rate = { "securityhub", 30, 2 };
    struct place at = estate_place(e, account, region);
    struct teller t = { e, out };
    if (events_lively(e, account) &&
        estate_item(e, at, "Hub", "ControlFindingGenerator", "SECURITY_CONTROL") != NULL)
        events_each(e, at, &rate, tell, &t);
}

struct json_object *hub_findings_of(const struct estate *e, size_t account, size_t region)
{
    struct json_object *out = json_object_new_array();
    add(e, account, region, out);
    return out;
}

struct json_object *hub_findings(const struct estate *e, size_t account, size_t region)
{
    struct json_object *out = hub_findings_of(e, account, region);
    if (account == detectors_administrator(e))
        for (size_t i = 0; i < e->o.accounts; i++)
            if (i != account)
                add(e, i, region, out);
    return out;
}
