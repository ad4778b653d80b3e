#include "core/base/memory.h"
#include "core/model/type_reading.h"

#include <json-c/json.h>
#include <string.h>

bool type_read_columns(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > TYPE_LIST_MAX)
        return type_fault(f->in, value, "expected members NAME: PATH for columns", "");
    type->columns = memory_new((size_t)json_object_object_length(value), sizeof *type->columns);
    json_object_object_foreach(value, name, path) {
        struct type_column *column = &type->columns[type->column_count++];
        column->name = memory_string(name);
        if (!type_read_path(f, name, path, &column->path))
            return false;
    }
    return true;
}

static bool read_last(const struct type_filling *f, struct json_object *value)
{
    struct type_column *column = f->into;
    const char *word =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    column->last = strcmp(word, "yes") == 0;
    return column->last || type_fault(f->in, value, "last can only be yes, not", word);
}

static bool read_sheet_column(const struct type_filling *f, struct json_object *words,
                              struct type_column *out)
{
    static const struct type_key keys[] = {
        { "en", KEY_TEXT, offsetof(struct type_column, en), NULL },
        { "ja", KEY_TEXT, offsetof(struct type_column, ja), NULL },
        { "path", KEY_PATH, offsetof(struct type_column, path), NULL },
        { "last", KEY_SPECIAL, 0, read_last },
    };
    struct type_filling column = { f->in, words, out };
    return type_read_keys(&column, keys, sizeof keys / sizeof *keys) &&
           ((out->en != NULL && out->ja != NULL) ||
            type_fault(f->in, words, "a sheet column needs its words in en and ja:", out->name));
}

bool type_read_sheet(const struct type_filling *f, struct json_object *value)
{
    struct resource_type *type = f->into;
    if (json_object_is_type(value, json_type_string) &&
        strcmp(json_object_get_string(value), "no") == 0) {
        type->sheet_hidden = true;
        return true;
    }
    if (!json_object_is_type(value, json_type_object) ||
        json_object_object_length(value) > TYPE_LIST_MAX)
        return type_fault(f->in, value, "sheet is either no or members NAME: {en: …, ja: …}", "");
    type->sheet = memory_new((size_t)json_object_object_length(value), sizeof *type->sheet);
    json_object_object_foreach(value, name, words) {
        struct type_column *column = &type->sheet[type->sheet_count++];
        column->name = memory_string(name);
        if (!read_sheet_column(f, words, column))
            return false;
    }
    return true;
}

/* A sheet column without a path of its own shows the query column of that name. */
bool type_resolve_sheet(const struct type_filling *f, struct resource_type *t)
{
    for (size_t i = 0; i < t->sheet_count; i++) {
        struct type_column *shown = &t->sheet[i];
        for (size_t k = 0; shown->path == NULL && k < t->column_count; k++)
            if (strcmp(shown->name, t->columns[k].name) == 0)
                shown->path = memory_string(t->columns[k].path);
        if (shown->path == NULL)
            return type_fault(f->in, f->node,
                              "this sheet column is no column and has no path:", shown->name);
    }
    return true;
}
