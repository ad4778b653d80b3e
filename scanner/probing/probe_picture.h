#ifndef SCANNER_PROBING_PROBE_PICTURE_H
#define SCANNER_PROBING_PROBE_PICTURE_H

#include "core/process/process.h"

#include <stddef.h>

/*
 * A picture of the first page at an address and port, by an installed Chromium without a window.
 *
 * The page is a stranger's, and its scripts run: in Chromium's sandbox, which is never switched off. It may not make us ask
 * anybody else: names are not resolved, all but that address and port goes to a proxy that there is not (also 127.0.0.1 and
 * link-local addresses, where clouds hand out credentials), and what goes past proxies (QUIC, WebRTC) is off. It may ask that
 * same address and port as often as it likes while its time lasts. This is as good as Chromium keeps to its own
 * options: we do not hold a fence of our own around it.
 *
 * Each picture has a process of its own (core/process/process.h) with a fresh profile, removed afterwards.
 */
enum {
    PICTURE_MS = 20 * 1000,
    PICTURE_MAX = 8 * 1024 * 1024,         /* bytes of a PNG */
    PICTURE_SIDE_MAX = 4096,               /* pixels */
    PICTURE_FILES_MAX = 128 * 1024 * 1024, /* bytes of any file that Chromium writes */
};

struct picture_options {
    const char *program; /* Chromium */
    const struct process_user *user; /* as in struct process */
    struct clock clock;
    int64_t time_ms; /* 0: PICTURE_MS */
    bool (*interrupted)(void *ctx);
    void *interrupted_ctx;
};

struct picture_subject {
    const char *address; /* IPv4 or IPv6, as text */
    int port;
    bool tls;
};

/* "203.0.113.1_443.png", "2001-db8--1_443.png"; free(). */
char *probe_picture_name(const struct picture_subject *s);

/* Appends a whole PNG. False with the reason: ERROR_IO for a program that could not be run, ERROR_DATA for one that made no
 * picture, ERROR_LIMIT for one that took too long, or made too large a picture. */
bool probe_picture_take(const struct picture_options *o, const struct picture_subject *s, struct buffer *png,
                        struct error *err);

#endif
