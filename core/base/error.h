#ifndef CORE_BASE_ERROR_H
#define CORE_BASE_ERROR_H

#include <stdbool.h>

/*
 * An error is a value that the caller owns: a kind and one line for a person. Functions that can fail
 * take `struct error *err` last, return bool (or a pointer) and leave their other outputs untouched on
 * failure. The line is lower-case, has no trailing dot, names the value that was wrong, and does not
 * repeat what the caller knows; each layer above may add only its own context with error_prefix().
 * Expected results (denied, absent, throttled) are not errors but enums.
 */

enum error_kind {
    ERROR_NONE = 0,
    ERROR_USAGE,    /* command line; exit status 2 */
    ERROR_CONFIG,   /* config, CSV, type or check file; exit status 2; the line begins FILE:LINE: */
    ERROR_DATA,     /* bytes from outside are not what their format says */
    ERROR_LIMIT,    /* a stated maximum was reached */
    ERROR_IO,       /* file or process */
    ERROR_NETWORK,  /* connect, TLS, time-out */
    ERROR_STORE,    /* SQLite */
    ERROR_BUSY,     /* another process holds the state */
    ERROR_DENIED,   /* credentials or permission */
    ERROR_INTERNAL, /* a fault of ours */
};

#define ERROR_MESSAGE_MAX 1024 /* bytes with the NUL; longer lines are cut with "..." */

struct error {
    enum error_kind kind;
    char message[ERROR_MESSAGE_MAX];
};

#define ERROR_INIT { ERROR_NONE, { 0 } }

/* Sets kind and line, and returns false so that `return error_set(err, …)` reads well. Control bytes
 * in the result become '?', so that foreign data cannot break a line of the log. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "CONTEXT: " in front of the line. Returns false. No-op while err holds no error. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void error_clear(struct error *err);

/* Exit status of a command that ends with this error: 2 for usage and config, else 1; 0 for none. */
int error_exit_status(const struct error *err);

#endif
