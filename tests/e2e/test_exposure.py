"""How far groups open what: networks built by boto3, and what findings say of them night by night."""
import csv
import io
import json
import shlex

import estate as e
import night
import pytest
from seeds import tcp

ANYWHERE = "0.0.0.0/0"
GROUP = "aws_ec2_security_group"


class Network:
    """A VPC of one account with an internet gateway, and what stands in it."""

    def __init__(self, estate, account=e.SHOP, region=e.EAST):
        self.estate, self.account, self.region, self.ec2 = estate, account, region, estate.ec2(account, region)
        self.vpc = self.ec2.create_vpc(CidrBlock="10.50.0.0/16")["Vpc"]["VpcId"]
        self.gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        self.count = 0

    def subnet(self, routed=True):
        made = self.ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.50.{self.count}.0/24")["Subnet"]["SubnetId"]
        self.count += 1
        if routed:
            table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
            self.ec2.create_route(RouteTableId=table, DestinationCidrBlock=ANYWHERE, GatewayId=self.gateway)
            self.ec2.associate_route_table(RouteTableId=table, SubnetId=made)
        return made

    def guard(self, subnet):
        """A network ACL that lets everybody in, and answers to no client's port out."""
        acl = self.ec2.create_network_acl(VpcId=self.vpc)["NetworkAcl"]["NetworkAclId"]
        for egress, ports in ((False, {}), (True, {"PortRange": {"From": 443, "To": 443}})):
            self.ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, Protocol="6" if egress else "-1", RuleAction="allow", Egress=egress,
                                              CidrBlock=ANYWHERE, **ports)
        held = next(a for n in self.ec2.describe_network_acls()["NetworkAcls"] for a in n["Associations"] if a["SubnetId"] == subnet)
        self.ec2.replace_network_acl_association(AssociationId=held["NetworkAclAssociationId"], NetworkAclId=acl)

    def group(self, name, *permissions):
        return self.estate.group(self.account, self.region, name, *permissions, vpc=self.vpc)

    def interface(self, subnet, *groups, public=True):
        made = self.estate.interface(self.account, self.region, subnet, groups)
        if public:
            self.estate.address(self.account, self.region, made)
        return made

    def machine(self, subnet, name):
        """One with an address of its own, and SSH open by a group of its own: the group's id, and the machine's."""
        group = self.group(name, tcp(22, ANYWHERE))
        made = self.ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SubnetId=subnet, SecurityGroupIds=[group])["Instances"][0]
        self.estate.address(self.account, self.region, made["NetworkInterfaces"][0]["NetworkInterfaceId"])
        return group, made["InstanceId"]


@pytest.fixture
def network(bare):
    return Network(bare)


def said(watch):
    """{group's id: (severity, evidence)} of administration ports."""
    return {r["id"]: (r["severity"], json.loads(r["evidence"])) for r in watch.rows("findings.csv", check=e.ADMIN, state="open")}


def test_findings_say_how_far_the_internet_gets(watch, network, corrections):
    outer, guarded, inner = network.subnet(), network.subnet(), network.subnet(routed=False)
    network.guard(guarded)
    groups = {name: network.group(name, tcp(22, ANYWHERE)) for name in ("reached", "stopped", "inside", "unused")}
    reached = network.interface(outer, groups["reached"])
    network.interface(guarded, groups["stopped"])
    network.interface(inner, groups["inside"])
    network.interface(inner, groups["inside"], public=False)
    idle, machine = network.machine(network.subnet(), "idle")
    network.ec2.stop_instances(InstanceIds=[machine])
    watch.scan()
    told = said(watch)
    assert {name: (told[g][0], told[g][1]["reach"], told[g][1]["because"]) for name, g in groups.items()} == {
        "reached": ("critical", "reachable", []),
        "stopped": ("medium", "attached", ["network_acl"]),
        "inside": ("medium", "attached", ["no_public_address", "no_route"]),
        "unused": ("low", "open_by_rule", [])}
    assert told[groups["reached"]][1]["behind"] == [f"interface {reached}"]
    assert (told[idle][0], told[idle][1]["reach"], told[idle][1]["because"]) == ("medium", "attached", ["stopped"])
    words = {r["id"]: r["summary"] for r in watch.rows("findings.csv", check=e.ADMIN)}
    assert words[groups["stopped"]].endswith("not reachable because of: network ACL")
    detail = json.loads(watch.select("SELECT detail FROM finding_state JOIN finding ON finding.id = finding JOIN resource ON resource.id = finding.resource "
                                     "WHERE key LIKE ? AND to_run IS NULL", f"%{groups['reached']}")[0]["detail"])
    public = network.ec2.describe_network_interfaces(NetworkInterfaceIds=[reached])["NetworkInterfaces"][0]["Association"]["PublicIp"]
    assert detail["addresses"] == [{"address": public, "protocol": "tcp", "ports": "22", "interface": reached}]

    # Which requirements that means, asked as the pages say.
    assert told[groups["reached"]][1]["controls"]["cis-aws-7.0"] == ["6.3"]
    for page in ("README.md", "README.ja.md", "docs/controls.md"):
        text = (night.ROOT / page).read_text(encoding="utf-8")
        command = next(line for line in text.splitlines() if line.startswith("yomawari query") and "controls" in line)
        result = watch.run(*shlex.split(command)[1:])
        assert result.status == 0, result
        rows = csv.DictReader(io.StringIO(result.out))
        assert {r["id"] for r in rows if r.get("requirement", "6.3") == "6.3"} == {*groups.values(), idle}, page

    network.guard(outer)  # one night later the network ACL is there, too, and the machine runs
    network.ec2.start_instances(InstanceIds=[machine])
    watch.next_night("--detailed-exitcode", status=3)
    assert [(r["change"], r["severity"]) for r in watch.rows("findings.csv", id=groups["reached"])] == [("changed", "medium")]
    assert [(r["change"], r["severity"]) for r in watch.rows("findings.csv", id=idle)] == [("changed", "critical")]


def test_groups_open_together_what_neither_opens_alone(watch, network):
    subnet = network.subnet()
    one = network.group("one", tcp(22, "3.0.0.0/8"), tcp(22, "13.0.0.0/8"))
    other = network.group("other", tcp(22, "52.0.0.0/8"), tcp(22, "54.0.0.0/8"))
    network.interface(subnet, one)
    watch.scan()
    assert said(watch) == {}
    network.interface(subnet, one, other)
    watch.next_night("--detailed-exitcode", status=3)
    told = said(watch)
    assert {g: (told[g][1]["reach"], told[g][1]["with"]) for g in told} == {one: ("reachable", [other]), other: ("reachable", [one])}
