#include "tests/fakecloud/spoil.h"

#define SOME_PROXYS_PAGE                                                                           \
    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"

void spoil_reply(enum deed deed, struct reply *out)
{
    struct http_response *r = &out->response;
    struct error err = ERROR_INIT;
    switch (deed) {
    case DEED_HANG:
        out->way = REPLY_HANG;
        break;
    case DEED_CLOSE:
        out->way = REPLY_CLOSE;
        break;
    case DEED_CUT:
        out->way = REPLY_CUT;
        break;
    case DEED_SHORT:
        buffer_truncate(&r->body, out->bytes);
        break;
    case DEED_HTML:
        buffer_clear(&r->body);
        buffer_append_string(&r->body, SOME_PROXYS_PAGE);
        (void)http_headers_set(&r->headers, "Content-Type", text_of("text/html"), &err);
        break;
    default:
        break;
    }
}
