#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_REPORT_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_REPORT_H

#include "checks/plugins/root_activity/root_path.h"

struct json_object;

/*
 * What is said of a path, as codes and data: sentences are the words of the check's file. Evidence is compared from night to
 * night, and so holds nothing that a further event of the same kind by the same actor would change, and nothing of the
 * holder that is known as of now, such as its name:
 *   kind, task, key, root_of, service_account   what was used
 *   mfa            yes, no, unknown: at the console and of temporary credentials
 *   then           of a failed sign-in signed-in: it succeeded later; of a recovery recovered: it was done
 *   actions        calls that stand out (root_grade.h)
 *   from           estate, tor, hosting, private, inside, aws-internal, none, unknown (root_actor.h); many: nobody in particular
 *   actor          of the estate: {type, id, account}; as: member (of that), behind (it sends for machines)
 *   network, owner of all others
 *   tools          products (root_agent.h)
 * Detail, never compared: count, first, last, last_event, calls, more_calls, mostly (the first few of the calls), errors,
 * regions, addresses, user_agents, keys, guardduty, findings, findings_lacking_parts; of an actor of the estate holder {name,
 * account (its name, else its id), team, place}, seen_from, seen_until and held: then (it was seen to hold the address
 * at that time), since (it was first seen with it soon after), later (long after); other_holders.
 */
struct json_object *root_report_evidence(const struct root_path *p); /* new */
struct json_object *root_report_detail(const struct root_path *p);   /* new */

#endif
