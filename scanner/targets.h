#ifndef SCANNER_TARGETS_H
#define SCANNER_TARGETS_H

#include "scanner/account.h"
#include "scanner/scan.h"

/* The config's targets made ready: provider, types to read with their shapes, session. */
struct targets {
    struct walk_target *items;
    size_t count;
};

/* ERROR_USAGE for a filter that names what does not exist; ERROR_CONFIG for a target that cannot be opened. */
bool targets_open(const struct workspace *w, const struct scan_options *o, struct store *store,
                  struct targets *out, struct error *err);
void targets_close(struct targets *t);

#endif
