#ifndef TESTS_FAKECLOUD_NIGHTS_H
#define TESTS_FAKECLOUD_NIGHTS_H

#include "core/base/error.h"
#include "tests/fakecloud/estate.h"

#include <stdbool.h>

/*
 * Makes the estate as it is on night `o.night`: night 0, then each night's changes in turn. Odd nights
 * change something of every kind somewhere; even ones change nothing. With a truth path the truth of each
 * night is written. Last comes the drift of that night (drift.h), which no truth knows.
 */
bool nights_build(struct estate *e, struct error *err);

#endif
