#ifndef CORE_BASE_ERROR_PLACE_H
#define CORE_BASE_ERROR_PLACE_H

#include "core/base/error.h"

#include <stdbool.h>

/* Sets ERROR_CONFIG with a line that begins "FILE:LINE: ", for faults in files that people write. `line`
 * is from 1; 0 leaves it out ("FILE: "). Returns false. */
bool error_place(struct error *err, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
