#include "tests/fakecloud/session.h"

#include "core/base/encode.h"
#include "core/base/memory.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/estate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SECRET_DIGITS = 40, MAC_DIGITS = 32, TOKEN_MAX = 4096 };

static char *body_of(const struct session *s)
{
    return memory_format("%s|%s|%s|%" PRId64, s->account, s->role, s->name, s->expires);
}

void session_open(const struct estate *e, const struct session *s, struct aws_credentials *out)
{
    char *body = body_of(s), *of_secret = memory_format("secret/%s", body),
         *of_mac = memory_format("token/%s", body);
    char *secret = chance_hex(e->o.seed, of_secret, SECRET_DIGITS),
         *mac = chance_hex(e->o.seed, of_mac, MAC_DIGITS);
    struct buffer token;
    buffer_init(&token, TOKEN_MAX);
    char *plain = memory_format("%s|%s", body, mac);
    encode_base64(&token, plain, strlen(plain));
    aws_credentials_release(out);
    out->access_key_id = memory_format("ASIA%sFAKE", s->account);
    secret_set_text(&out->secret_access_key, text_of(secret));
    secret_set_text(&out->session_token, buffer_text(&token));
    out->expires_unix_s = s->expires;
    buffer_release(&token);
    char *strings[] = { plain, mac, secret, of_mac, of_secret, body };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        free(strings[i]);
}

static void base_key(struct call *c, struct aws_credentials *out)
{
    const char *account = estate_account(c->estate, 0);
    aws_credentials_release(out);
    out->access_key_id = memory_string(SESSION_BASE_KEY);
    secret_set_text(&out->secret_access_key, TEXT_LITERAL(SESSION_BASE_SECRET));
    c->account = memory_string(account);
    c->arn = memory_format("arn:aws:iam::%s:user/scanner", account);
    c->user_id = memory_string("AIDAIOSFODNN7EXAMPLE");
}

/* Opens the session again that a token tells of, and compares. */
static bool reopen(struct call *c, const char *key_id, const char *token,
                   struct aws_credentials *out, struct fault *fault)
{
    struct buffer plain;
    buffer_init(&plain, TOKEN_MAX);
    (void)encode_base64_decode(&plain, text_of(token)); /* what is no base64 is no token either */
    struct text rest = buffer_text(&plain);
    char *account = text_copy(text_cut(&rest, '|')), *role = text_copy(text_cut(&rest, '|')),
         *name = text_copy(text_cut(&rest, '|'));
    struct session s = { account, role, name, 0 };
    bool ok = text_to_int64(text_cut(&rest, '|'), &s.expires);
    if (ok)
        session_open(c->estate, &s, out);
    ok = ok && text_equal_string(secret_reveal(&out->session_token), token) &&
         strcmp(out->access_key_id, key_id) == 0;
    if (!ok) {
        fault_set(fault, FAULT_UNKNOWN_KEY,
                  "The security token included in the request is invalid.");
    } else if (c->now >= s.expires) {
        ok = fault_set(fault, FAULT_EXPIRED,
                       "The security token included in the request is expired");
    } else {
        c->account = memory_string(account);
        c->arn = memory_format("arn:aws:sts::%s:assumed-role/%s/%s", account, role, name);
        c->user_id = memory_format("AROA%s:%s", account, name);
    }
    free(name);
    free(role);
    free(account);
    buffer_wipe(&plain);
    return ok;
}

bool session_find(struct call *c, const char *key_id, const char *token,
                  struct aws_credentials *out, struct fault *fault)
{
    if (strcmp(key_id, SESSION_BASE_KEY) == 0 && token == NULL) {
        base_key(c, out);
        return true;
    }
    if (token == NULL || !text_starts_with(text_of(key_id), "ASIA"))
        return fault_set(fault, FAULT_UNKNOWN_KEY,
                         "The security token included in the request is invalid.");
    return reopen(c, key_id, token, out, fault);
}
