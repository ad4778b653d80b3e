#ifndef TESTS_FAKECLOUD_GOOGLE_ACTIVITY_H
#define TESTS_FAKECLOUD_GOOGLE_ACTIVITY_H

#include "tests/fakecloud/events.h"

/*
 * Admin Activity of projects: an owner who grants and takes away, keys that are made, a service account's key that is used
 * from Google's network and from elsewhere, and what nobody asks for. Forms: IAM's "Example logs for service accounts",
 * Cloud Logging's AuditLog. Nothing happens in the further projects (projects.h).
 */
void google_activity_each(const struct estate *e, size_t project, event_fn each, void *ctx);

/* An entry's own members, as JSON without braces; free(). *out_asked: whether yomawari's filter lets it through. */
char *google_activity_own(const struct estate *e, size_t project, const struct event *event, bool *out_asked);

/* What checks must say of it, as of the estate's night: into the truth. What was found stays found. */
void google_activity_tell(struct estate *e);

#endif
