#include "checks/plugins/exposure/aws.h"

#include "checks/plugins/exposure/aws_joint.h"
#include "checks/plugins/exposure/aws_read.h"
#include "checks/plugins/exposure/aws_rows.h"
#include "core/base/buffer.h"
#include "core/decode/json.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 4 * CHECK_EVIDENCE_MAX };

struct judging {
    const struct check_view *view;
    struct aws_network *network;
    struct aws_reach *reach;
    struct aws_joints *joints;
    bool admin; /* which rows are asked for */
    check_result_fn result;
    void *result_ctx;
    struct error *err;
};

static char *text_of_json(struct json_object *o)
{
    struct buffer b;
    buffer_init(&b, TEXT_MAX); /* what is too long the caller says */
    json_write_plain(o, &b);
    json_object_put(o);
    return buffer_detach(&b);
}

static bool cards_read(const struct judging *j, const struct aws_group *g)
{
    return j->view->was_read(j->view->ctx, "aws_ec2_network_interface", g->account, g->region);
}

static bool give(const struct judging *j, const struct aws_row *row, const char *severity)
{
    char *evidence = text_of_json(aws_rows_evidence(row)),
         *detail = text_of_json(aws_rows_detail(row));
    const struct check_result result = {
        .key = row->group->key,
        .subject = row->open->subject,
        .severity = severity,
        .evidence = evidence,
        .detail = detail,
        .proven = row->open->direct,
    };
    bool ok = j->result(j->result_ctx, &result, j->err);
    free(evidence);
    free(detail);
    return ok;
}

static bool judge_row(const struct judging *j, const struct aws_row *of)
{
    struct aws_tally tally;
    struct aws_row row = *of;
    aws_tally_row(j->network, j->reach, row.group, row.open, &tally);
    row.tally = &tally;
    const char *severity = aws_rows_severity(&row);
    bool ok = severity == NULL || give(j, &row, severity);
    aws_tally_release(&tally);
    return ok;
}

static bool judge_group(const struct judging *j, const struct aws_group *g)
{
    struct port_rules rules = { NULL, 0, false };
    struct open_rows rows = { NULL, 0 };
    struct aws_ids with = { NULL, 0 };
    aws_joint_rules(j->joints, g, &rules, &with);
    bool ok = ports_open(&rules, json_get(j->view->params, "admin_ports"), &rows, j->err) ||
              error_prefix(j->err, "%s", g->id);
    for (size_t i = 0; ok && i < rows.count; i++) {
        struct aws_row row = { .group = g,
                               .open = &rows.items[i],
                               .with = &with,
                               .params = j->view->params,
                               .cards_read = cards_read(j, g),
                               .unread = aws_rows_unread(j->view, g) };
        ok = rows.items[i].admin != j->admin || judge_row(j, &row);
    }
    aws_network_ids_release(&with);
    open_rows_release(&rows);
    port_rules_release(&rules);
    return ok;
}

bool exposure_aws_judge(const struct check_view *view, check_result_fn result, void *result_ctx,
                        struct error *err)
{
    struct judging j = { .view = view, .result = result, .result_ctx = result_ctx, .err = err };
    bool ok = true;
    j.admin = strcmp(view->check, "aws_security_group_open_admin_port") == 0;
    if (!j.admin && strcmp(view->check, "aws_security_group_open_to_internet") != 0)
        return error_set(err, ERROR_INTERNAL, "exposure knows no check %s", view->check);
    j.network = aws_read(view, err);
    if (j.network == NULL)
        return false;
    j.reach = aws_reach_new(j.network);
    j.joints = aws_joint_new(j.network);
    for (size_t i = 0; ok && i < j.network->groups.count; i++)
        ok = !j.network->groups.items[i].own || judge_group(&j, &j.network->groups.items[i]);
    aws_joint_free(j.joints);
    aws_reach_free(j.reach);
    aws_network_free(j.network);
    return ok;
}
