#ifndef PROVIDERS_AWS_FLOWLOGS_FLOW_SUM_H
#define PROVIDERS_AWS_FLOWLOGS_FLOW_SUM_H

#include "providers/aws/flowlogs/flow_groups.h"

/* What a record counts for: its group. */
struct flow_sum {
    const char *account, *region; /* whose log it is, for lines that do not say so; "" for not known */
    int64_t since_unix_s;   /* flows that started before are passed: their hour would not be whole */
    int64_t until_unix_s;   /* and so are those from here on */
    int64_t written_unix_s; /* of lines without a time */
};

enum flow_sum_is {
    FLOW_SUM_COUNTS,
    FLOW_SUM_OTHER_TIME,
    FLOW_SUM_TOO_LONG, /* a word of it is longer than FLOW_WORD_MAX */
};

/* `out` is one flow of its group. */
enum flow_sum_is flow_sum_group(const struct flow_sum *s, const struct flow_record *r, struct flow_group *out);

/* Copies a word into a part of a key, where the rest stays as it was: zero. False when it is too long. */
bool flow_sum_word(struct text word, char out[FLOW_WORD_MAX]);

#endif
