#ifndef PROVIDERS_AWS_CREDENTIALS_STS_ANSWER_H
#define PROVIDERS_AWS_CREDENTIALS_STS_ANSWER_H

#include "core/http/http.h"

#include <stdbool.h>

/*
 * An answer of STS as the few elements we want of it: their names are unique within each answer, so the
 * path to them does not matter.
 */
enum sts_field {
    STS_ACCESS_KEY_ID,
    STS_SECRET_ACCESS_KEY,
    STS_SESSION_TOKEN,
    STS_EXPIRATION,
    STS_ARN,
    STS_ACCOUNT,
    STS_CODE,
    STS_MESSAGE,
    STS_FIELDS
};

#define STS_FIELD_MAX (16 * 1024) /* bytes of one; session tokens may grow, AWS names no size */

struct sts_answer {
    struct buffer fields[STS_FIELDS];
};

/* True for a 200 that is XML. Else the error says what STS said and what to look at: ERROR_DENIED for
 * refusals, ERROR_NETWORK for no answer and 5xx, ERROR_DATA for what is no XML. Release it either way. */
bool sts_answer_read(const struct http_response *response, struct sts_answer *out, struct error *err);
void sts_answer_release(struct sts_answer *a); /* wipes */

/* Empty when the answer has none. */
struct text sts_answer_get(const struct sts_answer *a, enum sts_field field);
const char *sts_answer_name(enum sts_field field);

#endif
