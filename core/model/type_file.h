#ifndef CORE_MODEL_TYPE_FILE_H
#define CORE_MODEL_TYPE_FILE_H

#include "core/base/error.h"
#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>

struct resource_type;

/*
 * Reads the YAML of a service's types (the grammar is resource_type.h). Keys of a type, in order of need:
 *   official scope list with items poll decode from_answer id name key life owner reference region tags
 *   details columns sheet console volatile redact set ordered json
 * Gives an array (free()) of types that the caller owns. ERROR_CONFIG with FILE:LINE on the first fault.
 */
bool type_file_read(const char *file, struct text yaml, struct resource_type ***out_types,
                    size_t *out_count, struct error *err);

#endif
