"""An Athena that is DuckDB: tables over the flow logs of a bucket, asked in the very SQL that yomawari sends. What the query says
is so decided by another engine than ours; the two dialects have all of it in common."""
import gzip
import json

import duckdb
from proxy import Reply, Rule

NUMBERS = {"srcport": "int", "dstport": "int", "protocol": "bigint", "packets": "bigint", "bytes": "bigint", "start": "bigint", "end": "bigint",
           "traffic-path": "int", "version": "int"}
WORKGROUP = {"Name": "flows", "State": "ENABLED", "Configuration": {
    "EnforceWorkGroupConfiguration": True, "BytesScannedCutoffPerQuery": 2_000_000_000, "ResultConfiguration": {"OutputLocation": "s3://results/night"}}}


def whole(text):
    """As the reader of a delimited table has it: what is no number is nothing."""
    return int(text) if text.isascii() and text.isdigit() else None


class Table:
    """A table as the Athena guide makes one: `fields` are a line's in their order, `keys` what its partitions go by, read from a file's key.
    `numbers`: which fields are of another type than string; `headed`: the lines that name the fields are lines like others."""

    def __init__(self, name, fields, keys, of_key, parameters=(), numbers=NUMBERS, headed=False):
        self.name, self.fields, self.keys, self.of_key, self.parameters = name, fields, keys, of_key, dict(parameters)
        self.numbers, self.headed = numbers, headed

    def metadata(self):
        columns = [{"Name": field.replace("-", "_"), "Type": self.numbers.get(field, "string")} for field in self.fields]
        return {"Name": self.name, "TableType": "EXTERNAL_TABLE", "Columns": columns, "Parameters": self.parameters,
                "PartitionKeys": [{"Name": key, "Type": kind} for key, kind in self.keys.items()]}

    def fill(self, db, files):
        """`files`: (key, lines with their names first); those whose names are others lie in another table."""
        columns = [f'"{field.replace("-", "_")}" {self.numbers.get(field, "varchar")}' for field in self.fields]
        columns += [f'"{key}" {"varchar" if kind == "string" else kind}' for key, kind in self.keys.items()]
        db.execute(f'CREATE TABLE logs."{self.name}" ({", ".join(columns)}, "$path" varchar)')
        rows = []
        for key, lines in files:
            if lines[0].split() == self.fields:
                values = [line.split() for line in lines[0 if self.headed else 1:]]
                rows += [[whole(v) if f in self.numbers else v for f, v in zip(self.fields, value, strict=True)] + self.of_key(key) + [f"s3://bucket/{key}"]
                         for value in values if len(value) == len(self.fields)]
        if rows:
            db.executemany(f'INSERT INTO logs."{self.name}" VALUES ({", ".join("?" * len(rows[0]))})', rows)


class Athena:
    """Answers for Athena in moto's place. `page`: rows of an answer's page; `polls`: how often a query is still running."""

    def __init__(self, proxy, tables, files, page=7, polls=1):
        self.db, self.tables, self.page, self.polls = duckdb.connect(), {t.name: t for t in tables}, page, polls
        self.workgroup, self.end, self.queries = WORKGROUP, ("SUCCEEDED", ""), {}
        self.on_begun = lambda: None   # before the answer that names it
        self.db.execute("CREATE SCHEMA logs")
        for table in tables:
            table.fill(self.db, files)
        proxy.add(Rule("athena", lambda call: call.service == "athena", instead=self.answer))

    def answer(self, call):
        answer = getattr(self, call.operation)(call.params)
        return Reply(200, json.dumps(answer).encode(), {"Content-Type": "application/x-amz-json-1.1"})

    def GetWorkGroup(self, _):
        return {"WorkGroup": self.workgroup}

    def GetTableMetadata(self, params):
        return {"TableMetadata": self.tables[params["TableName"]].metadata()}

    def StartQueryExecution(self, params):
        for query, known in self.queries.items():
            if known["params"]["ClientRequestToken"] == params["ClientRequestToken"]:
                assert known["params"] == params, "of one token there is one query"
                return {"QueryExecutionId": query}
        query = f"query-{len(self.queries)}"
        asked = self.db.execute(params["QueryString"])
        rows = [[column[0] for column in asked.description], *asked.fetchall()]
        data = [{"Data": [{} if value is None else {"VarCharValue": str(value)} for value in row]} for row in rows]
        self.queries[query] = {"rows": data, "polls": self.polls, "params": params}
        self.on_begun()
        return {"QueryExecutionId": query}

    def GetQueryExecution(self, params):
        query = self.queries[params["QueryExecutionId"]]
        query["polls"] -= 1
        state, reason = ("RUNNING", "") if query["polls"] >= 0 else self.end
        return {"QueryExecution": {"QueryExecutionId": params["QueryExecutionId"], "Statistics": {"DataScannedInBytes": 1_500_000_000},
                                   "Status": {"State": state, **({"StateChangeReason": reason} if reason else {})}}}

    def GetQueryResults(self, params):
        rows, start = self.queries[params["QueryExecutionId"]]["rows"], int(params.get("NextToken", 0))
        end = start + self.page
        return {"ResultSet": {"Rows": rows[start:end]}, **({"NextToken": str(end)} if end < len(rows) else {})}

    def StopQueryExecution(self, params):
        self.queries[params["QueryExecutionId"]]["stopped"] = True
        return {}


def files_of(s3, bucket):
    """(key, lines) of all that can be read of a bucket, by boto3 and Python's gzip."""
    found = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for key in (item["Key"] for item in page.get("Contents", [])):
            body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            if body.startswith(b"\x1f\x8b"):
                found.append((key, gzip.decompress(body).decode().splitlines()))
    return found
