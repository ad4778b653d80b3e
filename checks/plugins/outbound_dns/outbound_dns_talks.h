#ifndef CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_TALKS_H
#define CHECKS_PLUGINS_OUTBOUND_DNS_OUTBOUND_DNS_TALKS_H

#include "checks/check.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Who asked whom for names: sightings of either cloud, gathered into talks, and the rows that come of them. A talk is what a
 * host of a network does with one destination by one transport; a host is an instance, or whose member it is.
 *
 * Rows, each an occurrence of a network:
 *   HOST → 192.58.128.30 (J-root, Verisign)      a server of the root: the host resolves for itself. More than
 *   HOST → DNS root servers                      OUTBOUND_DNS_ROOTS_MAX of them in one night are one row
 *   HOST → 8.8.8.8 (Google Public DNS)           a public resolver
 *   HOST → 203.0.113.7                           nobody knows it. Of a host that asks the root, or more than
 *   HOST → other name servers                    OUTBOUND_DNS_MANY such, they are one row: those of all the world's domains
 *   HOST → Trojan:EC2/DNSDataExfiltration        a finding of GuardDuty about the names that the host asks for
 * After an address " DoT", " DoQ" (853) or " DoH" (443) where it was not plain DNS, and at the end ", refused" where all
 * was refused. Nothing comes of what is expected or not reached over the internet.
 *
 *   high     names of command and control; an unknown destination with volume (setting dns), or of such a host
 *   medium   an unknown destination
 *   low      root servers, public resolvers; the unknown ones of a host that asks the root
 *   info     an address of one's own estate; all refused
 */
enum {
    OUTBOUND_DNS_TALKS_MAX = 50000,  /* of an account */
    OUTBOUND_DNS_HOST_MAX = 90,      /* bytes of a host's name in a subject; a longer one ends in a digest */
    OUTBOUND_DNS_ROOTS_MAX = 3,
    OUTBOUND_DNS_MANY = 10,
    OUTBOUND_DNS_NAMED_MAX = 20,     /* members, addresses, domains named in detail; the others are counted: "+37" */
    OUTBOUND_DNS_WORD_MAX = 300,     /* bytes of such a name; a longer one is counted, too */
};

enum outbound_dns_transport { OUTBOUND_DNS_PLAIN, OUTBOUND_DNS_TLS, OUTBOUND_DNS_QUIC, OUTBOUND_DNS_HTTPS };

/* False for a port that is none of 53, 853, 443. */
bool outbound_dns_talks_transport(int64_t port, int64_t protocol, enum outbound_dns_transport *out);

/* Whether a flow to such a port is what a server of ours answers to somebody whose own port that happens to be: it comes
 * from a port of servers. 0: not told. (Flow logs of AWS are read without these, by the same rule.) */
bool outbound_dns_talks_is_answer(int64_t source_port, int64_t port);

/* One event. Texts are borrowed during the call. */
struct outbound_dns_sighting {
    const char *network; /* key of the network */
    const char *host;    /* steady name of who asks */
    const char *member;  /* which one of it, where host is a parent; NULL: none to tell */
    const char *address; /* asked; NULL: not said */
    const char *domain;  /* asked for; NULL: not said */
    const char *alert;   /* GuardDuty's type of finding; NULL: a flow */
    const char *alert_severity; /* where the alert is about names, not about whom was asked; NULL else */
    enum outbound_dns_transport transport;
    bool refused;
    bool second_hand;    /* seen by another interface than the host's own (a NAT gateway's): not counted twice */
    bool nat;            /* seen at a gateway, of nobody knows whom behind it: counts only where no other in the network did it */
    bool crowd;          /* the host is many machines that have nothing else in common: one's root is not another's */
    int64_t packets, bytes, flows; /* of a flow */
    int64_t count;       /* of an alert */
    int64_t first_unix_s, last_unix_s;
};

struct outbound_dns_talks;

/* What people know a host by; "": nothing. */
struct outbound_dns_asker {
    char *name;    /* its Name, where that is another than the host's */
    char *team;
    char *account; /* its name, where it is another's than the judged one: a tenant's */
};

/* `view` must live as long as the result. */
struct outbound_dns_talks *outbound_dns_talks_new(const struct check_view *view);
void outbound_dns_talks_free(struct outbound_dns_talks *t); /* NULL is fine */

/* A machine of the inventory: who the host is that it is, or belongs to, for the detail of its rows. Of a host that is several
 * machines only what is the same of all of them stays. */
void outbound_dns_talks_know(struct outbound_dns_talks *t, const struct check_resource *machine);

/* ERROR_LIMIT beyond OUTBOUND_DNS_TALKS_MAX. */
bool outbound_dns_talks_add(struct outbound_dns_talks *t, const struct outbound_dns_sighting *s, struct error *err);

/* Gives the rows. `unplaced` events that name no network at all are told in the detail of each. */
bool outbound_dns_talks_rows(struct outbound_dns_talks *t, int64_t unplaced, check_result_fn result, void *result_ctx,
                             struct error *err);

/* Names a word, once; beyond OUTBOUND_DNS_NAMED_MAX, or where it is too long, it is only counted. NULL and "" are passed over. */
void outbound_dns_talks_note(struct string_list *l, size_t *more, const char *word);
/* Adds what is above zero, at most to what fits. */
void outbound_dns_talks_count(int64_t *sum, int64_t more);

#endif
