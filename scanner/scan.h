#ifndef SCANNER_SCAN_H
#define SCANNER_SCAN_H

#include "core/base/clock.h"
#include "core/base/log.h"
#include "core/model/resource_type.h"
#include "scanner/workspace.h"

struct http_transport;

/*
 * The night: begin a run, find the accounts, walk them, judge, publish, write the sheets. The only place
 * that knows this order.
 */
struct scan_options {
    struct string_list accounts, types, checks; /* filters; empty: all */
    bool evidence; /* events too that no check reads */
    bool resume, no_alerts, detailed_exitcode;
    struct clock clock;
    struct random_source random;
    struct http_transport *transport; /* borrowed; NULL: libcurl */
    const struct log *log;
    FILE *out; /* the closing summary */
    const char *screenshots; /* a probe's: a folder of pictures that go beside the sheets; NULL */
    bool (*interrupted)(void *ctx);
    void *interrupted_ctx;
};

/* *out_status is the command's exit status when it worked: 0, or with detailed_exitcode 0, 3, 4, 5. False:
 * nothing was published; what was published before stands. */
bool scan_night(const struct workspace *w, const struct scan_options *o, int *out_status,
                struct error *err);

#endif
