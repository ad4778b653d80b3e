#ifndef TESTS_FAKECLOUD_OPTIONS_H
#define TESTS_FAKECLOUD_OPTIONS_H

#include "tests/fakecloud/estate.h"
#include "tests/fakecloud/google/google.h"
#include "tests/fakecloud/http.h"

/* The command line. Strings are borrowed from argv. */
struct options {
    struct estate_options estate;
    struct estate_options google; /* accounts: projects, 0 for none */
    struct google_options cloud;
    struct http_door_options door;
    size_t page_max;
    double throttle;     /* 0: none */
    const char *rules;   /* file of faults, or NULL */
    const char *report;  /* file for the report, or NULL */
};

#define OPTIONS_INIT { .estate = { .accounts = 3, .regions = 2 } }

#define OPTIONS_USAGE                                                                                            \
    "usage: fakecloud [--seed N] [--accounts N] [--regions N] [--night N] [--truth DIR | --small]\n"             \
    "                 [--port N] [--page N] [--tls CERTIFICATE KEY] [--throttle [SCALE]] [--latency MS[:JITTER]]\n" \
    "                 [--faults FILE] [--report FILE]\n"                                                         \
    "                 [--projects N] [--google-key FILE] [--google-now SECONDS] [--token-life SECONDS] [--asset-lag]\n" \
    "  Serves an estate on the loopback until its standard input ends; prints the port. See README.md.\n"

bool options_read(int argc, char **argv, struct options *out);

#endif
