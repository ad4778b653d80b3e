#ifndef CORE_STORE_LOCK_H
#define CORE_STORE_LOCK_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * One writer a state: flock() on <folder>/lock, which the system lets go when the process ends, however
 * it ends. The file's text says who holds it; it stays behind, empty, so that no two processes can hold
 * two files of one name.
 */

/* Takes the lock at `path` and writes "pid P on HOST since TIME" into it. *out_fd is for lock_release().
 * ERROR_BUSY when another process holds it; the line says which. */
bool lock_take(const char *path, int64_t now_unix_s, int *out_fd, struct error *err);

/* -1 is fine. */
void lock_release(int fd);

#endif
