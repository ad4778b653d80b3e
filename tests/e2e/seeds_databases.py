"""At least one of everything that keeps data: RDS, S3, DynamoDB, Redshift, OpenSearch."""
import json

import estate as e

MOTO_LACKS = {}
MOTO_DRIFTS = {"aws_rds_instance": ["LatestRestorableTime"], "aws_rds_cluster": ["LatestRestorableTime"]}

PASSWORD = "hunter2-hunter2"


def seed_rds(estate):
    rds = estate.client("rds", e.SHOP)
    rds.create_db_instance(DBInstanceIdentifier="orders", DBInstanceClass="db.t3.micro", Engine="mysql", MasterUsername="admin", MasterUserPassword=PASSWORD,
                           AllocatedStorage=20, PubliclyAccessible=True, EnableCloudwatchLogsExports=["error", "audit"], Tags=[{"Key": "Team", "Value": "shop"}])
    rds.create_db_cluster(DBClusterIdentifier="books", Engine="aurora-mysql", MasterUsername="admin", MasterUserPassword=PASSWORD,
                          AvailabilityZones=["us-east-1b", "us-east-1a"], Tags=[{"Key": "Team", "Value": "shop"}])
    rds.create_db_snapshot(DBSnapshotIdentifier="orders-before", DBInstanceIdentifier="orders")
    rds.create_db_snapshot(DBSnapshotIdentifier="orders-alone", DBInstanceIdentifier="orders")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="orders-before", AttributeName="restore", ValuesToAdd=["all"])
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="books-before", DBClusterIdentifier="books")
    rds.modify_db_cluster_snapshot_attribute(DBClusterSnapshotIdentifier="books-before", AttributeName="restore", ValuesToAdd=[e.DATA, e.ZERO])


def seed_s3(estate):
    for account, region, name in ((e.DATA, e.TOKYO, "data-lake"), (e.ZERO, e.EAST, "zero-site")):
        s3 = estate.client("s3", account, region)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [
            {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 7}},
            {"ID": "cold", "Status": "Disabled", "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}}, "Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]}]})
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "Team", "Value": "data"}, {"Key": "a", "Value": "b"}]})
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
        s3.put_object(Bucket=name, Key="one", Body=b"x" * 1000)
    estate.client("s3", e.ZERO).put_bucket_acl(Bucket="zero-site", ACL="public-read")
    estate.client("s3control", e.DATA).put_public_access_block(AccountId=e.DATA, PublicAccessBlockConfiguration={
        "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": False})


def seed_dynamodb(estate):
    dynamodb = estate.client("dynamodb", e.DATA, e.TOKYO)
    dynamodb.create_table(TableName="sessions", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], Tags=[{"Key": "Team", "Value": "data"}])
    dynamodb.create_table(TableName="carts", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                          AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}],
                          GlobalSecondaryIndexes=[{"IndexName": "by-time", "KeySchema": [{"AttributeName": "at", "KeyType": "HASH"}],
                                                   "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]},
                                                   "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}])


def seed_redshift(estate):
    estate.client("redshift", e.DATA).create_cluster(ClusterIdentifier="numbers", NodeType="ra3.xlplus", MasterUsername="admin", MasterUserPassword="Hunter2hunter2",
                                                     ClusterType="single-node", PubliclyAccessible=True, Tags=[{"Key": "Team", "Value": "data"}])


def seed_opensearch(estate):
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "es:*", "Resource": "*"}]}
    opensearch = estate.client("opensearch", e.SHOP)
    for number in range(7):  # more than one batch
        opensearch.create_domain(DomainName=f"search-{number}", EngineVersion="OpenSearch_2.11", AccessPolicies=json.dumps(policy), TagList=[{"Key": "Team", "Value": "shop"}])
