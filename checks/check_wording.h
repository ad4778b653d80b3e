#ifndef CHECKS_CHECK_WORDING_H
#define CHECKS_CHECK_WORDING_H

#include "checks/check_reading.h"

/* The templates of a check file: its summary, and the words of evidence within it (`words`, check.h). */

/* Key `words`. */
bool check_wording_read(struct check_reading *in, struct json_object *value);

/* Whether a template is one, and names only what there is; any words, since some may still have to be read. */
bool check_wording_template(struct check_reading *in, const char *template);

/* Once all keys are read: whether summary and words name words that there are, and those no others in turn. */
bool check_wording_check(struct check_reading *in);

#endif
