#ifndef TESTS_FAKECLOUD_SPOIL_H
#define TESTS_FAKECLOUD_SPOIL_H

#include "tests/fakecloud/rules.h"
#include "tests/fakecloud/serve.h"

/* What rules do to an answer on its way: HANG, CLOSE, CUT, SHORT, HTML; nothing for all others. `out->bytes`
 * is set. */
void spoil_reply(enum deed deed, struct reply *out);

#endif
