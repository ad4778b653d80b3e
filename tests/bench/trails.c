/*
 * What reading trails costs: gzip files of CloudTrail's records go through gunzip, splitter and a look for root (gz_files.h;
 * rows are root's records, one in two thousand).
 */
#include "core/base/memory.h"
#include "providers/aws/logfiles/trail_file.h"
#include "tests/bench/gz_files.h"

#include <stdlib.h>

enum { RECORDS_A_FILE = 20000, ROOT_ONE_IN = 2000 };

/* As a call by a role is recorded: some 1,500 bytes. */
static void add_record(struct buffer *out, struct chance *c, unsigned number)
{
    static const char *const calls[] = { "DescribeInstances", "GetObject", "AssumeRole",
                                         "PutMetricData", "Decrypt" };
    bool root = chance_below(c, ROOT_ONE_IN) == 0;
    unsigned a = chance_below(c, 1u << 30), b = chance_below(c, 1u << 30),
             host = chance_below(c, 60);
    buffer_append_format(
        out,
        "%s{\"eventVersion\":\"1.11\",\"userIdentity\":{\"type\":\"%s\",\"principalId\":\"AROA%08X:session-%u\","
        "\"arn\":\"arn:aws:sts::111122223333:assumed-role/role-%u/session-%u\",\"accountId\":\"111122223333\","
        "\"accessKeyId\":\"ASIA%08X%08X\",\"sessionContext\":{\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"AROA%08X\","
        "\"arn\":\"arn:aws:iam::111122223333:role/role-%u\",\"accountId\":\"111122223333\",\"userName\":\"role-%u\"},"
        "\"attributes\":{\"creationDate\":\"2026-11-20T%02u:%02u:00Z\",\"mfaAuthenticated\":\"false\"}}},",
        number == 0 ? "" : ",", root ? "Root" : "AssumedRole", host, a, host, a, a, b, host, host,
        host, a % 24, b % 60);
    buffer_append_format(
        out,
        "\"eventTime\":\"2026-11-20T%02u:%02u:%02uZ\",\"eventSource\":\"ec2.amazonaws.com\",\"eventName\":\"%s\","
        "\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"10.0.%u.%u\","
        "\"userAgent\":\"aws-sdk-go-v2/1.30 os/linux lang/go#1.22 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.170\","
        "\"requestParameters\":{\"filterSet\":{\"items\":[{\"name\":\"instance-state-name\",\"valueSet\":{\"items\":"
        "[{\"value\":\"running\"}]}},{\"name\":\"tag:Name\",\"valueSet\":{\"items\":[{\"value\":\"web-%u\\\"{}\"}]}}]},"
        "\"instancesSet\":{}},\"responseElements\":null,\"requestID\":\"%08x-%04x-4%03x-8%03x-%012x\",",
        a % 24, b % 60, a % 60, calls[a % 5], a % 256, b % 256, a % 500, a, b % 65536, a % 4096,
        b % 4096, b);
    buffer_append_format(
        out,
        "\"eventID\":\"%08x-%04x-4%03x-9%03x-%012x\",\"readOnly\":true,\"eventType\":\"AwsApiCall\",\"managementEvent\":true,"
        "\"recipientAccountId\":\"111122223333\",\"eventCategory\":\"Management\",\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\","
        "\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"ec2.us-east-1.amazonaws.com\"}}",
        b, a % 65536, b % 4096, a % 4096, number);
}

static void write_file(struct buffer *text, struct chance *c)
{
    buffer_append_string(text, "{\"Records\":[");
    for (unsigned i = 0; i < RECORDS_A_FILE; i++)
        add_record(text, c, i);
    buffer_append_string(text, "]}");
}

struct round {
    struct trail_file *file;
    uint64_t rows;
};

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    struct round *r = ctx;
    (void)row;
    (void)err;
    r->rows++;
    return true;
}

static void *begin(void)
{
    struct round *r = memory_new(1, sizeof *r);
    const struct trail_file_options o = { on_row, r };
    r->file = trail_file_new(&o);
    return r;
}

static void read_file(void *round, struct text gz)
{
    enum { PIECE = GZ_FILES_PIECE };
    struct round *r = round;
    struct error err = ERROR_INIT;
    bool ok = true;
    trail_file_begin(r->file, "111122223333", "us-east-1");
    for (size_t at = 0; ok && at < gz.len; at += PIECE)
        ok = trail_file_write(r->file, gz.data + at, gz.len - at < PIECE ? gz.len - at : PIECE,
                              &err);
    if (!ok || !trail_file_finish(r->file, &err) || trail_file_counts(r->file)->malformed > 0 ||
        trail_file_counts(r->file)->records != RECORDS_A_FILE)
        abort();
}

static uint64_t end(void *round)
{
    struct round *r = round;
    uint64_t rows = r->rows;
    trail_file_free(r->file);
    free(r);
    return rows;
}

int main(int argc, char **argv)
{
    static const struct gz_files bench = { "bench_trails", RECORDS_A_FILE, write_file,
                                           begin,          read_file,      end };
    return gz_files_main(&bench, argc, argv);
}
