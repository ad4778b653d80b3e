#ifndef CORE_STORE_FINDING_CONTROLS_H
#define CORE_STORE_FINDING_CONTROLS_H

#include "core/base/error.h"

struct sqlite3;

/* Makes the SQL function finding_controls(declared, subject, evidence, detail) on a connection: JSON texts in, the JSON object
 * of core/decode/controls.h out; '{}' where the first is null or no JSON. What cannot be read of the others says nothing. */
bool finding_controls_register(struct sqlite3 *db, struct error *err);

#endif
