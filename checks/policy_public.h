#ifndef CHECKS_POLICY_PUBLIC_H
#define CHECKS_POLICY_PUBLIC_H

struct json_object;

/*
 * What a resource's policy (AWS) lets anybody do. A statement is public when it allows, its principal is everybody
 * ("*", {"AWS": "*"}, or all but some: NotPrincipal), and no condition of it keeps to fixed callers. Such a condition
 * names, by an operator that asks for equality and without IfExists or ForAllValues (which hold for who has no such
 * value), one of the keys by which AWS itself calls a bucket's policy not public (Amazon S3 User Guide, "The meaning of
 * public"): aws:PrincipalOrgID, -OrgPaths, -Account, -Arn, aws:SourceArn, -Account, -Owner, -OrgID, -OrgPaths, -Vpc,
 * -Vpce, -IP, aws:VpcSourceIp, aws:userid, kms:CallerAccount, s3:DataAccessPointArn and -Account; or asks
 * aws:PrincipalIsAWSService to be true. Each of its values must be fixed: no variable, no wildcard but behind the
 * account in an ARN or behind the id in a userid; addresses no wider than /8, or /32 of IPv6.
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
