#include "checks/gcp_rule.h"

#include "checks/gcp_ports.h"
#include "checks/json_list.h"
#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 4096, NAMED_MAX = 20 };

const char *gcp_rule_network(const char *url)
{
    const char *at = url == NULL ? NULL : strstr(url, "projects/");
    return at == NULL || (at > url && at[-1] != '/') ? NULL : at;
}

void gcp_rule_release(struct gcp_rule *r)
{
    free(r->name);
    free(r->words);
    free(r->ports);
    free(r->ranges);
    free(r->who);
    free(r->networks);
    spans_release(&r->reach[0]);
    spans_release(&r->reach[1]);
    *r = (struct gcp_rule){ .name = NULL };
}

/* Takes over what `r` holds. */
static bool add_rule(struct gcp_reading *in, struct gcp_rule *r)
{
    struct gcp_firewall *f = in->firewall;
    for (int i = 0; i < 2; i++)
        r->public_units[i] =
            cidr_spans_public(r->reach[i].items, r->reach[i].count, i == 0 ? 4 : 6);
    if (f->rule_count == GCP_RULES_MAX) {
        gcp_rule_release(r);
        return error_set(in->err, ERROR_LIMIT, "more than %d rules", GCP_RULES_MAX);
    }
    if ((f->rule_count & (f->rule_count - 1)) == 0)
        f->rules =
            memory_resize(f->rules, f->rule_count == 0 ? 1 : f->rule_count * 2, sizeof *f->rules);
    f->rules[f->rule_count++] = *r;
    return true;
}

/* ---- targets ---- */

static bool find_element(struct gcp_reading *in, enum gcp_element_kind kind, const char *name,
                         size_t *out)
{
    struct gcp_firewall *f = in->firewall;
    char *word = memory_format("%d %s", (int)kind, name);
    uintptr_t at = (uintptr_t)map_get(in->elements, word);
    bool ok = at != 0 || f->element_count < GCP_ELEMENTS_MAX;
    if (ok && at == 0) {
        f->elements = memory_resize(f->elements, f->element_count + 1, sizeof *f->elements);
        f->elements[f->element_count++] = (struct gcp_element){ kind, memory_string(name) };
        at = f->element_count;
        map_set(in->elements, word, (void *)at);
    }
    free(word);
    if (!ok)
        return error_set(in->err, ERROR_LIMIT, "more than %d names of targets", GCP_ELEMENTS_MAX);
    *out = at - 1;
    return true;
}

static bool add_target(struct gcp_reading *in, enum gcp_element_kind kind, const char *name,
                       size_t **list, size_t *count)
{
    size_t element = 0;
    if (name == NULL)
        return error_set(in->err, ERROR_DATA, "a target that is no text");
    if (!find_element(in, kind, name, &element))
        return false;
    *list = memory_resize(*list, *count + 1, sizeof **list);
    (*list)[(*count)++] = element;
    return true;
}

static bool add_who(struct gcp_reading *in, struct gcp_rule *r, enum gcp_element_kind kind,
                    struct json_object *names)
{
    for (size_t i = 0; i < json_list_length(names); i++)
        if (!add_target(in, kind, json_list_text(names, i), &r->who, &r->who_count))
            return false;
    return true;
}

static bool add_networks(struct gcp_reading *in, struct gcp_rule *r, struct json_object *urls)
{
    for (size_t i = 0; i < json_list_length(urls); i++)
        if (!add_target(in, GCP_NETWORK, gcp_rule_network(json_list_text(urls, i)), &r->networks,
                        &r->network_count))
            return false;
    return true;
}

/* *out_none: all of its secure tags are ineffective, so that nothing is its target. */
static bool add_secure_tags(struct gcp_reading *in, struct gcp_rule *r, struct json_object *tags,
                            bool *out_none)
{
    size_t before = r->who_count;
    for (size_t i = 0; i < json_list_length(tags); i++) {
        struct json_object *tag = json_object_array_get_idx(tags, i);
        const char *state = json_string(tag, "state");
        if (state != NULL && strcmp(state, "INEFFECTIVE") == 0)
            continue;
        if (!add_target(in, GCP_SECURE_TAG, json_string(tag, "name"), &r->who, &r->who_count))
            return false;
    }
    *out_none = json_list_length(tags) > 0 && r->who_count == before;
    return true;
}

/* ---- sources and destinations ---- */

static bool add_range(struct gcp_reading *in, struct gcp_rule *r, const char *word)
{
    struct cidr range;
    if (in->firewall->range_count == GCP_RANGES_MAX)
        return error_set(in->err, ERROR_LIMIT, "more than %d ranges", GCP_RANGES_MAX);
    if (word == NULL || !cidr_parse(text_of(word), &range))
        return error_set(in->err, ERROR_DATA, "rule %s: a source that is no range", r->name);
    if ((r->range_count & (r->range_count - 1)) == 0)
        r->ranges = memory_resize(r->ranges, r->range_count == 0 ? 1 : r->range_count * 2,
                                  sizeof *r->ranges);
    r->ranges[r->range_count++] = range;
    in->firewall->range_count++;
    spans_add(&r->reach[range.family == 4 ? 0 : 1], &range);
    return true;
}

