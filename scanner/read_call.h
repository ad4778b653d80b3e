#ifndef SCANNER_READ_CALL_H
#define SCANNER_READ_CALL_H

#include "scanner/read.h"

/*
 * Calls for the details of a page's items. An item belongs to its list's `held`, or to one call; when the
 * call is answered each of its items has its part, or the reason why not, and goes back to `held` for the
 * next. Only for read_details.c and read_call.c.
 */
struct held_item {
    struct read_list *list;
    struct json_object *tree, *unread; /* unread: NULL or part -> reason */
    size_t next;                       /* index of the detail */
    char *of;                          /* in a batch: what tells its answer from the others' */
    struct list link;
};

/* Puts the item into a call of its own, or, where `of` is set, into the batch of the detail that is being
 * made up. A batch is sent when it is full, and when an item needs other arguments. `arguments` are taken
 * over. */
void read_call_join(struct held_item *h, const struct type_detail *d,
                    struct json_object *arguments);

/* Nothing under way can bring more items: sends the batch of the first detail that has one, whose items may
 * fill the others'. */
void read_call_send_rest(struct read_list *l);

/* Forgets the list's calls with their items; none under way. */
void read_call_drop(struct read_list *l);

/* read_details.c */
void read_details_free_items(struct list *items);
void read_details_mark_unread(struct held_item *h, const char *part, const char *reason);
void read_details_go_on(struct read_list *l); /* after an answer */

#endif
