#ifndef CHECKS_CHECK_CONTROLS_H
#define CHECKS_CHECK_CONTROLS_H

#include "checks/check_reading.h"

/*
 * The key `controls` of a check file: which requirements of frameworks its findings mean (core/decode/controls.h says of
 * which finding what).
 *   controls: {FRAMEWORK: IDS}                      of every finding
 *   controls: {FRAMEWORK: {MEMBER: {VALUE: IDS}}}   by what a finding says in MEMBER: `subject`, or a path
 * FRAMEWORK has lower case letters, digits, '.', '-' and '_'. IDS is a text, several parted by commas, or a list of texts;
 * each of letters, digits, '.', '-' and '_', none twice. An id like 1.10 is a text: it stands in quotes.
 */
enum {
    CHECK_FRAMEWORKS_MAX = 8,
    CHECK_CONTROL_MEMBERS_MAX = 8, /* of a framework */
    CHECK_CONTROL_IDS_MAX = 16,    /* in one place; values as CHECK_LIST_MAX */
    CHECK_CONTROL_NAME_MAX = 40,   /* bytes of an id, and of a framework */
};

bool check_controls_read(struct check_reading *in, struct json_object *value);

#endif
