#include "checks/plugins/root_activity/root_path.h"
#include "checks/plugins/root_activity/root_report.h"
#include "core/base/buffer.h"
#include "core/base/map.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <string.h>

/*
 * Who used what nobody should: root of an AWS account (check aws_root_used), keys of service accounts from outside
 * the estate (gcp_service_account_key_used_outside). Each access path is one row (root_path.h), whose subject
 * resource is the account or the project as such.
 */
#define AWS_EVENTS "aws_cloudtrail_root_event"
#define AWS_NAMED_EVENTS "aws_cloudtrail_root_event_by_alias"
#define AWS_TRAIL_EVENTS "aws_cloudtrail_trail_event"
#define AWS_FINDINGS "aws_guardduty_finding"
#define AWS_SUBJECT "aws_account"
#define GCP_CHECK "gcp_service_account_key_used_outside"
#define GCP_EVENTS "gcp_logging_admin_activity"
#define GCP_SUBJECT "gcp_project"

enum { KEY_MAX = 2048 };

struct judging {
    const struct check_view *view;
    check_result_fn result;
    void *result_ctx;
    struct root_paths *paths;
    struct map *seen; /* ids of events */
    char key[KEY_MAX]; /* of the subject resource; "" when there is none */
};

/* ---- reading ---- */

static bool take_subject(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    size_t len = strlen(r->key);
    (void)err;
    if (r->own && len < sizeof j->key)
        memcpy(j->key, r->key, len + 1);
    return true;
}

/* The same event may be found by both its names, and in a trail. */
static bool take_event(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct root_event e;
    if (map_get(j->seen, r->id) != NULL)
        return true;
    map_set(j->seen, r->id, j);
    return root_event_of_trail(r, j->view->account, &e) == ROOT_NOT_ROOTS ||
           root_paths_add(j->paths, &e, err);
}

static bool take_finding(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct root_event e;
    return root_event_of_finding(r, &e) == ROOT_NOT_ROOTS || root_paths_watch(j->paths, r, &e, err);
}

/* From inside the estate keys are used as they were meant to be. */
static bool take_entry(void *ctx, const struct check_resource *r, struct error *err)
{
    struct judging *j = ctx;
    struct root_event e;
    return root_event_of_log(r, &e) == ROOT_NOT_ROOTS || root_paths_add(j->paths, &e, err);
}

static bool read_aws(struct judging *j, struct error *err)
{
    const struct check_view *v = j->view;
    return v->resources(v->ctx, AWS_SUBJECT, take_subject, j, err) &&
           v->resources(v->ctx, AWS_TRAIL_EVENTS, take_event, j, err) &&
           v->resources(v->ctx, AWS_NAMED_EVENTS, take_event, j, err) &&
           v->resources(v->ctx, AWS_EVENTS, take_event, j, err) &&
           v->resources(v->ctx, AWS_FINDINGS, take_finding, j, err);
}

static bool read_gcp(struct judging *j, struct error *err)
{
    const struct check_view *v = j->view;
    return v->resources(v->ctx, GCP_SUBJECT, take_subject, j, err) &&
           v->resources(v->ctx, GCP_EVENTS, take_entry, j, err);
}

/* ---- answering ---- */

/* What was first seen with the address long after is not known to have been inside then. */
static bool is_inside(const struct root_path *p)
{
    static const char *const words[] = { "estate", "inside", "private", NULL };
    for (const char *const *word = words; *word != NULL; word++)
        if (!p->elsewhere && strcmp(p->actor.from, *word) == 0)
            return !p->actor.later;
    return false;
}

static bool tell(void *ctx, const struct root_path *p, struct error *err)
{
    struct judging *j = ctx;
    struct buffer evidence, detail;
    if (p->kind == ROOT_ACCOUNT_KEY && is_inside(p))
        return true;
    struct json_object *compared = root_report_evidence(p), *more = root_report_detail(p);
    buffer_init(&evidence, CHECK_EVIDENCE_MAX);
    buffer_init(&detail, CHECK_EVIDENCE_MAX);
    json_write_canonical(compared, &evidence);
    json_write_canonical(more, &detail);
    json_object_put(compared);
    json_object_put(more);
    const struct check_result row = { .key = j->key,
                                      .subject = p->subject,
                                      .severity = root_grade_word(p->grade),
                                      .evidence = buffer_string(&evidence),
                                      .detail = buffer_string(&detail),
                                      .at_unix_s = p->last_unix_s,
                                      .proven = true };
    bool ok =
        buffer_ok(&evidence) && buffer_ok(&detail)
            ? j->result(j->result_ctx, &row, err)
            : error_set(err, ERROR_LIMIT, "evidence of more than %d bytes", CHECK_EVIDENCE_MAX);
    buffer_release(&detail);
    buffer_release(&evidence);
    return ok;
}

static bool judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                  struct error *err)
{
    struct judging j = { .view = view, .result = result, .result_ctx = result_ctx };
    bool google = strcmp(view->check, GCP_CHECK) == 0;
    j.paths = root_paths_new(view);
    j.seen = map_new(NULL);
    bool ok = google ? read_gcp(&j, err) : read_aws(&j, err);
    if (ok && j.key[0] != '\0')
        ok = root_paths_each(j.paths, tell, &j, err);
    map_free(j.seen);
    root_paths_free(j.paths);
    return ok;
}

const struct check_plugin check_plugin_root_activity = {
    .abi = CHECK_PLUGIN_ABI,
    .name = "root_activity",
    .version = 2,
    .uses_holders = true,
    .judge = judge,
};
