#ifndef TESTS_UNIT_CORE_HTTP_LOOPBACK_H
#define TESTS_UNIT_CORE_HTTP_LOOPBACK_H

#include "core/base/memory.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/*
 * A very small HTTP server on 127.0.0.1, a thread a connection. The test's `serve` writes the answer,
 * raw, so that it can be any kind of wrong.
 */
enum { LOOPBACK_HEAD_MAX = 64 * 1024, LOOPBACK_CONNECTIONS = 256 };

struct loopback_request {
    char head[LOOPBACK_HEAD_MAX]; /* request line and headers as they came */
    char method[16], target[4096];
    char body[4096];
    size_t body_len;
};

struct loopback {
    int fd, port;
    pthread_t thread;
    /* Writes an answer; false closes the connection. */
    bool (*serve)(struct loopback *l, int fd, const struct loopback_request *r);
    pthread_mutex_t lock;
    pthread_cond_t gone;
    bool stopping;
    int open[LOOPBACK_CONNECTIONS]; /* descriptor + 1; 0: free */
    int threads, accepted, requests;
    struct loopback_request last;
};

struct loopback_connection {
    struct loopback *l;
    int fd, slot;
};

static inline bool loopback_send(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

static inline bool loopback_say(int fd, const char *s)
{
    return loopback_send(fd, s, strlen(s));
}

static inline bool loopback_stopping(struct loopback *l)
{
    pthread_mutex_lock(&l->lock);
    bool stopping = l->stopping;
    pthread_mutex_unlock(&l->lock);
    return stopping;
}

static inline size_t loopback_length(const char *head)
{
    for (const char *line = head; line != NULL; line = strstr(line, "\r\n")) {
        line += line == head ? 0 : 2;
        if (strncasecmp(line, "content-length:", 15) == 0)
            return (size_t)strtoul(line + 15, NULL, 10);
    }
    return 0;
}

/* Reads one request, byte by byte until its head is whole; false at the connection's end. */
static inline bool loopback_read(int fd, struct loopback_request *r)
{
    size_t len = 0;
    memset(r, 0, sizeof *r);
    while (strstr(len < 4 ? "" : r->head + len - 4, "\r\n\r\n") == NULL) {
        if (len + 1 >= sizeof r->head || recv(fd, r->head + len, 1, 0) != 1)
            return false;
        r->head[++len] = '\0';
    }
    if (sscanf(r->head, "%15s %4095s", r->method, r->target) != 2)
        return false;
    size_t want = loopback_length(r->head);
    while (r->body_len < want && want <= sizeof r->body) {
        ssize_t n = recv(fd, r->body + r->body_len, want - r->body_len, 0);
        if (n <= 0)
            return false;
        r->body_len += (size_t)n;
    }
    return true;
}

static inline void *loopback_connection(void *ctx)
{
    struct loopback_connection *c = ctx;
    struct loopback *l = c->l;
    struct loopback_request *r = memory_new(1, sizeof *r);
    bool more = true;
    while (more && loopback_read(c->fd, r)) {
        pthread_mutex_lock(&l->lock);
        l->requests++;
        l->last = *r;
        pthread_mutex_unlock(&l->lock);
        more = l->serve(l, c->fd, r);
    }
    pthread_mutex_lock(&l->lock);
    close(c->fd);
    l->open[c->slot] = 0;
    l->threads--;
    pthread_cond_signal(&l->gone);
    pthread_mutex_unlock(&l->lock);
    free(r);
    free(c);
    return NULL;
}

/* With the lock held. */
static inline void loopback_accepted(struct loopback *l, int fd)
{
    int slot = 0;
    pthread_t thread;
    while (slot < LOOPBACK_CONNECTIONS && l->open[slot] != 0)
        slot++;
    if (slot == LOOPBACK_CONNECTIONS || l->stopping) {
        close(fd);
        return;
    }
    struct loopback_connection *c = memory_new(1, sizeof *c);
    *c = (struct loopback_connection){ l, fd, slot };
    l->open[slot] = fd + 1;
    l->accepted++;
    l->threads++;
    if (pthread_create(&thread, NULL, loopback_connection, c) != 0)
        abort();
    pthread_detach(thread);
}

static inline void *loopback_accept(void *ctx)
{
    struct loopback *l = ctx;
    int fd, one = 1;
    while ((fd = accept(l->fd, NULL, NULL)) >= 0) {
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        pthread_mutex_lock(&l->lock);
        loopback_accepted(l, fd);
        pthread_mutex_unlock(&l->lock);
    }
    return NULL;
}

/* A socket that listens on a free port. */
static inline int loopback_listen(int backlog, int *out_port)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t len = sizeof a;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &len) != 0)
        abort();
    *out_port = ntohs(a.sin_port);
    return fd;
}

static inline struct loopback *loopback_new(bool (*serve)(struct loopback *, int,
                                                          const struct loopback_request *))
{
    struct loopback *l = memory_new(1, sizeof *l);
    l->serve = serve;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->gone, NULL);
    l->fd = loopback_listen(128, &l->port);
    if (pthread_create(&l->thread, NULL, loopback_accept, l) != 0)
        abort();
    return l;
}

static inline void loopback_free(struct loopback *l)
{
    pthread_mutex_lock(&l->lock);
    l->stopping = true;
    (void)shutdown(l->fd, SHUT_RDWR);
    for (int i = 0; i < LOOPBACK_CONNECTIONS; i++)
        if (l->open[i] != 0)
            (void)shutdown(l->open[i] - 1, SHUT_RDWR);
    while (l->threads > 0)
        pthread_cond_wait(&l->gone, &l->lock);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    close(l->fd);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->gone);
    free(l);
}

/* ---- gzip, made by hand ---- */

struct loopback_bits {
    struct buffer *out;
    unsigned pending, count;
};

static inline void loopback_bits_put(struct loopback_bits *b, unsigned bits, unsigned count)
{
    b->pending |= bits << b->count;
    for (b->count += count; b->count >= 8; b->count -= 8) {
        buffer_append_char(b->out, (char)(b->pending & 255));
        b->pending >>= 8;
    }
}

static inline void loopback_put_u32(struct buffer *out, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        buffer_append_char(out, (char)(v >> (8 * i)));
}

/* CRC-32 of so many 'a's, bit by bit (RFC 1952, 8). */
static inline uint32_t loopback_crc_of_as(size_t count)
{
    uint32_t crc = 0xffffffffu;
    for (; count > 0; count--) {
        crc ^= 'a';
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* 1 + 258 * runs times 'a', in one block of fixed codes (RFC 1951, 3.2.6): thirteen bits a run of 258,
 * so that a megabyte takes six kilobytes. */
static inline void loopback_gzip(struct buffer *out, size_t runs)
{
    struct loopback_bits b = { out, 0, 0 };
    buffer_append(out, "\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
    loopback_bits_put(&b, 3, 3);                       /* last block, fixed codes */
    unsigned a = 0x30 + 'a', reversed = 0, run = 0xa3; /* 11000101 reversed: length 258 */
    for (int i = 0; i < 8; i++)
        reversed |= ((a >> i) & 1u) << (7 - i);
    loopback_bits_put(&b, reversed, 8);
    for (size_t i = 0; i < runs; i++)
        loopback_bits_put(&b, run, 8 + 5); /* and distance 1: five zeros */
    loopback_bits_put(&b, 0, 7 + 7);       /* end of block; fill the byte */
    loopback_put_u32(out, loopback_crc_of_as(1 + 258 * runs));
    loopback_put_u32(out, (uint32_t)(1 + 258 * runs));
}

#endif
