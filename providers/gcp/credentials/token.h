#ifndef PROVIDERS_GCP_CREDENTIALS_TOKEN_H
#define PROVIDERS_GCP_CREDENTIALS_TOKEN_H

#include "core/http/http.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An access token, and the answers that bring one: OAuth's token endpoints (RFC 6749, 5.1 and 5.2; also
 * Google's Security Token Service and the metadata server) and IAM's generateAccessToken.
 */
#define GCP_TOKEN_MAX (16 * 1024)    /* bytes; Google names 12 KB as the longest of its STS */
#define GCP_TOKEN_LIFE_MAX_S 43200   /* the longest that Google gives: 12 hours */
#define GCP_REFUSAL_WORDS_MAX 400    /* bytes kept of what a server says */

struct gcp_token {
    struct secret access_token; /* sent as "Bearer …": graphic ASCII */
    int64_t expires_unix_s;
};

#define GCP_TOKEN_INIT { SECRET_INIT, 0 }

void gcp_token_release(struct gcp_token *t); /* wipes */
void gcp_token_move(struct gcp_token *to, struct gcp_token *from);

/* What a server says when it refuses. */
struct gcp_refusal {
    char code[64];    /* OAuth's error, or the status of a Google API: "invalid_grant", "PERMISSION_DENIED" */
    char subtype[64]; /* OAuth's error_subtype, or the reason of a Google API: "SERVICE_DISABLED" */
    char words[GCP_REFUSAL_WORDS_MAX];
};

/* For the engine: RETRY and THROTTLED for passing faults (408, 500, 502, 503, 504, 429, and the errors
 * internal_failure, server_error, temporarily_unavailable), else OK. */
enum http_verdict gcp_token_classify(const struct http_response *response);

/*
 * Both read the answer to a question for a token. On failure err says what came instead (ERROR_NETWORK:
 * no answer or a passing fault, ERROR_DATA: nonsense, ERROR_DENIED: a refusal) and *out_refusal holds
 * the server's words, empty where it said none. A life that is longer than GCP_TOKEN_LIFE_MAX_S counts
 * as that long; none, or one that is over, is ERROR_DATA.
 */
bool gcp_token_read(const struct http_response *response, int64_t now_unix_s, struct gcp_token *out,
                    struct gcp_refusal *out_refusal, struct error *err);
bool gcp_token_read_iam(const struct http_response *response, int64_t now_unix_s, struct gcp_token *out,
                        struct gcp_refusal *out_refusal, struct error *err);

/* ERROR_NETWORK or ERROR_DATA when there is no whole answer of at most GCP_ANSWER_MAX bytes. */
bool gcp_token_check_answer(const struct http_response *response, struct error *err);

/* How far this machine's clock is ahead of the answer's Date, in seconds; 0 where there is none. */
int64_t gcp_token_skew_s(const struct http_response *response, int64_t now_unix_s);

#endif
