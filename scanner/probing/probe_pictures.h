#ifndef SCANNER_PROBING_PROBE_PICTURES_H
#define SCANNER_PROBING_PROBE_PICTURES_H

#include "core/base/log.h"
#include "scanner/probing/probe_picture.h"

#include <stdio.h>

/*
 * Pictures of what answered with pages, one after the other, where the config asks for them and a Chromium is installed;
 * else one line says why there are none, and that is all. A page of which none comes about is told in a line, too. More
 * pages than PICTURES_MAX have their turns on different days.
 */
enum {
    PICTURES_MAX = 200,
    PICTURES_FAILED_MAX = 3, /* in a row; then it is Chromium and not the pages */
};

struct pictures_options {
    struct picture_options picture; /* program and user are found here, and may be NULL */
    const char *program; /* the config's: an absolute path; NULL: looked for on `path` */
    const char *path;    /* PATH of the environment; may be NULL */
    const char *user;    /* the config's, for whom root runs Chromium; NULL */
    const char *folder;  /* of ours, which is made anew: the pictures go there */
    int64_t at_unix_s;
    const struct log *log;
    FILE *out; /* a line each */
};

/* *out_taken: pictures in the folder. False only when interrupted, or where the folder cannot be written. */
bool probe_pictures_take(const struct pictures_options *o, const struct picture_subject *subjects, size_t count,
                         size_t *out_taken, struct error *err);

#endif
