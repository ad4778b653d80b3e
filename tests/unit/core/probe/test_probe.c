#include "tests/unit/unit.h"

#include "core/base/memory.h"
#include "core/probe/probe.h"
#include "core/probe/probe_knock.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A server of one thread on loopback: to each connection it says `greeting`, or waits for some bytes and then says
 * `reply`; and hangs up. Until it is stopped. */
struct server {
    const char *greeting, *reply; /* either NULL: says nothing */
    size_t greeting_len;
    int fd, port;
    pthread_t thread;
};

static void say(int fd, const char *what, size_t len)
{
    if (what != NULL)
        (void)send(fd, what, len, MSG_NOSIGNAL);
}

static void *serve(void *ctx)
{
    const struct server *s = ctx;
    char bytes[4096];
    int fd;
    while ((fd = accept(s->fd, NULL, NULL)) >= 0) {
        if (s->greeting != NULL)
            say(fd, s->greeting, s->greeting_len);
        else if (recv(fd, bytes, sizeof bytes, 0) > 4 && s->reply != NULL &&
                 memcmp(bytes, "GET ", 4) == 0)
            say(fd, s->reply, strlen(s->reply));
        (void)shutdown(fd, SHUT_WR);
        (void)close(fd);
    }
    return NULL;
}

static int listen_anywhere(int *out_port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, len), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    *out_port = ntohs(at.sin_port);
    return fd;
}

static void server_start(struct server *s)
{
    s->fd = listen_anywhere(&s->port);
    assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void server_stop(struct server *s)
{
    (void)shutdown(s->fd, SHUT_RDWR);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->fd);
}

static void keep_words(void *ctx, size_t question, const struct probe_answer *answer)
{
    char **words = ctx;
    assert_null(words[question]);
    words[question] = probe_answer_words(answer);
}

static struct probe_options fast(void)
{
    return (struct probe_options){ .clock = clock_system(),
                                   .per_second = PROBE_PER_SECOND_MAX,
                                   .greeting_ms = 50,
                                   .user_agent = "test" };
}

/* What one port of loopback answers, in words. */
static char *ask(int port)
{
    struct probe_options o = fast();
    struct error err = ERROR_INIT;
    char *words[1] = { NULL };
    const struct probe_question q = { "127.0.0.1", port };
    assert_true(probe_ask(&o, &q, 1, keep_words, words, &err));
    assert_non_null(words[0]);
    return words[0];
}

static void assert_answer(struct server *s, const char *expected)
{
    if (s->greeting != NULL && s->greeting_len == 0)
        s->greeting_len = strlen(s->greeting);
    server_start(s);
    char *words = ask(s->port);
    server_stop(s);
    assert_string_equal(words, expected);
    free(words);
}

