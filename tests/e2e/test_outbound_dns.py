"""Who asks for names outside, from flow logs that lie in a bucket to the sheet; and night after night."""
import gzip

import estate as e
import night
import pytest
from test_flow_logs import BUCKET, DEFAULT, HOUR, Bucket, default_line

CHECK, POSTURE, IMAGE = "aws_outbound_dns", "aws_vpc_outbound_dns_posture", "ami-12c6146b"
STRANGER = "45.61.1.1"


class Network:
    """One machine in a network whose flow log goes to a bucket."""

    def __init__(self, estate):
        self.bucket, ec2 = Bucket(estate, e.SHOP), estate.client("ec2", e.SHOP, e.EAST)
        self.ec2 = ec2
        self.vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        self.subnet = subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.7.1.0/24")["Subnet"]["SubnetId"]
        machine = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0]
        self.machine, card = machine["InstanceId"], machine["NetworkInterfaces"][0]
        self.card, self.address = card["NetworkInterfaceId"], card["PrivateIpAddress"]
        told = ec2.create_flow_logs(ResourceIds=[self.vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3", LogDestination=f"arn:aws:s3:::{BUCKET}")
        assert told["FlowLogIds"], told

    def write(self, at, *destinations, by=None):
        """A file of flows to these: (address, port, action, bytes), of the machine or another (interface, address)."""
        lines = [DEFAULT]
        card, source = by or (self.card, self.address)
        for address, port, action, size in destinations:
            lines.append(default_line({"account": e.SHOP, "interface": card, "source": source, "destination": address, "port": port, "packets": 2,
                                       "bytes": size, "start": at - 60, "action": action}))
        for region in e.REGIONS:   # of the other one too, or nobody would know that nothing happened there
            self.bucket.put(e.SHOP, region, at, gzip.compress("\n".join(lines if region == e.EAST else lines[:1]).encode() + b"\n", mtime=0))


    def end(self):
        """The machine and its interface, which moto leaves behind."""
        self.ec2.terminate_instances(InstanceIds=[self.machine])
        self.ec2.delete_network_interface(NetworkInterfaceId=self.card)


@pytest.fixture
def network(empty_estate):
    return Network(empty_estate)


@pytest.fixture
def watch(watch, network):
    watch.config(night.TARGETS, inventory={"only": []}, judged=(CHECK, POSTURE), logs=[network.bucket.config])
    return watch


def walk(watch):
    result = watch.run("scan")
    assert result.status == 0, result


def told(watch, **match):
    return {(r["subject"], r["severity"]) for r in watch.rows("findings.csv", check=CHECK, **match)}


def test_who_asked_is_told_once_and_stands_while_nights_are_quiet(watch, network):
    inside = ("10.7.1.9", 53, "ACCEPT", 80)
    asked = [("192.58.128.30", 53, "ACCEPT", 80), ("8.8.8.8", 853, "ACCEPT", 80), (STRANGER, 53, "REJECT", 80), inside, ("10.7.1.9", 443, "ACCEPT", 9000)]
    network.write(watch.now - 2 * HOUR, *asked)
    walk(watch)
    expected = {(f"{network.machine} → 192.58.128.30 (J-root, Verisign)", "low"), (f"{network.machine} → 8.8.8.8 DoQ (Google Public DNS)", "low"),
                (f"{network.machine} → {STRANGER}, refused", "info")}
    assert told(watch, state="open", change="new") == told(watch) == expected
    summary = next(r["summary"] for r in watch.rows("findings.csv", check=CHECK) if "J-root" in r["subject"])
    assert "Amazon Linux 1" in summary and "resolves names for itself" in summary
    for asked_again in ([inside], asked, [inside]):
        watch.now += night.DAY
        network.write(watch.now - 2 * HOUR, *asked_again)
        walk(watch)
        assert told(watch, state="open", change="") == told(watch) == expected, asked_again
    watch.now += night.DAY
    network.write(watch.now - 2 * HOUR, (STRANGER, 53, "ACCEPT", 80_000_000))
    walk(watch)
    assert told(watch, change="new") == {(f"{network.machine} → {STRANGER}", "high")}
    assert told(watch, state="open") == expected | {(f"{network.machine} → {STRANGER}", "high")}


def test_machines_that_come_and_go_between_the_nights_are_one_finding(watch, network):
    google = ("8.8.8.8", 53, "ACCEPT", 80)
    known = (f"{network.machine} → 8.8.8.8 (Google Public DNS)", "low")
    others = (f"short-lived machines of {network.subnet} → 8.8.8.8 (Google Public DNS)", "low")
    network.write(watch.now - 2 * HOUR, google)
    walk(watch)
    assert told(watch, change="new") == told(watch) == {known}
    network.write(watch.now + 2 * HOUR, google)   # and then it is gone: the next night knows it by what the last one saw
    network.end()
    for number, new in ((1, {others}), (2, set())):
        watch.now += night.DAY
        network.write(watch.now - 3 * HOUR, google, by=(f"eni-0gone{number}", f"10.7.1.{70 + number}"))
        walk(watch)
        assert told(watch, change="new") == new and told(watch, state="open") == {known, others}, watch.rows("findings.csv", check=CHECK)


def test_expected_resolvers_of_the_config_are_no_finding(watch, network):
    watch.config(night.TARGETS, inventory={"only": []}, judged=(CHECK, POSTURE), logs=[network.bucket.config], checks={"dns": {"expected_resolvers": ["45.61.1.0/24", "8.8.8.8"]}})
    network.write(watch.now - 2 * HOUR, (STRANGER, 53, "ACCEPT", 80_000_000), ("8.8.8.8", 53, "ACCEPT", 80), ("8.8.4.4", 53, "ACCEPT", 80))
    walk(watch)
    assert told(watch) == {(f"{network.machine} → 8.8.4.4 (Google Public DNS)", "low")}
    assert watch.rows("controls.csv", check=CHECK)[0]["failed"] == "1"
    gaps = next(r["summary"] for r in watch.rows("findings.csv", check=POSTURE) if network.vpc in r["id"])
    assert "no query logging" in gaps and "flow log" not in gaps


def test_what_no_flow_log_shows_is_unknown_and_never_passed(watch, network):
    network.write(watch.now - 2 * HOUR)
    walk(watch)
    control = watch.rows("controls.csv", check=CHECK)[0]
    assert not told(watch) and int(control["passed"]) > 0   # the logged one, and those that nothing is in
    watch.config(night.TARGETS, inventory={"only": []}, judged=(CHECK, POSTURE))
    watch.now += night.DAY
    result = watch.run("scan")
    assert result.status == 0 and result.err.count("no flow logs are named in logs: of the config") == 1, result
    control = watch.rows("controls.csv", check=CHECK)[0]
    assert control["passed"] == "0" and "aws_ec2_flow" in control["reason"], control
    assert not watch.rows("coverage.csv", type="aws_ec2_flow"), "what nobody asks for is no gap of each account and region"
