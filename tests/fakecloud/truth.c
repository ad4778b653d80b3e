#include "tests/fakecloud/truth.h"

#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"
#include "tests/fakecloud/evidence.h"
#include "tests/fakecloud/flow_bucket.h"
#include "tests/fakecloud/log_lines.h"
#include "tests/fakecloud/google/history.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROW_MAX = 7, FILE_BYTES_MAX = 1 << 30 };

/* Rows are kept in an object, under a key of their words, so that each is there once. */
static char *row_key(const char *const *words, size_t count)
{
    struct buffer key;
    buffer_init(&key, FILE_BYTES_MAX);
    for (size_t i = 0; i < count; i++)
        buffer_append_format(&key, "%s\n", words[i]);
    return buffer_detach(&key);
}

static void set_row(struct json_object *rows, const char *const *words, size_t count,
                    size_t key_count)
{
    struct json_object *row = json_object_new_array_ext(ROW_MAX);
    for (size_t i = 0; i < count; i++)
        json_object_array_add(row, json_object_new_string(words[i]));
    char *key = row_key(words, key_count);
    json_object_object_add(rows, key, row);
    free(key);
}

static void change(struct estate *e, struct place at, const char *const *words)
{
    const char *row[] = { words[0], at.account, at.region, words[1], words[2], words[3] };
    if (e->night > 0)
        set_row(e->changes, row, 6, 6);
}

void truth_begin_night(struct estate *e)
{
    json_object_put(e->changes);
    e->changes = json_object_new_object();
    json_object_put(e->findings_before);
    e->findings_before = NULL;
    json_object_deep_copy(e->findings, &e->findings_before, NULL);
}

void truth_there(struct estate *e, struct place at, const char *type, const char *id,
                 const char *key)
{
    const char *row[] = { at.account, at.region, type, id, key };
    const char *words[] = { "added", type, id, "" };
    set_row(e->resources, row, 5, 4);
    change(e, at, words);
}

void truth_gone(struct estate *e, struct place at, const char *type, const char *id)
{
    const char *row[] = { at.account, at.region, type, id };
    const char *words[] = { "removed", type, id, "" };
    char *key = row_key(row, 4);
    json_object_object_del(e->resources, key);
    free(key);
    change(e, at, words);
}

void truth_changed(struct estate *e, struct place at, const char *type, const char *id,
                   const char *field)
{
    const char *words[] = { "changed", type, id, field };
    change(e, at, words);
}

void truth_folded(struct estate *e, struct place at, const char *type, const char *parent)
{
    const char *row[] = { at.account, at.region, type, parent, "" };
    set_row(e->resources, row, 5, 4);
}

void truth_secret(struct estate *e, const char *secret)
{
    json_object_object_add(e->secrets, secret, NULL);
}

void truth_outcome(struct estate *e, struct place at, const char *type, const char *outcome)
{
    const char *row[] = { at.account, at.region, type, outcome };
    set_row(e->outcomes, row, 4, 3);
}

void truth_speaks_of(struct estate *e, const char *check)
{
    json_object_object_add(e->checks, check, NULL);
}

void truth_open(struct estate *e, struct place at, const struct truth_finding *f)
{
    if (!json_object_object_get_ex(e->checks, f->check, NULL)) {
        fprintf(stderr, "fakecloud: a finding of %s, of which nobody speaks\n", f->check);
        abort();
    }
    const char *row[] = { f->check,   at.account,  at.region,  f->id,
                          f->subject, f->severity, f->evidence };
    set_row(e->findings, row, 7, 5);
}

void truth_closed(struct estate *e, struct place at, const char *check, const char *id,
                  const char *subject)
{
    const char *row[] = { check, at.account, at.region, id, subject };
    char *key = row_key(row, 5);
    json_object_object_del(e->findings, key);
    free(key);
}

