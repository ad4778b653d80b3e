#ifndef CHECKS_JUDGE_NEEDS_H
#define CHECKS_JUDGE_NEEDS_H

#include "checks/sandbox.h"

struct buffer;
struct needs;

/*
 * Whether all that a check needs is there, seen from one subject. Asked subject by subject in order of
 * account and region: what holds for a whole region is remembered until the next.
 */
struct needs *needs_new(struct sandbox *s, const struct check *check, struct error *err);
void needs_free(struct needs *n); /* before its sandbox; NULL is fine */

struct needs_subject {
    const char *account, *region, *id, *unread; /* unread: JSON text or NULL */
    const char *const *ids;                     /* beside the check's needs: JSON text of the column `ids`, or NULL */
};

/* True when nothing is lacking; else `why` gets one line: "aws_x denied in us-east-1". False with an error
 * only for a fault of the sandbox. */
bool needs_look(struct needs *n, const struct needs_subject *subject, struct buffer *why, bool *out_complete,
                struct error *err);

#endif
