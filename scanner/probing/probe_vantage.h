#ifndef SCANNER_PROBING_PROBE_VANTAGE_H
#define SCANNER_PROBING_PROBE_VANTAGE_H

#include "core/model/resource_type.h"

/* From where this machine looks: its name as the system has it, free(); and its own addresses but loopback and
 * link-local ones, in normal form, at most VANTAGE_ADDRESSES_MAX. */
enum { VANTAGE_ADDRESSES_MAX = 256 };
char *probe_vantage_name(void);
void probe_vantage_addresses(struct string_list *out);

#endif
