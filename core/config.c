#include "core/config.h"

#include "core/base/buffer.h"
#include "core/base/digest.h"
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/config_logs.h"
#include "core/config_reader.h"
#include "core/config_sections.h"
#include "core/config_tables.h"
#include "core/config_targets.h"
#include "core/decode/json_write.h"
#include "core/decode/yaml.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

void config_faults_release(struct config_faults *f)
{
    for (size_t i = 0; i < f->count; i++)
        free(f->lines[i]);
    free(f->lines);
    *f = (struct config_faults){ NULL, 0 };
}

/* What holds where the file says nothing. `file` NULL: there is none. */
static struct config *defaults(const char *file)
{
    struct config *c = memory_new(1, sizeof *c);
    const char *base = file == NULL ? "./yomawari.yaml" : file;
    c->file = memory_string(file);
    c->state = file_beside(base, "state");
    c->checks_folder = file_beside(base, "checks.d");
    c->types_folder = file_beside(base, "types.d");
    c->language = memory_string("en");
    c->limits.share_of_quota = 0.5;
    c->limits.accounts_at_once = 64;
    c->limits.logs_max_gb = 5;
    c->keep_days = 400;
    c->quiet_days = 30;
    return c;
}

static void read_state(struct config_reader *r, const struct json_object *root)
{
    char *state = NULL;
    config_reader_text(r, root, "state", config_check_any, &state);
    if (state == NULL)
        return;
    free(r->config->state);
    r->config->state = file_beside(r->file, state);
    free(state);
}

static void read_root(struct config_reader *r, const struct json_object *root)
{
    static const char *const keys[] = { "state", "targets", "logs", "owners", "teams", "exceptions",
                                        "coverage_accepted", "expected_public", "checks", "limits", "inventory",
                                        "csv", "language", "keep_days", "quiet_days", "probe", "alerts", NULL };
    config_reader_known(r, root, keys);
    read_state(r, root);
    config_tables_read(r, root); /* the teams first, for targets and owners name them */
    config_targets_read(r, root);
    config_sections_read(r, root);
}

/* Comments, layout and the order of keys are no part of what the config says. */
static void digest_root(struct config_reader *r, const struct json_object *root)
{
    struct buffer b;
    buffer_init(&b, 8 * YAML_BYTES_MAX); /* escapes make a text six times as long at most */
    json_write_canonical(root, &b);
    if (!buffer_ok(&b))
        config_reader_fault(r, r->file, 0, "too large");
    digest_add(r->digest, (struct text){ buffer_string(&b), b.len + 1 });
    buffer_release(&b);
}

static void read_file(struct config_reader *r)
{
    struct buffer content;
    struct error why = ERROR_INIT;
    buffer_init(&content, YAML_BYTES_MAX);
    if (!file_read(r->file, &content, &why)) {
        config_reader_fault(r, r->file, 0, "%s", why.message);
    } else {
        r->doc = yaml_parse(buffer_text(&content), r->file, &why);
        if (r->doc == NULL)
            config_reader_take(r, r->file, &why);
        else if (!json_object_is_type(yaml_root(r->doc), json_type_object))
            config_reader_fault(r, r->file, 1, "must have keys such as targets");
        else {
            digest_root(r, yaml_root(r->doc));
            read_root(r, yaml_root(r->doc));
        }
    }
    buffer_release(&content);
}

static void finish_digest(struct digest *d, struct config *c)
{
    unsigned char bytes[DIGEST_BYTES];
    digest_finish(d, bytes);
    encode_hex(bytes, sizeof bytes, c->digest);
    digest_free(d);
}

struct config *config_load(const char *file, struct config_faults *faults, struct error *err)
{
    struct config_reader r = { .file = file, .digest = digest_new(), .config = defaults(file) };
    read_file(&r);
    yaml_document_free(r.doc);
    finish_digest(r.digest, r.config);
    if (config_reader_finish(&r, faults, err))
        return r.config;
    config_free(r.config);
    return NULL;
}

struct config *config_default(enum config_cloud cloud)
{
    struct config *c = defaults(NULL);
    c->targets = memory_new(1, sizeof *c->targets);
    c->target_count = 1;
    c->targets[0].name = memory_string(cloud == CONFIG_AWS ? "aws/1" : "gcp/1");
    c->targets[0].cloud = cloud;
    finish_digest(digest_new(), c);
    return c;
}

void config_free(struct config *c)
{
    if (c == NULL)
        return;
    struct json_object *sections[] = { c->expected_public, c->checks, c->alerts };
    char *texts[] = { c->file, c->state, c->language, c->checks_folder, c->types_folder,
                      c->probe.vantage, c->probe.chromium, c->probe.chromium_user };
    config_targets_release(c);
    config_logs_release(c);
    config_tables_release(c);
    string_list_release(&c->inventory_include);
    string_list_release(&c->inventory_only);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        json_object_put(sections[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(c);
}

bool config_cell_matches(const char *cell, const char *value)
{
    struct text rest = text_of(cell);
    bool blank = true, matches = false;
    while (rest.data != NULL && !matches) {
        char *pattern = text_copy(text_cut(&rest, ' '));
        if (pattern[0] != '\0') {
            blank = false;
            matches = text_glob(pattern, value);
        }
        free(pattern);
    }
    return blank || matches;
}
