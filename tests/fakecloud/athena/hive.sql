WITH line AS (SELECT COALESCE(NULLIF(NULLIF(NULLIF(CAST("aws-account-id" AS VARCHAR), '-'), ''), 'unknown'), NULLIF(regexp_extract("$path", '/(?:aws-account-id=)?([0-9]{12})/(?:aws-service=)?vpcflowlogs/', 1), ''), NULLIF(NULLIF(NULLIF(CAST("account_id" AS VARCHAR), '-'), ''), 'unknown')) AS log_account,
 COALESCE(NULLIF(NULLIF(CAST("aws-region" AS VARCHAR), '-'), ''), NULLIF(regexp_extract("$path", '(?:/vpcflowlogs/|/aws-region=)([a-z0-9-]+)/', 1), ''), NULLIF(NULLIF(CAST("region" AS VARCHAR), '-'), '')) AS log_region,
 NULLIF(NULLIF(NULLIF(CAST("account_id" AS VARCHAR), '-'), ''), 'unknown') AS own_account,
 COALESCE(NULLIF(NULLIF(CAST("pkt_srcaddr" AS VARCHAR), '-'), ''), NULLIF(NULLIF(CAST("srcaddr" AS VARCHAR), '-'), '')) AS source,
 NULLIF(NULLIF(CAST("region" AS VARCHAR), '-'), '') AS own_region,
 NULLIF(NULLIF(CAST("vpc_id" AS VARCHAR), '-'), '') AS vpc,
 NULLIF(NULLIF(CAST("interface_id" AS VARCHAR), '-'), '') AS interface,
 NULLIF(NULLIF(CAST("subnet_id" AS VARCHAR), '-'), '') AS subnet,
 NULLIF(NULLIF(CAST("instance_id" AS VARCHAR), '-'), '') AS instance,
 NULLIF(NULLIF(CAST("dstaddr" AS VARCHAR), '-'), '') AS destination,
 NULLIF(NULLIF(CAST("action" AS VARCHAR), '-'), '') AS action,
 NULLIF(NULLIF(CAST("flow_direction" AS VARCHAR), '-'), '') AS direction,
 NULLIF(NULLIF(CAST("log_status" AS VARCHAR), '-'), '') AS status,
 CAST(NULL AS VARCHAR) AS cluster,
 CAST(NULL AS VARCHAR) AS service,
 TRY_CAST("dstport" AS BIGINT) AS port,
 TRY_CAST("protocol" AS BIGINT) AS protocol,
 TRY_CAST("packets" AS BIGINT) AS packets,
 TRY_CAST("bytes" AS BIGINT) AS octets,
 TRY_CAST("traffic_path" AS BIGINT) AS way,
 TRY_CAST("end" AS BIGINT) AS ended,
 CAST(NULL AS BIGINT) AS source_port,
 COALESCE(NULLIF(TRY_CAST("start" AS BIGINT), 0), NULLIF(TRY_CAST("end" AS BIGINT), 0)) AS began
 FROM "flow_logs"."hive" WHERE COALESCE(CAST("dstaddr" AS VARCHAR), '') <> 'dstaddr'
 AND "year" IN ({years})
 AND "month" IN ({months})
 AND "day" IN ({days})
 AND "aws-service" IN ('vpcflowlogs')
), sorted AS (SELECT line.*, CASE
 WHEN status = 'SKIPDATA' THEN 'skipdata'
 WHEN status = 'NODATA' OR (destination IS NULL AND port IS NULL) THEN 'nodata'
 WHEN port IS NULL OR port NOT BETWEEN 0 AND 65535 OR destination IS NULL OR began IS NULL THEN 'malformed'
 WHEN COALESCE(direction, '') = 'ingress' OR (COALESCE(source_port, 0) BETWEEN 1 AND 1023 AND (source_port <> 53 OR port <> 53)) OR NOT ((port IN ({ports}) AND COALESCE(regexp_extract(destination, '^(0|10|127|22[4-9]|2[3-5][0-9]|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|169[.]254|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]|^[fF][cCdD]..:|^[fF][eE][89aAbB].:|^[fF][fF]..:|^::1?$'), '') = ''){addresses}) THEN 'passed'
 WHEN began - began % 3600 < {since} OR began >= {until} THEN 'passed' ELSE 'flow' END AS kind
 FROM line
) SELECT log_account, log_region, kind, CASE
 WHEN kind = 'flow' THEN COALESCE(own_account, log_account) END AS account,
 CASE
 WHEN kind = 'flow' THEN COALESCE(own_region, log_region) END AS region,
 CASE
 WHEN kind = 'flow' THEN vpc END AS vpc,
 CASE
 WHEN kind = 'flow' THEN interface END AS interface,
 CASE
 WHEN kind = 'flow' THEN source END AS source,
 CASE
 WHEN kind = 'flow' THEN destination END AS destination,
 CASE
 WHEN kind = 'flow' THEN port END AS port,
 CASE
 WHEN kind = 'flow' THEN protocol END AS protocol,
 CASE
 WHEN kind = 'flow' THEN action END AS action,
 CASE
 WHEN kind = 'flow' THEN direction END AS direction,
 CASE
 WHEN kind = 'flow' THEN began - began % 3600 END AS hour,
 MIN(subnet) AS subnet,
 MIN(instance) AS instance,
 MIN(CASE
 WHEN cluster IS NOT NULL OR service IS NOT NULL THEN COALESCE(cluster, '') || '/' || COALESCE(service, '') END) AS ecs,
 MIN(CASE
 WHEN way > 0 THEN way END) AS way,
 SUM(packets) AS packets,
 SUM(octets) AS octets,
 MIN(began) AS first_s,
 MAX(CASE
 WHEN ended > began AND ended < {until} THEN ended ELSE began END) AS last_s,
 COUNT(*) AS line_count
 FROM sorted GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 ORDER BY 1, 2
