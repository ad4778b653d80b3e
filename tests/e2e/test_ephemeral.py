"""Machines that come and go by themselves are one row of what they belong to, and their coming and going is no change."""
import csv
import io
import json
import threading
import time

import estate as e
import night
import pytest

KIND = "aws_shop_machine"
SHEETS = ("inventory.csv", f"inventory/{KIND}.csv", "changes.csv")
PARENT = "web-machines"


# Machines that are there: moto takes the tags off those that were terminated, as AWS does in time.
TYPES = {"service": "ec2", "types": {KIND: {
    "list": "DescribeInstances", "with": {"Filters": [{"Name": "instance-state-name", "Values": ["pending", "running", "stopping", "stopped"]}]},
    "items": "Reservations[].Instances[]", "id": "InstanceId", "key": "arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
    "tags": "Tags", "redact": ["ClientToken"], "plain": ["MetadataOptions.HttpTokens"], "set": ["Monitoring.MetricCategoryIds[]"],
    "ephemeral": [{"tag": "aws:autoscaling:groupName"}],
    "columns": {"private_ip": "PrivateIpAddress", "launched": "LaunchTime"},
    "sheet": {"private_ip": {"en": "Private address", "ja": "x"}, "launched": {"en": "Launched", "ja": "y"}},
    "console": "https://console.example/{id}"}}}


@pytest.fixture
def watch(watch):
    """It reads machines and nothing else, so that the whole of a sheet can be compared."""
    watch.config(night.TARGETS, inventory={"only": [KIND]},
                 checks={"off": dict.fromkeys(night.ALL, "not asked for here")})
    watch.write("types.d/machines.yaml", json.dumps(TYPES))
    return watch


OWN = ("aws_ec2_instance", "aws_ec2_network_interface", "aws_ec2_volume")


@pytest.fixture
def owned(watch):
    """It reads machines, interfaces and disks by the built-in types."""
    watch.config(night.TARGETS, inventory={"only": list(OWN)},
                 checks={"off": dict.fromkeys(night.ALL, "not asked for here")})
    return watch


@pytest.fixture
def scaling(full):
    """A group of two machines in SHOP, and one of a single machine."""
    client = full.client("autoscaling", e.SHOP, e.TOKYO)
    client.create_launch_configuration(LaunchConfigurationName="lc", ImageId="ami-12c6146b", InstanceType="t3.micro")
    for name, size in ((PARENT, 2), ("lone-machine", 1)):
        client.create_auto_scaling_group(
            AutoScalingGroupName=name, LaunchConfigurationName="lc", MinSize=1, MaxSize=4, DesiredCapacity=size,
            VPCZoneIdentifier=full.names[e.SHOP, e.TOKYO, "subnet"],
            Tags=[{"Key": "Team", "Value": "pay", "PropagateAtLaunch": True}, {"Key": "env", "Value": "prod", "PropagateAtLaunch": True}])
    return client


def members(watch, parent=PARENT, kind=KIND):
    told = watch.run("query", f"SELECT id FROM inventory WHERE parent = '{parent}' AND type = '{kind}' ORDER BY id")
    assert told.status == 0, told
    return [row["id"] for row in csv.DictReader(io.StringIO(told.out))]


def replace_all(scaling, ec2):
    """Every machine of every group is terminated and another one started in its place."""
    for group in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]:
        for machine in group["Instances"]:
            scaling.terminate_instance_in_auto_scaling_group(InstanceId=machine["InstanceId"], ShouldDecrementDesiredCapacity=False)
        for machine in scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group["AutoScalingGroupName"]])["AutoScalingGroups"][0]["Instances"]:
            ec2.create_tags(Resources=[machine["InstanceId"]], Tags=[{"Key": "Name", "Value": f"web-{machine['InstanceId']}"}])


def bytes_of(watch, names=SHEETS):
    return {name: watch.bytes(name) for name in names}


def test_members_are_one_row_of_their_group(watch, full, scaling):
    watch.scan()
    rows = watch.rows("inventory.csv", account=e.SHOP, region=e.TOKYO, type=KIND)
    folded = {r["id"]: r for r in rows if not r["key"].startswith("arn:")}
    assert set(folded) == {PARENT, "lone-machine"}
    row = folded[PARENT]
    assert (row["name"], row["team"], row["environment"]) == (PARENT, "pay", "prod")
    assert row["key"] == f"{e.SHOP} {e.TOKYO} {KIND} {PARENT}" and row["first_seen"] == row["last_changed"] == "2026-11-21T03:00:00Z"
    assert {r["id"] for r in rows if r["key"].startswith("arn:")} == {
        i for a, g, t, i in full.truth.resources if (a, g, t) == (e.SHOP, e.TOKYO, "aws_ec2_instance")}
    assert len(members(watch)) == 2 and len(members(watch, "lone-machine")) == 1
    own = next(r for r in watch.rows(f"inventory/{KIND}.csv") if r["id"] == PARENT)
    assert own["Private address"] == own["Launched"] == own["console_url"] == ""
    assert watch.run_json()["counts"]["resources"] == len(watch.rows("inventory.csv")) + 1  # machines are counted, not rows


