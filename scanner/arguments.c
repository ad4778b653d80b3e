#include "scanner/arguments.h"

#include "core/base/text.h"

#include <string.h>

/* The option that an argument names; *out_inline is the value after '=', or NULL. */
static const struct argument *find(const struct arguments *a, const char *arg,
                                   const char **out_inline)
{
    size_t len = strcspn(arg, "=");
    for (size_t i = 0; i < a->option_count; i++) {
        const struct argument *o = &a->options[i];
        if (o->letter != NULL && strcmp(o->letter, arg) == 0)
            return o;
        if (strlen(o->name) == len && strncmp(o->name, arg, len) == 0) {
            *out_inline = arg[len] == '=' ? arg + len + 1 : NULL;
            return o;
        }
    }
    return NULL;
}

static bool take_value(const struct argument *o, const char *value, struct error *err)
{
    if (value == NULL || value[0] == '\0')
        return error_set(err, ERROR_USAGE, "%s needs a value", o->name);
    if (o->values != NULL)
        string_list_add(o->values, value);
    else if (*o->value != NULL)
        return error_set(err, ERROR_USAGE, "%s is given twice", o->name);
    else
        *o->value = value;
    return true;
}

/* Reads the option at argv[*at], and its value where that is an argument of its own. */
static bool take_option(const struct arguments *a, int argc, char **argv, int *at,
                        struct error *err)
{
    const char *arg = argv[*at], *value = NULL;
    const struct argument *o = find(a, arg, &value);
    if (o == NULL)
        return error_set(err, ERROR_USAGE, "unknown option %s", arg);
    if (o->flag != NULL && value != NULL)
        return error_set(err, ERROR_USAGE, "%s takes no value", o->name);
    if (o->flag != NULL) {
        *o->flag = true;
        return true;
    }
    if (value == NULL && *at + 1 < argc)
        value = argv[++*at];
    return take_value(o, value, err);
}

bool arguments_read(const struct arguments *a, int argc, char **argv, const char **out_words,
                    size_t *out_count, struct error *err)
{
    bool options = true;
    *out_count = 0;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (options && strcmp(arg, "--") == 0) {
            options = false;
        } else if (options && arg[0] == '-' && arg[1] != '\0') {
            if (!take_option(a, argc, argv, &i, err))
                return false;
        } else {
            if (*out_count == a->words_max)
                return error_set(err, ERROR_USAGE, "unexpected argument %s", arg);
            out_words[(*out_count)++] = arg;
        }
    }
    return true;
}
