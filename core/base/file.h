#ifndef CORE_BASE_FILE_H
#define CORE_BASE_FILE_H

#include "core/base/buffer.h"
#include "core/base/error.h"

#include <stdbool.h>

/* Appends a whole regular file. ERROR_IO when it cannot be read, ERROR_LIMIT when the buffer's maximum
 * is smaller than the file; the line names the path. */
bool file_read(const char *path, struct buffer *out, struct error *err);

/* Writes beside `path`, syncs and renames over it: after a crash the old or the new content stands,
 * never a part. Mode 0600. */
bool file_write_atomic(const char *path, struct text content, struct error *err);

/* Makes a folder and its missing parents, mode 0700; one that exists is fine. */
bool file_make_folder(const char *path, struct error *err);

/* Removes a file, or a folder with all in it; what does not exist is fine. Links are not followed. */
bool file_remove_tree(const char *path, struct error *err);

/* Flushes a folder's entries to disk, so that renames in it survive a power cut. */
bool file_sync_folder(const char *path, struct error *err);

/* Flushes to disk all that was written on the file system that holds the folder `path`, folders and all, in one go:
 * a flush for each of a few thousand small files takes many seconds. */
bool file_sync_all(const char *path, struct error *err);

bool file_exists(const char *path);

/* `relative` seen from the folder of the file `base` (absolute ones unchanged, "./" left out); free(). */
char *file_beside(const char *base, const char *relative);

#endif
