#include "checks/plugins/outbound_dns/outbound_dns_talks.h"

#include "checks/plugins/outbound_dns/outbound_dns_rows.h"
#include "core/base/map.h"
#include "core/base/memory.h"

#include <stdlib.h>
#include <string.h>

struct outbound_dns_talks {
    const struct check_view *view;
    struct outbound_dns_talk *items;
    size_t count;
    struct map *by_key; /* index + 1 */
    struct map *askers; /* by host: struct outbound_dns_asker */
};

static void asker_free(void *value)
{
    struct outbound_dns_asker *a = value;
    free(a->name);
    free(a->team);
    free(a->account);
    free(a);
}

bool outbound_dns_talks_transport(int64_t port, int64_t protocol, enum outbound_dns_transport *out)
{
    enum { UDP = 17 };
    if (port != 53 && port != 853 && port != 443)
        return false;
    *out = port == 53        ? OUTBOUND_DNS_PLAIN
           : port == 443     ? OUTBOUND_DNS_HTTPS
           : protocol == UDP ? OUTBOUND_DNS_QUIC
                             : OUTBOUND_DNS_TLS;
    return true;
}

/* Who asks does so from a high port, or, as old resolvers do, from 53 itself. */
bool outbound_dns_talks_is_answer(int64_t source_port, int64_t port)
{
    enum { FIRST_HIGH_PORT = 1024, DNS = 53 };
    return source_port > 0 && source_port < FIRST_HIGH_PORT && (source_port != DNS || port != DNS);
}

struct outbound_dns_talks *outbound_dns_talks_new(const struct check_view *view)
{
    struct outbound_dns_talks *t = memory_new(1, sizeof *t);
    t->view = view;
    t->by_key = map_new(NULL);
    t->askers = map_new(asker_free);
    return t;
}

static const char *said(const char *word)
{
    return word == NULL ? "" : word;
}

static void agree(char **known, const char *word)
{
    if (strcmp(*known, word) == 0)
        return;
    free(*known);
    *known = memory_string("");
}

void outbound_dns_talks_know(struct outbound_dns_talks *t, const struct check_resource *machine)
{
    const char *host = machine->parent != NULL ? machine->parent : machine->id;
    const char *name = machine->parent != NULL || strcmp(said(machine->name), host) == 0
                           ? ""
                           : said(machine->name),
               *account = strcmp(machine->account, t->view->account) == 0
                              ? ""
                              : said(machine->account_name),
               *team = said(machine->team);
    struct outbound_dns_asker *known = map_get(t->askers, host);
    if (known == NULL) {
        known = memory_new(1, sizeof *known);
        *known = (struct outbound_dns_asker){ memory_string(name), memory_string(team),
                                              memory_string(account) };
        map_set(t->askers, host, known);
        return;
    }
    agree(&known->name, name);
    agree(&known->team, team);
    agree(&known->account, account);
}

static void talk_release(struct outbound_dns_talk *talk)
{
    free(talk->network);
    free(talk->host);
    free(talk->address);
    free(talk->alert_severity);
    free(talk->holder);
    string_list_release(&talk->members);
    string_list_release(&talk->domains);
    string_list_release(&talk->alerts);
    string_list_release(&talk->addresses);
}

void outbound_dns_talks_free(struct outbound_dns_talks *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        talk_release(&t->items[i]);
    free(t->items);
    map_free(t->by_key);
    map_free(t->askers);
    free(t);
}

/* The destination, "" where the event does not say any that is an address. */
static void address_of(const struct outbound_dns_sighting *s, char out[CIDR_TEXT_MAX])
{
    *out = '\0';
    if (s->alert_severity == NULL && s->address != NULL)
        dns_destinations_address(text_of(s->address), out);
}

/* What a talk is known by. An alert about names has no destination: its type is in the place of one. */
static char *key_of(const struct outbound_dns_sighting *s, const char *address)
{
    const char *to = s->alert_severity != NULL ? s->alert : address;
    return memory_format("%s\x1f%s\x1f%s\x1f%d", s->network, s->host, to,
                         s->alert_severity != NULL ? -1 : (int)s->transport);
}

