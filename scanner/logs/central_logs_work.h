#ifndef SCANNER_LOGS_CENTRAL_LOGS_WORK_H
#define SCANNER_LOGS_CENTRAL_LOGS_WORK_H

#include "scanner/logs/central_logs.h"

/* Only for scanner/logs/central_*.c. */

/* How the views were read for a type: the worst of what was noted. */
struct central_told {
    enum outcome outcome;
    char *reason;        /* NULL: complete */
    bool faulty;         /* something other than too much */
    struct map *reached; /* account -> int64_t, until when its entries were read; others' to the run. NULL: all */
};

struct central_logs {
    const struct bulk_options *o; /* while they are read; so are the next four */
    const struct config *config;
    struct json_object *const *resolvers; /* two of them */
    const struct found *found;
    struct holding *holding;
    const struct string_list *accounts; /* that were chosen, while they are read; NULL: all */
    int64_t bytes_left; /* that queries may read yet, all tables together */
    int64_t started_unix_s; /* the run */
    struct map *told; /* name of a type that was asked for -> struct central_told */
};

/* Says of a type that is asked for what became of one view. Of two that are as bad the first by its letters: it is not for
 * the order to say. */
void central_logs_note(struct central_logs *l, const struct resource_type *type, enum outcome outcome,
                       const char *reason);

/* There was more in a view than a night reads; of an account all from before `until_unix_s` was read (0: nobody knows). */
void central_logs_note_rest(struct central_logs *l, const struct resource_type *type, const char *reason);
void central_logs_note_reached(struct central_logs *l, const struct resource_type *type, const char *account,
                               int64_t until_unix_s);

/* Puts an event where the account's read takes it from. Takes over nothing. */
bool central_logs_hold(struct central_logs *l, const struct resource_type *type, const char *account,
                       struct json_object *event, struct error *err);

/* central_views.c: asks a view for the events of a type. False with a fault of the disk or store, or when it was interrupted. */
bool central_views_read(struct central_logs *l, const char *view, const struct resource_type *type, bool with_checks,
                        struct error *err);

/* central_tables.c: asks all tables for flows that `type` takes. False as above. */
bool central_tables_read(struct central_logs *l, const struct resource_type *type, bool with_checks, struct error *err);

#endif
