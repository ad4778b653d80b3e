#ifndef TESTS_FAKECLOUD_WORDS_H
#define TESTS_FAKECLOUD_WORDS_H

#include "tests/fakecloud/estate.h"

/*
 * Texts and trees with words in braces, as things/<service>.yaml has them, made whole for one place:
 *   {account} {region} {name}    of the place and the thing
 *   {MEMBER}                     any other: what the account's own entry in the estate says there
 *   {owner}                      the first account: the organization's management account
 *   {PREFIX-:NAME}               an id as EC2's: PREFIX-, 17 hex digits
 *   {hexN:NAME}                  N hex digits
 *   {digitsN:NAME}               N digits from 1 to 9
 *   {belowN:NAME}                a number from 0 to N-1
 *   {uuid:NAME}                  digits in five pieces
 *   {first PREFIX-:NAME}         the id that it is in the first region of the first account
 *   {somewhere:NAME}             one of the regions
 *   {secret:NAME}                something that must never be written down: "planted-" and hex digits; the truth
 *                                knows them all
 * What is drawn follows from seed, account, region and NAME, so that two things may speak of one; of
 * somewhere the region does not count. "@name" within a NAME stands for {name}, "@night"
 * for the night being made: what has it is another one each night.
 *
 * Ids that C code gives have names too: {vpc-:0/0} is the default VPC and {vpc-:1/0} the account's own,
 * {subnet-:1/0} to {subnet-:1/2} its subnets (network.h), {sg-:1/machines} the machines' group (groups.h),
 * {i-:machine/web-0}, {eni-:machine/web-0} and {eipalloc-:machine/web-0} the first machine (machines.h).
 */
#define WORDS_SECRET "planted-"
#define WORDS_TEXT_MAX (64 * 1024) /* bytes of one text */

struct words {
    struct estate *e;
    size_t account; /* its number */
    struct place at;
    const char *name;
};

/* A text made whole; free(). A word that is not known ends the program: the data is at fault. */
char *words_text(const struct words *w, const char *text);

/* A tree made whole, json_object_put(). A member NAME# becomes NAME, its value the JSON of it as a text. */
struct json_object *words_tree(const struct words *w, struct json_object *tree);

#endif
