#ifndef TESTS_FAKECLOUD_GOOGLE_FIREWALL_POLICIES_H
#define TESTS_FAKECLOUD_GOOGLE_FIREWALL_POLICIES_H

#include "tests/fakecloud/google/call.h"

struct estate;

/*
 * Firewall policies. Hierarchical ones: the organization's passes everything on, the folder Production's denies RDP from
 * anywhere, also to what is in folders below it; list "compute.firewallPolicies" of those accounts. Networks' own,
 * global and regional, in networks of recipes; list "compute.networkFirewallPolicies" of projects.
 */
void google_firewall_policies_build_holders(struct estate *e);
void google_firewall_policies_build(struct estate *e, size_t project);

/* Whether a project is below a folder that denies RDP. */
bool google_firewall_policies_deny_rdp(const struct estate *e, size_t project);

/* Answers: networks.getEffectiveFirewalls, firewallPolicies.list, .get and .listAssociations. */
bool google_firewall_policies_effective(const struct google_call *c, struct json_object **out, struct google_fault *fault);
bool google_firewall_policies_list(const struct google_call *c, struct json_object **out, struct google_fault *fault);
bool google_firewall_policies_get(const struct google_call *c, struct json_object **out, struct google_fault *fault);

#endif
