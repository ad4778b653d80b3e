#ifndef CORE_CONFIG_LISTS_H
#define CORE_CONFIG_LISTS_H

#include "core/config_reader.h"

/*
 * Settings of checks that are lists of addresses, tor_exits and hosting_ranges: a list in the config itself, or the name of a
 * file, which takes the list's place here. A file has an entry a line: an address or a range, or one and, after a
 * comma, whose it is; empty lines, lines that begin with '#' and a first line "range" or "range,name" are passed over.
 * And super_admins, a list of e-mail addresses. `checks` is the config's mapping of that name.
 */
enum {
    CONFIG_LISTS_FILE_MAX = 4 * 1024 * 1024, /* bytes of a file */
    CONFIG_LISTS_ENTRIES_MAX = 100 * 1000,   /* of a list */
    CONFIG_LISTS_NAME_MAX = 100,             /* bytes of a name */
};

void config_lists_read(struct config_reader *r, struct json_object *checks);

#endif
