#include "core/config_logs_gcp.h"

#include "core/base/memory.h"
#include "core/base/text.h"
#include "core/config.h"
#include "core/config_logs.h"
#include "core/decode/yaml.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define NAME LOWER UPPER DIGITS "_-."

enum { NAME_MAX_BYTES = 100, DATASET_MAX = 1024, TABLE_MAX = 1024 };

static bool is_of(struct text t, const char *allowed, size_t max)
{
    if (t.data == NULL || t.len == 0 || t.len > max)
        return false;
    for (size_t i = 0; i < t.len; i++)
        if (strchr(allowed, t.data[i]) == NULL)
            return false;
    return true;
}

/* ---- log views ---- */

/* Whose bucket it is: projects/ID, organizations/DIGITS, folders/DIGITS, billingAccounts/ID. */
static bool is_parent(struct text kind, struct text id)
{
    if (text_equal_string(kind, "projects"))
        return is_of(id, LOWER DIGITS "-.:", 64);
    if (text_equal_string(kind, "billingAccounts"))
        return is_of(id, UPPER DIGITS "-", 64);
    return (text_equal_string(kind, "organizations") || text_equal_string(kind, "folders")) &&
           is_of(id, DIGITS, 20);
}

static bool next_is(struct text *rest, const char *word)
{
    return rest->data != NULL && text_equal_string(text_cut(rest, '/'), word);
}

static bool next_name(struct text *rest)
{
    return rest->data != NULL && is_of(text_cut(rest, '/'), NAME, NAME_MAX_BYTES);
}

/* "entries.list" of the Logging API, resourceNames. */
static const char *check_view(const char *s)
{
    struct text rest = text_of(s);
    struct text kind = text_cut(&rest, '/');
    struct text id = rest.data == NULL ? rest : text_cut(&rest, '/');
    bool fine = is_parent(kind, id) && next_is(&rest, "locations") && next_name(&rest) &&
                next_is(&rest, "buckets") && next_name(&rest) && next_is(&rest, "views") &&
                next_name(&rest) && rest.data == NULL;
    return fine ? NULL
                : "must be a log view as projects/PROJECT/locations/LOCATION/buckets/BUCKET/views/VIEW "
                  "(or organizations/, folders/, billingAccounts/)";
}

void config_logs_gcp_read_view(struct config_reader *r, struct json_object *entry)
{
    static const char *const keys[] = { "view", NULL };
    struct config *c = r->config;
    const struct json_object *o = config_logs_entry(r, entry, CONFIG_LOGS_GCP_VIEW, keys, 1);
    if (o == NULL ||
        !config_logs_room(r, entry, CONFIG_LOGS_GCP_VIEW, c->log_view_count, CONFIG_LOG_VIEWS_MAX))
        return;
    c->log_views = memory_resize(c->log_views, c->log_view_count + 1, sizeof *c->log_views);
    struct config_log_view *out = &c->log_views[c->log_view_count++];
    *out = (struct config_log_view){ .line = yaml_key_line(r->doc, entry, CONFIG_LOGS_GCP_VIEW) };
    config_reader_text(r, o, "view", check_view, &out->view);
}

/* ---- tables of BigQuery ---- */

/* It stands between backticks in a query: none of these ends that. A table's name may hold more (spaces, other
 * letters); the names that sinks make do not. */
static const char *check_table(const char *s)
{
    struct text rest = text_of(s);
    struct text project = text_cut(&rest, '.');
    struct text dataset = rest.data == NULL ? rest : text_cut(&rest, '.');
    if (rest.data != NULL && rest.len > 1 && rest.data[rest.len - 1] == '*')
        rest.len--; /* shards by day */
    bool fine = is_of(project, LOWER DIGITS "-", 64) &&
                is_of(dataset, LOWER UPPER DIGITS "_", DATASET_MAX) &&
                is_of(rest, LOWER UPPER DIGITS "_-", TABLE_MAX);
    return fine ? NULL : "must be PROJECT.DATASET.TABLE, of letters, digits, _ and -, with a * at its end at most";
}

void config_logs_gcp_read_table(struct config_reader *r, struct json_object *entry)
{
    static const char *const keys[] = { "project", "table", NULL };
    struct config *c = r->config;
    const struct json_object *o = config_logs_entry(r, entry, CONFIG_LOGS_GCP_TABLE, keys, 2);
    if (o == NULL || !config_logs_room(r, entry, CONFIG_LOGS_GCP_TABLE, c->flow_table_count,
                                       CONFIG_FLOW_TABLES_MAX))
        return;
    c->flow_tables = memory_resize(c->flow_tables, c->flow_table_count + 1, sizeof *c->flow_tables);
    struct config_flow_table *out = &c->flow_tables[c->flow_table_count++];
    *out = (struct config_flow_table){ .line = yaml_key_line(r->doc, entry, CONFIG_LOGS_GCP_TABLE) };
    config_reader_text(r, o, "project", config_check_project_id, &out->project);
    config_reader_text(r, o, "table", check_table, &out->table);
}

void config_logs_gcp_release(struct config *c)
{
    for (size_t i = 0; i < c->log_view_count; i++)
        free(c->log_views[i].view);
    for (size_t i = 0; i < c->flow_table_count; i++) {
        free(c->flow_tables[i].project);
        free(c->flow_tables[i].table);
    }
    free(c->log_views);
    free(c->flow_tables);
}
