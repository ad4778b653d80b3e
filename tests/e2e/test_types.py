"""Resource types of the user's own, and what a type's growing does to the past."""
import json

import estate as e
import night

MINE = "aws_my_network"


def use(watch, **more):
    """The VPCs once more, as a type of one's own (JSON is YAML)."""
    body = {"list": "DescribeVpcs", "with": {"MaxResults": 100}, "items": "Vpcs", "id": "VpcId", "tags": "Tags", "columns": {"cidr": "CidrBlock"},
            "key": "arn:{partition}:ec2:{region}:{account}:my-network/{VpcId}", **more}
    watch.config(night.TARGETS, inventory={"only": [*night.LISTED, MINE]})
    watch.write("types.d/mine.yaml", json.dumps({"service": "ec2", "types": {MINE: body}}))


def test_a_users_type_is_listed_beside_the_built_in_ones(watch, bare):
    use(watch)
    watch.scan()
    mine = {(r[0], r[1], r[3]) for r in watch.inventory(type=MINE)}
    assert mine == {(r[0], r[1], r[3]) for r in bare.truth.resources if r[2] == "aws_ec2_vpc"}
    assert {r for r in watch.inventory() if r[2] in night.LISTED} == bare.truth.resources
    told = watch.run("query", f"SELECT count(*) AS n, min(cidr) AS cidr FROM {MINE}")
    assert "6" in told.out and "172.31.0.0/16" in told.out


def test_a_type_grown_by_a_field_re_bases_in_silence(watch, bare):
    """As after an upgrade that compares more: what both nights compare is compared, the rest is not news."""
    use(watch, volatile=["CidrBlock", "IsDefault", "State", "CidrBlockAssociationSet"])
    watch.scan()
    use(watch)
    network = bare.names[e.SHOP, e.EAST, "vpc"]
    bare.ec2(e.SHOP).create_tags(Resources=[network], Tags=[{"Key": "owner", "Value": "shop"}])
    watch.next_night()
    assert {(r[0], r[1], r[2], r[4]) for r in watch.changes(type=MINE)} == {("changed", e.SHOP, e.EAST, network)}
    assert all("Tags" in r["field"] for r in watch.rows("changes.csv", type=MINE))
    watch.next_night()
    assert watch.changes() == []


def test_a_field_that_was_always_compared_is_news_all_the_same(watch, bare):
    use(watch, volatile=["State"])
    watch.scan()
    use(watch)
    new = bare.ec2(e.DATA, e.TOKYO).create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    watch.next_night()
    assert {(r[0], r[4]) for r in watch.changes(type=MINE)} == {("added", new)}


def test_a_type_taken_away_is_out_of_scope_and_not_removed(watch, bare):
    use(watch)
    watch.scan()
    (watch.folder / "types.d" / "mine.yaml").unlink()
    watch.config(night.TARGETS)
    watch.next_night("--detailed-exitcode", status=0)
    assert not watch.changes(change="removed")


def test_a_wrong_type_is_a_config_fault_with_its_line(watch, bare, proxy):
    for change, word in (({"list": "DeleteVpc"}, "DeleteVpc"), ({"list": "GetPasswordData"}, "GetPasswordData"), ({"list": "NoSuchCall"}, "NoSuchCall"),
                         ({"itmes": "Vpcs"}, "itmes"), ({"items": "Nowhere"}, "Nowhere")):
        use(watch, **change)
        result = watch.scan(status=2)
        assert "mine.yaml" in result.err and word in result.err, result
    assert proxy.count() == 0
