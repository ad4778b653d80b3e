#ifndef REPORTS_ATTACH_H
#define REPORTS_ATTACH_H

#include "core/base/error.h"

#include <stdbool.h>

struct folder;

/* What goes into a run's folder beside the sheets, as it is: the files of a folder of ours. */
enum { ATTACH_FILES_MAX = 1000, ATTACH_FILE_MAX = 16 * 1024 * 1024 };

/* Copies the files in `from` to the folder `as` of the run's folder. Hidden ones and those that are no regular files are
 * passed over. ERROR_LIMIT beyond the maxima. */
bool attach_files(struct folder *f, const char *from, const char *as, struct error *err);

#endif
