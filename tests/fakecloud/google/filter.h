#ifndef TESTS_FAKECLOUD_GOOGLE_FILTER_H
#define TESTS_FAKECLOUD_GOOGLE_FILTER_H

#include <stdbool.h>

/*
 * The part of the Logging query language ("Logging query language" in Cloud Logging's documentation) that yomawari
 * and gcloud use, also for Security Command Center, whose filters are alike:
 *   A AND B, A OR B, NOT A, (A); AND binds closer
 *   FIELD = VALUE, !=, <, <=, >, >= (numbers as numbers, all else as text: times of one form sort), FIELD : VALUE
 *   (is part of it, whatever case); VALUE may be (VALUE OR VALUE…); log_id("ID"), ip_in_net(FIELD, "CIDR")
 */
#define GOOGLE_FILTER_DEPTH_MAX 32

/* What a field holds, NULL when there is nothing; valid until the next call. log_id is the field "log_id". */
typedef const char *(*google_filter_get_fn)(void *ctx, const char *field);

/* *out_passes: whether the filter lets it through. False for a filter that is not understood. */
bool google_filter_passes(const char *filter, google_filter_get_fn get, void *ctx, bool *out_passes);

#endif
