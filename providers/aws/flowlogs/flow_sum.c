#include "providers/aws/flowlogs/flow_sum.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { HOUR_S = 3600 };

bool flow_sum_word(struct text word, char out[FLOW_WORD_MAX])
{
    if (word.len >= FLOW_WORD_MAX)
        return false;
    memcpy(out, word.data, word.len);
    return true;
}

/* The account that is written down: AWS says "unknown" of interfaces of its own. */
static struct text account_of(const struct flow_sum *s, const struct flow_record *r)
{
    bool is_known = r->account.len > 0 && !text_equal_string(r->account, "unknown");
    return is_known ? r->account : text_of(s->account);
}

static bool make_key(const struct flow_sum *s, const struct flow_record *r, int64_t start,
                     struct flow_key *out)
{
    out->source = r->source;
    out->destination = r->destination;
    out->hour = start - start % HOUR_S;
    out->port = r->port;
    out->protocol = r->protocol;
    out->action = (uint8_t)r->action;
    out->is_egress = r->is_egress;
    out->has_source = r->has_source;
    return flow_sum_word(account_of(s, r), out->account) &&
           flow_sum_word(r->region.len > 0 ? r->region : text_of(s->region), out->region) &&
           flow_sum_word(r->vpc, out->vpc) && flow_sum_word(r->interface_id, out->interface_id);
}

/* Names of ECS: letters, digits, '-' and '_'. */
static bool is_name(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.data[i] != '-' && t.data[i] != '_' && !isalnum((unsigned char)t.data[i]))
            return false;
    return true;
}

/* What is no name, or too long for one, is not told: it only says better whose machine it was. */
static void copy_service(const struct flow_record *r, char out[FLOW_SERVICE_MAX])
{
    size_t len = r->cluster.len + r->service.len;
    if (len > 0 && len + 2 <= FLOW_SERVICE_MAX && is_name(r->cluster) && is_name(r->service))
        snprintf(out, FLOW_SERVICE_MAX, "%.*s/%.*s", (int)r->cluster.len, r->cluster.data,
                 (int)r->service.len, r->service.data);
}

enum flow_sum_is flow_sum_group(const struct flow_sum *s, const struct flow_record *r,
                                struct flow_group *out)
{
    int64_t start = r->start > 0 ? r->start : r->end > 0 ? r->end : s->written_unix_s;
    struct flow_group group = {
        .packets = r->packets, .bytes = r->bytes, .flows = 1, .path = r->path
    };
    if (start - start % HOUR_S < s->since_unix_s || start >= s->until_unix_s)
        return FLOW_SUM_OTHER_TIME;
    group.first = start;
    group.last = r->end > start && r->end < s->until_unix_s ? r->end : start;
    if (!make_key(s, r, start, &group.key) || !flow_sum_word(r->subnet, group.subnet) ||
        !flow_sum_word(r->instance, group.instance))
        return FLOW_SUM_TOO_LONG;
    copy_service(r, group.service);
    *out = group;
    return FLOW_SUM_COUNTS;
}
