#include "tests/fakecloud/keyring.h"

#include "core/base/map.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "tests/fakecloud/session.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 8192, DAY_S = 86400 };

struct held {
    char *account, *arn, *user_id;
    int64_t expires;
    unsigned char key[DIGEST_BYTES];
};

struct keyring {
    struct map *held; /* by key id, token, day, region and service */
};

static void held_free(void *value)
{
    struct held *h = value;
    free(h->account);
    free(h->arn);
    free(h->user_id);
    OPENSSL_cleanse(h->key, sizeof h->key);
    free(h);
}

struct keyring *keyring_new(void)
{
    struct keyring *k = memory_new(1, sizeof *k);
    k->held = map_new(held_free);
    return k;
}

void keyring_free(struct keyring *k)
{
    if (k == NULL)
        return;
    map_free(k->held);
    free(k);
}

/* "AWS4" and the secret, then day, region, service and a fixed word, each keyed by the one before. */
static void derive(struct text secret, int64_t now, const struct key_scope *scope,
                   unsigned char key[DIGEST_BYTES])
{
    char date[TIMESTAMP_MAX];
    timestamp_basic(now, date);
    const struct text steps[] = { { date, strcspn(date, "T") },
                                  text_of(scope->region),
                                  text_of(scope->service),
                                  TEXT_LITERAL("aws4_request") };
    char *first = memory_format("AWS4%.*s", (int)secret.len, secret.data);
    digest_hmac(text_of(first), steps[0], key);
    for (size_t i = 1; i < sizeof steps / sizeof *steps; i++) {
        unsigned char next[DIGEST_BYTES];
        digest_hmac((struct text){ (const char *)key, DIGEST_BYTES }, steps[i], next);
        memcpy(key, next, DIGEST_BYTES);
    }
    secret_free_string(first);
}

static struct held *open_key(struct call *c, const struct key_scope *scope, struct fault *fault)
{
    struct aws_credentials keys = AWS_CREDENTIALS_INIT;
    struct held *h = NULL;
    if (session_find(c, scope->key_id, scope->token, &keys, fault)) {
        h = memory_new(1, sizeof *h);
        h->account = memory_string(c->account);
        h->arn = memory_string(c->arn);
        h->user_id = memory_string(c->user_id);
        h->expires = scope->token == NULL ? INT64_MAX : keys.expires_unix_s;
        derive(secret_reveal(&keys.secret_access_key), c->now, scope, h->key);
    }
    aws_credentials_release(&keys);
    return h;
}

bool keyring_find(struct keyring *k, struct call *c, const struct key_scope *scope,
                  unsigned char out_key[DIGEST_BYTES], struct fault *fault)
{
    struct buffer name;
    buffer_init(&name, NAME_MAX_BYTES);
    buffer_append_format(&name, "%s\n%s\n%lld\n%s\n%s", scope->key_id,
                         scope->token == NULL ? "" : scope->token, (long long)(c->now / DAY_S),
                         scope->region, scope->service);
    struct held *h = buffer_ok(&name) ? map_get(k->held, buffer_string(&name)) : NULL;
    if (h != NULL && c->now < h->expires) {
        c->account = memory_string(h->account);
        c->arn = memory_string(h->arn);
        c->user_id = memory_string(h->user_id);
    } else {
        h = !buffer_ok(&name) ? NULL : open_key(c, scope, fault);
        if (map_count(k->held) >= KEYRING_MAX) {
            map_free(k->held);
            k->held = map_new(held_free);
        }
        if (h != NULL)
            map_set(k->held, buffer_string(&name), h);
    }
    if (!buffer_ok(&name))
        fault_set(fault, FAULT_UNKNOWN_KEY, "a token of more than %d bytes", NAME_MAX_BYTES);
    if (h != NULL)
        memcpy(out_key, h->key, DIGEST_BYTES);
    buffer_release(&name);
    return h != NULL;
}
