#ifndef PROVIDERS_AWS_ATHENA_ATHENA_TABLE_H
#define PROVIDERS_AWS_ATHENA_ATHENA_TABLE_H

#include "core/base/error.h"
#include "providers/aws/flowlogs/flow_format.h"

struct json_object;

/*
 * What of a table of Athena's is what of a flow log. Columns are known by their names, whatever is between their words and
 * whether letters are small: those of the tables in the Athena guide ("Query Amazon VPC flow logs": account_id, pkt_srcaddr,
 * flow_direction), of its older ones (interfaceid, numbytes, starttime, logstatus) and of AWS Security Analytics Bootstrap
 * (sourceaddress, destinationport). Other columns are passed over.
 */
enum athena_kind {
    ATHENA_TEXT,   /* string, varchar, char */
    ATHENA_NUMBER, /* tinyint to bigint */
    ATHENA_DATE,
    ATHENA_OTHER,
};

/* How a table is cut by time, so that a night reads no more than its window. */
enum athena_cut {
    ATHENA_CUT_NONE,   /* it is read whole */
    ATHENA_CUT_DATE,   /* one key of the type date */
    ATHENA_CUT_FORMAT, /* one key as text or number: by `format`, else by any of the usual ways to write a day */
    ATHENA_CUT_PARTS,  /* year, month and day */
};

struct athena_column {
    char *name; /* as the table has it; NULL: there is none */
    enum athena_kind kind;
};

struct athena_table {
    struct athena_column fields[FLOW_FIELDS];
    /* Keys of partitions that say whose log a line is from, and what log it is */
    struct athena_column log_account, log_region, service;
    enum athena_cut cut;
    struct athena_column day, month, year; /* ATHENA_CUT_PARTS: all three; else the key is `day` */
    char *format; /* of the key: letters y, M, d, H as in Java's SimpleDateFormat; NULL: not told */
    bool has_path; /* where a line lies can be asked: it is no view */
};

/*
 * Reads a TableMetadata of GetTableMetadata's. ERROR_DATA where it is no table of flow logs, or none that can be asked:
 * without dstaddr, dstport or any time, with a field twice or of a type that is neither text nor number, with nothing that
 * says account and region, or with a key whose value each query must give (projection type `injected`).
 */
bool athena_table_read(struct json_object *metadata, struct athena_table *out, struct error *err);
void athena_table_release(struct athena_table *t);

/* Writes the hour of `unix_s` as the format says. False for a format of other letters: minutes, names of months. */
enum { ATHENA_WORD_MAX = 64 };
bool athena_table_format(const char *format, int64_t unix_s, char out[ATHENA_WORD_MAX]);

#endif
