#ifndef TESTS_UNIT_PROVIDERS_AWS_ATHENA_TABLES_H
#define TESTS_UNIT_PROVIDERS_AWS_ATHENA_TABLES_H

#include "core/base/memory.h"
#include "core/decode/json.h"
#include "providers/aws/athena/athena_sql.h"
#include "tests/unit/unit.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

/* Columns as in the Athena guide, "Query Amazon VPC flow logs"; NAME:TYPE with blanks between. */
#define GUIDE_START "version:int account_id:string interface_id:string srcaddr:string dstaddr:string srcport:int dstport:int " \
                    "protocol:bigint packets:bigint bytes:bigint start:bigint end:bigint action:string log_status:string "
#define GUIDE_MORE "vpc_id:string subnet_id:string instance_id:string tcp_flags:int type:string pkt_srcaddr:string " \
                   "pkt_dstaddr:string az_id:string sublocation_type:string sublocation_id:string " \
                   "pkt_src_aws_service:string pkt_dst_aws_service:string flow_direction:string traffic_path:int"
#define GUIDE_HIVE "aws-account-id:string aws-service:string aws-region:string year:string month:string day:string hour:string"
/* Of the guide before 2021, and AWS Security Analytics Bootstrap. */
#define OLD "version:int account:string interfaceid:string sourceaddress:string destinationaddress:string sourceport:int " \
            "destinationport:int protocol:int numpackets:int numbytes:bigint starttime:int endtime:int action:string logstatus:string"

static inline void tables_list(struct json_object *o, const char *name, const char *columns)
{
    struct json_object *list = json_object_new_array();
    struct text rest = text_of(columns);
    while (rest.data != NULL && rest.len > 0) {
        struct text type = text_cut(&rest, ' ');
        if (type.len == 0)
            continue;
        struct text column = text_cut(&type, ':');
        struct json_object *c = json_object_new_object();
        json_object_object_add(c, "Name", json_object_new_string_len(column.data, (int)column.len));
        json_object_object_add(c, "Type", json_object_new_string_len(type.data, (int)type.len));
        json_object_array_add(list, c);
    }
    json_object_object_add(o, name, list);
}

/* `parameters`: JSON, or NULL. */
static inline bool tables_read(const char *columns, const char *keys, const char *parameters, struct athena_table *out,
                               struct error *err)
{
    struct json_object *o = json_object_new_object();
    json_object_object_add(o, "TableType", json_object_new_string("EXTERNAL_TABLE"));
    tables_list(o, "Columns", columns);
    tables_list(o, "PartitionKeys", keys);
    if (parameters != NULL)
        json_object_object_add(o, "Parameters", json_tokener_parse(parameters));
    bool ok = athena_table_read(o, out, err);
    json_object_put(o);
    return ok;
}

static inline void tables_must(const char *columns, const char *keys, const char *parameters, struct athena_table *out)
{
    struct error err = ERROR_INIT;
    if (!tables_read(columns, keys, parameters, out, &err))
        fail_msg("%s", err.message);
}

#endif
