/* findings.csv: what the checks say, in the reader's language. */
#include "core/decode/json.h"
#include "core/decode/path.h"
#include "core/decode/template.h"
#include "core/decode/wording.h"
#include "reports/cell.h"
#include "reports/render.h"
#include "reports/sheet.h"

#include <json-c/json.h>
#include <string.h>

enum column {
    STATE,
    CHANGE,
    SEVERITY,
    CHECK,
    TITLE,
    PROVIDER,
    ACCOUNT,
    ACCOUNT_NAME,
    REGION,
    TYPE,
    ID,
    NAME,
    TEAM,
    SUBJECT,
    SUMMARY,
    EVIDENCE,
    FIX,
    FIRST_SEEN,
    EXCEPTION,
    KEY,
    FINGERPRINT,
    COLUMNS,
    BODY = SHEET_FIRST + COLUMNS, /* of the statement: the check's words */
    DETAIL,
    CONTROLS,
};

static const struct table_column columns[COLUMNS] = {
    { "state", TABLE_TEXT },     { "change", TABLE_TEXT },       { "severity", TABLE_TEXT },
    { "check", TABLE_TEXT },     { "title", TABLE_TEXT },        { "provider", TABLE_TEXT },
    { "account", TABLE_ID },     { "account_name", TABLE_TEXT }, { "region", TABLE_TEXT },
    { "type", TABLE_TEXT },      { "id", TABLE_TEXT },           { "name", TABLE_TEXT },
    { "team", TABLE_TEXT },      { "subject", TABLE_TEXT },      { "summary", TABLE_TEXT },
    { "evidence", TABLE_TEXT },  { "fix", TABLE_TEXT },          { "first_seen", TABLE_TEXT },
    { "exception", TABLE_TEXT }, { "key", TABLE_TEXT },          { "fingerprint", TABLE_TEXT },
};

/* Characters of one value in a summary, so that a long list leaves the sentence around it standing. */
enum { SUMMARY_VALUE_MAX = 1000 };

static struct text cell_of(const struct sheet_row *row, enum column column)
{
    return sheet_text(row, SHEET_FIRST + (int)column);
}

struct summary {
    const struct sheet_row *row;
    struct json_object *evidence, *detail, *words;
    int depth; /* of words within words */
};

static bool look_up(void *ctx, const char *name, struct buffer *out);

static void add_words(struct buffer *out, const struct summary *s, const char *member)
{
    struct summary within = *s;
    struct json_object *value = path_first(s->evidence, member);
    within.depth++;
    const struct wording w = { json_get(s->words, member), s->row->context->language, look_up,
                               &within };
    wording_append(&w, value != NULL ? value : path_first(s->detail, member), out);
}

/* Every name is found: one that there is nothing for is left empty, so that no braces are ever shown. */
static bool look_up(void *ctx, const char *name, struct buffer *out)
{
    static const struct {
        const char *name;
        enum column column;
    } known[] = {
        { "subject", SUBJECT },
        { "name", NAME },
        { "id", ID },
        { "account", ACCOUNT },
        { "account_name", ACCOUNT_NAME },
        { "region", REGION },
        { "key", KEY },
        { "severity", SEVERITY },
    };
    const struct summary *s = ctx;
    struct buffer value;
    buffer_init(&value, RENDER_MAX);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0)
            render_text(&value, cell_of(s->row, known[i].column));
    if (strncmp(name, "evidence.", strlen("evidence.")) == 0)
        render_path(&value, s->evidence, name + strlen("evidence."));
    if (strncmp(name, "detail.", strlen("detail.")) == 0)
        render_path(&value, s->detail, name + strlen("detail."));
    if (s->depth < WORDING_DEPTH_MAX && strncmp(name, "words.", strlen("words.")) == 0)
        add_words(&value, s, name + strlen("words."));
    cell_append(out, buffer_text(&value), SUMMARY_VALUE_MAX);
    buffer_release(&value);
    return true;
}

static void fill_summary(struct sheet_row *row, struct json_object *check)
{
    const char *template = render_words(json_get(check, "summary"), row->context->language);
    struct error ignored = ERROR_INIT; /* a template that cannot be expanded shows nothing */
    struct summary s = { .row = row, .words = json_get(check, "words") };
    struct buffer *out = sheet_scratch(row, SUMMARY);
    if (template == NULL)
        return;
    json_parse(cell_of(row, EVIDENCE), &s.evidence, &ignored);
    json_parse(sheet_text(row, DETAIL), &s.detail, &ignored);
    template_expand(template, look_up, &s, out, &ignored);
    json_object_put(s.detail);
    json_object_put(s.evidence);
}

/* With the requirements that it means as a last member, where there are any. */
static void fill_evidence(struct sheet_row *row)
{
    struct text evidence = cell_of(row, EVIDENCE), controls = sheet_text(row, CONTROLS);
    struct buffer *out = sheet_scratch(row, EVIDENCE);
    if (controls.len <= strlen("{}") || !text_ends_with(evidence, "}")) {
        render_text(out, evidence);
        return;
    }
    evidence.len--;
    render_text(out, evidence);
    render_text(out, text_of(evidence.len > strlen("{") ? ",\"controls\":" : "\"controls\":"));
    render_text(out, controls);
    render_text(out, TEXT_LITERAL("}"));
}

static void fill_fix(struct sheet_row *row, struct json_object *check)
{
    struct json_object *fix = json_get(check, "fix");
    const char *console = render_words(json_get(fix, "console"), row->context->language);
    const char *playbook = json_string(fix, "playbook");
    struct buffer *out = sheet_scratch(row, FIX);
    render_text(out, text_of(console));
    if (console != NULL && playbook != NULL)
        render_text(out, TEXT_LITERAL("\n"));
    render_text(out, text_of(playbook));
}

static void fill(struct sheet_row *row)
{
    struct json_object *check =
        sheet_check(row->context, cell_of(row, CHECK), sheet_text(row, BODY));
    const char *title = render_words(json_get(check, "title"), row->context->language);
    sheet_show_team(row, TEAM);
    render_text(sheet_scratch(row, TITLE), text_of(title));
    fill_summary(row, check);
    fill_evidence(row);
    fill_fix(row, check);
}

/* `exception` is empty as long as the store holds no exceptions. */
const struct sheet findings_sheet = {
    .name = "findings",
    .columns = columns,
    .column_count = COLUMNS,
    .select = SHEET_TEAM_SQL
    " AS sheet_team, type AS sheet_type, state, change, severity, check_id, '' AS title,"
    " provider, account, account_name, region, type, id, name, '' AS own_team, subject,"
    " '' AS summary, evidence, '' AS fix, first_seen, '' AS exception, key, fingerprint, body,"
    " detail, controls",
    .from = "findings",
    .order = "key, check_id, subject, fingerprint",
    .fill = fill,
};
