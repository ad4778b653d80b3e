#include "providers/aws/athena/athena_policy.h"

#include "core/base/buffer.h"

enum { POLICY_MAX = 2048 }; /* STS's own limit (AssumeRole reference) */

#define THROUGH_ATHENA                                                                             \
    "\"Condition\":{\"ForAnyValue:StringEquals\":{\"aws:CalledVia\":\"athena.amazonaws.com\"}}"

static void athena(struct buffer *out, const struct athena_policy *p)
{
    buffer_append_format(
        out,
        "{\"Effect\":\"Allow\",\"Action\":[\"athena:GetWorkGroup\",\"athena:GetTableMetadata\","
        "\"athena:GetDataCatalog\"%s],"
        "\"Resource\":[\"arn:%s:athena:%s:%s:workgroup/%s\",\"arn:%s:athena:%s:%s:datacatalog/%s\"]}",
        p->output == NULL ? ""
                          : ",\"athena:StartQueryExecution\",\"athena:GetQueryExecution\","
                            "\"athena:GetQueryResults\",\"athena:StopQueryExecution\"",
        p->partition, p->region, p->account, p->workgroup, p->partition, p->region, p->account,
        p->catalog);
}

/* Athena looks at the database `default` whichever is asked for ("Configure access to databases and tables", Athena
 * guide). The catalog may be another account's. */
static void glue(struct buffer *out, const struct athena_policy *p)
{
    buffer_append_format(
        out,
        ",{\"Effect\":\"Allow\",\"Action\":[\"glue:GetDatabase\",\"glue:GetTable\",\"glue:GetPartition\","
        "\"glue:GetPartitions\",\"glue:BatchGetPartition\"],\"Resource\":[\"arn:%s:glue:%s:*:catalog\","
        "\"arn:%s:glue:%s:*:database/default\",\"arn:%s:glue:%s:*:database/%s\",\"arn:%s:glue:%s:*:table/%s/%s\"]}",
        p->partition, p->region, p->partition, p->region, p->partition, p->region, p->database,
        p->partition, p->region, p->database, p->table);
}

static void data(struct buffer *out, const struct athena_policy *p)
{
    buffer_append_string(
        out,
        ",{\"Effect\":\"Allow\",\"Action\":[\"s3:GetBucketLocation\",\"s3:ListBucket\",\"s3:GetObject\","
        "\"kms:Decrypt\","
        "\"lakeformation:GetDataAccess\"],\"Resource\":\"*\"," THROUGH_ATHENA "}");
    if (p->output[0] != '\0')
        buffer_append_format(
            out,
            ",{\"Effect\":\"Allow\",\"Action\":[\"s3:PutObject\",\"s3:AbortMultipartUpload\","
            "\"s3:ListMultipartUploadParts\"],\"Resource\":\"arn:%s:s3:::%s*\"," THROUGH_ATHENA "}",
            p->partition, p->output);
    if (p->encrypts)
        buffer_append_string(out, ",{\"Effect\":\"Allow\",\"Action\":\"kms:GenerateDataKey\","
                                  "\"Resource\":\"*\"," THROUGH_ATHENA "}");
}

char *athena_policy(const struct athena_policy *p, struct error *err)
{
    struct buffer out;
    buffer_init(&out, POLICY_MAX);
    buffer_append_string(&out, "{\"Version\":\"2012-10-17\",\"Statement\":[");
    athena(&out, p);
    glue(&out, p);
    if (p->output != NULL)
        data(&out, p);
    buffer_append_string(&out, "]}");
    bool ok = buffer_ok(&out);
    char *policy = ok ? buffer_detach(&out) : NULL;
    buffer_release(&out);
    if (!ok)
        error_set(
            err, ERROR_LIMIT,
            "the names of workgroup, table and place of results are too long for a session's policy of %d "
            "characters",
            POLICY_MAX);
    return policy;
}
