#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_REPORT_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_REPORT_H

#include "checks/plugins/root_activity/root_path.h"

struct json_object;

/*
 * What is said of a path. Evidence is compared from night to night, and so holds nothing that a further event
 * of the same kind by the same actor would change:
 *   kind, task, key, root_of, service_account   what was used
 *   mfa            yes, no, unknown: at the console and of temporary credentials
 *   actions        calls that stand out (root_grade.h)
 *   how, who       the same in words, {en, ja}
 *   from           estate, tor, hosting, private, inside, aws-internal, none, unknown (root_actor.h)
 *   actor          of the estate: {type, id, name, account, account_name, team}; held: still, released, or later (it was first
 *                  seen with the address long after)
 *   network, owner of all others
 *   tools          products (root_agent.h)
 * Detail, never compared: count, first, last, last_event, calls, more_calls, errors, regions, addresses,
 * user_agents, keys, guardduty, findings, findings_lacking_parts; of an actor of the estate seen_from, seen_until and
 * held_then (whether it was seen to hold the address at that time, or only since); other_holders.
 */
struct json_object *root_report_evidence(const struct root_path *p); /* new */
struct json_object *root_report_detail(const struct root_path *p);   /* new */

#endif
