#include "core/config_reader.h"

#include "core/base/buffer.h"
#include "core/base/error_place.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config_fault {
    char *file, *line_text;
    int line;
    size_t order; /* faults of one line stay in the order they were found */
};

static void add_fault(struct config_reader *r, const char *file, int line, const struct error *why)
{
    size_t order = r->fault_count++;
    if (order >= CONFIG_FAULTS_MAX)
        return;
    r->faults = memory_resize(r->faults, order + 1, sizeof *r->faults);
    r->faults[order] = (struct config_fault){ memory_string(file), memory_string(why->message), line, order };
}

void config_reader_fault(struct config_reader *r, const char *file, int line, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    struct error why = ERROR_INIT;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    error_place(&why, file, line, "%s", message);
    add_fault(r, file, line, &why);
}

void config_reader_take(struct config_reader *r, const char *file, const struct error *why)
{
    struct text rest = text_of(why->message);
    int64_t line = 0;
    if (text_starts_with(rest, file)) {
        rest = (struct text){ rest.data + strlen(file) + 1, rest.len - strlen(file) - 1 };
        text_to_int64(text_cut(&rest, ':'), &line);
    }
    add_fault(r, file, (int)line, why);
}

void config_reader_fault_at(struct config_reader *r, const struct json_object *o, const char *key,
                            const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    config_reader_fault(r, r->file, yaml_key_line(r->doc, o, key), "%s: %s", key, message);
}

static int by_place(const struct config_fault *a, const struct config_fault *b, const char *first_file)
{
    bool a_first = strcmp(a->file, first_file) == 0, b_first = strcmp(b->file, first_file) == 0;
    if (a_first != b_first)
        return a_first ? -1 : 1;
    int files = strcmp(a->file, b->file);
    if (files != 0)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->order < b->order ? -1 : 1;
}

/* Insertion sort: at most CONFIG_FAULTS_MAX faults, and qsort() could not be told the first file. */
static void sort_faults(struct config_fault *faults, size_t count, const char *first_file)
{
    for (size_t i = 1; i < count; i++) {
        struct config_fault f = faults[i];
        size_t at = i;
        for (; at > 0 && by_place(&f, &faults[at - 1], first_file) < 0; at--)
            faults[at] = faults[at - 1];
        faults[at] = f;
    }
}

bool config_reader_finish(struct config_reader *r, struct config_faults *out, struct error *err)
{
    size_t count = r->fault_count < CONFIG_FAULTS_MAX ? r->fault_count : CONFIG_FAULTS_MAX;
    struct config_faults lines = { count == 0 ? NULL : memory_new(count, sizeof(char *)), count };
    sort_faults(r->faults, count, r->file);
    for (size_t i = 0; i < count; i++) {
        lines.lines[i] = r->faults[i].line_text;
        free(r->faults[i].file);
    }
    free(r->faults);
    r->faults = NULL;
    if (count > 0)
        error_set(err, ERROR_CONFIG, "%s", lines.lines[0]);
    if (out != NULL)
        *out = lines;
    else
        config_faults_release(&lines);
    return count == 0;
}

/* ---- keys of a mapping ---- */

/* The value at `key`; a fault when the key is there without a value. */
static struct json_object *value_of(struct config_reader *r, const struct json_object *o, const char *key)
{
    struct json_object *value = NULL;
    if (json_object_object_get_ex(o, key, &value) && value == NULL)
        config_reader_fault_at(r, o, key, "has no value");
    return value;
}

static bool is_in(const char *s, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strcmp(s, *list) == 0)
            return true;
    return false;
}

static char *joined(const char *const *words)
{
    struct buffer b;
    buffer_init(&b, ERROR_MESSAGE_MAX);
    for (size_t i = 0; words[i] != NULL; i++)
        buffer_append_format(&b, "%s%s", i > 0 ? ", " : "", words[i]);
    return buffer_detach(&b);
}

void config_reader_known(struct config_reader *r, const struct json_object *o, const char *const *known)
{
    json_object_object_foreach((struct json_object *)(uintptr_t)o, key, value)
    {
        (void)value;
        if (is_in(key, known))
            continue;
        char *list = joined(known);
        config_reader_fault_at(r, o, key, "unknown key; known here: %s", list);
        free(list);
    }
}

struct json_object *config_reader_mapping(struct config_reader *r, const struct json_object *o,
                                          const char *key, const char *const *known)
{
    struct json_object *value = value_of(r, o, key);
    if (value == NULL)
        return NULL;
    if (!json_object_is_type(value, json_type_object)) {
        config_reader_fault_at(r, o, key, "must have keys below it");
        return NULL;
    }
    if (known != NULL)
        config_reader_known(r, value, known);
    return value;
}

struct json_object *config_reader_list(struct config_reader *r, const struct json_object *o,
                                       const char *key)
{
    struct json_object *value = value_of(r, o, key);
    if (value == NULL)
        return NULL;
    if (!json_object_is_type(value, json_type_array)) {
        config_reader_fault_at(r, o, key, "must be a list");
        return NULL;
    }
    if (json_object_array_length(value) > CONFIG_LIST_MAX) {
        config_reader_fault_at(r, o, key, "has more than %d entries", CONFIG_LIST_MAX);
        return NULL;
    }
    return value;
}

