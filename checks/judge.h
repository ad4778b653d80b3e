#ifndef CHECKS_JUDGE_H
#define CHECKS_JUDGE_H

#include "checks/rule.h"
#include "core/store/findings.h"

/*
 * From rows to verdicts: runs a check's query or plugin over what the sandbox holds and says FAIL, UNKNOWN or PASS of
 * every subject in it (evaluate.h has the rules). Reads only the sandbox, so that a scan and a check's own tests
 * are judged by the same code.
 */
struct judged_account {
    char *account;
    struct finding_row *rows; /* FAIL, and UNKNOWN with subject "" for a resource that cannot be judged; their texts
                               * belong to the judgement */
    size_t count;
    int64_t passed, failed, unknown; /* resources; not seen tonight counts as unknown */
    char *reason;                    /* why the first of them is unknown; "" when none is */
};

struct judgement {
    struct judged_account *accounts; /* those that have a subject; in order of account */
    size_t count;
    bool broken;         /* the query or plugin failed: everything seen is UNKNOWN */
    struct error fault;  /* then why */
};

/* False only for a fault of the sandbox itself. judgement_release() in any case. */
bool judge_check(struct sandbox *s, struct rule *rule, const struct rule_limits *limits, struct judgement *out,
                 struct error *err);
void judgement_release(struct judgement *j);

/* NULL when the account has no subject. */
const struct judged_account *judgement_of(const struct judgement *j, const char *account);

#endif
