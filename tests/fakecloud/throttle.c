#include "tests/fakecloud/throttle.h"

#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

enum bucket_by {
    BY_ACTION,  /* account, region, action */
    BY_SERVICE, /* account, region: all actions together */
    BY_ACCOUNT, /* account: all regions and actions together */
};

struct rate {
    const char *service, *operation; /* operation NULL: all that are not named before */
    bool bare;                       /* only calls without any parameter */
    enum bucket_by by;
    double rate_per_s, burst;
};

/* First match wins. */
static const struct rate rates[] = {
    { "ec2", "DescribeInstances", true, BY_ACTION, 10, 50 },
    { "ec2", "DescribeNetworkInterfaces", true, BY_ACTION, 10, 50 },
    { "ec2", "DescribeSecurityGroups", true, BY_ACTION, 10, 50 },
    { "ec2", "DescribeSnapshots", true, BY_ACTION, 10, 50 },
    { "ec2", "DescribeVolumes", true, BY_ACTION, 10, 50 },
    { "ec2", NULL, false, BY_ACTION, 20, 100 },
    { "organizations", "ListAccounts", false, BY_ACTION, 8, 12 },
    { "organizations", "ListTagsForResource", false, BY_ACTION, 10, 15 },
    { "organizations", "ListRoots", false, BY_ACTION, 1, 2 },
    { "organizations", "DescribeOrganization", false, BY_ACTION, 1, 2 },
    { "organizations", NULL, false, BY_ACTION, 5, 8 },
    { "sts", NULL, false, BY_SERVICE, 600, 600 },
    { "cloudtrail", "LookupEvents", false, BY_ACTION, 2, 2 },
    { "logs", NULL, false, BY_ACTION, 10, 10 },
    { "lambda", "GetPolicy", false, BY_ACTION, 15, 15 },
    { "lambda", NULL, false, BY_SERVICE, 15, 15 },
    { "route53resolver", NULL, false, BY_SERVICE, 5, 5 },
    { "securityhub", "GetFindings", false, BY_ACTION, 3, 6 },
    { "securityhub", NULL, false, BY_ACTION, 10, 30 },
    { "dynamodb", "DescribeContinuousBackups", false, BY_ACTION, 10, 10 },
    { "sns", "ListTopics", false, BY_ACTION, 30, 30 },
    { "sns", "ListTagsForResource", false, BY_ACTION, 10, 10 },
    { "kms", NULL, false, BY_ACTION, 500, 500 },
    { "cloudwatch", "GetMetricStatistics", false, BY_ACTION, 400, 400 },
    { "iam", NULL, false, BY_ACCOUNT, 20, 40 },
    { "guardduty", NULL, false, BY_SERVICE, 20, 40 },
};

struct bucket {
    uint64_t key; /* 0: never used */
    double tokens, burst, rate_per_ms;
    int64_t at_ms;
};

struct throttle {
    double scale;
    const struct clock *clock;
    struct bucket *buckets;
};

enum { PROBES = 16 };

struct throttle *throttle_new(double scale, const struct clock *clock)
{
    struct throttle *t = memory_new(1, sizeof *t);
    t->scale = scale;
    t->clock = clock;
    t->buckets = memory_new(THROTTLE_BUCKETS, sizeof *t->buckets);
    return t;
}

void throttle_free(struct throttle *t)
{
    if (t == NULL)
        return;
    free(t->buckets);
    free(t);
}

/* FNV-1a, 64 bits, over the string and its end. */
static uint64_t hash(uint64_t h, const char *text)
{
    for (const char *c = text;; c++) {
        h = (h ^ (unsigned char)*c) * 0x100000001b3U;
        if (*c == '\0')
            return h;
    }
}

static uint64_t key_of(const struct call *c, const struct rate *r)
{
    uint64_t key = hash(hash(0xcbf29ce484222325U, c->account), r->service);
    if (r->by != BY_ACCOUNT)
        key = hash(key, c->region);
    if (r->by == BY_ACTION)
        key = hash(hash(key, c->op->name), r->bare ? "bare" : "");
    return key == 0 ? 1 : key;
}

static void refill(struct bucket *b, int64_t now_ms)
{
    b->tokens += (double)(now_ms - b->at_ms) * b->rate_per_ms;
    if (b->tokens > b->burst)
        b->tokens = b->burst;
    b->at_ms = now_ms;
}

/* The bucket of a key: the one that is there, or a new one in the place of whatever misses a token least. */
static struct bucket *bucket_of(struct throttle *t, uint64_t key, const struct rate *r)
{
    int64_t now_ms = clock_mono_ms(t->clock);
    struct bucket *least = NULL;
    double missing = 0;
    for (uint64_t i = 0; i < PROBES; i++) {
        struct bucket *b = &t->buckets[(key + i) % THROTTLE_BUCKETS];
        refill(b, now_ms);
        if (b->key == key)
            return b;
        if (least == NULL || b->burst - b->tokens < missing) {
            least = b;
            missing = b->burst - b->tokens;
        }
    }
    double burst = r->burst * t->scale < 1 ? 1 : r->burst * t->scale;
    *least = (struct bucket){ key, burst, burst, r->rate_per_s * t->scale / 1000, now_ms };
    return least;
}

bool throttle_take(struct throttle *t, const struct call *c, bool bare)
{
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        const struct rate *r = &rates[i];
        if (strcmp(r->service, c->service->name) != 0 || (r->bare && !bare) ||
            (r->operation != NULL && strcmp(r->operation, c->op->name) != 0))
            continue;
        struct bucket *b = bucket_of(t, key_of(c, r), r);
        if (b->tokens < 1)
            return false;
        b->tokens -= 1;
        return true;
    }
    return true;
}
