/* controls.csv: every check, on or off and why, and what it found. */
#include "core/decode/json.h"
#include "reports/render.h"
#include "reports/sheet.h"

#include <json-c/json.h>

enum column {
    CHECK,
    TITLE,
    SEVERITY,
    STATE,
    REASON,
    EXCEPTIONS,
    PASSED,
    FAILED,
    UNKNOWN,
    SCOPES_UNREAD,
    COLUMNS,
    BODY = SHEET_FIRST + COLUMNS, /* of the statement: the check's words */
};

static const struct table_column columns[COLUMNS] = {
    { "check", TABLE_TEXT },           { "title", TABLE_TEXT },    { "severity", TABLE_TEXT },
    { "state", TABLE_TEXT },           { "reason", TABLE_TEXT },   { "exceptions", TABLE_NUMBER },
    { "passed", TABLE_NUMBER },        { "failed", TABLE_NUMBER }, { "unknown", TABLE_NUMBER },
    { "scopes_unread", TABLE_NUMBER },
};

static void fill(struct sheet_row *row)
{
    struct text id = sheet_text(row, SHEET_FIRST + CHECK);
    struct json_object *check = sheet_check(row->context, id, sheet_text(row, BODY));
    const char *title = render_words(json_get(check, "title"), row->context->language);
    render_text(sheet_scratch(row, TITLE), text_of(title));
}

/* An exception ends a finding with that cause, so counting those counts the exceptions that bite. */
const struct sheet controls_sheet = {
    .name = "controls",
    .columns = columns,
    .column_count = COLUMNS,
    .select =
        "'' AS sheet_team, '' AS sheet_type, check_id, '' AS title, severity, state, reason,"
        " (SELECT count(*) FROM findings AS f WHERE f.check_id = controls.check_id"
        " AND f.cause = 'exception') AS exceptions, passed, failed, unknown, scopes_unread, body",
    .from = "controls",
    .order = "check_id",
    .no_teams = true,
    .fill = fill,
};