static bool has_control(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return true;
    return false;
}

/* What is wrong with a scalar as text; NULL when nothing is. */
static const char *wrong_text(struct json_object *value, const char *s)
{
    if (s == NULL)
        return "must be text (quotes make it so)";
    size_t len = json_object_is_type(value, json_type_string) ? (size_t)json_object_get_string_len(value) : strlen(s);
    if (len == 0 || len > CONFIG_TEXT_MAX || has_control(s, len))
        return "must be text without control characters, not empty and not longer than 4096 bytes";
    return NULL;
}

/* The text of a scalar, borrowed; NULL with a fault when it is none or refused. Integers are taken as
 * their digits, for an account id without quotes is a number to YAML. */
static const char *scalar(struct config_reader *r, const struct json_object *o, const char *key,
                          struct json_object *value, config_check_fn check)
{
    bool text = json_object_is_type(value, json_type_string) || json_object_is_type(value, json_type_int);
    const char *s = text ? json_object_get_string(value) : NULL;
    const char *wrong = wrong_text(value, s);
    if (wrong == NULL)
        wrong = check(s);
    if (wrong == NULL)
        return s;
    int line = yaml_line(r->doc, value); /* of a list's entry; null has none */
    config_reader_fault(r, r->file, line > 0 ? line : yaml_key_line(r->doc, o, key), "%s: %s, not \"%s\"", key,
                        wrong, s == NULL ? json_type_to_name(json_object_get_type(value)) : s);
    return NULL;
}

void config_reader_text(struct config_reader *r, const struct json_object *o, const char *key,
                        config_check_fn check, char **out)
{
    struct json_object *value = value_of(r, o, key);
    const char *s = value == NULL ? NULL : scalar(r, o, key, value, check);
    if (s == NULL)
        return;
    free(*out);
    *out = memory_string(s);
}

static void add_words(struct config_reader *r, const struct json_object *o, const char *key,
                      config_check_fn check, const char *words, struct string_list *out)
{
    struct text rest = text_of(words);
    while (rest.data != NULL) {
        struct text word = text_cut(&rest, ' ');
        char *s = text_copy(word);
        const char *wrong = word.len == 0 ? NULL : check(s);
        if (wrong != NULL)
            config_reader_fault_at(r, o, key, "%s, not \"%s\"", wrong, s);
        else if (word.len > 0 && !string_list_has(out, s))
            string_list_add(out, s);
        free(s);
    }
}

static void add_entries(struct config_reader *r, const struct json_object *o, const char *key,
                        config_check_fn check, struct string_list *out)
{
    struct json_object *list = config_reader_list(r, o, key);
    size_t count = list == NULL ? 0 : json_object_array_length(list);
    for (size_t i = 0; i < count; i++) {
        const char *s = scalar(r, o, key, json_object_array_get_idx(list, i), check);
        if (s != NULL && !string_list_has(out, s))
            string_list_add(out, s);
    }
}

void config_reader_texts(struct config_reader *r, const struct json_object *o, const char *key,
                         config_check_fn check, struct string_list *out)
{
    struct json_object *value = json_get(o, key);
    if (!json_object_is_type(value, json_type_string)) {
        add_entries(r, o, key, check, out);
        return;
    }
    const char *words = scalar(r, o, key, value, config_check_any);
    if (words != NULL)
        add_words(r, o, key, check, words, out);
}

void config_reader_int(struct config_reader *r, const struct json_object *o, const char *key, int min,
                       int max, int *out)
{
    struct json_object *value = value_of(r, o, key);
    int64_t given = json_int(o, key, INT64_MIN);
    if (value == NULL)
        return;
    if (!json_object_is_type(value, json_type_int) || given < min || given > max)
        config_reader_fault_at(r, o, key, "must be a whole number from %d to %d", min, max);
    else
        *out = (int)given;
}

void config_reader_double(struct config_reader *r, const struct json_object *o, const char *key, double min,
                          double max, double *out)
{
    struct json_object *value = value_of(r, o, key);
    bool number = json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double);
    double given = number ? json_object_get_double(value) : 0;
    if (value == NULL)
        return;
    if (!number || given < min || given > max)
        config_reader_fault_at(r, o, key, "must be a number from %g to %g", min, max);
    else
        *out = given;
}

void config_reader_bool(struct config_reader *r, const struct json_object *o, const char *key, bool *out)
{
    struct json_object *value = value_of(r, o, key);
    if (value == NULL)
        return;
    if (!json_object_is_type(value, json_type_boolean))
        config_reader_fault_at(r, o, key, "must be true or false");
    else
        *out = json_object_get_boolean(value);
}

void config_reader_refuse_secrets(struct config_reader *r, struct json_object *o)
{
    if (json_object_is_type(o, json_type_array))
        for (size_t i = 0; i < json_object_array_length(o); i++)
            config_reader_refuse_secrets(r, json_object_array_get_idx(o, i));
    if (!json_object_is_type(o, json_type_object))
        return;
    json_object_object_foreach(o, key, value)
    {
        if (config_check_is_secret_name(key))
            config_reader_fault_at(r, o, key, "secrets do not belong in the config: name where it is with "
                                              "%s_env or %s_file", key, key);
        config_reader_refuse_secrets(r, value);
    }
}
