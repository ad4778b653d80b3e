#ifndef TESTS_UNIT_PROVIDERS_GCP_DOORWAY_H
#define TESTS_UNIT_PROVIDERS_GCP_DOORWAY_H

/* A session on an environment of the test's own, and doors of it, asked and answered step by step. */
#include "core/base/file.h"
#include "core/base/memory.h"
#include "core/config.h"
#include "providers/gcp/door.h"
#include "providers/gcp/session.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW 1795230000 /* 2026-11-21T03:00:00Z */
#define HOUR 3600
#define HUSH "hush" /* stands in every secret */

struct doorway {
    struct config_target target;
    struct provider_session *session;
    struct http_request request; /* of the last step */
    char file[64];               /* with the credentials */
    enum outcome outcome;
    struct error err;
    int64_t now;
};

/* Strings of a config that outlive it. */
static inline char *constant(const char *s)
{
    return (char *)(uintptr_t)s;
}

/* A machine that says nothing but a person's sign-in. `more` is further members of its file: ",\"x\":1". */
static inline void doorway_begin(struct doorway *w, const char *more)
{
    static const char *const unset[] = { "GOOGLE_APPLICATION_CREDENTIALS",
                                         "GOOGLE_CLOUD_PROJECT",
                                         "GCLOUD_PROJECT",
                                         "GOOGLE_CLOUD_QUOTA_PROJECT",
                                         "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
                                         "CLOUDSDK_CONFIG",
                                         "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS",
                                         "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE" };
    for (size_t i = 0; i < sizeof unset / sizeof unset[0]; i++)
        assert_int_equal(unsetenv(unset[i]), 0);
    *w = (struct doorway){ .now = NOW };
    w->target.name = constant("gcp/1");
    w->target.cloud = CONFIG_GCP;
    http_request_init(&w->request);
    snprintf(w->file, sizeof w->file, "/tmp/yomawari-doorway-XXXXXX");
    int fd = mkstemp(w->file);
    assert_true(fd >= 0);
    close(fd);
    char *content =
        memory_format("{\"type\":\"authorized_user\",\"client_id\":\"c\",\"client_secret\":\"" HUSH
                      "\",\"refresh_token\":\"" HUSH "\"%s}",
                      more);
    assert_true(file_write_atomic(w->file, text_of(content), &w->err));
    free(content);
    w->target.gcp.credentials.file = w->file;
}

static inline void doorway_end(struct doorway *w)
{
    gcp_session_close(w->session);
    http_request_release(&w->request);
    string_list_release(&w->target.gcp.folders);
    string_list_release(&w->target.gcp.projects);
    unlink(w->file);
}

static inline bool doorway_open_session(struct doorway *w)
{
    struct provider_options options = { .now_unix_s = w->now };
    w->session = gcp_session_open(&w->target, &options, &w->err);
    return w->session != NULL;
}

/* `account` "": the session's own questions; NULL: the credentials' own project. */
static inline struct provider_door *doorway_door(struct doorway *w, const char *account)
{
    struct account_spec spec = { .account = constant(account) };
    if (w->session == NULL && !doorway_open_session(w))
        fail_msg("%s", w->err.message);
    bool home = account != NULL && account[0] == '\0';
    struct provider_door *d = gcp_door_open(w->session, home ? NULL : &spec, &w->err);
    assert_non_null(d);
    return d;
}

/* Nothing that is secret may be said. */
static inline void doorway_expect(struct doorway *w, struct provider_door *d,
                                  enum provider_step step)
{
    error_clear(&w->err);
    enum provider_step got = gcp_door_next(d, w->now, &w->request, &w->outcome, &w->err);
    if (got != step)
        fail_msg("step %d, not %d: %s", (int)got, (int)step, w->err.message);
    if (strstr(w->err.message, HUSH) != NULL)
        fail_msg("a secret is told: %s", w->err.message);
}

static inline void doorway_answer(struct doorway *w, struct provider_door *d, int status,
                                  const char *body)
{
    struct http_response r;
    http_response_init(&r);
    r.status = status;
    buffer_append_string(&r.body, body);
    gcp_door_accept(d, w->now, &r);
    http_response_release(&r);
}

/* A token that lives for an hour. */
static inline void doorway_pass(struct doorway *w, struct provider_door *d, const char *token)
{
    char *body = memory_format(
        "{\"access_token\":\"%s\",\"expires_in\":3600,\"token_type\":\"Bearer\"}", token);
    doorway_expect(w, d, PROVIDER_REQUEST);
    doorway_answer(w, d, 200, body);
    free(body);
    doorway_expect(w, d, PROVIDER_READY);
}

#endif
