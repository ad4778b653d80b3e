#ifndef CHECKS_PORT_NOTES_H
#define CHECKS_PORT_NOTES_H

struct json_object;

/*
 * Sets of ports that somebody has a name for: {NAME: {PROTOCOL: [22, "81-442", …]}} (the setting ports_of_note). A finding says
 * which of them it opens some ports of, and the check whose requirement that is.
 */
struct port_notes_row { /* as struct open_row (ports.h) has it, and the tables of SQL */
    const char *protocol; /* tcp, udp, all, or one without ports */
    const char *ports;    /* "22, 80-90" where first is -1; "" or NULL: all, or none to speak of */
    int first, last;
};

/* The names of those, in their order; an array. What is in no such form counts for nothing. json_object_put() */
struct json_object *port_notes_of(const struct port_notes_row *row, struct json_object *notes);

#endif
