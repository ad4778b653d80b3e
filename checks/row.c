#include "checks/row.h"

#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <string.h>

static bool fault(const struct row_gate *g, const char *what, struct error *err)
{
    return error_set(err, ERROR_DATA, "a row of %s: %s", g->of, what);
}

/* In canonical JSON, in `out`. */
static bool take_object(const struct row_gate *g, const char *name, const char **text,
                        struct buffer *out, struct error *err)
{
    struct error why = ERROR_INIT;
    struct json_object *value = NULL;
    if (*text == NULL)
        return true;
    bool ok =
        json_parse(text_of(*text), &value, &why) && json_object_is_type(value, json_type_object);
    if (ok)
        json_write_canonical(value, out);
    json_object_put(value);
    if (!ok)
        return error_set(err, ERROR_DATA, "a row of %s: %s is no JSON object", g->of, name);
    if (!buffer_ok(out))
        return error_set(err, ERROR_LIMIT, "a row of %s: %s has more than %d bytes", g->of, name,
                         CHECK_EVIDENCE_MAX);
    *text = buffer_string(out);
    return true;
}

static bool is_clean(const char *subject)
{
    for (const char *p = subject; *p != '\0'; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7f)
            return false;
    return strlen(subject) <= CHECK_SUBJECT_MAX;
}

static bool check_words(const struct row_gate *g, const struct check_result *r, struct error *err)
{
    if (r->key == NULL || r->key[0] == '\0')
        return fault(g, "no key", err);
    if (r->unknown != NULL && !is_clean(r->unknown))
        return error_set(err, ERROR_DATA,
                         "a row of %s: unknown has control bytes or more than %d bytes", g->of,
                         CHECK_SUBJECT_MAX);
    if (!is_clean(r->subject))
        return error_set(err, ERROR_DATA,
                         "a row of %s: the subject has control bytes or more than %d bytes", g->of,
                         CHECK_SUBJECT_MAX);
    if (r->severity != NULL && !check_is_severity(r->severity))
        return error_set(err, ERROR_DATA, "a row of %s: severity is '%s'", g->of, r->severity);
    return true;
}

/* What happened has a time; what is so has none. */
static bool check_time(const struct row_gate *g, const struct check_result *r, struct error *err)
{
    if (g->check->occurrence && r->unknown == NULL && r->at_unix_s <= 0)
        return fault(g, "no `at`, which every row of an occurrence says", err);
    return g->check->occurrence || r->at_unix_s == 0 ||
           fault(g, "`at` is for checks that say occurrence: yes", err);
}

static bool check_account(const struct row_gate *g, const struct check_result *r, struct error *err)
{
    bool estate = g->check->reach == CHECK_REACH_ESTATE;
    return estate == (r->account != NULL) ||
           fault(g,
                 estate ? "no account, though the check reaches over the estate"
                        : "an account, which only checks that reach over the estate say",
                 err);
}

bool row_gate_pass(void *gate, const struct check_result *row, struct error *err)
{
    struct row_gate *g = gate;
    struct check_result r = *row;
    struct buffer evidence, detail;
    if (g->rows++ == CHECK_ROWS_MAX)
        return error_set(err, ERROR_LIMIT, "%s gave more than %d rows", g->of, CHECK_ROWS_MAX);
    if (r.subject == NULL)
        r.subject = "";
    r.proven = r.proven || g->check->occurrence;
    buffer_init(&evidence, CHECK_EVIDENCE_MAX);
    buffer_init(&detail, CHECK_EVIDENCE_MAX);
    bool ok = check_words(g, &r, err) && check_time(g, &r, err) && check_account(g, &r, err) &&
              take_object(g, "evidence", &r.evidence, &evidence, err) &&
              take_object(g, "detail", &r.detail, &detail, err) && g->result(g->ctx, &r, err);
    buffer_release(&evidence);
    buffer_release(&detail);
    return ok;
}
