/* changes.csv: what differs from the run before, field by field. */
#include "core/base/buffer.h"
#include "reports/cell.h"
#include "reports/render.h"
#include "reports/sheet.h"

enum column {
    CHANGE,
    PROVIDER,
    ACCOUNT,
    ACCOUNT_NAME,
    REGION,
    TYPE,
    ID,
    NAME,
    TEAM,
    FIELD,
    BEFORE,
    AFTER,
    KEY,
    COLUMNS,
};

/* Characters of a value: enough to see what it was, and two of them fit a screen. The store has all. */
enum { CHANGE_VALUE_MAX = 1000 };

static const struct table_column columns[COLUMNS] = {
    { "change", TABLE_TEXT },       { "provider", TABLE_TEXT }, { "account", TABLE_ID },
    { "account_name", TABLE_TEXT }, { "region", TABLE_TEXT },   { "type", TABLE_TEXT },
    { "id", TABLE_TEXT },           { "name", TABLE_TEXT },     { "team", TABLE_TEXT },
    { "field", TABLE_TEXT },        { "before", TABLE_TEXT },   { "after", TABLE_TEXT },
    { "key", TABLE_TEXT },
};

static void fill_value(struct sheet_row *row, enum column column)
{
    struct buffer whole;
    buffer_init(&whole, RENDER_MAX);
    render_json_text(&whole, sheet_text(row, SHEET_FIRST + (int)column));
    cell_append(sheet_scratch(row, column), buffer_text(&whole), CHANGE_VALUE_MAX);
    buffer_release(&whole);
}

static void fill(struct sheet_row *row)
{
    sheet_show_team(row, TEAM);
    fill_value(row, BEFORE);
    fill_value(row, AFTER);
}

/* Rows of whole scopes (unverified, verified_again) have no key and come first. */
const struct sheet changes_sheet = {
    .name = "changes",
    .columns = columns,
    .column_count = COLUMNS,
    .select = SHEET_TEAM_SQL
    " AS sheet_team, type AS sheet_type, change, provider, account, account_name, region,"
    " type, id, name, '' AS own_team, field, before, after, key",
    .from = "changes",
    .order = "key, provider, account, region, type, change, field",
    .fill = fill,
};
