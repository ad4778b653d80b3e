#ifndef CORE_CONFIG_READER_H
#define CORE_CONFIG_READER_H

#include "core/base/digest.h"
#include "core/config.h"
#include "core/config_check.h"

/*
 * How the parts of the config are read: every function here notes what is wrong as a fault and goes on,
 * so that one run shows all of a file's faults. Absent keys leave their output as it was.
 */
#define CONFIG_TEXT_MAX 4096 /* bytes of one text */
#define CONFIG_LIST_MAX 10000 /* entries of one list */

struct config_fault;
struct yaml_document;

struct config_reader {
    const char *file;
    struct yaml_document *doc; /* NULL until the file was parsed */
    struct config_fault *faults;
    size_t fault_count;        /* also those beyond CONFIG_FAULTS_MAX, which are not kept */
    struct digest *digest;     /* of all that was read */
    struct config *config;     /* being filled */
};

/* ---- faults ---- */

/* `line` 0: the file as a whole. */
void config_reader_fault(struct config_reader *r, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Takes the line of an error that begins with "FILE:LINE: " as a fault of `file`. */
void config_reader_take(struct config_reader *r, const char *file, const struct error *why);

/* A fault of the key `key` of the mapping `o` in the config file; the line begins "KEY: ". */
void config_reader_fault_at(struct config_reader *r, const struct json_object *o, const char *key,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Hands the faults over, sorted: the config file's, then file by file, in order of lines. False when there
 * are any; `err` gets the first. `out` may be NULL. */
bool config_reader_finish(struct config_reader *r, struct config_faults *out, struct error *err);

/* ---- keys of a mapping ---- */

/* The mapping at `key`; NULL when absent or faulty. `known` (NULL-ended; NULL: any) are its keys. */
struct json_object *config_reader_mapping(struct config_reader *r, const struct json_object *o,
                                          const char *key, const char *const *known);
/* The list at `key`; NULL when absent or faulty. */
struct json_object *config_reader_list(struct config_reader *r, const struct json_object *o,
                                       const char *key);
/* A text, or an integer as its digits. */
void config_reader_text(struct config_reader *r, const struct json_object *o, const char *key,
                        config_check_fn check, char **out);
/* A list of texts, or one text with spaces between the values. */
void config_reader_texts(struct config_reader *r, const struct json_object *o, const char *key,
                         config_check_fn check, struct string_list *out);
void config_reader_int(struct config_reader *r, const struct json_object *o, const char *key, int min,
                       int max, int *out);
void config_reader_double(struct config_reader *r, const struct json_object *o, const char *key, double min,
                          double max, double *out);
void config_reader_bool(struct config_reader *r, const struct json_object *o, const char *key, bool *out);

/* Faults for keys of `o` that are not in `known`. */
void config_reader_known(struct config_reader *r, const struct json_object *o, const char *const *known);

/* Faults for keys anywhere in `o` whose names say secret. */
void config_reader_refuse_secrets(struct config_reader *r, struct json_object *o);

#endif
