"""At least one key, secret, topic and queue, and what IAM and Account Management know beside users and roles."""
import json

import estate as e

MOTO_LACKS = {"aws_iam_organizations_features": "500 Internal Server Error"}

OPEN = {"Version": "2012-10-17", "Statement": [{"Sid": "all", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sns:Publish", "sns:Subscribe"], "Resource": "*"}]}


def seed_kms(estate):
    kms = estate.client("kms", e.DATA, e.TOKYO)
    for spec, usage in (("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"), ("RSA_2048", "SIGN_VERIFY")):
        key = kms.create_key(Description="of the tests", KeySpec=spec, KeyUsage=usage, Tags=[{"TagKey": "Team", "TagValue": "data"}])["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=f"alias/{spec.lower().split('_')[0]}", TargetKeyId=key)
        if usage == "ENCRYPT_DECRYPT":
            kms.enable_key_rotation(KeyId=key)


def seed_sns(estate):
    sns = estate.client("sns", e.SHOP)
    topic = sns.create_topic(Name="sold", Attributes={"DisplayName": "Sold"}, Tags=[{"Key": "Team", "Value": "shop"}])["TopicArn"]
    sns.create_topic(Name="shipped")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(OPEN))


def seed_sqs(estate):
    sqs = estate.client("sqs", e.SHOP)
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.create_queue(QueueName="jobs.fifo", tags={"Team": "shop"}, Attributes={"FifoQueue": "true"})
    sqs.create_queue(QueueName="jobs", tags={"Team": "shop"}, Attributes={"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3}),
                                                                          "Policy": json.dumps({"Version": "2012-10-17", "Statement": []})})


def seed_secretsmanager(estate):
    secrets = estate.client("secretsmanager", e.SHOP)
    secrets.create_secret(Name="pay/key", SecretString="hunter2", Description="of the tests", Tags=[{"Key": "Team", "Value": "shop"}])


def seed_iam(estate):
    iam = estate.client("iam", e.SHOP)
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}]}
    policy = iam.create_policy(PolicyName="reads", PolicyDocument=json.dumps(document), Description="of the tests", Tags=[{"Key": "Team", "Value": "shop"}])["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(document).replace("s3:", "sqs:"), SetAsDefault=True)
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn=policy)
    iam.attach_user_policy(UserName="alice", PolicyArn=policy)
    iam.create_access_key(UserName="alice")
    iam.create_access_key(UserName="bob")
    iam.upload_server_certificate(ServerCertificateName="old", CertificateBody="-----BEGIN CERTIFICATE-----\nxyz\n-----END CERTIFICATE-----", PrivateKey="hunter2")
    iam.create_account_alias(AccountAlias="the-shop")
    iam.update_account_password_policy(MinimumPasswordLength=12, MaxPasswordAge=90)


def seed_account(estate):
    account = estate.client("account", e.SHOP)
    account.put_alternate_contact(AlternateContactType="SECURITY", Name="Someone", Title="On call", EmailAddress="someone@shop.example", PhoneNumber="+81-3-0000-0000")
