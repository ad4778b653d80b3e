#ifndef CHECKS_JSON_LIST_H
#define CHECKS_JSON_LIST_H

#include <stddef.h>

struct json_object;

/* Reading of JSON arrays that may not be there, or may be something else. */
size_t json_list_length(struct json_object *list);                    /* 0 for what is no array */
const char *json_list_text(struct json_object *list, size_t at);      /* NULL for an element that is no text */

#endif
