#ifndef CHECKS_PLUGINS_EXPOSURE_ANSWERS_H
#define CHECKS_PLUGINS_EXPOSURE_ANSWERS_H

#include "checks/check.h"

/*
 * What `yomawari probe` heard, put beside what is reachable: between a judge and whoever takes its rows. A row whose evidence
 * says "reach": "reachable" and whose detail lists addresses gets the member "answers" in its evidence: what those addresses
 * answered at those ports, each answer once, in words, sorted, at most ANSWERS_MAX with "…" for the others. Of greetings only
 * those of SSH and MySQL are told: others name the time, and would be another answer each night. Nothing is added
 * where none of them was asked, so that without a probe evidence is as it is. What members answered that come and go by
 * themselves (addresses with a "parent") stands in the detail instead, which is not compared: their addresses are others'
 * tomorrow, and nobody has asked those yet.
 *
 * The events are those of the type <cloud>_probe_answer, which the check names under `uses`.
 */
enum { ANSWERS_MAX = 10 };

struct answers;

/* Reads the events of the view. Rows then go through answers_take() with the answers as context. NULL with an error. */
struct answers *answers_new(const struct check_view *view, check_result_fn result, void *result_ctx, struct error *err);
void answers_free(struct answers *a); /* NULL is fine */

/* A check_result_fn. */
bool answers_take(void *ctx, const struct check_result *row, struct error *err);

#endif
