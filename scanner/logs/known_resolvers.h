#ifndef SCANNER_LOGS_KNOWN_RESOLVERS_H
#define SCANNER_LOGS_KNOWN_RESOLVERS_H

#include "core/model/resource_type.h"

struct json_object;

/*
 * Public resolvers that checks know (checks/shared/params.yaml) and those that the config adds: who asks them at port 443
 * asks for names, since they take such questions over HTTPS. `lists`: {OPERATOR: [ADDRESS or RANGE…]} each, the own first; NULL:
 * none. Appends each text once, the own first; what is neither address nor range is the checks' to complain of.
 */
void known_resolvers_list(struct json_object *const lists[2], struct string_list *out);

#endif
