#ifndef TESTS_FAKECLOUD_GOOGLE_ASSETS_H
#define TESTS_FAKECLOUD_GOOGLE_ASSETS_H

#include "tests/fakecloud/google/call.h"

/*
 * What Cloud Asset knows: which list of the estate holds which asset type, where it is one of them (asset types in
 * Cloud Asset Inventory's documentation, "Supported asset types").
 */
struct google_assets_kind {
    const char *list, *type;       /* "compute.firewalls", "compute.googleapis.com/Firewall" */
    const char *only;              /* members a thing has: "region", "zone"; NULL: whatever, "!": none of both */
    const char *version, *name;    /* of resource: "v1", discoveryName "Firewall" */
};

const struct google_assets_kind *google_assets_kinds(size_t *out_count);

/* Whether a thing of the list is of this kind, and has a name that Cloud Asset knows it by. */
bool google_assets_is(const struct google_assets_kind *k, struct json_object *thing);

/* "projects/NUMBER", "folders/N" …, "organizations/N": what an account is in, itself first; an array. */
struct json_object *google_assets_ancestors(const struct google_call *c, const char *account);

/* A thing of a kind as an asset with its resource, a policy that has `_asset` and `_type` as one with iamPolicy. */
struct json_object *google_assets_resource(const struct google_assets_kind *k, struct json_object *thing, struct json_object *ancestors);
struct json_object *google_assets_policy(struct json_object *policy, struct json_object *ancestors);

#endif
