#ifndef CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_WORDS_H
#define CHECKS_PLUGINS_ROOT_ACTIVITY_ROOT_WORDS_H

#include "checks/plugins/root_activity/root_path.h"

struct json_object;

/* Words of a path in both languages, {en: …, ja: …}, new: a check's summary is one template for all kinds, and a
 * template cannot choose between them. They follow from the path's other evidence alone. */
struct json_object *root_words_how(const struct root_path *p); /* "root access key AKIA… used" */
struct json_object *root_words_who(const struct root_path *p); /* "i-0abc (backup-server, account infra, team web)" */

#endif
