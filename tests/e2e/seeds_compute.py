"""At least one of everything that computes outside EC2: Lambda, EKS, ECS, ECR."""
import io
import json
import zipfile

import estate as e

MOTO_LACKS = {("aws_lambda_function", "UrlConfigs"): "404 Not Found"}


def code():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return 'fine'\n")
    return packed.getvalue()


def seed_lambda(estate):
    iam = estate.client("iam", e.SHOP)
    role = iam.create_role(RoleName="runs-functions", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
    functions = estate.client("lambda", e.SHOP)
    for name in ("pays", "mails"):
        functions.create_function(FunctionName=name, Runtime="python3.12", Role=role, Handler="main.handler", Code={"ZipFile": code()}, Tags={"Team": "shop"},
                                  Description="of the tests", Environment={"Variables": {"PASSWORD": "hunter2", "STAGE": "live"}})
    functions.create_function_url_config(FunctionName="pays", AuthType="NONE", Cors={"AllowOrigins": ["https://b.example", "https://a.example"]})
    functions.add_permission(FunctionName="pays", StatementId="anyone", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")


def seed_eks(estate):
    subnet = estate.names[e.SHOP, e.EAST, "subnet"]
    estate.client("eks", e.SHOP).create_cluster(name="ships", version="1.30", roleArn=f"arn:aws:iam::{e.SHOP}:role/ships", tags={"Team": "shop"}, clientRequestToken="hunter2",
                                                resourcesVpcConfig={"subnetIds": [subnet], "endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]})


def seed_ecs(estate):
    ecs = estate.client("ecs", e.SHOP)
    ecs.create_cluster(clusterName="workers", tags=[{"key": "Team", "value": "shop"}])
    ecs.create_cluster(clusterName="idle")
    ecs.register_task_definition(family="job", containerDefinitions=[{"name": "job", "image": "job:1", "memory": 100}])
    for number in range(12):  # more than one batch
        ecs.create_service(cluster="workers", serviceName=f"job-{number}", taskDefinition="job", desiredCount=1, tags=[{"key": "Team", "value": "shop"}])


def seed_ecr(estate):
    ecr = estate.client("ecr", e.SHOP)
    for name in ("shop/web", "shop/jobs"):
        ecr.create_repository(repositoryName=name, tags=[{"Key": "Team", "Value": "shop"}])
    ecr.set_repository_policy(repositoryName="shop/web", policyText=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}))
