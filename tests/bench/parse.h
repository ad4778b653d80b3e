#ifndef TESTS_BENCH_PARSE_H
#define TESTS_BENCH_PARSE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The parsers alone, as design.md's libraries ask to be used: expat fed as bytes arrive, one item's
 * json-c tree alive at a time; json-c's tokener for a page's tree. Nothing is checked, named or kept:
 * this is the least that reading an answer into json-c objects costs.
 */
struct parse;

struct parse *parse_new(bool is_xml);
bool parse_write(struct parse *p, const char *data, size_t len);
/* The answer is whole, and everything of it freed. */
bool parse_finish(struct parse *p);
void parse_free(struct parse *p);

#endif
