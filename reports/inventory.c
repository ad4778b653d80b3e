/* inventory.csv, and inventory/<type>.csv with what people ask of that type. Ephemeral members are folded into
 * their parent's row by the view inventory_rows (core/store/views.h). */
#include "core/base/encode.h"
#include "core/base/error.h"
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/model/resource_type.h"
#include "reports/render.h"
#include "reports/sheet.h"

#include <json-c/json.h>
#include <string.h>

enum column {
    PROVIDER,
    ACCOUNT,
    ACCOUNT_NAME,
    REGION,
    TYPE,
    ID,
    NAME,
    TEAM,
    ENVIRONMENT,
    TAGS,
    FIRST_SEEN,
    LAST_CHANGED,
    UNVERIFIED_SINCE,
    SHARED_FROM,
    KEY,
    COLUMNS,
    CONFIG = SHEET_FIRST + COLUMNS, /* of the statement; the type's sheet needs it */
};

static const struct table_column columns[COLUMNS] = {
    { "provider", TABLE_TEXT },
    { "account", TABLE_ID },
    { "account_name", TABLE_TEXT },
    { "region", TABLE_TEXT },
    { "type", TABLE_TEXT },
    { "id", TABLE_TEXT },
    { "name", TABLE_TEXT },
    { "team", TABLE_TEXT },
    { "environment", TABLE_TEXT },
    { "tags", TABLE_TEXT },
    { "first_seen", TABLE_TEXT },
    { "last_changed", TABLE_TEXT },
    { "unverified_since", TABLE_TEXT },
    { "shared_from", TABLE_ID },
    { "key", TABLE_TEXT },
};

#define SELECT                                                                                        \
    SHEET_TEAM_SQL                                                                                    \
    " AS sheet_team, type AS sheet_type, provider, account, account_name, region, type,"              \
    " id, name, '' AS own_team, '' AS environment, tags, first_seen, last_changed, unverified_since," \
    " shared_from, key"

static void fill(struct sheet_row *row)
{
    struct error ignored = ERROR_INIT; /* tags that are none are shown as they are */
    struct json_object *tags = NULL;
    struct text text = sheet_text(row, SHEET_FIRST + TAGS);
    sheet_show_team(row, TEAM);
    if (text.len == 0 || text_equal_string(text, "{}")) {
        row->cells[TAGS] = text_of("");
        return;
    }
    if (json_parse(text, &tags, &ignored) && json_object_is_type(tags, json_type_object)) {
        render_tags(sheet_scratch(row, TAGS), tags);
        render_environment(sheet_scratch(row, ENVIRONMENT), tags);
    }
    json_object_put(tags);
}

const struct sheet inventory_sheet = {
    .name = "inventory",
    .columns = columns,
    .column_count = COLUMNS,
    .select = SELECT,
    .from = "inventory_rows",
    .order = "key, provider, account",
    .fill = fill,
};

/* ---- by type ---- */

_Static_assert(COLUMNS + TYPE_LIST_MAX + 1 + 2 <= TABLE_COLUMNS_MAX,
               "a type's widest sheet fits a table");

static bool more_columns(const struct sheet_context *c, const struct resource_type *type,
                         struct table_column *out, size_t *out_count)
{
    bool japanese = strcmp(c->language, "ja") == 0;
    if (type->sheet_hidden)
        return false;
    for (size_t i = 0; i < type->sheet_count; i++) {
        const char *word = japanese ? type->sheet[i].ja : type->sheet[i].en;
        out[i] = (struct table_column){ word, TABLE_TEXT };
    }
    out[type->sheet_count] = (struct table_column){ "console_url", TABLE_TEXT };
    *out_count = type->sheet_count + 1;
    return true;
}

/* What the template of a console's address may name. */
struct place {
    const struct sheet_row *row;
    struct json_object *config;
};

static struct text partition_of(struct text key)
{
    struct text arn = text_cut(&key, ':'), partition = text_cut(&key, ':');
    return text_equal_string(arn, "arn") && partition.len > 0 ? partition : text_of("aws");
}

static struct text cell_of(const struct place *p, enum column column)
{
    return sheet_text(p->row, SHEET_FIRST + (int)column);
}

/* As in the type's other templates the place comes before the item's own paths; id, name and key, which
 * are made from the item, after them. */
static void append_named(const struct place *p, const char *name, struct buffer *out)
{
    struct json_object *value;
    if (strcmp(name, "partition") == 0)
        render_text(out, partition_of(cell_of(p, KEY)));
    else if (strcmp(name, "account") == 0)
        render_text(out, cell_of(p, ACCOUNT));
    else if (strcmp(name, "region") == 0)
        render_text(out, cell_of(p, REGION));
    else if ((value = path_first(p->config, name)) != NULL)
        render_value(out, value);
    else if (strcmp(name, "id") == 0)
        render_text(out, cell_of(p, ID));
    else if (strcmp(name, "name") == 0)
        render_text(out, cell_of(p, NAME));
    else if (strcmp(name, "key") == 0)
        render_text(out, cell_of(p, KEY));
}

static bool look_up(void *ctx, const char *name, struct buffer *out)
{
    struct buffer value;
    buffer_init(&value, RENDER_MAX);
    append_named(ctx, name, &value);
    /* Names are anybody's: encoded, they cannot leave their place in the address. */
    encode_uri(out, buffer_text(&value), "");
    bool some = value.len > 0;
    buffer_release(&value);
    return some;
}

/* Whether the values at `path` stand in an order that means something. */
static bool is_ordered(const struct resource_type *type, const char *path)
{
    for (size_t i = 0; i < type->ordered.count; i++)
        if (text_starts_with(text_of(path), type->ordered.items[i]))
            return true;
    return false;
}

/* A URL's last part; anything else as it is. */
static bool gather_last(void *ctx, struct json_object *value)
{
    const char *text =
        json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
    const char *slash = strrchr(text, '/');
    json_object_array_add(ctx, slash == NULL ? json_object_get(value)
                                             : json_object_new_string(slash + 1));
    return true;
}

static void fill_column(const struct resource_type *type, const struct type_column *column,
                        struct json_object *config, struct buffer *out)
{
    bool ordered = is_ordered(type, column->path);
    struct json_object *last = column->last ? json_object_new_array() : NULL;
    if (column->last)
        path_each(config, column->path, gather_last, last);
    (ordered ? render_path : render_set)(out, column->last ? last : config,
                                         column->last ? "[]" : column->path);
    json_object_put(last);
}

static void fill_type(struct sheet_row *row)
{
    const struct resource_type *type = row->type;
    struct error ignored = ERROR_INIT; /* cells that cannot be made stay empty */
    struct place place = { row, NULL };
    fill(row);
    if (sheet_text(row, CONFIG).len == 0)
        return; /* a parent's row: what its members are may be another tomorrow */
    json_parse(sheet_text(row, CONFIG), &place.config, &ignored);
    for (size_t i = 0; i < type->sheet_count; i++)
        fill_column(type, &type->sheet[i], place.config, sheet_scratch(row, COLUMNS + i));
    if (type->console != NULL)
        template_expand(type->console, look_up, &place,
                        sheet_scratch(row, COLUMNS + type->sheet_count), &ignored);
    json_object_put(place.config);
}

const struct sheet inventory_type_sheet = {
    .name = "inventory",
    .columns = columns,
    .column_count = COLUMNS,
    .select = SELECT ", config",
    .from = "inventory_rows",
    .order = "key, provider, account",
    .by_type = true,
    .more_columns = more_columns,
    .fill = fill_type,
};
