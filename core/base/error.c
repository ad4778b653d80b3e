#include "core/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void make_one_line(char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = *s == '\n' || *s == '\t' ? ' ' : '?';
}

static void mark_cut(char *s, int wanted)
{
    if (wanted >= ERROR_MESSAGE_MAX)
        memcpy(s + ERROR_MESSAGE_MAX - 4, "...", 4);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    err->kind = kind;
    mark_cut(err->message, wanted);
    make_one_line(err->message);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    if (err->kind == ERROR_NONE)
        return false;
    char context[ERROR_MESSAGE_MAX], rest[ERROR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    memcpy(rest, err->message, sizeof rest);
    int wanted = snprintf(err->message, sizeof err->message, "%s: %s", context, rest);
    mark_cut(err->message, wanted);
    make_one_line(err->message);
    return false;
}

void error_clear(struct error *err)
{
    err->kind = ERROR_NONE;
    err->message[0] = '\0';
}

int error_exit_status(const struct error *err)
{
    switch (err->kind) {
    case ERROR_NONE:
        return 0;
    case ERROR_USAGE:
    case ERROR_CONFIG:
        return 2;
    default:
        return 1;
    }
}