void outbound_dns_talks_note(struct string_list *l, size_t *more, const char *word)
{
    if (word == NULL || *word == '\0' || string_list_has(l, word))
        return;
    if (l->count < OUTBOUND_DNS_NAMED_MAX && strlen(word) <= OUTBOUND_DNS_WORD_MAX)
        string_list_add(l, word);
    else
        ++*more;
}

static struct outbound_dns_talk *find(struct outbound_dns_talks *t,
                                      const struct outbound_dns_sighting *s, struct error *err)
{
    char address[CIDR_TEXT_MAX];
    address_of(s, address);
    char *key = key_of(s, address);
    uintptr_t at = (uintptr_t)map_get(t->by_key, key);
    if (at == 0 && t->count < OUTBOUND_DNS_TALKS_MAX) {
        if ((t->count & (t->count - 1)) == 0)
            t->items = memory_resize(t->items, t->count == 0 ? 1 : t->count * 2, sizeof *t->items);
        t->items[t->count++] = (struct outbound_dns_talk){
            .network = memory_string(s->network),
            .host = memory_string(s->host),
            .address = *address == '\0' ? NULL : memory_string(address),
            .transport = s->transport,
            .refused = true,
            .nat = s->nat,
            .crowd = s->crowd,
            .first_unix_s = INT64_MAX,
        };
        at = t->count;
        map_set(t->by_key, key, (void *)at);
    }
    free(key);
    if (at == 0)
        error_set(err, ERROR_LIMIT, "more than %d pairs of machine and name server",
                  OUTBOUND_DNS_TALKS_MAX);
    return at == 0 ? NULL : &t->items[at - 1];
}

/* Counters come from logs: never beyond what fits. */
void outbound_dns_talks_count(int64_t *sum, int64_t more)
{
    if (more > 0)
        *sum = *sum > INT64_MAX - more ? INT64_MAX : *sum + more;
}

static void note_alert(struct outbound_dns_talk *talk, const struct outbound_dns_sighting *s)
{
    if (s->alert == NULL)
        return;
    outbound_dns_talks_note(&talk->alerts, &talk->more_alerts, s->alert);
    outbound_dns_talks_count(&talk->alert_count, s->count);
    if (s->alert_severity == NULL)
        return;
    free(talk->alert_severity);
    talk->alert_severity = memory_string(s->alert_severity);
}

bool outbound_dns_talks_add(struct outbound_dns_talks *t, const struct outbound_dns_sighting *s,
                            struct error *err)
{
    struct outbound_dns_talk *talk = find(t, s, err);
    if (talk == NULL)
        return false;
    struct outbound_dns_sums *sums = &talk->sums[s->second_hand];
    outbound_dns_talks_count(&sums->packets, s->packets);
    outbound_dns_talks_count(&sums->bytes, s->bytes);
    outbound_dns_talks_count(&sums->flows, s->flows);
    outbound_dns_talks_note(&talk->members, &talk->more_members, s->member);
    outbound_dns_talks_note(&talk->domains, &talk->more_domains, s->domain);
    if (talk->address == NULL)
        outbound_dns_talks_note(&talk->addresses, &talk->more_addresses, s->address);
    note_alert(talk, s);
    talk->refused = talk->refused && s->refused;
    talk->nat = talk->nat && s->nat;
    talk->first_unix_s =
        s->first_unix_s < talk->first_unix_s ? s->first_unix_s : talk->first_unix_s;
    talk->last_unix_s = s->last_unix_s > talk->last_unix_s ? s->last_unix_s : talk->last_unix_s;
    return true;
}

bool outbound_dns_talks_rows(struct outbound_dns_talks *t, int64_t unplaced, check_result_fn result,
                             void *result_ctx, struct error *err)
{
    const struct outbound_dns_rows rows = { t->view,  t->items, t->count,  t->askers,
                                            unplaced, result,   result_ctx };
    return outbound_dns_rows_give(&rows, err);
}
