#ifndef PROVIDERS_AWS_ATHENA_ATHENA_WHERE_H
#define PROVIDERS_AWS_ATHENA_ATHENA_WHERE_H

/* Only for athena_sql.c: which of a table's lines and partitions the query is about. */

struct athena_question;
struct buffer;

/* A name of the table's own, between quotation marks. */
void athena_where_name(struct buffer *out, const char *name);

/* " WHERE …" of the table: the days of the window, the accounts that are wanted where partitions go by account. */
void athena_where(struct buffer *out, const struct athena_question *q);

/* " WHERE …" of lines that say whose they are; nothing where everybody's are wanted. */
void athena_where_lines(struct buffer *out, const struct athena_question *q);

#endif
