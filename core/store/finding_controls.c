#include "core/store/finding_controls.h"

#include "core/base/buffer.h"
#include "core/decode/controls.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <sqlite3.h>

enum { RESULT_MAX = 64 * 1024 }; /* a check's own are less (check.h) */

static const char *text_of_value(sqlite3_value *v)
{
    const char *text = (const char *)sqlite3_value_text(v);
    return text == NULL ? "" : text;
}

/* NULL when it is no JSON. */
static struct json_object *json_of(sqlite3_value *v)
{
    struct error ignored = ERROR_INIT;
    struct json_object *o = NULL;
    return json_parse(text_of(text_of_value(v)), &o, &ignored) ? o : NULL;
}

/* Most checks declare their ids whatever a finding says: then nothing of it need be read. */
static bool asks_of_findings(struct json_object *declared)
{
    if (!json_object_is_type(declared, json_type_object))
        return false;
    json_object_object_foreach(declared, framework, requirements)
    {
        (void)framework;
        if (json_object_is_type(requirements, json_type_object))
            return true;
    }
    return false;
}

static void finding_controls(sqlite3_context *c, int count, sqlite3_value **values)
{
    (void)count;
    struct json_object *declared = json_of(values[0]);
    bool asks = asks_of_findings(declared);
    struct json_object *evidence = asks ? json_of(values[2]) : NULL,
                       *detail = asks ? json_of(values[3]) : NULL,
                       *found = controls_of(
                           declared, &(struct controls_finding){ text_of_value(values[1]), evidence,
                                                                 detail });
    struct buffer text;
    buffer_init(&text, RESULT_MAX);
    json_write_plain(found, &text);
    if (buffer_ok(&text))
        sqlite3_result_text(c, buffer_string(&text), (int)text.len, SQLITE_TRANSIENT);
    else
        sqlite3_result_error_toobig(c);
    buffer_release(&text);
    json_object_put(found);
    json_object_put(detail);
    json_object_put(evidence);
    json_object_put(declared);
}

bool finding_controls_register(struct sqlite3 *db, struct error *err)
{
    return sqlite3_create_function_v2(db, "finding_controls", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                      NULL, finding_controls, NULL, NULL, NULL) == SQLITE_OK ||
           error_set(err, ERROR_INTERNAL, "finding_controls(): %s", sqlite3_errmsg(db));
}
