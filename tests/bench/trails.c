/*
 * What reading trails costs: gzip files of CloudTrail's records go through gunzip, splitter and a look for root, and in turn
 * through zlib's inflate alone.
 *
 *     bench_trails RECORDS ROUNDS
 *
 * One line a round: records, seconds of CPU of ours, of bare inflate, bytes of gzip, bytes of text, rows, and the most memory
 * this process ever held (KB). A few files are made up front and read again and again; one record in two thousand is root's.
 */
#include "core/base/buffer.h"
#include "core/base/memory.h"
#include "providers/aws/logfiles/trail_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    FILES = 4,
    RECORDS_A_FILE = 20000,
    FILE_MAX = 128 * 1024 * 1024,
    PIECE = 16 * 1024, /* as libcurl hands a body on */
    ROOT_ONE_IN = 2000,
    SCALE = 1000 * 1000 * 1000,
};

struct chance {
    uint64_t state;
};

static unsigned below(struct chance *c, unsigned bound)
{
    c->state = c->state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(c->state >> 33) % bound;
}

/* As a call by a role is recorded: some 1,500 bytes. */
static void add_record(struct buffer *out, struct chance *c, unsigned number)
{
    static const char *const calls[] = { "DescribeInstances", "GetObject", "AssumeRole",
                                         "PutMetricData", "Decrypt" };
    bool root = below(c, ROOT_ONE_IN) == 0;
    unsigned a = below(c, 1u << 30), b = below(c, 1u << 30), host = below(c, 60);
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

static void make_file(struct buffer *out, uint64_t *plain, unsigned seed)
{
    struct chance c = { seed };
    struct buffer text;
    buffer_init(&text, FILE_MAX);
    buffer_append_string(&text, "{\"Records\":[");
    for (unsigned i = 0; i < RECORDS_A_FILE; i++)
        add_record(&text, &c, i);
    buffer_append_string(&text, "]}");
    z_stream z = { 0 };
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    char *room = memory_new(1, text.len);
    z.next_in = (const unsigned char *)text.data;
    z.avail_in = (unsigned)text.len;
    z.next_out = (unsigned char *)room;
    z.avail_out = (unsigned)text.len;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END || !buffer_ok(&text))
        abort();
    buffer_init(out, FILE_MAX);
    buffer_append(out, room, text.len - z.avail_out);
    *plain = text.len;
    deflateEnd(&z);
    free(room);
    buffer_release(&text);
}

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / SCALE;
}

static bool on_row(void *ctx, struct json_object *row, struct error *err)
{
    (void)row;
    (void)err;
    ++*(uint64_t *)ctx;
    return true;
}

static void read_ours(struct trail_file *f, const struct buffer *gz)
{
    struct error err = ERROR_INIT;
    bool ok = true;
    trail_file_begin(f, "111122223333", "us-east-1");
    for (size_t at = 0; ok && at < gz->len; at += PIECE)
        ok = trail_file_write(f, gz->data + at, gz->len - at < PIECE ? gz->len - at : PIECE, &err);
    if (!ok || !trail_file_finish(f, &err) || trail_file_counts(f)->malformed > 0 ||
        trail_file_counts(f)->records != RECORDS_A_FILE)
        abort();
}

static void read_bare(z_stream *z, const struct buffer *gz, unsigned char *room)
{
    int result = Z_OK;
    inflateReset(z);
    for (size_t at = 0; at < gz->len; at += PIECE) {
        z->next_in = (const unsigned char *)gz->data + at;
        z->avail_in = (unsigned)(gz->len - at < PIECE ? gz->len - at : PIECE);
        do {
            z->next_out = room;
            z->avail_out = 4 * PIECE;
            result = inflate(z, Z_NO_FLUSH);
        } while (z->avail_out == 0);
    }
    if (result != Z_STREAM_END)
        abort();
}

/* File by file ours and bare in turn, so that both meet the same machine. */
static void measure(const struct buffer files[FILES], const uint64_t plain[FILES], int64_t count)
{
    uint64_t rows = 0, gz_bytes = 0, text_bytes = 0;
    const struct trail_file_options o = { on_row, &rows };
    struct trail_file *f = trail_file_new(&o);
    unsigned char *room = memory_new(4, PIECE);
    double ours = 0, bare = 0;
    z_stream z = { 0 };
    inflateInit2(&z, 16 + MAX_WBITS);
    for (int64_t i = 0; i < count; i++) {
        double at = cpu_s();
        read_ours(f, &files[i % FILES]);
        ours += cpu_s() - at;
        at = cpu_s();
        read_bare(&z, &files[i % FILES], room);
        bare += cpu_s() - at;
        gz_bytes += files[i % FILES].len;
        text_bytes += plain[i % FILES];
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%lld\t%.3f\t%.3f\t%llu\t%llu\t%llu\t%ld\n", (long long)count * RECORDS_A_FILE, ours,
           bare, (unsigned long long)gz_bytes, (unsigned long long)text_bytes,
           (unsigned long long)rows, usage.ru_maxrss);
    inflateEnd(&z);
    free(room);
    trail_file_free(f);
}

int main(int argc, char **argv)
{
    struct buffer files[FILES];
    uint64_t plain[FILES];
    int64_t records = 0, rounds = 0;
    if (argc != 3 || !text_to_int64(text_of(argv[1]), &records) || records < RECORDS_A_FILE ||
        !text_to_int64(text_of(argv[2]), &rounds) || rounds < 1) {
        fprintf(stderr, "usage: bench_trails RECORDS ROUNDS (RECORDS: at least %d)\n",
                RECORDS_A_FILE);
        return 2;
    }
    for (unsigned i = 0; i < FILES; i++)
        make_file(&files[i], &plain[i], i + 1);
    for (int64_t round = 0; round < rounds; round++)
        measure(files, plain, records / RECORDS_A_FILE);
    for (int i = 0; i < FILES; i++)
        buffer_release(&files[i]);
    return 0;
}
