/* coverage.csv: what was read of each service, and every scope that was not. */
#include "reports/sheet.h"

static const struct table_column columns[] = {
    { "provider", TABLE_TEXT },         { "account", TABLE_ID },     { "account_name", TABLE_TEXT },
    { "region", TABLE_TEXT },           { "service", TABLE_TEXT },   { "type", TABLE_TEXT },
    { "outcome", TABLE_TEXT },          { "reason", TABLE_TEXT },    { "since", TABLE_TEXT },
    { "details_unread", TABLE_NUMBER }, { "calls", TABLE_NUMBER },   { "items", TABLE_NUMBER },
    { "throttled", TABLE_NUMBER },      { "seconds", TABLE_NUMBER },
};

/*
 * Beside scopes that are not complete stand those whose resources could not be read in every detail:
 * they too are gaps. What is no longer planned is none. The owner of a gap is the account's team.
 */
const struct sheet coverage_sheet = {
    .name = "coverage",
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .select =
        "a.team AS sheet_team, c.type AS sheet_type, c.provider, c.account, c.account_name, c.region,"
        " c.service, c.type, c.outcome, c.reason, c.since, c.details_unread, c.calls, c.items, c.throttled,"
        " CASE WHEN c.seconds IS NULL THEN NULL ELSE printf('%.1f', c.seconds) END AS seconds",
    .from = "coverage AS c JOIN account AS a ON a.provider = c.provider AND a.account = c.account"
            " WHERE c.type = '*' OR c.details_unread > 0"
            " OR c.outcome NOT IN ('complete', 'out_of_scope', 'closed')",
    .order = "provider, account, region, service, type",
    .no_answers = true,
};
