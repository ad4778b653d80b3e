#ifndef TESTS_FAKECLOUD_HTTP_H
#define TESTS_FAKECLOUD_HTTP_H

#include "core/base/clock.h"
#include "core/base/error.h"
#include "tests/fakecloud/serve.h"

/*
 * The door: HTTP, or HTTPS, on the loopback, by libmicrohttpd, in one thread that waits for everything at
 * once: requests, answers whose time has not come, the end.
 */
#define HTTP_DOOR_CONNECTIONS_MAX 20000 /* at a time; fewer where the system allows fewer open files */

struct http_door_options {
    int port;                      /* 0: a free one */
    const char *certificate, *key; /* PEM files; both NULL: no TLS */
    int64_t latency_ms, jitter_ms; /* each answer waits latency, and up to jitter more */
};

struct http_door;

/* The server is borrowed until http_door_close(). *out_port says where it is open. */
struct http_door *http_door_open(const struct server *s, const struct http_door_options *o, const struct clock *clock,
                                 int *out_port, struct error *err);
void http_door_close(struct http_door *d); /* NULL is fine */

/* A round: waits until something of the door's own is to be done or one of the file descriptors can be
 * read, at most a second; does it. `out_ready` tells of the others. */
#define HTTP_DOOR_OTHERS_MAX 4
void http_door_round(struct http_door *d, const int *others, size_t count, bool *out_ready);

#endif