static bool add_ranges(struct gcp_reading *in, struct gcp_rule *r, struct json_object *list)
{
    for (size_t i = 0; i < json_list_length(list); i++)
        if (!add_range(in, r, json_list_text(list, i)))
            return false;
    spans_settle(&r->reach[0]);
    spans_settle(&r->reach[1]);
    return true;
}

static bool add_everywhere(struct gcp_reading *in, struct gcp_rule *r)
{
    return add_range(in, r, "0.0.0.0/0") && add_range(in, r, "::/0");
}

static bool holds_all(struct json_object *ranges, int family)
{
    struct cidr range;
    for (size_t i = 0; i < json_list_length(ranges); i++)
        if (json_list_text(ranges, i) != NULL &&
            cidr_parse(text_of(json_list_text(ranges, i)), &range) && range.family == family &&
            range.bits == 0)
            return true;
    return false;
}

/* A deny for some destinations denies nothing for sure. */
static void narrow_by_destination(struct gcp_rule *r, struct json_object *ranges, bool more)
{
    if (r->action != GCP_DENY || (json_list_length(ranges) == 0 && !more))
        return;
    for (int i = 0; i < 2; i++)
        if (more || !holds_all(ranges, i == 0 ? 4 : 6))
            spans_release(&r->reach[i]);
}

/* ---- VPC rules ---- */

static bool read_vpc(struct gcp_reading *in, struct json_object *o, struct gcp_rule *r)
{
    struct json_object *ranges = json_get(o, "sourceRanges");
    bool others = json_list_length(json_get(o, "sourceTags")) +
                  json_list_length(json_get(o, "sourceServiceAccounts"));
    bool ok = add_ranges(in, r, ranges) &&
              (json_list_length(ranges) > 0 || others || add_range(in, r, "0.0.0.0/0")) &&
              add_who(in, r, GCP_TAG, json_get(o, "targetTags")) &&
              add_who(in, r, GCP_ACCOUNT, json_get(o, "targetServiceAccounts"));
    narrow_by_destination(r, json_get(o, "destinationRanges"), false);
    return ok;
}

static bool add_vpc_side(struct gcp_reading *in, struct json_object *o, size_t owner,
                         enum gcp_action action)
{
    struct json_object *list = json_get(o, action == GCP_ALLOW ? "allowed" : "denied");
    if (json_list_length(list) == 0)
        return true;
    struct gcp_rule r = { .owner = owner,
                          .priority = json_int(o, "priority", GCP_PRIORITY_DEFAULT),
                          .action = action,
                          .name = memory_string(json_string(o, "name")) };
    if (gcp_ports_add(&r, list, "IPProtocol", in->err) && read_vpc(in, o, &r))
        return add_rule(in, &r);
    gcp_rule_release(&r);
    return false;
}

bool gcp_rule_add_vpc(struct gcp_reading *in, struct json_object *firewall, size_t owner)
{
    return add_vpc_side(in, firewall, owner, GCP_ALLOW) &&
           add_vpc_side(in, firewall, owner, GCP_DENY);
}

/* ---- rules of policies ---- */

/* Whether what comes from the internet can match at all. */
static bool concerns_internet(struct json_object *match)
{
    const char *context = json_string(match, "srcNetworkContext");
    if (context == NULL)
        context = json_string(match, "srcNetworkType");
    return context == NULL || strcmp(context, "INTERNET") == 0 ||
           strcmp(context, "UNSPECIFIED") == 0;
}

static bool narrows_destination(struct json_object *match)
{
    static const char *const members[] = { "destAddressGroups", "destFqdns", "destRegionCodes",
                                           "destThreatIntelligences" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_list_length(json_get(match, members[i])) > 0)
            return true;
    return false;
}

static bool has_other_sources(struct json_object *match)
{
    static const char *const members[] = { "srcAddressGroups", "srcFqdns",
                                           "srcNetworks",      "srcRegionCodes",
                                           "srcSecureTags",    "srcThreatIntelligences" };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (json_list_length(json_get(match, members[i])) > 0)
            return true;
    return false;
}

static bool read_action(struct gcp_reading *in, const char *word, struct gcp_rule *r)
{
    static const char *const words[] = { "allow", "apply_security_profile_group", "deny",
                                         "goto_next" };
    for (int i = 0; word != NULL && i < 4; i++)
        if (strcmp(word, words[i]) == 0) {
            r->action = (enum gcp_action)i;
            return true;
        }
    return error_set(in->err, ERROR_DATA, "rule %s: unknown action %s", r->name,
                     word == NULL ? "(none)" : word);
}

