#ifndef CORE_BASE_ENCODE_H
#define CORE_BASE_ENCODE_H

#include "core/base/buffer.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* Lower-case hex of `len` bytes; `out` holds 2*len+1 bytes. */
void encode_hex(const unsigned char *bytes, size_t len, char *out);

/* Standard base64 with padding. */
void encode_base64(struct buffer *out, const void *bytes, size_t len);

/* Standard base64; padding required, white space between groups skipped. False when it is malformed;
 * what was appended before stays. */
bool encode_base64_decode(struct buffer *out, struct text t);

/* RFC 3986 percent-encoding of all but A-Z a-z 0-9 - . _ ~ and the bytes in `also_plain` (say "/"). */
void encode_uri(struct buffer *out, struct text t, const char *also_plain);

/* Undoes percent-encoding; a '%' that starts no escape stays as it is. '+' is not a space. */
void encode_uri_decode(struct buffer *out, struct text t);

#endif
