#ifndef SCANNER_PUBLISH_H
#define SCANNER_PUBLISH_H

#include "core/store/store.h"
#include "scanner/scan.h"

struct json_object;

/* Judges and publishes in one transaction: transitions, alerts and the run's state stand together or not
 * at all. */
bool publish_run(const struct workspace *w, const struct scan_options *o, struct store *store,
                 const struct store_run *run, struct error *err);

/* Writes the sheets of a published run and shows its summary. `scan` (borrowed) goes into run.json. */
bool publish_sheets(const struct workspace *w, const struct scan_options *o, struct store *store,
                    const struct store_run *run, struct json_object *scan, int *out_status,
                    struct error *err);

#endif
