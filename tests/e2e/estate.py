"""A small estate of three accounts in two regions, made by boto3, and the truth about it: every
resource that must be listed and every finding that must be raised."""
import json
import zlib
from dataclasses import dataclass, field

import boto3
from botocore.config import Config

BASE = "123456789012"     # moto's own account: the credentials that a scan starts with
ZERO = "012345678901"     # an id with a leading zero
SHOP = "111111111111"
DATA = "222222222222"
ACCOUNTS = {ZERO: "zero", SHOP: "shop", DATA: "data"}
EAST, TOKYO = "us-east-1", "ap-northeast-1"
REGIONS = (EAST, TOKYO)
ROLE = "yomawari-read"
BASE_KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
ANYWHERE, ANYWHERE6 = "0.0.0.0/0", "::/0"
ADMIN, OPEN, ROOT_MFA, ROOT_KEY, ROOT_VIRTUAL = ("aws_security_group_open_admin_port", "aws_security_group_open_to_internet",
                                                 "aws_root_without_mfa", "aws_root_access_key_present", "aws_root_virtual_mfa")


def without_account(request, **_):
    """boto3 puts the account before any host of S3 Control, even before an address."""
    scheme, host = request.url.split("//", 1)
    request.url = f"{scheme}//{host.split('.', 1)[1]}"


def tcp(port, *cidrs, to=None, **more):
    return permission("tcp", port, to or port, *cidrs, **more)


def permission(protocol, first, last, *cidrs, lists=()):
    rule = {"IpProtocol": protocol, "FromPort": first, "ToPort": last,
            "IpRanges": [{"CidrIp": c} for c in cidrs if ":" not in c], "Ipv6Ranges": [{"CidrIpv6": c} for c in cidrs if ":" in c],
            "PrefixListIds": [{"PrefixListId": p} for p in lists]}
    return {k: v for k, v in rule.items() if v != []}


@dataclass
class Truth:
    """`resources`: (account, region, type, id) of everything to be listed. `keys`: of those whose key is
    an ARN that follows from the id. `findings`: (check, account, region, id, subject)."""
    resources: set = field(default_factory=set)
    keys: dict = field(default_factory=dict)
    findings: set = field(default_factory=set)


