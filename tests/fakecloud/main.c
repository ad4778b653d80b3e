#include "tests/fakecloud/answers.h"
#include "tests/fakecloud/google/projects.h"
#include "tests/fakecloud/http.h"
#include "tests/fakecloud/keyring.h"
#include "tests/fakecloud/ledger.h"
#include "tests/fakecloud/nights.h"
#include "tests/fakecloud/options.h"
#include "tests/fakecloud/rules.h"
#include "tests/fakecloud/small.h"
#include "tests/fakecloud/throttle.h"

#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool report(const struct server *s, const struct options *o, struct error *err)
{
    return o->report == NULL || ledger_write(s->ledger, o->report, err);
}

/* SIGUSR1 asks for the report; the others end. They are read, not caught. */
static int open_signals(void)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigprocmask(SIG_BLOCK, &wanted, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &wanted, SFD_CLOEXEC);
}

/* Until whoever started us is done or gone. */
static bool rounds(struct http_door *door, int signals, const struct server *s,
                   const struct options *o, struct error *err)
{
    const int others[] = { STDIN_FILENO, signals };
    bool ready[2], ok = true;
    for (bool going = true; going && ok;) {
        struct signalfd_siginfo told = { 0 };
        char byte;
        http_door_round(door, others, 2, ready);
        if (ready[0])
            going = read(STDIN_FILENO, &byte, 1) > 0;
        if (ready[1] && read(signals, &told, sizeof told) == (ssize_t)sizeof told) {
            going = going && told.ssi_signo == SIGUSR1;
            ok = report(s, o, err);
        }
    }
    return ok && report(s, o, err);
}

static bool serve(struct server *s, const struct options *o, const struct clock *clock,
                  struct error *err)
{
    int port = 0, signals = open_signals(); /* before anybody knows of us */
    struct http_door *door = http_door_open(s, &o->door, clock, &port, err);
    bool ok = door != NULL &&
              (s->google == NULL || google_open(s->google, port, o->door.key != NULL, err));
    if (ok) {
        printf("%d\n", port);
        fflush(stdout);
        ok = rounds(door, signals, s, o, err);
    }
    http_door_close(door);
    close(signals);
    return ok;
}

static bool build(struct estate *e, struct estate *google, struct error *err)
{
    if (!e->o.small)
        return nights_build(e, google, err);
    small_build(e);
    return true;
}

static bool open_google(struct server *s, struct estate *google, const struct options *o,
                        const struct clock *clock, struct error *err)
{
    if (o->google.accounts == 0)
        return true;
    s->google = google_new(google, &o->cloud, clock, err);
    return s->google != NULL;
}

static bool run(struct estate *e, struct estate *google, const struct options *o, struct error *err)
{
    struct clock clock = clock_system();
    struct server s = { .estate = e, .page_max = o->page_max };
    bool ok = build(e, google, err);
    s.keys = keyring_new();
    s.answers = answers_new();
    s.ledger = ledger_new(&clock);
    if (o->throttle > 0)
        s.throttle = throttle_new(o->throttle, &clock);
    if (ok && o->rules != NULL) {
        s.rules = rules_new(o->rules, o->estate.seed, err);
        ok = s.rules != NULL;
    }
    ok = ok && open_google(&s, google, o, &clock, err) && serve(&s, o, &clock, err);
    google_free(s.google);
    rules_free(s.rules);
    throttle_free(s.throttle);
    ledger_free(s.ledger);
    answers_free(s.answers);
    keyring_free(s.keys);
    return ok;
}

int main(int argc, char **argv)
{
    struct options o = OPTIONS_INIT;
    struct error err = ERROR_INIT;
    if (!options_read(argc, argv, &o)) {
        fputs(OPTIONS_USAGE, stderr);
        return 2;
    }
    struct estate *e = estate_new(&o.estate), *google = google_projects_estate(&o.google);
    o.cloud.throttle = o.throttle;
    bool ok = run(e, google, &o, &err);
    if (!ok)
        fprintf(stderr, "fakecloud: %s\n", err.message);
    estate_free(google);
    estate_free(e);
    return ok ? 0 : 1;
}
