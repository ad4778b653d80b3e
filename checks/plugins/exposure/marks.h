#ifndef CHECKS_PLUGINS_EXPOSURE_MARKS_H
#define CHECKS_PLUGINS_EXPOSURE_MARKS_H

struct json_object;
struct open_row;

/* What requirements of frameworks ask of a row, beside what else detail has. families: ["ipv4", "ipv6"], in which it is open;
 * where the check reads the setting ports_of_note, opens: the names of those sets of ports of which it opens some. */
void marks_add(struct json_object *detail, const struct open_row *row, struct json_object *params);

#endif
