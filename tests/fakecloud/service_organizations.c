#include "tests/fakecloud/offer.h"

#include "tests/fakecloud/estate.h"

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

static const struct offer offers[] = {
    { .operation = "ListAccounts", .answer = accounts },
    { 0 },
};

const struct service service_organizations = {
    .name = "organizations", .global = true, .offers = offers, .before = before
};
