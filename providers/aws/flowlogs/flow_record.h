#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_RECORD_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_RECORD_H

#include "providers/aws/flowlogs/flow_address.h"
#include "providers/aws/flowlogs/flow_format.h"
#include "providers/aws/flowlogs/flow_watch.h"

/* One line of a flow log, as far as anybody asks. */
enum flow_line {
    FLOW_LINE_WATCHED,   /* a flow to a destination that is watched: the record is filled */
    FLOW_LINE_PASSED,    /* any other flow */
    FLOW_LINE_NODATA,    /* nothing went through the interface in that time */
    FLOW_LINE_SKIPDATA,  /* AWS itself left records out */
    FLOW_LINE_MALFORMED, /* not what the format says */
};

enum flow_action { FLOW_ACTION_UNKNOWN, FLOW_ACTION_ACCEPT, FLOW_ACTION_REJECT };

struct flow_record {
    /* As in the line; empty where the format has no such field or it holds "-". */
    struct text account, region, vpc, subnet, interface_id, instance, cluster, service;
    struct flow_address source, destination; /* source: of the packet where that is told, else of the interface */
    uint16_t port;                           /* the destination's */
    uint8_t protocol;                        /* IANA's number; 0: not told */
    uint8_t path;                            /* traffic-path; 0: not told */
    enum flow_action action;
    bool is_egress;        /* the log says so; false: it does not say (what it calls ingress is passed) */
    bool has_source;       /* the format may leave it out */
    int64_t start, end;    /* unix seconds; 0: not told */
    uint64_t packets, bytes;
};

/* Reads a line by its format. Nothing is allocated; `out` borrows from the line and is filled for
 * FLOW_LINE_WATCHED only. */
enum flow_line flow_record_read(const struct flow_format *f, const struct flow_watch *watch, struct text line,
                                struct flow_record *out);

/* Whether a flow to a port of name servers is what a server of ours answers to somebody whose own port that happens to be:
 * it comes from a port of servers. `source_port` 0: not told. */
bool flow_record_is_answer(uint16_t source_port, uint16_t port);

/* The same of fields that are apart already: FLOW_FIELDS + 1 of them, those that there are not are empty. */
enum flow_line flow_record_of(const struct text *fields, const struct flow_watch *watch, struct flow_record *out);

#endif
