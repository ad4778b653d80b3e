#ifndef CHECKS_CHECK_TEST_H
#define CHECKS_CHECK_TEST_H

#include "checks/catalog.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * A check's own tests, run offline: the resources of a test are made with their types' own rules and
 * judged by the code that judges a scan.
 *
 *   tests:
 *     - name: ssh from anywhere fails
 *       given:                               resources by type, as the provider's API returns them; fields
 *         aws_ec2_security_group:            that are missing are missing. A type not given is read and empty.
 *           - {GroupId: sg-1, IpPermissions: […]}
 *           - {account: "210987654321", region: eu-west-1, parts: {Entries: denied}, body: {…}}
 *                                            with `body`: where it is (default account 123456789012, region
 *                                            us-east-1, 'global' for a global type) and which parts are unread;
 *                                            account_name and team (of the account) for plugins. What is
 *                                            given of another account is shared by it, or the lender's in whose
 *                                            things the account lives (check.h, where: owner); a lender of whom
 *                                            nothing is given is not in the state
 *         aws_x_event:                     evidence likewise; each needs its id and its time
 *           - {EventId: e-1, EventTime: "2026-11-20T21:00:00Z"}
 *       unread: {TYPE: OUTCOME}              the scopes of this type ended so tonight
 *                                            (default complete); what is given was seen on an earlier night.
 *                                            {TYPE: {ACCOUNT: OUTCOME}}: those of one account
 *       held:                                who holds an address, or did, for plugins that ask (check.h):
 *         - {address: 192.0.2.1, account: "210987654321", type: TYPE, id: i-1, from: TIME, until: TIME,
 *            name: …, account_name: …, team: …, region: …, key: …, parent: …, provider: …}
 *                                            from: always, until: still there where they are left out. Given
 *                                            resources of types with `addresses` hold theirs since 30 days
 *       params: {NAME: VALUE}                instead of the defaults
 *       run_time: 2026-11-21T03:00:00Z       what run_time() says (this, if left out)
 *       expect:                              exactly these; [] : everything passes
 *         - {id: sg-1, subject: tcp/22}      verdict FAIL unless it says UNKNOWN; severity, at (of an
 *                                            occurrence), evidence, detail and controls ({FRAMEWORK: [ID…]}: what the
 *                                            finding means) are compared where given, the last three member by member
 *
 * A subject resource whose own scope is unread is not seen: it is no FAIL, PASS or UNKNOWN; the test
 * calls it UNKNOWN, since nothing can be said of it tonight.
 */
struct check_test_report {
    const struct check *check;
    const char *test;   /* its name */
    int line;           /* in the check's file */
    bool passed;
    const char *fault;  /* one line when not: what came instead */
};
typedef void (*check_test_fn)(void *ctx, const struct check_test_report *report);

struct check_test_counts {
    size_t checks, passed, failed;
};

/* Runs the tests of `check`, or of all for NULL, and calls `report` (may be NULL) for each. A test whose
 * resources cannot be made is a failed test. False only when nothing could be run at all. */
bool check_test_run(const struct catalog *c, const struct check *check, check_test_fn report, void *ctx,
                    struct check_test_counts *out, struct error *err);

#endif
