#include "checks/plugins/outbound_dns/outbound_dns_words.h"

#include "core/base/digest.h"
#include "core/base/memory.h"
#include "core/base/timestamp.h"
#include "core/decode/json_write.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_OF_LONG_HOST = 70, DIGEST_SHOWN = 8 };

/* ---- subject ---- */

static bool is_dirty(char c)
{
    return (unsigned char)c < ' ' || c == 0x7f;
}

/* A name that cannot be in a subject as it is ends in a digest, so that no two hosts become one. */
static char *hosts_name(const char *host)
{
    char hex[DIGEST_HEX_MAX];
    size_t len = strlen(host), dirty = 0;
    for (size_t i = 0; i < len; i++)
        dirty += is_dirty(host[i]);
    if (len <= OUTBOUND_DNS_HOST_MAX && dirty == 0)
        return memory_string(host);
    size_t kept = len < KEPT_OF_LONG_HOST ? len : KEPT_OF_LONG_HOST;
    while (kept > 0 && ((unsigned char)host[kept] & 0xc0U) == 0x80U)
        kept--; /* not within a character */
    digest_sha256_hex(text_of(host), hex);
    char *name = memory_format("%.*s~%.*s", (int)kept, host, DIGEST_SHOWN, hex);
    for (char *c = name; *c != '\0'; c++)
        if (is_dirty(*c))
            *c = '?';
    return name;
}

/* "8.8.8.8 DoT (Google Public DNS)". */
static char *destination_of(const struct outbound_dns_talk *t)
{
    static const char *const transports[] = { "", " DoT", " DoQ", " DoH" };
    const char *address = t->address == NULL ? "?" : t->address;
    struct text server = t->is.server, who = t->is.operator;
    if (t->alert_severity != NULL)
        return memory_string(t->alerts.items[0]);
    if (who.len == 0)
        return memory_format("%s%s", address, transports[t->transport]);
    return memory_format("%s%s (%.*s%s%.*s)", address, transports[t->transport], (int)server.len,
                         server.len == 0 ? "" : server.data, server.len == 0 ? "" : ", ",
                         (int)who.len, who.data);
}

/* Cut at CHECK_SUBJECT_MAX, which only an operator's name of the config's can reach, and not within a character. */
static char *cut(char *subject)
{
    size_t end = CHECK_SUBJECT_MAX;
    if (strlen(subject) <= end)
        return subject;
    while (end > 0 && ((unsigned char)subject[end] & 0xc0U) == 0x80U)
        end--;
    subject[end] = '\0';
    return subject;
}

char *outbound_dns_words_subject(const struct outbound_dns_talk *t, const char *destination)
{
    char *host = hosts_name(t->host),
         *to = destination != NULL ? memory_string(destination) : destination_of(t);
    char *subject = memory_format("%s → %s%s", host, to,
                                  t->refused && t->alert_severity == NULL ? ", refused" : "");
    free(to);
    free(host);
    return cut(subject);
}

/* ---- evidence and detail ---- */

static char *written(struct json_object *o)
{
    struct buffer text;
    buffer_init(&text, CHECK_EVIDENCE_MAX);
    json_write_canonical(o, &text);
    json_object_put(o);
    return buffer_detach(&text);
}

static void add_string(struct json_object *o, const char *name, const char *value)
{
    if (value != NULL && *value != '\0')
        json_object_object_add(o, name, json_object_new_string(value));
}

static void add_text(struct json_object *o, const char *name, struct text value)
{
    if (value.len > 0)
        json_object_object_add(o, name, json_object_new_string_len(value.data, (int)value.len));
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorted; `more`: how many there are that are not named. */
static void add_list(struct json_object *o, const char *name, const struct string_list *l,
                     size_t more)
{
    if (l->count == 0 && more == 0)
        return;
    char **sorted = memory_new(l->count, sizeof *sorted);
    if (l->count > 0) {
        memcpy(sorted, l->items, l->count * sizeof *sorted);
        qsort(sorted, l->count, sizeof *sorted, compare_words);
    }
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < l->count; i++)
        json_object_array_add(list, json_object_new_string(sorted[i]));
    if (more > 0) {
        char *others = memory_format("+%zu", more);
        json_object_array_add(list, json_object_new_string(others));
        free(others);
    }
    json_object_object_add(o, name, list);
    free(sorted);
}

