#include "checks/check_test.h"

#include "checks/check_test_expect.h"
#include "checks/check_test_given.h"
#include "checks/check_test_held.h"
#include "checks/judge.h"
#include "core/base/clock.h"
#include "core/decode/json.h"

#include <json-c/json.h>
#include <string.h>

enum { TEST_TIME_LIMIT_MS = 5000 };

struct testing {
    const struct catalog *catalog;
    struct sandbox *sandbox;
    check_test_fn report;
    void *ctx;
    struct check_test_counts counts;
};

static void tell(struct testing *t, const struct check *check, const char *test, int line,
                 const struct error *fault)
{
    bool passed = fault == NULL || fault->kind == ERROR_NONE;
    const struct check_test_report report = { check, test, line, passed,
                                              passed ? "" : fault->message };
    t->counts.passed += passed;
    t->counts.failed += !passed;
    if (t->report != NULL)
        t->report(t->ctx, &report);
}

static struct json_object *params_of(const struct testing *t, const struct check *check,
                                     struct json_object *test)
{
    struct json_object *o = json_object_new_object();
    for (size_t i = 0; i < check->params.count; i++)
        json_object_object_add(o, check->params.items[i],
                               json_object_get(catalog_param(t->catalog, check->params.items[i],
                                                             json_get(test, "params"))));
    return o;
}

static bool run_filled(struct testing *t, struct rule *rule, struct json_object *test,
                       const struct given *given, struct error *err)
{
    const struct rule_limits limits = { clock_system(), TEST_TIME_LIMIT_MS, NULL };
    const struct sandbox_run run = {
        .run_time_unix_s = check_test_given_run_time(test),
        .params = params_of(t, rule_check(rule), test),
        .account = CHECK_TEST_ACCOUNT,
        .holders = check_test_held_holders(given->held),
    };
    struct judgement came = { .fault = ERROR_INIT };
    sandbox_set_run(t->sandbox, &run);
    bool ok = judge_check(t->sandbox, rule, &limits, &came, err);
    if (ok && came.broken)
        ok = error_set(err, ERROR_DATA, "%s", came.fault.message);
    ok = ok && check_test_expect(rule_check(rule), json_get(test, "expect"), given, &came, err);
    judgement_release(&came);
    json_object_put(run.params);
    return ok;
}

static void run_test(struct testing *t, struct rule *rule, struct json_object *test)
{
    struct error fault = ERROR_INIT;
    struct given given = { .subjects = NULL };
    if (check_test_given_fill(t->sandbox, rule_check(rule), test, &given, &fault))
        run_filled(t, rule, test, &given, &fault);
    check_test_given_release(&given);
    tell(t, rule_check(rule), json_string(test, "name"), (int)json_int(test, "line", 0), &fault);
}

/* ---- whether there are tests enough ---- */

static bool expects(struct json_object *test, const char *verdict)
{
    struct json_object *expect = json_get(test, "expect");
    for (size_t i = 0; i < json_object_array_length(expect); i++) {
        const char *word = json_string(json_object_array_get_idx(expect, i), "verdict");
        if (strcmp(word == NULL ? "FAIL" : word, verdict) == 0)
            return true;
    }
    return false;
}

static bool passes(struct json_object *test, const char *subject)
{
    struct json_object *given = json_get(json_get(test, "given"), subject);
    return json_object_array_length(json_get(test, "expect")) == 0 && given != NULL &&
           json_object_array_length(given) > 0;
}

/* A check that was never seen to fail, to pass, and to hold back is not tested. */
static void look_for_kinds(struct testing *t, const struct check *c)
{
    bool fails = false, unknown = false, passing = false;
    size_t count = c->tests == NULL ? 0 : json_object_array_length(c->tests);
    for (size_t i = 0; i < count; i++) {
        struct json_object *test = json_object_array_get_idx(c->tests, i);
        fails = fails || expects(test, "FAIL");
        unknown = unknown || expects(test, "UNKNOWN");
        passing = passing || passes(test, c->subject);
    }
    const struct {
        bool there;
        const char *kind;
    } kinds[] = {
        { fails, "FAIL" },
        { passing, "a resource that passes" },
        { unknown, "UNKNOWN" },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct error fault = ERROR_INIT;
        if (kinds[i].there)
            continue;
        error_set(&fault, ERROR_DATA, "no test expects %s", kinds[i].kind);
        tell(t, c, "tests", c->line, &fault);
    }
}

static bool run_check(struct testing *t, const struct check *c, struct error *err)
{
    struct rule *rule = rule_new(t->sandbox, c, catalog_plugins(t->catalog), err);
    if (rule == NULL)
        return false;
    t->counts.checks++;
    look_for_kinds(t, c);
    for (size_t i = 0; c->tests != NULL && i < json_object_array_length(c->tests); i++)
        run_test(t, rule, json_object_array_get_idx(c->tests, i));
    rule_free(rule);
    return true;
}

bool check_test_run(const struct catalog *c, const struct check *check, check_test_fn report,
                    void *ctx, struct check_test_counts *out, struct error *err)
{
    struct testing t = {
        .catalog = c, .sandbox = sandbox_new(catalog_types(c), err), .report = report, .ctx = ctx
    };
    bool ok = t.sandbox != NULL;
    for (size_t i = 0; ok && i < catalog_count(c); i++)
        if (check == NULL || check == catalog_at(c, i))
            ok = run_check(&t, catalog_at(c, i), err);
    if (ok)
        *out = t.counts;
    sandbox_free(t.sandbox);
    return ok;
}
