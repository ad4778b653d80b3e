/* Certificates: a peer whose certificate nobody vouches for is not spoken to. The server is the openssl
 * command's; without it the test is skipped. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/http/transport_curl.h"
#include "tests/unit/core/http/loopback.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

/* Everything that is made for the tests; in the group's state. */
struct server {
    char folder[64];
    char *key, *cert, *garbage, *accept;
    int port;
    pid_t pid;
};

/* Runs openssl with both outputs to nowhere; -1 when it cannot be started. */
static pid_t start_openssl(const char *const *args)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    int nowhere = open("/dev/null", O_RDWR);
    (void)dup2(nowhere, 1);
    (void)dup2(nowhere, 2);
    execvp("openssl", (char *const *)args);
    _exit(127);
}

static int exit_status(pid_t pid)
{
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return 127;
    return WEXITSTATUS(status);
}

static bool is_listening(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = connect(fd, (struct sockaddr *)&a, sizeof a) == 0;
    close(fd);
    return ok;
}

static void make_certificate(struct server *s)
{
    struct error err = ERROR_INIT;
    const char *const args[] = { "openssl",
                                 "req",
                                 "-x509",
                                 "-newkey",
                                 "ec",
                                 "-pkeyopt",
                                 "ec_paramgen_curve:P-256",
                                 "-nodes",
                                 "-keyout",
                                 s->key,
                                 "-out",
                                 s->cert,
                                 "-days",
                                 "2",
                                 "-subj",
                                 "/CN=yomawari test",
                                 "-addext",
                                 "subjectAltName=IP:127.0.0.1",
                                 NULL };
    assert_int_equal(exit_status(start_openssl(args)), 0);
    assert_true(file_write_atomic(s->garbage, TEXT_LITERAL("this is no certificate"), &err));
}

static void start_server(struct server *s)
{
    struct timespec pause = { 0, 10 * 1000 * 1000 };
    close(loopback_listen(1, &s->port));
    s->accept = memory_format("127.0.0.1:%d", s->port);
    const char *const args[] = { "openssl", "s_server", "-accept", s->accept, "-cert", s->cert,
                                 "-key",    s->key,     "-www",    "-quiet",  NULL };
    s->pid = start_openssl(args);
    assert_true(s->pid > 0);
    for (int i = 0; i < 1000 && !is_listening(s->port); i++)
        nanosleep(&pause, NULL);
}

static int setup(void **state)
{
    struct server *s = memory_new(1, sizeof *s);
    (void)snprintf(s->folder, sizeof s->folder, "/tmp/yomawari-test-XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    s->key = memory_format("%s/key.pem", s->folder);
    s->cert = memory_format("%s/cert.pem", s->folder);
    s->garbage = memory_format("%s/garbage.pem", s->folder);
    make_certificate(s);
    start_server(s);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct server *s = *state;
    struct error err = ERROR_INIT;
    assert_int_equal(kill(s->pid, SIGTERM), 0);
    (void)waitpid(s->pid, NULL, 0);
    assert_true(file_remove_tree(s->folder, &err));
    free(s->key);
    free(s->cert);
    free(s->garbage);
    free(s->accept);
    free(s);
    return 0;
}

/* How one GET ends; `out_status` its status. */
static enum http_transport_result get(const struct server *s, const char *host, const char *ca_file,
                                      int *out_status)
{
    struct error err = ERROR_INIT;
    struct http_request request;
    struct http_curl_options options = { .ca_file = ca_file };
    struct http_transport *t = http_transport_curl_new(&options, &err);
    assert_non_null(t);
    http_request_init(&request);
    request.method = memory_string("GET");
    char *url = memory_format("https://%s:%d/", host, s->port);
    assert_true(http_request_set_url(&request, text_of(url), &err));
    struct http_exchange x = { .request = &request,
                               .connect_timeout_ms = 5000,
                               .timeout_ms = 5000,
                               .max_response_bytes = 1024 * 1024 };
    http_response_init(&x.response);
    t->start(t->ctx, &x);
    while (t->take(t->ctx) == NULL)
        t->poll(t->ctx, 1000);
    enum http_transport_result result = x.response.transport;
    *out_status = x.response.status;
    http_response_release(&x.response);
    http_request_release(&request);
    free(url);
    http_transport_curl_free(t);
    return result;
}

static void a_certificate_that_the_ca_file_vouches_for_is_taken(void **state)
{
    const struct server *s = *state;
    int status = 0;
    assert_int_equal(get(s, "127.0.0.1", s->cert, &status), HTTP_TRANSPORT_OK);
    assert_int_equal(status, 200);
}

static void a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
    const struct server *s = *state;
    int status = 0;
    assert_int_equal(get(s, "127.0.0.1", NULL, &status), HTTP_TRANSPORT_TLS);
    assert_int_equal(status, 0);
}

static void a_certificate_of_another_name_is_refused(void **state)
{
    const struct server *s = *state;
    int status = 0;
    assert_int_equal(get(s, "localhost", s->cert, &status), HTTP_TRANSPORT_TLS);
    assert_int_equal(status, 0);
}

static void a_ca_file_without_certificates_vouches_for_nobody(void **state)
{
    const struct server *s = *state;
    int status = 0;
    assert_int_equal(get(s, "127.0.0.1", s->garbage, &status), HTTP_TRANSPORT_TLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_that_the_ca_file_vouches_for_is_taken),
        cmocka_unit_test(a_certificate_that_nobody_vouches_for_is_refused),
        cmocka_unit_test(a_certificate_of_another_name_is_refused),
        cmocka_unit_test(a_ca_file_without_certificates_vouches_for_nobody),
    };
    const char *const version[] = { "openssl", "version", NULL };
    if (exit_status(start_openssl(version)) != 0) {
        (void)fprintf(stderr, "skipped: there is no openssl command\n");
        return UNIT_SKIPPED;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return 1;
    int failed = cmocka_run_group_tests(tests, setup, teardown);
    curl_global_cleanup();
    return failed;
}
