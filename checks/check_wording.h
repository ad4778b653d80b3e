#ifndef CHECKS_CHECK_WORDING_H
#define CHECKS_CHECK_WORDING_H

#include "checks/check_reading.h"

/* The templates of a check file: its summary, and the words of evidence within it (`words`, check.h). */

/* Key `words`. */
bool check_wording_read(struct check_reading *in, struct json_object *value);

/* Whether a template names only what there is. `summary`: it may name words, as far as any have been read. */
bool check_wording_template(struct check_reading *in, const char *template, bool summary);

/* Once all keys are read: whether the summary names words that there are. */
bool check_wording_check(struct check_reading *in);

#endif
