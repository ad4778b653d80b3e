#include "core/base/secret.h"

#include "core/base/memory.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

void secret_set(struct secret *s, const void *bytes, size_t len)
{
    unsigned char *copy = memory_new(len + 1, 1);
    if (len > 0)
        memcpy(copy, bytes, len);
    secret_release(s);
    s->bytes = copy;
    s->len = len;
}

void secret_set_text(struct secret *s, struct text t)
{
    secret_set(s, t.data, t.len);
}

void secret_release(struct secret *s)
{
    if (s->bytes != NULL)
        OPENSSL_cleanse(s->bytes, s->len);
    free(s->bytes);
    s->bytes = NULL;
    s->len = 0;
}

bool secret_is_empty(const struct secret *s)
{
    return s->len == 0;
}

struct text secret_reveal(const struct secret *s)
{
    return (struct text){ s->bytes == NULL ? "" : (const char *)s->bytes, s->len };
}

void secret_move(struct secret *to, struct secret *from)
{
    secret_release(to);
    *to = *from;
    from->bytes = NULL;
    from->len = 0;
}

void secret_free_string(char *s)
{
    if (s != NULL)
        OPENSSL_cleanse(s, strlen(s));
    free(s);
}
