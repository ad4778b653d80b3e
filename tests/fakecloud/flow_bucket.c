#include "tests/fakecloud/flow_bucket.h"

#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json.h"
#include "tests/fakecloud/chance.h"
#include "tests/fakecloud/events.h"
#include "tests/fakecloud/machines.h"
#include "tests/fakecloud/network.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
    FILES_A_NIGHT = 6,
    EVERY_S = 4 * 3600,
    FIRST_S =
        5400, /* half past: no file is near the ends of a reader's window, and its flows are of one hour */
    FLOWS_BEFORE_S = 300,
    WINDOW_S = 30 * 3600,
    HOUR_S = 3600,
    FLOWS_MOST = 3,
    TEXT_MAX = 64 * 1024,
    PATH_MAX_BYTES = 256,
};

enum layout { PLAIN, HIVE_BY_HOUR, PLAIN_BY_HOUR, LAYOUTS };

static const struct server {
    const char *address;
    int port, protocol;
} servers[] = {
    { "8.8.8.8", 53, 17 }, { "192.58.128.30", 53, 17 }, { "203.0.113.53", 53, 17 },
    { "1.1.1.1", 853, 6 }, { "9.9.9.9", 443, 6 },       { "2001:4860:4860::8888", 53, 17 },
};
enum { SERVERS = sizeof servers / sizeof *servers };

#define DEFAULT_FIELDS                                                                             \
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
#define OWN_FIELDS                                                                                                                \
    "region vpc-id subnet-id instance-id interface-id flow-direction dstport dstaddr srcaddr pkt-srcaddr protocol packets bytes " \
    "action start end traffic-path log-status account-id encryption-status"

/* One file. */
struct file {
    const struct estate *e;
    struct place at;
    enum layout layout;
    int64_t named_s;
    char path[PATH_MAX_BYTES]; /* for draws */
    char *key;
};

typedef void (*file_fn)(void *ctx, const struct file *f);

const char *flow_bucket_reader(const struct estate *e)
{
    return estate_account(e, e->o.accounts > 1 ? 1 : 0);
}

static uint64_t draw(const struct file *f, const char *what, uint64_t below)
{
    char path[PATH_MAX_BYTES + 64];
    snprintf(path, sizeof path, "%s/%s", f->path, what);
    return chance_number(f->e->o.seed, path, below);
}

/* "20261121T0130Z": the minute, as in names. */
static char *key_of(const struct file *f)
{
    char date[TIMESTAMP_MAX], basic[TIMESTAMP_MAX], folder[PATH_MAX_BYTES];
    char *log = chance_id(f->e->o.seed, "fl-", f->at.region),
         *hash = chance_hex(f->e->o.seed, f->path, 8);
    timestamp_date(f->named_s, date);
    timestamp_basic(f->named_s, basic);
    if (f->layout == HIVE_BY_HOUR)
        snprintf(
            folder, sizeof folder,
            "aws-account-id=%s/aws-service=vpcflowlogs/aws-region=%s/year=%.4s/month=%.2s/day=%.2s/hour=%.2s/",
            f->at.account, f->at.region, date, date + 5, date + 8, basic + 9);
    else
        snprintf(folder, sizeof folder, "%s/vpcflowlogs/%s/%.4s/%.2s/%.2s/%.*s%s", f->at.account,
                 f->at.region, date, date + 5, date + 8, f->layout == PLAIN_BY_HOUR ? 2 : 0,
                 basic + 9, f->layout == PLAIN_BY_HOUR ? "/" : "");
    char *key = memory_format(FLOW_BUCKET_PREFIX "%s%s_vpcflowlogs_%s_%s_%.13sZ_%s.log.gz", folder,
                              f->at.account, f->at.region, log, basic, hash);
    free(log);
    free(hash);
    return key;
}

static void each_of_night(const struct estate *e, size_t account, size_t region, int night,
                          file_fn each, void *ctx)
{
    for (int i = 0; i < FILES_A_NIGHT; i++) {
        struct file f = { .e = e,
                          .at = estate_place(e, account, region),
                          .layout = (enum layout)(account % LAYOUTS),
                          .named_s = events_night_s(night) - EVENTS_DAY_S + FIRST_S + i * EVERY_S };
        snprintf(f.path, sizeof f.path, "%s/%s/flows/%d/%d", f.at.account, f.at.region, night, i);
        bool late = i == FILES_A_NIGHT - 1 && draw(&f, "late", EVENTS_LATE_ONE_IN) == 0;
        if (night + late > e->night)
            continue;
        f.key = key_of(&f);
        each(ctx, &f);
        free(f.key);
    }
}

