#include "core/probe/probe_knock.h"

#include "core/base/memory.h"
#include "core/probe/probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t make_address(const char *address, int port, struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port) };
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, address, &v4.sin_addr) == 1) {
        memcpy(out, &v4, sizeof v4);
        return sizeof v4;
    }
    if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, sizeof v6);
        return sizeof v6;
    }
    return 0;
}

enum probe_state probe_knock_meaning(int code, bool at_once)
{
    switch (code) {
    case ECONNREFUSED:
    case ECONNRESET:
        return PROBE_REFUSED;
    case ETIMEDOUT:
        return PROBE_SILENT;
    case EHOSTUNREACH: /* icmp(7), ipv6(7): what Linux makes of an unreachable's code */
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENONET:
    case EACCES:
    case ENOPROTOOPT:
    case EPROTO:
        return at_once ? PROBE_UNASKED : PROBE_SILENT;
    default:
        return PROBE_UNASKED;
    }
}

static enum probe_knock_step fail(struct probe_answer *answer, int code, bool at_once)
{
    char words[128] = "";
    answer->state = probe_knock_meaning(code, at_once);
    if (answer->state != PROBE_UNASKED)
        return KNOCK_FAILED;
    if (strerror_r(code, words, sizeof words) != 0)
        words[0] = '\0';
    free(answer->reason);
    answer->reason = memory_string(words);
    return KNOCK_FAILED;
}

enum probe_knock_step probe_knock_begin(struct probe_knock *k, const char *address, int port,
                                        struct probe_answer *answer)
{
    struct sockaddr_storage to;
    socklen_t len = make_address(address, port, &to);
    *k = (struct probe_knock){ .fd = -1 };
    if (len == 0)
        return fail(answer, EAFNOSUPPORT, true);
    k->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (k->fd < 0)
        return fail(answer, errno, true);
    if (connect(k->fd, (const struct sockaddr *)&to, len) == 0 || errno == EINPROGRESS)
        return KNOCK_WAITS;
    return fail(answer, errno, true);
}

short probe_knock_events(const struct probe_knock *k)
{
    return k->connected ? POLLIN : POLLOUT;
}

static enum probe_knock_step finish_connect(struct probe_knock *k, struct probe_answer *answer)
{
    int code = 0;
    socklen_t len = sizeof code;
    if (getsockopt(k->fd, SOL_SOCKET, SO_ERROR, &code, &len) != 0)
        code = errno;
    if (code != 0)
        return fail(answer, code, false);
    k->connected = true;
    answer->state = PROBE_OPEN;
    answer->protocol = "quiet";
    return KNOCK_OPEN;
}

enum probe_knock_step probe_knock_go_on(struct probe_knock *k, struct probe_answer *answer)
{
    char bytes[PROBE_GREETING_MAX];
    if (!k->connected)
        return finish_connect(k, answer);
    ssize_t len = recv(k->fd, bytes, sizeof bytes, 0);
    if (len < 0 && (errno == EAGAIN || errno == EINTR))
        return KNOCK_WAITS;
    if (len <= 0)
        return KNOCK_CLOSED;
    probe_answer_greet(answer, (struct text){ bytes, (size_t)len });
    return KNOCK_HEARD;
}

void probe_knock_end(struct probe_knock *k)
{
    if (k->fd >= 0)
        (void)close(k->fd);
    k->fd = -1;
}

/* To connect a socket of UDP is to look up the route. */
bool probe_knock_has_route(const char *address)
{
    enum { ANY_PORT = 9 };
    struct sockaddr_storage to;
    socklen_t len = make_address(address, ANY_PORT, &to);
    int fd = len == 0 ? -1 : socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && connect(fd, (const struct sockaddr *)&to, len) == 0;
    if (fd >= 0)
        close(fd);
    return has;
}
