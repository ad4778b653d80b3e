#ifndef CORE_BASE_EMBEDDED_H
#define CORE_BASE_EMBEDDED_H

#include <stddef.h>

/* Data files that the build puts into the binary (cmake/Embed.cmake), in order of name. */
struct embedded_file {
    const char *name; /* relative to the root: checks/aws/x.yaml */
    const char *text; /* NUL-ended after len */
    size_t len;
};

extern const struct embedded_file embedded_types[]; /* providers/<cloud>/types/<service>.yaml */
extern const size_t embedded_types_count;
extern const struct embedded_file embedded_checks[]; /* checks/<cloud>/<check>.yaml */
extern const size_t embedded_checks_count;
extern const struct embedded_file embedded_store[]; /* core/store/schema.sql, views.sql */
extern const size_t embedded_store_count;

#endif