/* `about`: a text that holds account and region of those that matter; NULL: all do. */
static void each_file(const struct estate *e, const char *about, file_fn each, void *ctx)
{
    for (size_t account = 0; account < e->o.accounts; account++) {
        if (!events_lively(e, account) ||
            (about != NULL && strstr(about, estate_account(e, account)) == NULL))
            continue;
        for (size_t region = 0; region < e->o.regions; region++)
            for (int night = 0; night <= e->night; night++)
                if (about == NULL || strstr(about, estate_place(e, account, region).region) != NULL)
                    each_of_night(e, account, region, night, each, ctx);
    }
}

/* ---- what a file holds ---- */

/* Who asks, and where it stands. */
struct asker {
    char *interface, *vpc, *subnet;
    struct machines_seen machine;
};

static void asker_init(struct asker *a, const struct file *f)
{
    char *path = memory_format("%s/%s/machine/" MACHINES_FIRST, f->at.account, f->at.region);
    a->interface = chance_id(f->e->o.seed, "eni-", path);
    a->vpc = network_vpc(f->e, f->at, NETWORK_OWN_VPC);
    a->subnet = network_subnet(f->e, f->at, NETWORK_OWN_VPC, 0);
    machines_see(f->e, f->at, MACHINES_FIRST, &a->machine);
    free(path);
}

static void asker_release(struct asker *a)
{
    free(a->interface);
    free(a->vpc);
    free(a->subnet);
    machines_seen_release(&a->machine);
}

/* Flows to one server, in one file: a row of the truth. */
struct talk {
    const struct server *to;
    bool refused;
    size_t flows;
    uint64_t packets[FLOWS_MOST], bytes[FLOWS_MOST];
    int64_t start_s[FLOWS_MOST];
};

static size_t talks_of(const struct file *f)
{
    return 1 + (size_t)draw(f, "talks", SERVERS - 1);
}

static void talk_draw(const struct file *f, size_t number, struct talk *out)
{
    char what[64];
    out->to = &servers[(draw(f, "server", SERVERS) + number) % SERVERS];
    snprintf(what, sizeof what, "%zu/refused", number);
    out->refused = draw(f, what, 8) == 0;
    snprintf(what, sizeof what, "%zu/flows", number);
    out->flows = 1 + (size_t)draw(f, what, FLOWS_MOST);
    for (size_t i = 0; i < out->flows; i++) {
        snprintf(what, sizeof what, "%zu/%zu", number, i);
        uint64_t drawn = draw(f, what, 1000000);
        out->packets[i] = 1 + drawn % 40;
        out->bytes[i] = out->packets[i] * (60 + drawn % 400);
        out->start_s[i] = f->named_s - 1 - (int64_t)(drawn % FLOWS_BEFORE_S);
    }
}

static void add_flow(struct buffer *out, const struct file *f, const struct asker *a,
                     const struct talk *t, size_t i)
{
    const char *action = t->refused ? "REJECT" : "ACCEPT", *source = a->machine.address;
    unsigned long long packets = t->packets[i], bytes = t->bytes[i];
    long long start = t->start_s[i];
    if (f->layout == HIVE_BY_HOUR)
        buffer_append_format(
            out, "%s %s %s %s %s egress %d %s %s %s %d %llu %llu %s %lld %lld 8 OK %s -\n",
            f->at.region, a->vpc, a->subnet, a->machine.instance, a->interface, t->to->port,
            t->to->address, source, source, t->to->protocol, packets, bytes, action, start,
            start + 50, f->at.account);
    else
        buffer_append_format(out, "2 %s %s %s %s %zu %d %d %llu %llu %lld %lld %s OK\n",
                             f->at.account, a->interface, source, t->to->address, 40000 + i,
                             t->to->port, t->to->protocol, packets, bytes, start, start + 50,
                             action);
}

/* What nobody asks for: pages of the web, the network's own resolver, answers, silence. */
static void add_rest(struct buffer *out, const struct file *f, const struct asker *a)
{
    long long start = f->named_s - 60;
    const char *id = f->at.account, *from = a->machine.address;
    if (f->layout == HIVE_BY_HOUR)
        buffer_append_format(
            out,
            "%s %s %s %s %s ingress 53 203.0.113.53 198.51.100.9 198.51.100.9 17 1 60 ACCEPT %lld %lld - OK %s -\n"
            "- - - - %s - - - - - - - - - %lld %lld - NODATA %s -\n",
            f->at.region, a->vpc, a->subnet, a->machine.instance, a->interface, start, start + 50,
            id, a->interface, start, start + 50, id);
    else
        buffer_append_format(out,
                             "2 %s %s %s 198.51.100.80 40000 443 6 12 4000 %lld %lld ACCEPT OK\n"
                             "2 %s %s %s 10.20.0.2 40000 53 17 1 60 %lld %lld ACCEPT OK\n"
                             "2 %s %s 8.8.8.8 %s 53 40001 17 1 120 %lld %lld ACCEPT OK\n"
                             "2 %s %s - - - - - - - %lld %lld - NODATA\n",
                             id, a->interface, from, start, start + 50, id, a->interface, from,
                             start, start + 50, id, a->interface, from, start, start + 50, id,
                             a->interface, start, start + 50);
}

