#include "core/config_lists.h"

#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/base/utf8.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

/* A file while it is read. */
struct reading {
    struct config_reader *r;
    const char *path;
    int line;
    struct json_object *list;
};

static bool is_clean(struct text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)t.data[i] < 0x20 || t.data[i] == 0x7f)
            return false;
    return utf8_is_valid(t);
}

/* "RANGE" or "RANGE NAME", as checks have it. */
static void add_entry(struct reading *in, const char *range, struct text name)
{
    const char *wrong = config_check_range(range);
    if (wrong != NULL) {
        config_reader_fault(in->r, in->path, in->line, "%s, not \"%.*s\"", wrong,
                            CONFIG_LISTS_NAME_MAX, range);
    } else if (name.len > CONFIG_LISTS_NAME_MAX || !is_clean(name)) {
        config_reader_fault(in->r, in->path, in->line, "a name is text of at most %d bytes",
                            CONFIG_LISTS_NAME_MAX);
    } else if (json_object_array_length(in->list) == CONFIG_LISTS_ENTRIES_MAX) {
        config_reader_fault(in->r, in->path, in->line, "more than %d entries",
                            CONFIG_LISTS_ENTRIES_MAX);
        in->line = -1;
    } else {
        char *entry = name.len == 0 ? memory_string(range)
                                    : memory_format("%s %.*s", range, (int)name.len, name.data);
        json_object_array_add(in->list, json_object_new_string(entry));
        free(entry);
    }
}

static bool is_header(const struct reading *in, struct text line)
{
    return in->line == 1 &&
           (text_equal_nocase(line, "range") || text_equal_nocase(line, "range,name"));
}

static void read_line(struct reading *in, struct text line)
{
    line = text_trim(line);
    if (line.len == 0 || line.data[0] == '#' || is_header(in, line))
        return;
    struct text rest = line, cell = text_cut(&rest, ',');
    char *range = text_copy(text_trim(cell));
    if (strlen(range) == text_trim(cell).len)
        add_entry(in, range, rest.data == NULL ? (struct text){ "", 0 } : text_trim(rest));
    else
        config_reader_fault(in->r, in->path, in->line, "a byte 0");
    free(range);
}

static struct json_object *read_file(struct config_reader *r, const char *key, const char *path,
                                     struct text content)
{
    struct reading in = { r, path, 0, json_object_new_array() };
    struct text rest = content;
    if (text_starts_with(rest, "\xef\xbb\xbf"))
        rest = (struct text){ rest.data + 3, rest.len - 3 };
    digest_add(r->digest, (struct text){ key, strlen(key) + 1 });
    digest_add(r->digest, content);
    while (rest.data != NULL && in.line >= 0) {
        struct text line = text_cut(&rest, '\n');
        in.line++;
        read_line(&in, line);
    }
    return in.list;
}

static void take_file(struct config_reader *r, struct json_object *checks, const char *key)
{
    struct buffer content;
    struct error why = ERROR_INIT;
    char *path = file_beside(r->file, json_string(checks, key));
    buffer_init(&content, CONFIG_LISTS_FILE_MAX);
    if (file_read(path, &content, &why))
        json_object_object_add(checks, key, read_file(r, key, path, buffer_text(&content)));
    else
        config_reader_fault_at(r, checks, key, "%s", why.message);
    buffer_release(&content);
    free(path);
}

static void check_list(struct config_reader *r, const struct json_object *checks, const char *key,
                       config_check_fn check)
{
    struct string_list values = { NULL, 0 };
    if (config_reader_list(r, checks, key) != NULL)
        config_reader_texts(r, checks, key, check, &values);
    string_list_release(&values);
}

void config_lists_read(struct config_reader *r, struct json_object *checks)
{
    static const char *const ranges[] = { "tor_exits", "hosting_ranges" };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct json_object *value = json_get(checks, ranges[i]);
        if (json_object_is_type(value, json_type_string))
            take_file(r, checks, ranges[i]);
        else if (value != NULL)
            check_list(r, checks, ranges[i], config_check_range);
    }
    if (json_get(checks, "super_admins") != NULL)
        check_list(r, checks, "super_admins", config_check_email);
}
