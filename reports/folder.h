#ifndef REPORTS_FOLDER_H
#define REPORTS_FOLDER_H

#include "core/base/error.h"

#include <stdbool.h>

struct output;

/*
 * One run's folder on its way: <state>/runs/<run>.tmp until folder_publish(), then <state>/runs/<run>,
 * with <state>/latest naming the newest. What stands before is never touched until all is written.
 */
struct folder;

/* Removes what a crash left and makes <run>.tmp. `kept_max` folders stay under runs/. NULL on error. */
struct folder *folder_begin(const char *state, const char *run, int kept_max, struct error *err);

/* A file of the folder, at a path relative to it; its own folders are made. It becomes a link to the
 * file of that name in the folder that `latest` named at the beginning, when that is the same. */
struct output *folder_output(struct folder *f, const char *relative, struct error *err);

bool folder_has(const struct folder *f, const char *relative);

/* Syncs, gives the folder its name, swaps `latest` unless that is newer, removes old folders. A folder
 * of that name that stood before is taken over file by file, so that `latest` may name it all the while. */
bool folder_publish(struct folder *f, struct error *err);

/* Removes what was not published. NULL is fine. */
void folder_free(struct folder *f);

#endif
