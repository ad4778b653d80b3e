#ifndef SCANNER_MANY_NEEDS_H
#define SCANNER_MANY_NEEDS_H

#include "scanner/found.h"

struct read_context;

/* Which accounts are to be asked for events of a type tonight, and from when on; and whose an event is that one list of many
 * accounts brought (type->many_argument). */

struct many_need {
    const char *account; /* borrowed of what was found */
    int64_t since_unix_s;
};

struct many_needs {
    struct many_need *items; /* in order of time */
    size_t count;
};

struct many_of {
    const struct walk_target *target; /* NULL: all targets of the type's provider */
    const struct resource_type *type;
    bool with_checks;
};

/* Accounts whose scopes have ended in this run need nothing. False with a fault of the store; release it either way. */
bool many_needs_find(const struct read_context *context, const struct found *found, const struct many_of *of,
                     struct many_needs *out, struct error *err);
void many_needs_release(struct many_needs *n);

/* What the type's list is asked with for one account; a new reference. */
struct json_object *many_needs_arguments(const struct read_context *context, const struct resource_type *type,
                                         const char *account, int64_t since_unix_s, int64_t until_unix_s,
                                         struct error *err);

/* The account's text in such arguments, a new reference; `words` (text -> the account as given) notes whose it is. */
struct json_object *many_needs_word(struct map *words, const struct resource_type *type,
                                    struct json_object *arguments, const char *account);

/* Whose an item is: `text`, that at type->many_match, is an account's, or goes on from it after a slash. NULL: nobody's. */
const char *many_needs_account(const struct map *words, const char *text);

#endif
