#ifndef CORE_STORE_NOTES_H
#define CORE_STORE_NOTES_H

#include "core/store/store.h"

/*
 * Small texts that belong to the run under way: what it would be dear to ask a second time. They are on disk when the call
 * returns, so that --resume finds them after a crash, and gone when the run is published or another one begins. No secrets and
 * nothing personal: they are neither redacted nor pruned. Their number is the caller's to limit.
 */
enum { STORE_NOTE_MAX = 4096 }; /* bytes of one; ERROR_LIMIT beyond */

/* free(); NULL: there is none of that name. */
char *store_note_get(struct store *s, const char *name);
bool store_note_put(struct store *s, const char *name, const char *value, struct error *err);
bool store_note_drop(struct store *s, const char *name, struct error *err);

/* All of them: within what begins or publishes a run. */
bool store_notes_clear(struct store *s, struct error *err);

#endif