void truth_hidden(struct estate *e, struct place at, const char *type, const char *id,
                  const char *key)
{
    const char *row[] = { at.account, at.region, type, id, key };
    set_row(e->hidden, row, 5, 4);
}

/* Adds to a list of the document the rows of `in` that `not_in` has not. */
static void add_rows(struct json_object *o, const char *list, struct json_object *in,
                     struct json_object *not_in)
{
    struct json_object *out = json_get(o, list);
    json_object_object_foreach(in, key, row) {
        if (not_in == NULL || json_get(not_in, key) == NULL)
            json_object_array_add(out, json_object_get(row));
    }
}

static void add_names(struct json_object *o, const char *list, struct json_object *in)
{
    struct json_object *out = json_get(o, list);
    json_object_object_foreach(in, name, nothing) {
        (void)nothing;
        json_object_array_add(out, json_object_new_string(name));
    }
}

static void add_places(struct json_object *o, const struct estate *e, const char *accounts,
                       const char *regions)
{
    for (size_t i = 0; i < e->o.accounts; i++)
        json_object_array_add(json_get(o, accounts), json_object_new_string(estate_account(e, i)));
    for (size_t i = 0; i < e->o.regions; i++)
        json_object_array_add(json_get(o, regions), json_object_new_string(e->regions[i]));
}

static void add_estate(struct json_object *o, const struct estate *e)
{
    add_rows(o, "resources", e->resources, NULL);
    add_rows(o, "changes", e->changes, NULL);
    add_rows(o, "findings", e->findings, NULL);
    add_rows(o, "new", e->findings, e->findings_before);
    add_rows(o, "resolved", e->findings_before, e->findings);
    add_rows(o, "outcomes", e->outcomes, NULL);
    add_rows(o, "hidden", e->hidden, NULL);
    add_names(o, "secrets", e->secrets);
    add_names(o, "checks", e->checks);
}

/* Takes `more` over. */
static void add_evidence(struct json_object *rows, struct json_object *more)
{
    for (size_t i = 0; i < json_object_array_length(more); i++)
        json_object_array_add(rows, json_object_get(json_object_array_get_idx(more, i)));
    json_object_put(more);
}

/* The first estate is AWS's. */
static struct json_object *document(const struct estate *const *estates, size_t count)
{
    static const char *const lists[] = { "accounts", "regions",  "projects", "google_regions",
                                         "resources", "changes", "findings", "new",
                                         "resolved",  "outcomes", "hidden",  "secrets",
                                         "checks" };
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "night", json_object_new_int(estates[0]->night));
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        json_object_object_add(o, lists[i], json_object_new_array());
    for (size_t i = 0; i < count; i++) {
        add_places(o, estates[i], i == 0 ? "accounts" : "projects",
                   i == 0 ? "regions" : "google_regions");
        add_estate(o, estates[i]);
    }
    struct json_object *evidence = evidence_truth(estates[0]);
    for (size_t i = 1; i < count; i++)
        add_evidence(evidence, google_history_truth(estates[i]));
    json_object_object_add(o, "evidence", evidence);
    json_object_object_add(o, "flows", flow_bucket_truth(estates[0]));
    json_object_object_add(o, "log_group_flows", log_lines_truth(estates[0]));
    return o;
}

bool truth_write(const struct estate *const *estates, size_t count, const char *folder,
                 struct error *err)
{
    struct buffer text;
    struct json_object *o = document(estates, count);
    char *path = memory_format("%s/night-%d.json", folder, estates[0]->night);
    buffer_init(&text, FILE_BYTES_MAX);
    json_write_plain(o, &text);
    buffer_append_char(&text, '\n');
    bool ok = buffer_ok(&text) ||
              error_set(err, ERROR_LIMIT, "a truth file of more than %d bytes", FILE_BYTES_MAX);
    ok = ok && file_make_folder(folder, err) && file_write_atomic(path, buffer_text(&text), err);
    buffer_release(&text);
    json_object_put(o);
    free(path);
    return ok;
}
