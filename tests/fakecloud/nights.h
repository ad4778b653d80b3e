#ifndef TESTS_FAKECLOUD_NIGHTS_H
#define TESTS_FAKECLOUD_NIGHTS_H

#include "core/base/error.h"
#include "tests/fakecloud/estate.h"

#include <stdbool.h>

/*
 * Makes the estates as they are on night `o.night`: night 0, then each night's changes in turn. Odd nights
 * change something of every kind somewhere; even ones change nothing. With a truth path the truth of each
 * night is written, of both clouds in one file. Last comes the drift of that night (drift.h), which no truth knows.
 *
 * `aws` and `google` may each be without accounts; their nights are the same ones.
 */
bool nights_build(struct estate *aws, struct estate *google, struct error *err);

#endif
