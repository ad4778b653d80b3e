#ifndef CORE_STORE_DOUBT_H
#define CORE_STORE_DOUBT_H

#include "core/store/scopes.h"

/*
 * What a list did not show whose silence proves nothing yet: a list over many accounts is minutes late, and may have
 * lost something for a night. Between the last item of such a scope and store_scope_end() the reader asks what was not
 * shown, and has each thing kept, or leaves it to be closed. What nobody else can tell of is doubted, and kept, on the
 * first such night and closed on the second, if no list in between showed it.
 */

/* Calls `each` for what the open scope has not seen: its row and what is stored of it (JSON text). */
bool store_scope_unseen(struct store *s, struct store_scope *scope,
                        bool (*each)(void *ctx, int64_t resource, const char *config), void *ctx,
                        struct error *err);

/* Counts it as seen. */
bool store_scope_keep(struct store_scope *scope, int64_t resource, struct error *err);

/* Keeps it, unless an earlier run's reading doubted it already. */
bool store_scope_doubt(struct store *s, struct store_scope *scope, int64_t resource, struct error *err);

/* For store_scope_end(): what was seen by itself is doubted no more. */
bool doubt_end(struct store *s, struct store_scope *scope, struct error *err);

#endif
