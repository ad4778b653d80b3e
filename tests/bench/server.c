#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "tests/bench/pages.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Canned answers by TLS, in a process of its own so that its work is in nobody's figures: /<kind>/<items>/…
 * answers with that page of pages.h, whatever is asked; STS is answered well enough for a scan's doors:
 * AssumeRole gives keys that name the role's account, GetCallerIdentity says the account of the keys.
 */

#define USAGE                                                                                      \
    "usage: bench_server CERTIFICATE KEY PAGE...\n"                                                \
    "  Serves pages like groups/50 by TLS on the loopback until its standard input ends; prints the port.\n"

#define OWN_ACCOUNT "999999999999"
enum { PEM_MAX = 64 * 1024, PAGES_SERVED_MAX = 32, FORM_MAX = 16 * 1024, ACCOUNT_LENGTH = 12 };

struct served {
    char *prefix; /* "/groups/50/" */
    const char *type;
    struct MHD_Response *answer;
};

struct server {
    struct served pages[PAGES_SERVED_MAX];
    size_t page_count;
};

/* A request while it arrives. */
struct arrival {
    struct buffer form;
    bool begun;
};

/* ---- STS ---- */

/* The digits that stand after `mark`; the scanner's own account where there are none. */
static const char *account_after(const char *text, const char *mark, char out[ACCOUNT_LENGTH + 1])
{
    const char *at = text == NULL ? NULL : strstr(text, mark);
    const char *digits = at == NULL ? OWN_ACCOUNT : at + strlen(mark);
    if (strspn(digits, "0123456789") < ACCOUNT_LENGTH)
        digits = OWN_ACCOUNT;
    memcpy(out, digits, ACCOUNT_LENGTH);
    out[ACCOUNT_LENGTH] = '\0';
    return out;
}

static void write_role(const char *form, struct buffer *out)
{
    char account[ACCOUNT_LENGTH + 1];
    (void)account_after(form, "arn%3Aaws%3Aiam%3A%3A", account);
    buffer_append_format(
        out,
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
        "<AssumedRoleUser><Arn>arn:aws:sts::%s:assumed-role/bench/bench</Arn></AssumedRoleUser><Credentials>"
        "<AccessKeyId>ASIA%sBENC</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        "</SecretAccessKey><SessionToken>",
        account, account);
    for (int i = 0; i < 40; i++) /* about as long as AWS's */
        buffer_append_string(out, "IQoJb3JpZ2luX2VjE");
    buffer_append_string(
        out, "</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
             "</AssumeRoleResult></AssumeRoleResponse>");
}

static void write_identity(const char *authorization, struct buffer *out)
{
    char account[ACCOUNT_LENGTH + 1];
    (void)account_after(authorization, "Credential=ASIA", account);
    buffer_append_format(
        out,
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
        "<GetCallerIdentityResult><Arn>arn:aws:sts::%s:assumed-role/bench/bench</Arn>"
        "<UserId>AROAEXAMPLE:bench</UserId><Account>%s</Account></GetCallerIdentityResult>"
        "</GetCallerIdentityResponse>",
        account, account);
}

static enum MHD_Result reply_sts(struct MHD_Connection *connection, const char *form, bool role)
{
    struct buffer body;
    buffer_init(&body, FORM_MAX);
    if (role)
        write_role(form, &body);
    else
        write_identity(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization"),
                       &body);
    struct MHD_Response *answer =
        MHD_create_response_from_buffer(body.len, body.data, MHD_RESPMEM_MUST_COPY);
    (void)MHD_add_response_header(answer, "Content-Type", "text/xml");
    enum MHD_Result queued = MHD_queue_response(connection, 200, answer);
    MHD_destroy_response(answer);
    buffer_release(&body);
    return queued;
}

/* ---- requests ---- */