static const char *kind_of(const struct outbound_dns_talk *t)
{
    return t->alert_severity != NULL ? "name"
           : t->holder != NULL       ? "own"
                                     : dns_destinations_word(t->is.kind);
}

char *outbound_dns_words_evidence(const struct outbound_dns_talk *t, const char *kind)
{
    static const char *const transports[] = { "DNS", "DoT", "DoQ", "DoH" };
    struct json_object *o = json_object_new_object();
    add_string(o, "kind", kind != NULL ? kind : kind_of(t));
    add_string(o, "transport", t->alert_severity != NULL ? NULL : transports[t->transport]);
    add_text(o, "server", t->is.server);
    add_text(o, "operator", t->is.operator);
    add_string(o, "holder", t->holder);
    add_list(o, "guardduty", &t->alerts, 0);
    return written(o);
}

static void add_time(struct json_object *o, const char *name, int64_t unix_s)
{
    char iso[TIMESTAMP_MAX];
    if (unix_s <= 0 || unix_s == INT64_MAX)
        return;
    timestamp_iso(unix_s, iso);
    add_string(o, name, iso);
}

static void add_number(struct json_object *o, const char *name, int64_t value)
{
    if (value > 0)
        json_object_object_add(o, name, json_object_new_int64(value));
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

char *outbound_dns_words_detail(const struct outbound_dns_talk *t,
                                const struct outbound_dns_asker *asker, int64_t unplaced)
{
    struct json_object *o = json_object_new_object();
    if (asker != NULL) {
        add_string(o, "name", asker->name);
        add_string(o, "team", asker->team);
        add_string(o, "account", asker->account);
    }
    add_time(o, "first", t->first_unix_s);
    add_time(o, "last", t->last_unix_s);
    add_number(o, "flows", most(t->sums[0].flows, t->sums[1].flows));
    add_number(o, "packets", most(t->sums[0].packets, t->sums[1].packets));
    add_number(o, "bytes", most(t->sums[0].bytes, t->sums[1].bytes));
    add_number(o, "alerts", t->alert_count);
    add_list(o, "members", &t->members, t->more_members);
    add_list(o, "addresses", &t->addresses, t->more_addresses);
    add_list(o, "domains", &t->domains, t->more_domains);
    add_number(o, "unplaced", unplaced);
    return written(o);
}

/* ---- rows of several talks ---- */

void outbound_dns_words_fold(struct outbound_dns_talk *all, const struct outbound_dns_talk *t)
{
    all->network = t->network;
    all->host = t->host;
    all->transport = t->transport;
    all->is.kind = t->is.kind;
    for (size_t i = 0; i < 2; i++) {
        outbound_dns_talks_count(&all->sums[i].packets, t->sums[i].packets);
        outbound_dns_talks_count(&all->sums[i].bytes, t->sums[i].bytes);
        outbound_dns_talks_count(&all->sums[i].flows, t->sums[i].flows);
    }
    for (size_t i = 0; i < t->members.count; i++)
        outbound_dns_talks_note(&all->members, &all->more_members, t->members.items[i]);
    outbound_dns_talks_note(&all->addresses, &all->more_addresses, t->address);
    all->first_unix_s = t->first_unix_s < all->first_unix_s ? t->first_unix_s : all->first_unix_s;
    all->last_unix_s = most(all->last_unix_s, t->last_unix_s);
    all->raised_unix_s = most(all->raised_unix_s, t->raised_unix_s);
}
