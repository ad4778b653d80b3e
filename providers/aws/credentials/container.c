#include "providers/aws/credentials/container.h"

#include "core/base/memory.h"
#include "providers/aws/credentials/metadata.h"
#include "providers/aws/credentials/settings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define ECS_AGENT "http://169.254.170.2"

bool aws_container_is_set(const struct aws_host *host)
{
    return aws_settings_variable(host, RELATIVE) != NULL || aws_settings_variable(host, FULL) != NULL;
}

/* The token goes there in the clear, so only to this machine and the agents' own addresses. */
static bool may_be_plain(const char *name)
{
    static const char *const agents[] = { "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]",
                                          "localhost" };
    struct in_addr ip;
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
        if (strcasecmp(name, agents[i]) == 0)
            return true;
    return inet_pton(AF_INET, name, &ip) == 1 && ntohl(ip.s_addr) >> 24 == 127;
}

static bool set_address(const struct aws_host *host, struct http_request *r, struct error *err)
{
    const char *relative = aws_settings_variable(host, RELATIVE);
    if (relative != NULL) {
        char *url = memory_format(ECS_AGENT "%s%s", relative[0] == '/' ? "" : "/", relative);
        bool ok = http_request_set_url(r, text_of(url), err);
        free(url);
        return ok || error_prefix(err, RELATIVE);
    }
    const char *full = aws_settings_variable(host, FULL);
    if (full == NULL)
        return error_set(err, ERROR_CONFIG,
                         "no environment variables were set to configure the container provider (" RELATIVE
                         ", " FULL ")");
    if (full[0] == '/')
        return error_set(err, ERROR_CONFIG, FULL ": the URI did not specify a host");
    if (!http_request_set_url(r, text_of(full), err))
        return error_prefix(err, FULL);
    if (strcmp(r->scheme, "http") == 0 && !may_be_plain(r->host))
        return error_set(err, ERROR_CONFIG,
                         FULL ": http is for this machine and the agents' addresses, not for %s", r->host);
    return true;
}

static bool read_token(const struct aws_host *host, struct buffer *out, struct error *err)
{
    bool absent = false;
    const char *path = aws_settings_variable(host, TOKEN_FILE);
    if (path == NULL) {
        const char *token = aws_settings_variable(host, TOKEN);
        buffer_append_text(out, text_of(token));
        return true;
    }
    char *owned = memory_string(path);
    bool ok = host->read_file(host->ctx, owned, out, &absent, err);
    if (ok && absent)
        ok = error_set(err, ERROR_IO, "%s: no such file or directory", owned);
    free(owned);
    return ok || error_prefix(err, TOKEN_FILE);
}

bool aws_container_request(const struct aws_host *host, struct http_request *out_request,
                           struct error *err)
{
    struct http_request r;
    struct buffer token;
    http_request_init(&r);
    buffer_init(&token, AWS_METADATA_ANSWER_MAX);
    bool ok = set_address(host, &r, err) && read_token(host, &token, err);
    if (ok) {
        aws_metadata_request(&r, "GET", AWS_CONTAINER_TIMEOUT_MS, AWS_CONTAINER_ATTEMPTS);
        ok = http_headers_set(&r.headers, "Accept", TEXT_LITERAL("application/json"), err);
    }
    /* A line break in the token, also at its end, is refused: it could begin another header. */
    if (ok && token.len > 0)
        ok = http_headers_set(&r.headers, "Authorization", buffer_text(&token), err) ||
             error_prefix(err, "the container's authorization token");
    buffer_wipe(&token);
    if (!ok) {
        http_request_release(&r);
        return error_prefix(err, "container credentials");
    }
    http_request_release(out_request);
    *out_request = r;
    return true;
}

bool aws_container_accept(const struct http_response *response, struct aws_credentials *out,
                          struct error *err)
{
    if (response->transport != HTTP_TRANSPORT_OK)
        return error_set(err, ERROR_NETWORK, "the container's credentials agent gave no answer: %s",
                         response->message);
    if (response->status != 200)
        return error_set(err, response->status >= 500 ? ERROR_NETWORK : ERROR_DENIED,
                         "the container's credentials agent answered HTTP %d", response->status);
    return aws_metadata_credentials(response, out, err) ||
           error_prefix(err, "the container's credentials agent");
}
