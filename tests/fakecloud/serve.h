#ifndef TESTS_FAKECLOUD_SERVE_H
#define TESTS_FAKECLOUD_SERVE_H

#include "core/http/http.h"
#include "tests/fakecloud/estate.h"

/* What the server adds to the estate. */
struct serve_options {
    const struct estate *estate;
    size_t page_max; /* items of a page at most; 0: as many as AWS would give */
};

/* One exchange, whole: signature, parameters, answer. `number` makes the request id. Fills the response
 * (http_response_release()). */
void serve_request(const struct serve_options *o, const struct http_request *request, uint64_t number, struct http_response *out);

#endif
