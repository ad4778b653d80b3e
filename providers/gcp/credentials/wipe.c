#include "providers/gcp/credentials/wipe.h"

#include "core/base/buffer.h"
#include "core/base/memory.h"

#include <json-c/json.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define MARK "[...]"

static void wipe_string(struct json_object *s)
{
    int len = json_object_get_string_len(s);
    char *zeros = memory_new((size_t)len + 1, 1);
    json_object_set_string_len(s, zeros, len); /* as long as before: json-c writes in place */
    free(zeros);
}

static void wipe(struct json_object *o)
{
    if (json_object_is_type(o, json_type_string))
        wipe_string(o);
    if (json_object_is_type(o, json_type_array))
        for (size_t i = 0; i < json_object_array_length(o); i++)
            wipe(json_object_array_get_idx(o, i));
    if (!json_object_is_type(o, json_type_object))
        return;
    json_object_object_foreach(o, key, value) {
        (void)key;
        wipe(value);
    }
}

void gcp_wipe_json(struct json_object *root)
{
    wipe(root);
    json_object_put(root);
}

static bool is_token_letter(char c)
{
    return c != '\0' &&
           strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+=%", c) !=
               NULL;
}

static size_t common_start(const char *s, struct text t)
{
    size_t len = 0;
    while (len < t.len && s[len] != '\0' && s[len] == t.data[len])
        len++;
    return len;
}

/* How many bytes at `s` are to be taken out. */
static size_t secret_at(const char *s, const struct secret *const secrets[], size_t count)
{
    size_t run = 0;
    for (size_t i = 0; i < count; i++) {
        size_t same = secrets[i] == NULL ? 0 : common_start(s, secret_reveal(secrets[i]));
        if (same >= GCP_WIPE_BEGIN)
            return same;
    }
    while (is_token_letter(s[run]))
        run++;
    return run >= GCP_WIPE_RUN ? run : 0;
}

void gcp_wipe_line(struct error *err, const struct secret *const secrets[], size_t count)
{
    struct buffer clean;
    enum error_kind kind = err->kind;
    buffer_init(&clean, ERROR_MESSAGE_MAX * sizeof MARK);
    for (const char *s = err->message; *s != '\0';) {
        size_t len = secret_at(s, secrets, count);
        if (len > 0)
            buffer_append_string(&clean, MARK);
        else
            buffer_append_char(&clean, *s);
        s += len > 0 ? len : 1;
    }
    OPENSSL_cleanse(err->message, sizeof err->message);
    if (kind != ERROR_NONE)
        error_set(err, kind, "%s", buffer_string(&clean));
    buffer_release(&clean);
}
