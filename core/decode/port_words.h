#ifndef CORE_DECODE_PORT_WORDS_H
#define CORE_DECODE_PORT_WORDS_H

struct json_object;

/*
 * TCP ports as findings write them for people and programs (`detail.addresses` of what is reachable): one text, "22, 8000-8010",
 * or a list of such texts; a piece may begin with "tcp/", and "all" is every port. Calls `each` with the ends of every
 * range, within 1 to 65535. Pieces of another form are passed over. NULL is none.
 */
typedef void (*port_words_fn)(void *ctx, int first, int last);
void port_words_each(struct json_object *ports, port_words_fn each, void *ctx);

#endif