static void a_greeting_is_told_and_its_protocol(void **state)
{
    (void)state;
    struct server ssh = { .greeting = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nmore" };
    struct server mail = { .greeting = "220 mx.example ESMTP Postfix\r\n" };
    struct server mysql = { .greeting = "\x4a\0\0\0\x0a"
                                        "8.0.36\0salt",
                            .greeting_len = 16 };
    assert_answer(&ssh, "ssh: SSH-2.0-OpenSSH_9.2p1 Debian-2");
    assert_answer(&mail, "smtp: 220 mx.example ESMTP Postfix");
    assert_answer(&mysql, "mysql: 8.0.36");
}

static void what_waits_is_asked_for_its_page(void **state)
{
    (void)state;
    struct server web = {
        .reply = "HTTP/1.1 401 Unauthorized\r\nServer: nginx/1.24\r\nContent-Length: 40\r\n\r\n"
                 "<html><TITLE lang=en>Log\nin</title></html>"
    };
    assert_answer(&web, "http 401 \"Log in\", server nginx/1.24");
}

static void what_answers_nothing_is_open_and_quiet(void **state)
{
    (void)state;
    struct server quiet = { .reply = NULL };
    assert_answer(&quiet, "quiet");
}

static void strangers_bytes_are_cleaned_and_cut(void **state)
{
    (void)state;
    char long_one[PROBE_GREETING_MAX];
    memset(long_one, 'x', sizeof long_one);
    struct server bytes = { .greeting = "\x1b[31m=cmd|\xff\xc2\x9b\x01 ok\n" };
    struct server lengthy = { .greeting = long_one, .greeting_len = sizeof long_one };
    assert_answer(&bytes, "greeting: [31m=cmd| ok");
    server_start(&lengthy);
    char *words = ask(lengthy.port);
    server_stop(&lengthy);
    assert_int_equal(strlen(words), strlen("greeting: ") + PROBE_TEXT_MAX);
    free(words);
}

static void nobody_there_is_refused(void **state)
{
    (void)state;
    int port = 0, fd = listen_anywhere(&port);
    (void)close(fd);
    char *words = ask(port);
    assert_string_equal(words, "refused");
    free(words);
}

static void every_question_is_answered_once(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    struct server s = { .greeting = "SSH-2.0-x\r\n", .greeting_len = 11 };
    struct probe_question questions[COUNT];
    char *words[COUNT] = { NULL };
    struct probe_options o = fast();
    struct error err = ERROR_INIT;
    o.at_once = 3;
    server_start(&s);
    for (size_t i = 0; i < COUNT; i++)
        questions[i] = (struct probe_question){ "127.0.0.1", s.port };
    assert_true(probe_ask(&o, questions, COUNT, keep_words, words, &err));
    server_stop(&s);
    for (size_t i = 0; i < COUNT; i++) {
        assert_string_equal(words[i], "ssh: SSH-2.0-x");
        free(words[i]);
    }
}

static void a_routers_word_is_silence_and_our_own_want_of_a_route_is_no_answer(void **state)
{
    static const int unreachable[] = { EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENONET, EACCES };
    (void)state;
    for (size_t i = 0; i < sizeof unreachable / sizeof *unreachable; i++) {
        assert_int_equal(probe_knock_meaning(unreachable[i], true), PROBE_UNASKED);
        assert_int_equal(probe_knock_meaning(unreachable[i], false), PROBE_SILENT);
    }
    for (int at_once = 0; at_once < 2; at_once++) {
        assert_int_equal(probe_knock_meaning(ECONNREFUSED, at_once != 0), PROBE_REFUSED);
        assert_int_equal(probe_knock_meaning(ETIMEDOUT, at_once != 0), PROBE_SILENT);
        assert_int_equal(probe_knock_meaning(EMFILE, at_once != 0), PROBE_UNASKED);
        assert_int_equal(probe_knock_meaning(ENETDOWN, at_once != 0), PROBE_UNASKED);
    }
}

static void a_route_is_looked_up_without_a_word(void **state)
{
    (void)state;
    assert_true(probe_knock_has_route("127.0.0.1"));
    assert_false(probe_knock_has_route("0::ffff:300.1.1.1"));
    assert_false(probe_knock_has_route("name"));
}

static void what_is_no_address_is_refused_before_anything_is_sent(void **state)
{
    (void)state;
    struct probe_options o = fast();
    struct error err = ERROR_INIT;
    const struct probe_question bad[] = {
        { "example.com", 22 }, { "127.0.0.1", 0 }, { "127.0.0.1", 65536 }, { "", 1 }
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(probe_ask(&o, &bad[i], 1, keep_words, NULL, &err));
        assert_int_equal(err.kind, ERROR_USAGE);
    }
}

static bool yes(void *ctx)
{
    (void)ctx;
    return true;
}

static void an_interruption_ends_it_and_leaks_nothing(void **state)
{
    (void)state;
    struct probe_options o = fast();
    struct error err = ERROR_INIT;
    const struct probe_question q = { "127.0.0.1", 1 };
    o.interrupted = yes;
    assert_false(probe_ask(&o, &q, 1, keep_words, NULL, &err));
}

static void names_of_a_certificate_are_told_once_and_sorted(void **state)
{
    (void)state;
    struct probe_answer a;
    probe_answer_init(&a);
    probe_answer_certificate(&a, text_of("Subject:C = JP, O = Example, CN = www.example.com"));
    probe_answer_certificate(&a, text_of("Issuer:CN = not this"));
    probe_answer_certificate(
        &a, text_of("X509v3 Subject Alternative Name:DNS:www.example.com, DNS:a.example.com, "
                    "IP Address:192.0.2.1, URI:spiffe://x"));
    probe_answer_settle(&a);
    assert_int_equal(a.name_count, 3);
    assert_string_equal(a.names[0], "192.0.2.1");
    assert_string_equal(a.names[1], "a.example.com");
    assert_string_equal(a.names[2], "www.example.com");
    probe_answer_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_greeting_is_told_and_its_protocol),
        cmocka_unit_test(what_waits_is_asked_for_its_page),
        cmocka_unit_test(what_answers_nothing_is_open_and_quiet),
        cmocka_unit_test(strangers_bytes_are_cleaned_and_cut),
        cmocka_unit_test(nobody_there_is_refused),
        cmocka_unit_test(every_question_is_answered_once),
        cmocka_unit_test(a_routers_word_is_silence_and_our_own_want_of_a_route_is_no_answer),
        cmocka_unit_test(a_route_is_looked_up_without_a_word),
        cmocka_unit_test(what_is_no_address_is_refused_before_anything_is_sent),
        cmocka_unit_test(an_interruption_ends_it_and_leaks_nothing),
        cmocka_unit_test(names_of_a_certificate_are_told_once_and_sorted),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
