#include "providers/gcp/models/allow.h"

#include "core/base/text.h"

#include <string.h>

/* What the last word of a method's name may be; generate.py holds the same. */
static const char *const read_words[] = {
    "aggregatedList",
    "get",
    "getEffectiveFirewalls",
    "getEffectiveOrgPolicy",
    "getIamPolicy",
    "getQueryResults",
    "getRouterStatus",
    "getServerConfig",
    "getSettings",
    "getXpnHost",
    "getXpnResources",
    "list",
    "listAssociations",
    "listInstances",
    "listManagedInstances",
    "query",
    "search",
    "searchAllIamPolicies",
    "searchAllResources",
};

static bool is_read_by_name(const char *method)
{
    const char *dot = strrchr(method, '.'), *word = dot == NULL ? method : dot + 1;
    for (size_t i = 0; i < sizeof read_words / sizeof read_words[0]; i++) {
        if (strcmp(read_words[i], word) == 0)
            return true;
    }
    return false;
}

static bool fits(const struct gcp_pair *pairs, size_t count, const char *service,
                 const char *method)
{
    for (size_t i = 0; i < count; i++) {
        if (text_glob(pairs[i].service, service) && text_glob(pairs[i].method, method))
            return true;
    }
    return false;
}

bool gcp_allow(const struct gcp_rules *rules, const char *service, const char *method,
               const char *http_method)
{
    if (!is_read_by_name(method) || fits(rules->refused, rules->refused_count, service, method))
        return false;
    return strcmp(http_method, "GET") == 0 ||
           (strcmp(http_method, "POST") == 0 &&
            fits(rules->posts, rules->post_count, service, method));
}
