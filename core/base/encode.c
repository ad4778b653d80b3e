#include "core/base/encode.h"

#include "core/base/memory.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const char hex_lower[] = "0123456789abcdef";
static const char hex_upper[] = "0123456789ABCDEF";

void encode_hex(const unsigned char *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++) {
        out[2 * i] = hex_lower[bytes[i] >> 4];
        out[2 * i + 1] = hex_lower[bytes[i] & 15];
    }
    out[2 * len] = '\0';
}

void encode_base64(struct buffer *out, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    unsigned char quad[5];
    for (; len > 0; at += 3) {
        int take = len >= 3 ? 3 : (int)len;
        EVP_EncodeBlock(quad, at, take);
        buffer_append(out, quad, 4);
        len -= (size_t)take;
    }
}

static int padding_of(const char quad[4])
{
    if (quad[0] == '=' || quad[1] == '=' || (quad[2] == '=' && quad[3] != '='))
        return -1;
    return (quad[2] == '=') + (quad[3] == '=');
}

static bool decode_quad(struct buffer *out, const char quad[4], bool *out_ended)
{
    unsigned char triple[3];
    int padding = padding_of(quad);
    if (*out_ended || padding < 0 ||
        EVP_DecodeBlock(triple, (const unsigned char *)quad, 4) != 3)
        return false;
    *out_ended = padding > 0;
    buffer_append(out, triple, (size_t)(3 - padding));
    return true;
}

bool encode_base64_decode(struct buffer *out, struct text t)
{
    char quad[4];
    size_t filled = 0;
    bool ended = false;
    for (size_t i = 0; i < t.len; i++) {
        if (strchr(" \t\r\n", t.data[i]) != NULL && t.data[i] != '\0')
            continue;
        quad[filled++] = t.data[i];
        if (filled < 4)
            continue;
        if (!decode_quad(out, quad, &ended))
            return false;
        filled = 0;
    }
    return filled == 0;
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void encode_uri(struct buffer *out, struct text t, const char *also_plain)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.data[i];
        if (is_unreserved(c) || (c != '\0' && strchr(also_plain, c) != NULL)) {
            buffer_append_char(out, c);
            continue;
        }
        unsigned char byte = (unsigned char)c;
        char escape[3] = { '%', hex_upper[byte >> 4], hex_upper[byte & 15] };
        buffer_append(out, escape, sizeof escape);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

void encode_uri_decode(struct buffer *out, struct text t)
{
    for (size_t i = 0; i < t.len; i++) {
        int high = -1, low = -1;
        if (t.data[i] == '%' && t.len - i > 2) {
            high = hex_value(t.data[i + 1]);
            low = hex_value(t.data[i + 2]);
        }
        if (high < 0 || low < 0) {
            buffer_append_char(out, t.data[i]);
            continue;
        }
        buffer_append_char(out, (char)(high * 16 + low));
        i += 2;
    }
}
