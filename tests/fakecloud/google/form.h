#ifndef TESTS_FAKECLOUD_GOOGLE_FORM_H
#define TESTS_FAKECLOUD_GOOGLE_FORM_H

#include "core/base/text.h"

struct json_object;

/* application/x-www-form-urlencoded: names and values as an object of texts; a name that comes twice has a list. The
 * second adds to an object that is there. */
struct json_object *google_form_read(struct text form);
void google_form_add(struct text form, struct json_object *out);

/* A percent-encoded piece, '+' as it is; free(). */
char *google_form_decode(struct text piece);

#endif