/* What a rule is but for its sources. *out_none: nothing is its target. */
static bool read_frame(struct gcp_reading *in, struct json_object *o, struct gcp_rule *r,
                       bool *out_none)
{
    struct json_object *match = json_get(o, "match");
    struct json_object *layer4 = json_get(match, "layer4Configs");
    const char *name = json_string(o, "ruleName");
    r->priority = json_int(o, "priority", INT64_MAX);
    r->name = name == NULL || name[0] == '\0'
                  ? memory_format("%lld", (long long)r->priority)
                  : memory_format("%lld %s", (long long)r->priority, name);
    if (!read_action(in, json_string(o, "action"), r))
        return false;
    if (json_list_length(layer4) == 0)
        gcp_ports_add_all(r);
    return gcp_ports_add(r, layer4, "ipProtocol", in->err) &&
           add_secure_tags(in, r, json_get(o, "targetSecureTags"), out_none) &&
           add_who(in, r, GCP_ACCOUNT, json_get(o, "targetServiceAccounts")) &&
           add_networks(in, r, json_get(o, "targetResources"));
}

static bool is_for_instances(struct json_object *o)
{
    const char *type = json_string(o, "targetType");
    return (type == NULL || strcmp(type, "INSTANCES") == 0) &&
           json_list_length(json_get(o, "targetForwardingRules")) == 0;
}

/* "countries JP, US" */
static void append_words(struct buffer *b, const char *what, struct json_object *list)
{
    if (json_list_length(list) == 0)
        return;
    buffer_append_format(b, "%s%s", b->len > 0 ? "; " : "", what);
    for (size_t i = 0; i < json_list_length(list) && i < NAMED_MAX; i++)
        buffer_append_format(b, "%s%s", i == 0 ? " " : ", ",
                             json_list_text(list, i) == NULL ? "?" : json_list_text(list, i));
    if (json_list_length(list) > NAMED_MAX)
        buffer_append_format(b, ", +%zu", json_list_length(list) - NAMED_MAX);
}

/* What is not known by ranges becomes a rule from everywhere of another owner. NULL when there is none. */
static char *words_of(struct json_object *match, enum gcp_exposure exposure)
{
    struct buffer b;
    buffer_init(&b, WORDS_MAX);
    if (exposure == GCP_NARROWED) {
        append_words(&b, "countries", json_get(match, "srcRegionCodes"));
        append_words(&b, "threat lists", json_get(match, "srcThreatIntelligences"));
    } else if (exposure == GCP_UNREAD) {
        append_words(&b, "address groups", json_get(match, "srcAddressGroups"));
    }
    if (!buffer_ok(&b)) {
        buffer_clear(&b);
        buffer_append_string(&b, exposure == GCP_NARROWED ? "countries" : "address groups");
    }
    if (b.len > 0)
        return buffer_detach(&b);
    buffer_release(&b);
    return NULL;
}

static bool read_sources(struct gcp_reading *in, struct json_object *match, struct gcp_rule *r,
                         enum gcp_exposure exposure)
{
    struct json_object *ranges = json_get(match, "srcIpRanges");
    bool everywhere =
        exposure != GCP_INTERNET || (json_list_length(ranges) == 0 && !has_other_sources(match));
    r->owner += (size_t)exposure;
    if ((everywhere && !add_everywhere(in, r)) || !add_ranges(in, r, everywhere ? NULL : ranges))
        return false;
    narrow_by_destination(r, json_get(match, "destIpRanges"), narrows_destination(match));
    return true;
}

static bool add_exposed(struct gcp_reading *in, struct json_object *o, size_t owner,
                        enum gcp_exposure exposure)
{
    struct json_object *match = json_get(o, "match");
    struct gcp_rule r = { .owner = owner };
    bool none = false;
    if (exposure != GCP_INTERNET && (r.words = words_of(match, exposure)) == NULL)
        return true;
    bool ok = read_frame(in, o, &r, &none);
    bool wanted = exposure == GCP_INTERNET || r.action == GCP_ALLOW || r.action == GCP_INSPECT;
    ok = ok && (none || !wanted || read_sources(in, match, &r, exposure));
    if (ok && !none && wanted)
        return add_rule(in, &r);
    gcp_rule_release(&r);
    return ok;
}

bool gcp_rule_add(struct gcp_reading *in, struct json_object *rule, size_t owner)
{
    if (!is_for_instances(rule) || !concerns_internet(json_get(rule, "match")))
        return true;
    for (int e = GCP_INTERNET; e <= GCP_UNREAD; e++)
        if (!add_exposed(in, rule, owner, (enum gcp_exposure)e))
            return false;
    return true;
}
