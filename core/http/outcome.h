#ifndef CORE_HTTP_OUTCOME_H
#define CORE_HTTP_OUTCOME_H

#include "core/base/error.h"
#include "core/http/engine.h"

#include <stdint.h>

/* What an exchange came to, and how to say so. Pure. */

/* The verdict on an answer: the job's own classify() where there was an answer (without one: 2xx is OK,
 * all else FATAL), the engine's rule where there was none. Sets *out_wait_ms (>= 0) to the pause that
 * the server asked for, 0 for none, and may set err. */
enum http_verdict outcome_judge(const struct http_job *job, const struct http_response *response,
                                int64_t *out_wait_ms, struct error *err);

/* Makes err the line of a result: clears it for OK, else fills it when nobody did, and says how many
 * attempts were made when there were several. */
void outcome_describe(struct error *err, enum http_verdict verdict,
                      const struct http_request *request, const struct http_response *response,
                      int attempts);

#endif