def test_machines_replaced_overnight_change_no_byte(watch, full, scaling):
    watch.scan()
    watch.next_night("--detailed-exitcode", status=0)
    before, known = bytes_of(watch), members(watch) + members(watch, "lone-machine")
    replace_all(scaling, full.ec2(e.SHOP, e.TOKYO))
    watch.next_night("--detailed-exitcode", status=0)
    now = members(watch) + members(watch, "lone-machine")
    assert len(now) == 3 and set(now) & set(known) == set()
    assert bytes_of(watch) == before
    scaling.set_desired_capacity(AutoScalingGroupName=PARENT, DesiredCapacity=4)
    watch.next_night("--detailed-exitcode", status=0)
    assert len(members(watch)) == 4 and bytes_of(watch) == before
    runs = watch.runs()
    assert watch.run("diff", runs[0], runs[-1]).out == "no changes\n"
    files = [f"state/runs/{run}/inventory.csv" for run in (runs[0], runs[-1])]
    assert watch.run("diff", *files).out == "no changes\n"
    assert PARENT not in watch.run("diff", "--noise", runs[0], runs[-1]).out


def test_what_is_no_member_still_changes(watch, full, scaling):
    watch.scan()
    made = full.instance(e.SHOP, e.TOKYO, full.names[e.SHOP, e.TOKYO, "subnet"], full.names[e.SHOP, e.TOKYO, "ssh-anywhere"], "by hand")
    replace_all(scaling, full.ec2(e.SHOP, e.TOKYO))
    watch.next_night()
    assert {row[:5] for row in watch.changes(type=KIND)} == {("added", e.SHOP, e.TOKYO, KIND, made)}


def test_a_group_that_is_new_or_gone_is_no_change_of_its_machines(watch, full, scaling):
    watch.scan()
    first = watch.runs()[0]
    scaling.create_auto_scaling_group(AutoScalingGroupName="another", LaunchConfigurationName="lc", MinSize=1, MaxSize=1, DesiredCapacity=1,
                                      VPCZoneIdentifier=full.names[e.SHOP, e.TOKYO, "subnet"])
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == [] and "another" in {r["id"] for r in watch.rows("inventory.csv")}
    files = [f"state/runs/{run}/inventory.csv" for run in (first, watch.runs()[-1])]
    assert watch.run("diff", *files).out == "no changes\n"


def test_machines_that_cannot_be_listed_are_unverified_as_one(watch, full, scaling, faults):
    watch.scan()
    faults.deny("DescribeInstances", account=e.SHOP, region=e.TOKYO)
    watch.next_night("--detailed-exitcode", status=4)
    rows = {r["id"]: r for r in watch.rows("inventory.csv", account=e.SHOP, region=e.TOKYO)}
    assert rows[PARENT]["unverified_since"] == "2026-11-22T03:00:00Z"
    assert [row[:4] for row in watch.changes(type=KIND)] == [("unverified", e.SHOP, e.TOKYO, KIND)]


# what belongs to machines

OWN_SHEETS = ("inventory.csv", "changes.csv", *(f"inventory/{kind}.csv" for kind in OWN))


def drop_interfaces_of_terminated(ec2):
    """Interfaces go with their machines, which moto does not know."""
    there = {i["InstanceId"] for r in ec2.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["running", "stopped"]}])["Reservations"]
             for i in r["Instances"]}
    for card in ec2.describe_network_interfaces()["NetworkInterfaces"]:
        if "Attachment" in card and card["Attachment"]["InstanceId"] not in there:
            ec2.delete_network_interface(NetworkInterfaceId=card["NetworkInterfaceId"])


def replace_with_all_they_have(scaling, full):
    ec2 = full.ec2(e.SHOP, e.TOKYO)
    replace_all(scaling, ec2)
    drop_interfaces_of_terminated(ec2)


def told_last(faults, operation):
    """This list's answer comes when all others have been stored."""
    gate = faults.hold(operation, account=e.SHOP, region=e.TOKYO)
    threading.Thread(target=lambda: (gate.wait(), time.sleep(1.5), gate.release()), daemon=True).start()


