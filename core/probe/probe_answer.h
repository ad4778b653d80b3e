#ifndef CORE_PROBE_PROBE_ANSWER_H
#define CORE_PROBE_PROBE_ANSWER_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct json_object;

/* What a TCP port answered. Its texts are written by whoever runs the server: they are cut, and what is no printable
 * character of UTF-8 becomes a space. */
enum probe_state {
    PROBE_OPEN,    /* a connection came about */
    PROBE_REFUSED, /* something is there, and nothing listens */
    PROBE_SILENT,  /* nothing came back in time, or a router's word that there is no way: filtered, or nobody is there */
    PROBE_UNASKED, /* could not be asked from here */
};

enum { PROBE_TEXT_MAX = 200, PROBE_NAMES_MAX = 20 };

struct probe_answer {
    enum probe_state state;
    const char *protocol; /* ssh, smtp, ftp, mysql, greeting, tls, https, http; quiet: says nothing. "" unless open. Static */
    char *greeting;       /* first line; "" */
    char *names[PROBE_NAMES_MAX]; /* of the certificate, sorted; the subject's and its alternatives */
    size_t name_count;
    int status;           /* of HTTP; 0: none */
    char *title, *server; /* of the page; of the header `Server`; "" */
    char *reason;         /* of PROBE_UNASKED; "" */
};

const char *probe_state_word(enum probe_state s);

/* Zeroed is a fresh one. Release leaves it so. */
void probe_answer_init(struct probe_answer *a);
void probe_answer_release(struct probe_answer *a);

/* Takes what a server said by itself. */
void probe_answer_greet(struct probe_answer *a, struct text greeting);
/* Takes what stands between <title> and </title> of a page, entities left as they are. */
void probe_answer_page(struct probe_answer *a, struct text page);
/* Takes the value of the header `Server`. */
void probe_answer_server(struct probe_answer *a, struct text value);
/* Takes a line of libcurl's certificate info of the server's own certificate: "Subject:…CN = a.example", or
 * "X509v3 Subject Alternative Name:DNS:a.example, DNS:b.example". Other lines are passed over. */
void probe_answer_certificate(struct probe_answer *a, struct text line);
/* Sorts the names, each once; when all have come. */
void probe_answer_settle(struct probe_answer *a);

/* {state, protocol, greeting, names, status, title, server}: what is there. json_object_put(). */
struct json_object *probe_answer_json(const struct probe_answer *a);
/* The same in one line for people: "ssh: SSH-2.0-OpenSSH_9.2p1", "https 200 'Grafana' (a.example)". free() */
char *probe_answer_words(const struct probe_answer *a);

#endif
