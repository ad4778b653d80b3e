#include "core/base/error_place.h"

#include <stdarg.h>
#include <stdio.h>

bool error_place(struct error *err, const char *file, int line, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (line == 0)
        return error_set(err, ERROR_CONFIG, "%s: %s", file, message);
    return error_set(err, ERROR_CONFIG, "%s:%d: %s", file, line, message);
}
