#include "core/base/literal.h"

static void append_byte(struct buffer *out, unsigned char c)
{
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?')
        buffer_append_char(out, (char)c);
    else
        buffer_append_format(out, "\\%03o", c);
}

void literal_append_inside(struct buffer *out, const char *s)
{
    for (; *s != '\0'; s++)
        append_byte(out, (unsigned char)*s);
}

void literal_append(struct buffer *out, const char *s)
{
    if (s == NULL) {
        buffer_append_string(out, "NULL");
        return;
    }
    buffer_append_char(out, '"');
    literal_append_inside(out, s);
    buffer_append_char(out, '"');
}
