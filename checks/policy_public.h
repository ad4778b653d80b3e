#ifndef CHECKS_POLICY_PUBLIC_H
#define CHECKS_POLICY_PUBLIC_H

struct json_object;

/*
 * What a resource's policy (AWS) lets anybody do. A statement is public when it allows, its principal is everybody
 * ("*", {"AWS": "*"}, or all but some: NotPrincipal), and no condition of it keeps to fixed callers (policy_callers.h) by an
 * operator that asks for equality and without IfExists or ForAllValues (which hold for who has no such value).
 *
 * An action that a statement denies to everybody, or to all but such fixed callers (the same keys by the operators
 * that ask for inequality, IfExists or not), is not public, wherever the denial is of no other resource.
 *
 * Not looked at: permissions that need both sides, service control and resource control policies.
 */
enum { POLICY_STATEMENTS_MAX = 1000, POLICY_ACTIONS_MAX = 10000 };

/* The public statements as [{"sid": TEXT, "actions": [TEXT…], "conditions": [KEY…]}…] in their order, sid "" where there is
 * none, actions as the policy has them ("all but X, Y" of NotAction), conditions the keys of what else is asked, both
 * sorted; a new reference. NULL for what is no policy, or is larger than stated. */
struct json_object *policy_public_statements(struct json_object *policy);

#endif
