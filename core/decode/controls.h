#ifndef CORE_DECODE_CONTROLS_H
#define CORE_DECODE_CONTROLS_H

struct json_object;

/*
 * Which requirements of frameworks a finding means, by what its check declares: {FRAMEWORK: REQUIREMENTS}, where
 * REQUIREMENTS is one of
 *   "6.3"                       ids as a text, several parted by commas
 *   ["5.1", "5.2"]              ids in a list
 *   {MEMBER: {VALUE: ids}}      ids by what the finding says of itself: MEMBER is `subject`, or a path (path.h) in its
 *                               evidence or else its detail; VALUE a text, number or boolean as JSON writes it, of a
 *                               list each of them, or "*": any that has no ids of its own
 * A finding has the ids of all its values. checks/check_controls.h says what a check file may declare.
 */
struct controls_finding {
    const char *subject;                   /* NULL: "" */
    struct json_object *evidence, *detail; /* borrowed; may be NULL */
};

/* {FRAMEWORK: [id…]}, each id once, in the order in which they are declared and said; frameworks without any are left out,
 * and so is what is in no such form. json_object_put() */
struct json_object *controls_of(struct json_object *declared, const struct controls_finding *f);

#endif