static enum MHD_Result reply(const struct server *s, struct MHD_Connection *connection,
                             const char *url, struct arrival *a)
{
    const char *form = buffer_string(&a->form);
    bool role = strstr(form, "Action=AssumeRole") != NULL;
    if (role || strstr(form, "Action=GetCallerIdentity") != NULL)
        return reply_sts(connection, form, role);
    for (size_t i = 0; i < s->page_count; i++)
        if (strncmp(url, s->pages[i].prefix, strlen(s->pages[i].prefix)) == 0)
            return MHD_queue_response(connection, 200, s->pages[i].answer);
    return MHD_NO; /* nobody asks for it: the connection is closed, and the client fails */
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data,
                              size_t *size, void **state)
{
    struct arrival *a = *state;
    (void)method;
    (void)version;
    if (a == NULL) {
        a = *state = memory_new(1, sizeof *a);
        buffer_init(&a->form, FORM_MAX);
        return MHD_YES;
    }
    if (*size == 0)
        return reply(ctx, connection, url, a);
    buffer_append(&a->form, data, *size);
    *size = 0;
    return MHD_YES;
}

static void forget(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why)
{
    struct arrival *a = *state;
    (void)ctx;
    (void)connection;
    (void)why;
    if (a != NULL)
        buffer_release(&a->form);
    free(a);
    *state = NULL;
}

/* ---- life ---- */

static bool add_page(struct server *s, const char *name, struct error *err)
{
    const struct page_kind *kind;
    size_t items;
    if (s->page_count == PAGES_SERVED_MAX || !pages_find(text_of(name), &kind, &items))
        return error_set(err, ERROR_USAGE, "%s is no page, or one too many", name);
    struct buffer body;
    buffer_init(&body, PAGES_BYTES_MAX);
    pages_write(kind, items, &body);
    struct served *page = &s->pages[s->page_count++];
    page->prefix = memory_format("/%s/", name);
    page->answer = MHD_create_response_from_buffer(body.len, body.data, MHD_RESPMEM_MUST_COPY);
    (void)MHD_add_response_header(page->answer, "Content-Type", kind->type);
    (void)MHD_add_response_header(page->answer, "x-amzn-RequestId",
                                  "59dbff89-35bd-4eac-99ed-be587EXAMPLE");
    (void)MHD_add_response_header(page->answer, "Date", "Fri, 09 Jan 2026 12:00:00 GMT");
    buffer_release(&body);
    return true;
}

static struct MHD_Daemon *start(struct server *s, struct buffer *certificate, struct buffer *key)
{
    struct sockaddr_in where = { .sin_family = AF_INET };
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS, 0, NULL, NULL, handle, s,
                            MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL,
                            MHD_OPTION_HTTPS_MEM_CERT, buffer_string(certificate),
                            MHD_OPTION_HTTPS_MEM_KEY, buffer_string(key), MHD_OPTION_END);
}

static bool serve(struct server *s, char **files, struct error *err)
{
    struct buffer certificate, key;
    buffer_init(&certificate, PEM_MAX);
    buffer_init(&key, PEM_MAX);
    bool ok = file_read(files[0], &certificate, err) && file_read(files[1], &key, err);
    struct MHD_Daemon *daemon = ok ? start(s, &certificate, &key) : NULL;
    if (ok && daemon == NULL)
        ok = error_set(err, ERROR_NETWORK, "cannot listen on the loopback by TLS");
    if (ok) {
        char byte;
        printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
        fflush(stdout);
        while (read(STDIN_FILENO, &byte, 1) > 0)
            continue;
        MHD_stop_daemon(daemon);
    }
    buffer_release(&certificate);
    buffer_wipe(&key);
    return ok;
}

int main(int argc, char **argv)
{
    struct server s = { .page_count = 0 };
    struct error err = ERROR_INIT;
    if (argc < 4) {
        fputs(USAGE, stderr);
        return 2;
    }
    bool ok = true;
    for (int i = 3; ok && i < argc; i++)
        ok = add_page(&s, argv[i], &err);
    ok = ok && serve(&s, argv + 1, &err);
    if (!ok)
        fprintf(stderr, "bench_server: %s\n", err.message);
    for (size_t i = 0; i < s.page_count; i++) {
        MHD_destroy_response(s.pages[i].answer);
        free(s.pages[i].prefix);
    }
    return ok ? 0 : 1;
}