@pytest.mark.parametrize("last", ["DescribeInstances", "DescribeNetworkInterfaces", "DescribeVolumes"])
def test_interfaces_and_disks_go_with_their_machines_whatever_is_read_first(owned, full, scaling, faults, last):
    told_last(faults, last)
    owned.scan()
    known = {kind: members(owned, kind=kind) for kind in OWN}
    assert [len(ids) for ids in known.values()] == [2, 2, 2]
    rows = [r for r in owned.rows("inventory.csv", id=PARENT)]
    assert sorted(r["type"] for r in rows) == sorted(OWN)
    owned.next_night("--detailed-exitcode", status=0)
    before = bytes_of(owned, OWN_SHEETS)
    replace_with_all_they_have(scaling, full)
    told_last(faults, last)
    owned.next_night("--detailed-exitcode", status=0)
    now = {kind: members(owned, kind=kind) for kind in OWN}
    assert [len(ids) for ids in now.values()] == [2, 2, 2] and not any(set(now[kind]) & set(known[kind]) for kind in OWN)
    assert bytes_of(owned, OWN_SHEETS) == before
    runs = owned.runs()
    assert owned.run("diff", runs[0], runs[-1]).out == "no changes\n"


def test_a_machine_replaced_by_hand_is_told_with_all_it_has(owned, full, scaling):
    ec2 = full.ec2(e.SHOP, e.TOKYO)
    old = full.instance(e.SHOP, e.TOKYO, full.names[e.SHOP, e.TOKYO, "subnet"], full.names[e.SHOP, e.TOKYO, "ssh-anywhere"], "by hand")
    owned.scan()
    ec2.terminate_instances(InstanceIds=[old])
    full.instance(e.SHOP, e.TOKYO, full.names[e.SHOP, e.TOKYO, "subnet"], full.names[e.SHOP, e.TOKYO, "ssh-anywhere"], "by hand")
    replace_with_all_they_have(scaling, full)
    owned.next_night()
    assert sorted((row[0], row[3]) for row in owned.changes()) == sorted((change, kind) for change in ("added", "removed") for kind in OWN)
    assert ("removed", e.SHOP, e.TOKYO, OWN[0], old, "") in owned.changes()


def test_interfaces_of_machines_that_nobody_may_list_keep_what_is_known_of_them(owned, full, scaling, faults):
    owned.scan()
    denial = faults.deny("DescribeInstances", account=e.SHOP, region=e.TOKYO)
    owned.next_night("--detailed-exitcode", status=4)
    assert {len(members(owned, kind=kind)) for kind in OWN} == {2}
    assert [row[:4] for row in owned.changes()] == [("unverified", e.SHOP, e.TOKYO, OWN[0])]
    replace_with_all_they_have(scaling, full)
    owned.next_night()
    assert {(row[0], row[3]) for row in owned.changes()} == {("added", kind) for kind in OWN[1:]}, "whose the new ones are, nobody can know yet"
    faults.proxy.remove(denial)
    owned.next_night()
    assert [row[:4] for row in owned.changes()] == [("verified_again", e.SHOP, e.TOKYO, OWN[0])]
    assert {len(members(owned, kind=kind)) for kind in OWN} == {2}


def test_a_scan_of_interfaces_alone_finds_their_machines_in_the_store(owned, full, scaling):
    owned.scan()
    before = bytes_of(owned, OWN_SHEETS[:3])
    owned.next_night("--type", OWN[1], "--detailed-exitcode", status=0)
    assert bytes_of(owned, OWN_SHEETS[:3]) == before and len(members(owned, kind=OWN[1])) == 2


def test_a_disk_that_outlives_its_machine_is_nobodys(owned, full, scaling):
    ec2 = full.ec2(e.SHOP, e.TOKYO)
    data = ec2.create_volume(AvailabilityZone=f"{e.TOKYO}a", Size=100)["VolumeId"]
    machine = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[PARENT])["AutoScalingGroups"][0]["Instances"][0]["InstanceId"]
    ec2.attach_volume(VolumeId=data, InstanceId=machine, Device="/dev/sdb")
    owned.scan()
    assert data in {r["id"] for r in owned.rows("inventory.csv", type=OWN[2])} and data not in members(owned, kind=OWN[2])
    ec2.detach_volume(VolumeId=data, InstanceId=machine)
    ec2.delete_volume(VolumeId=data)
    owned.next_night()
    assert owned.changes() == [("removed", e.SHOP, e.TOKYO, OWN[2], data, "")]