class Estate:
    def __init__(self, url, corrections, on_session=lambda key_id, account: None):
        """`on_session` hears of every session that is opened for an account."""
        self.url, self.corrections, self.on_session = url, corrections, on_session
        self.truth = Truth()
        self.names = {}      # what a test wants to find again: name -> id
        self._clients = {}
        self._sessions = {}

    # boto3

    def client(self, service, account=BASE, region=EAST):
        known = self._clients.get((service, account, region))
        if known is None:
            known = boto3.client(service, region_name=region, endpoint_url=self.url, config=Config(retries={"max_attempts": 0}), **self.keys(account))
            known.meta.events.register("before-sign.s3-control", without_account)
            self._clients[service, account, region] = known
        return known

    def through(self, url, service, account, region):
        """A client that sees what yomawari sees: moto behind the proxy at `url`."""
        return boto3.client(service, region_name=region, endpoint_url=url, config=Config(s3={"addressing_style": "path"}), **self.keys(account))

    def keys(self, account):
        if account == BASE:
            return BASE_KEYS
        if account not in self._sessions:
            given = self.client("sts").assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="seed")["Credentials"]
            self._sessions[account] = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"],
                                       "aws_session_token": given["SessionToken"]}
            self.on_session(given["AccessKeyId"], account)
        return self._sessions[account]

    def ec2(self, account, region=EAST):
        return self.client("ec2", account, region)

    # the truth

    def know(self, account, region, kind, ident, key=None):
        self.truth.resources.add((account, region, kind, ident))
        if key:
            self.truth.keys[account, region, kind, ident] = key

    def know_ec2(self, account, region, kind, part, ident):
        self.know(account, region, f"aws_ec2_{kind}", ident, f"arn:aws:ec2:{region}:{account}:{part}/{ident}")
        return ident

    def forget(self, ident):
        gone = {r for r in self.truth.resources if r[3] == ident}
        self.truth.resources -= gone
        for r in gone:
            self.truth.keys.pop(r, None)
        self.truth.findings = {f for f in self.truth.findings if f[3] != ident}

    def expect(self, check, account, region, ident, subject=""):
        self.truth.findings.add((check, account, region, ident, subject))

    # making things

    def group(self, account, region, name, *permissions, vpc=None, tags=()):
        """A group with these ingress permissions; its id."""
        ec2 = self.ec2(account, region)
        made = ec2.create_security_group(GroupName=name, Description=f"{name} of the tests", VpcId=vpc or self.names[account, region, "vpc"],
                                         TagSpecifications=tag_specifications("security-group", tags))["GroupId"]
        if permissions:
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(permissions))
        self.names[account, region, name] = made
        return self.know_ec2(account, region, "security_group", "security-group", made)

    def delete_group(self, account, region, ident):
        self.ec2(account, region).delete_security_group(GroupId=ident)
        self.forget(ident)

    def interface(self, account, region, subnet, groups=()):
        made = self.ec2(account, region).create_network_interface(SubnetId=subnet, Groups=list(groups))["NetworkInterface"]["NetworkInterfaceId"]
        return self.know_ec2(account, region, "network_interface", "network-interface", made)

    def address(self, account, region, interface=None):
        ec2 = self.ec2(account, region)
        made = ec2.allocate_address(Domain="vpc")["AllocationId"]
        if interface:
            ec2.associate_address(AllocationId=made, NetworkInterfaceId=interface)
        return self.know_ec2(account, region, "address", "elastic-ip", made)

    def instance(self, account, region, subnet, group, name):
        ec2 = self.ec2(account, region)
        made = ec2.run_instances(ImageId="ami-12c6146b", InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group],
                                 UserData="export DB_PASSWORD=seeded-user-data-secret",
                                 TagSpecifications=tag_specifications("instance", [("Name", name), ("env", "prod")]))["Instances"][0]
        for attached in made["NetworkInterfaces"]:
            self.know_ec2(account, region, "network_interface", "network-interface", attached["NetworkInterfaceId"])
        return self.know_ec2(account, region, "instance", "instance", made["InstanceId"])

    def prefix_list(self, account, region, name, *cidrs):
        made = self.ec2(account, region).create_managed_prefix_list(
            PrefixListName=name, MaxEntries=10, AddressFamily="IPv4", Entries=[{"Cidr": c, "Description": "seeded"} for c in cidrs])["PrefixList"]["PrefixListId"]
        self.names[account, region, name] = made
        return self.know_ec2(account, region, "managed_prefix_list", "prefix-list", made)

    def bucket(self, account, region, name, block=False, policy=None):
        s3 = self.client("s3", account, region)
        where = {} if region == EAST else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        self.corrections.bucket_regions[name] = region
        if block:
            everything = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=everything)
        if policy:
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
        self.know(account, region, "aws_s3_bucket", name, f"arn:aws:s3:::{name}")
        return name

    def user(self, account, name, **more):
        arn = self.client("iam", account).create_user(UserName=name, **more)["User"]["Arn"]
        self.know(account, "global", "aws_iam_user", name, arn)
        self.know(account, "global", "aws_iam_credential_report_row", name)
        return name

    def role(self, account, name):
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{BASE}:root"}, "Action": "sts:AssumeRole"}]}
        arn = self.client("iam", account).create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        self.know(account, "global", "aws_iam_role", name, arn)
        return name


def tag_specifications(kind, tags):
    return [{"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in tags]}] if tags else []


def aws_list_id(name):
    """The id that all accounts see for one of AWS's own prefix lists."""
    return f"pl-{zlib.crc32(name.encode()):08x}"


def learn_region(estate, account, region):
    """What moto puts into every region by itself: a VPC, its subnets and group, AWS's prefix lists."""
    ec2 = estate.ec2(account, region)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    estate.names[account, region, "vpc"] = estate.know_ec2(account, region, "vpc", "vpc", vpc)
    subnets = sorted(s["SubnetId"] for s in ec2.describe_subnets()["Subnets"])
    for subnet in subnets:
        estate.know_ec2(account, region, "subnet", "subnet", subnet)
    estate.names[account, region, "subnet"] = subnets[0]
    for group in ec2.describe_security_groups()["SecurityGroups"]:
        estate.know_ec2(account, region, "security_group", "security-group", group["GroupId"])
    owned = [p for p in ec2.describe_managed_prefix_lists()["PrefixLists"] if p["OwnerId"] == "AWS"]
    estate.corrections.aliases[account, region] = {p["PrefixListId"]: aws_list_id(p["PrefixListName"]) for p in owned}


def learn_account(estate, account):
    estate.know(account, "global", "aws_account", account)
    estate.know(account, "global", "aws_iam_account_summary", account)
    estate.know(account, "global", "aws_iam_credential_report_row", "<root_account>")
    estate.role(account, ROLE)
    estate.client("iam", account).generate_credential_report()  # else every first night waits to be told COMPLETE
    for region in REGIONS:
        learn_region(estate, account, region)
