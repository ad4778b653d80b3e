#ifndef CHECKS_PORT_SEGMENTS_H
#define CHECKS_PORT_SEGMENTS_H

#include "checks/ports.h"

/*
 * The first half of ports.h: which ranges of a protocol's ports are open, before they are given names.
 * All ports between two neighbouring ends of rules are admitted by the same rules, so that each such
 * segment is judged once; neighbours that are open alike are joined.
 */
struct segment {
    int first, last;    /* 0 and PORTS_LAST for a protocol without ports */
    bool ipv4, ipv6;    /* open to the internet of that family */
    bool direct;        /* without the help of prefix lists, in one of these families */
    char **sources;     /* sorted, none twice */
    size_t source_count;
};

struct segments {
    struct segment *items;
    size_t count;
};

struct segments_families {
    bool ipv4, ipv6;
};

/* The open segments of one protocol, in order of ports; rules for all protocols count for each. Families in
 * `done` are left out. */
struct segments segments_of(const struct port_rules *rules, int protocol, struct segments_families done);
void segments_release(struct segments *s);

/* The sources of some segments together, as struct open_row has them; free(). */
char *segment_sources(const struct segment *const *some, size_t count);

#endif
