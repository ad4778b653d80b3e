#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_EVENT_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_EVENT_H

#include <stdbool.h>
#include <stdint.h>

struct json_object;

/* Reading of events, whose parts may be missing or of another form than they should. Paths as in core/decode/path.h. */
const char *outbound_dns_event_word(struct json_object *o, const char *path); /* NULL for "" and "-", too */
bool outbound_dns_event_is(struct json_object *o, const char *path, const char *word);

/* A number, or its digits as text; 0 for what is none, or below zero. */
int64_t outbound_dns_event_number(struct json_object *o, const char *path);

/* A time in seconds since 1970: such a number, or ISO 8601; else what `at` says (ISO 8601 or NULL), else 0. */
int64_t outbound_dns_event_time(struct json_object *o, const char *path, const char *at);

#endif