static void zip(const struct buffer *text, struct buffer *out)
{
    z_stream z = { 0 };
    deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    size_t bound = deflateBound(&z, (uLong)text->len);
    unsigned char *room = memory_new(1, bound);
    z.next_in = (const unsigned char *)text->data;
    z.avail_in = (unsigned)text->len;
    z.next_out = room;
    z.avail_out = (unsigned)bound;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    buffer_append(out, room, bound - z.avail_out);
    deflateEnd(&z);
    free(room);
}

static void write_file(const struct file *f, struct buffer *out)
{
    struct asker a;
    struct buffer text;
    asker_init(&a, f);
    buffer_init(&text, TEXT_MAX);
    buffer_append_string(&text, f->layout == HIVE_BY_HOUR ? OWN_FIELDS "\n" : DEFAULT_FIELDS "\n");
    for (size_t i = 0; i < talks_of(f); i++) {
        struct talk t;
        talk_draw(f, i, &t);
        for (size_t k = 0; k < t.flows; k++)
            add_flow(&text, f, &a, &t, k);
    }
    add_rest(&text, f, &a);
    zip(&text, out);
    buffer_release(&text);
    asker_release(&a);
}

/* ---- for readers ---- */

struct looking {
    const char *prefix, *key;
    struct json_object *files;
    struct buffer *out;
    bool found;
};

static void add_file(void *ctx, const struct file *f)
{
    struct looking *l = ctx;
    struct buffer body;
    if (strncmp(f->key, l->prefix, strlen(l->prefix)) != 0)
        return;
    buffer_init(&body, TEXT_MAX);
    write_file(f, &body);
    json_object_array_add(l->files, estate_json("{\"Key\":\"%s\",\"Size\":%zu}", f->key, body.len));
    buffer_release(&body);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(json_string(*(struct json_object *const *)a, "Key"),
                  json_string(*(struct json_object *const *)b, "Key"));
}

/* Whether a prefix names account and region, which come in this order. */
static bool is_deep(const char *prefix)
{
    size_t slashes = 0;
    for (const char *c = prefix; *c != '\0'; c++)
        slashes += *c == '/';
    return slashes > 3;
}

struct json_object *flow_bucket_files(const struct estate *e, const char *prefix)
{
    struct looking l = { .prefix = prefix, .files = json_object_new_array() };
    each_file(e, is_deep(prefix) ? prefix : NULL, add_file, &l);
    json_object_array_sort(l.files, compare_files);
    return l.files;
}

static void find_file(void *ctx, const struct file *f)
{
    struct looking *l = ctx;
    if (l->found || strcmp(f->key, l->key) != 0)
        return;
    l->found = true;
    write_file(f, l->out);
}

bool flow_bucket_file(const struct estate *e, const char *key, struct buffer *out)
{
    struct looking l = { .key = key, .out = out };
    each_file(e, key, find_file, &l);
    return l.found;
}

/* ---- the truth ---- */

static void tell_talk(const struct file *f, const struct asker *a, const struct talk *t,
                      struct json_object *rows)
{
    char hour[TIMESTAMP_MAX];
    uint64_t packets = 0, bytes = 0;
    for (size_t i = 0; i < t->flows; i++) {
        packets += t->packets[i];
        bytes += t->bytes[i];
    }
    timestamp_iso(f->named_s - f->named_s % HOUR_S, hour);
    json_object_array_add(
        rows,
        estate_json("[\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",%d,%d,\"%s\",\"%s\",%llu,%llu,%zu]",
                    f->at.account, f->at.region, f->layout == HIVE_BY_HOUR ? a->vpc : "",
                    a->interface, a->machine.address, t->to->address, t->to->port, t->to->protocol,
                    t->refused ? "REJECT" : "ACCEPT", hour, (unsigned long long)packets,
                    (unsigned long long)bytes, t->flows));
}

static void tell_file(void *ctx, const struct file *f)
{
    struct asker a;
    if (f->named_s < events_night_s(f->e->night) - WINDOW_S)
        return;
    asker_init(&a, f);
    for (size_t i = 0; i < talks_of(f); i++) {
        struct talk t;
        talk_draw(f, i, &t);
        tell_talk(f, &a, &t, ctx);
    }
    asker_release(&a);
}

struct json_object *flow_bucket_truth(const struct estate *e)
{
    struct json_object *rows = json_object_new_array();
    each_file(e, NULL, tell_file, rows);
    return rows;
}
