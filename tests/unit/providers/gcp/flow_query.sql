SELECT project, hour, source, destination, port, protocol, network, network_project, subnetwork, place, region, instance, instance_project, members_of, cluster,
SUM(bytes) AS bytes, SUM(packets) AS packets, COUNT(*) AS flows, MIN(seen) AS started, MAX(seen) AS ended
FROM (SELECT REGEXP_EXTRACT(logName, '^projects/([^/]+)/logs/') AS project, UNIX_SECONDS(TIMESTAMP_TRUNC(timestamp, HOUR)) AS hour, UNIX_SECONDS(timestamp) AS seen,
SAFE_CAST(jsonPayload.connection.src_ip AS STRING) AS source,
SAFE_CAST(jsonPayload.connection.dest_ip AS STRING) AS destination,
SAFE_CAST(jsonPayload.connection.dest_port AS INT64) AS port,
SAFE_CAST(jsonPayload.connection.protocol AS INT64) AS protocol,
SAFE_CAST(jsonPayload.src_vpc.vpc_name AS STRING) AS network,
SAFE_CAST(NULL AS STRING) AS network_project,
SAFE_CAST(NULL AS STRING) AS subnetwork,
SAFE_CAST(NULL AS STRING) AS place,
SAFE_CAST(NULL AS STRING) AS region,
SAFE_CAST(jsonPayload.src_instance.vm_name AS STRING) AS instance,
SAFE_CAST(jsonPayload.src_instance.project_id AS STRING) AS instance_project,
SAFE_CAST(NULL AS STRING) AS members_of,
SAFE_CAST(NULL AS STRING) AS cluster,
SAFE_CAST(jsonPayload.reporter AS STRING) AS reporter,
SAFE_CAST(jsonPayload.bytes_sent AS INT64) AS bytes,
SAFE_CAST(jsonPayload.packets_sent AS INT64) AS packets
FROM `logs-1.flows.vpc_flows`
WHERE timestamp >= TIMESTAMP_SECONDS(1795143600) AND timestamp < TIMESTAMP_SECONDS(1795230000) AND ENDS_WITH(logName, 'vpc_flows'))
WHERE reporter = 'SRC'
AND (port IN (53, 853) OR (port = 443 AND (destination IN ('', '8.8.4.4', '2001:4860:4860::8888')
OR CASE WHEN BYTE_LENGTH(NET.SAFE_IP_FROM_STRING(destination)) = 16 THEN NET.IP_TRUNC(NET.SAFE_IP_FROM_STRING(destination), 48) = NET.IP_TRUNC(NET.IP_FROM_STRING('2a07:a8c0::'), 48) ELSE FALSE END)))
AND NOT REGEXP_CONTAINS(destination, r'^(10[.]|192[.]168[.]|169[.]254[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|[fF][cCdD][0-9a-fA-F]{2}:)')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
LIMIT 100001
