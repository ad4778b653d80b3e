#ifndef CORE_STORE_MIGRATE_H
#define CORE_STORE_MIGRATE_H

#include "core/base/embedded.h"
#include "core/store/sql.h"

/*
 * Brings a state file to the version that this program writes. The version is SQLite's user_version; its
 * application_id says that the file is ours. A new file gets the whole schema; an older one each step
 * from its version on. All in one transaction: the file is of the old version or of the new one.
 */
enum { MIGRATE_APPLICATION_ID = 0x796f6d61 }; /* "yoma" */

struct migrate_plan {
    const struct embedded_file *files; /* FOLDER/schema.sql is version `version` whole; FOLDER/migrate_N.sql makes
                                        * version N of version N - 1 */
    size_t count;
    const char *folder; /* "core/store" */
    int version;
};

/* False with ERROR_STORE for a file of another program, or of a newer version. */
bool migrate_run(struct sql *q, const struct migrate_plan *plan, struct error *err);

/* Only looks: whether the file is of this version, ERROR_STORE saying what to do if not. */
bool migrate_check(struct sql *q, const struct migrate_plan *plan, struct error *err);

/* A data file of core/store by its base name; NULL when there is none. */
const char *migrate_file(const struct migrate_plan *plan, const char *name);

#endif
