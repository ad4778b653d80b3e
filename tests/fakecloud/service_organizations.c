#include "tests/fakecloud/offer.h"

#include "core/decode/json.h"
#include "tests/fakecloud/detectors.h"
#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/units.h"

#include <json-c/json.h>
#include <string.h>

static bool before(const struct call *c, struct fault *fault)
{
    return strcmp(c->account, estate_account(c->estate, 0)) == 0 ||
           fault_set(fault, FAULT_DENIED, "You don't have permissions to access this resource.");
}

static bool accounts(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { NULL };
    static const struct paging paging = { 1, 20, 20 };
    return call_knows(c, known, fault) &&
           paging_answer(c, c->estate->accounts, &paging, "Accounts", out, fault);
}

/* The services whose watch over the organization one account has been given (detectors.h). */
static const char *const delegated[] = { "access-analyzer.amazonaws.com", "guardduty.amazonaws.com",
                                         "securityhub.amazonaws.com" };

static bool delegates(const struct call *c, struct json_object **out, struct fault *fault)
{
    static const char *const known[] = { "ServicePrincipal", NULL };
    static const struct paging paging = { 1, 20, 20 };
    const char *asked = call_text(c, "ServicePrincipal");
    size_t number = detectors_administrator(c->estate);
    bool any = asked == NULL;
    if (!call_knows(c, known, fault))
        return false;
    for (size_t i = 0; asked != NULL && i < sizeof delegated / sizeof *delegated; i++)
        any = any || strcmp(delegated[i], asked) == 0;
    struct json_object *list = json_object_new_array(), *copy = NULL;
    if (any && number > 0) { /* the management account needs no delegation */
        json_object_deep_copy(json_object_array_get_idx(c->estate->accounts, number), &copy, NULL);
        json_object_object_add(copy, "DelegationEnabledDate", json_object_new_string(ESTATE_MADE));
        json_object_array_add(list, copy);
    }
    bool ok = paging_answer(c, list, &paging, "DelegatedAdministrators", out, fault);
    json_object_put(list);
    return ok;
}

static const struct offer offers[] = {
    { .operation = "ListAccounts", .answer = accounts },
    { .operation = "ListAccountsForParent", .answer = units_accounts },
    { .operation = "ListDelegatedAdministrators", .answer = delegates },
    { .operation = "ListOrganizationalUnitsForParent", .answer = units_units },
    { .operation = "ListParents", .answer = units_parents },
    { .operation = "ListRoots", .answer = units_roots },
    { 0 },
};

const struct service service_organizations = {
    .name = "organizations", .global = true, .offers = offers, .before = before
};
