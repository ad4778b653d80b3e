#include "core/http/receive.h"

#include <stdio.h>

void receive_init(struct receive *r, struct http_exchange *x)
{
    r->x = x;
    r->state = RECEIVE_STATUS;
    r->head_bytes = 0;
    r->told.kind = ERROR_NONE; /* the room for its line needs no clearing */
    r->told.message[0] = '\0';
    x->response.body.max = x->max_response_bytes;
    x->bytes_received = 0;
}

static bool is_success(int status)
{
    return status >= 200 && status <= 299;
}

static bool fail(struct receive *r, enum http_transport_result why, const char *message)
{
    struct http_response *response = &r->x->response;
    r->state = RECEIVE_FAILED;
    response->transport = why;
    (void)snprintf(response->message, sizeof response->message, "%.*s", (int)sizeof response->message - 1,
                   message[0] != '\0' ? message : "the answer was refused");
    return false;
}

static bool begin_sink(struct receive *r)
{
    struct http_response *response = &r->x->response;
    const struct http_sink *sink = r->x->sink;
    if (sink == NULL || sink->begin == NULL || !is_success(response->status))
        return true;
    if (sink->begin(sink->ctx, response->status, &response->headers, &r->told))
        return true;
    return fail(r, HTTP_TRANSPORT_SINK, r->told.message);
}

/* "HTTP/1.1 200 OK": what an earlier, interim answer said is forgotten. */
static bool status_line(struct receive *r, struct text line)
{
    struct http_response *response = &r->x->response;
    struct text rest = line;
    int64_t status = 0;
    (void)text_cut(&rest, ' ');
    if (!text_to_int64(text_cut(&rest, ' '), &status) || status < 100 || status > 999)
        return fail(r, HTTP_TRANSPORT_BROKEN, "the answer has no status");
    http_headers_release(&response->headers);
    response->status = (int)status;
    r->state = RECEIVE_HEAD;
    return true;
}

/* Only what was asked for: libcurl would undo any encoding it was built with, several deep. */
static bool is_wanted_encoding(struct text value)
{
    return value.len == 0 || text_equal_nocase(value, "gzip") ||
           text_equal_nocase(value, "x-gzip") || text_equal_nocase(value, "identity");
}

/* A header that is malformed, folded over lines, or beyond HTTP_HEADERS_MAX is not kept: nothing that
 * an API tells us stands in such a one. */
static bool header_line(struct receive *r, struct text line)
{
    struct text value = line;
    struct text name = text_cut(&value, ':');
    if (value.data == NULL)
        return true;
    value = text_trim(value);
    if (text_equal_nocase(text_trim(name), "content-encoding") && !is_wanted_encoding(value))
        return fail(r, HTTP_TRANSPORT_BROKEN, "the answer has an encoding that was not asked for");
    (void)http_headers_add_text(&r->x->response.headers, name, value, &r->told);
    r->told.message[0] = '\0'; /* not kept, and not told */
    return true;
}

static bool end_of_head(struct receive *r)
{
    bool interim = r->x->response.status < 200;
    r->state = interim ? RECEIVE_STATUS : RECEIVE_BODY;
    return interim || begin_sink(r);
}

bool receive_head_line(struct receive *r, struct text line)
{
    struct text trimmed = text_trim(line);
    if (r->state == RECEIVE_BODY) /* a trailer */
        return true;
    if (r->state == RECEIVE_CUT || r->state == RECEIVE_FAILED)
        return false;
    r->head_bytes += line.len;
    if (r->head_bytes > RECEIVE_HEAD_MAX)
        return fail(r, HTTP_TRANSPORT_TOO_LARGE, "the answer's headers are too long");
    if (r->state == RECEIVE_STATUS)
        return status_line(r, trimmed);
    if (trimmed.len == 0)
        return end_of_head(r);
    return header_line(r, line);
}

static bool keep(struct receive *r, struct text piece, size_t room)
{
    struct buffer *body = &r->x->response.body;
    if (piece.len <= room - body->len) {
        buffer_append_text(body, piece);
        return true;
    }
    buffer_append(body, piece.data, room - body->len);
    r->state = RECEIVE_CUT;
    return false;
}

static bool write_sink(struct receive *r, struct text piece)
{
    const struct http_sink *sink = r->x->sink;
    if (sink->write(sink->ctx, piece.data, piece.len, &r->told))
        return true;
    return fail(r, HTTP_TRANSPORT_SINK, r->told.message);
}

bool receive_body(struct receive *r, struct text piece)
{
    struct http_exchange *x = r->x;
    if (r->state == RECEIVE_STATUS || r->state == RECEIVE_HEAD)
        return fail(r, HTTP_TRANSPORT_BROKEN, "a body came before its head");
    if (r->state != RECEIVE_BODY)
        return false;
    x->bytes_received += piece.len;
    if (!is_success(x->response.status))
        return keep(r, piece,
                    x->max_response_bytes < HTTP_ERROR_BODY_MAX ? x->max_response_bytes
                                                                : HTTP_ERROR_BODY_MAX);
    if (x->bytes_received > x->max_response_bytes)
        return fail(r, HTTP_TRANSPORT_TOO_LARGE, "the answer is larger than allowed");
    if (x->sink != NULL)
        return write_sink(r, piece);
    buffer_append_text(&x->response.body, piece);
    return true;
}
