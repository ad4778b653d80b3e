#ifndef TESTS_FAKECLOUD_HTTP_H
#define TESTS_FAKECLOUD_HTTP_H

#include "tests/fakecloud/serve.h"

#include "core/base/error.h"

/* The door: HTTP on the loopback (libmicrohttpd, one thread of its own). The options are borrowed until
 * http_door_close(). Port 0 takes a free one; *out_port says which. */
struct http_door;
struct http_door *http_door_open(const struct serve_options *o, int port, int *out_port, struct error *err);
void http_door_close(struct http_door *d); /* NULL is fine */

#endif
