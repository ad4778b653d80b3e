"""One thing seen by several accounts is one thing, in its owner's place."""
import estate as e

SUBNET = "aws_ec2_subnet"


def share(full, faults, owner, participant, region=e.EAST):
    """The participant's list of subnets ends with one of the owner's, as by a resource share."""
    ident = full.names[owner, region, "subnet"]
    vpc = full.names[owner, region, "vpc"]
    xml = (f'<item xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><subnetId>{ident}</subnetId>'
           f"<subnetArn>arn:aws:ec2:{region}:{owner}:subnet/{ident}</subnetArn><state>available</state><ownerId>{owner}</ownerId>"
           f"<vpcId>{vpc}</vpcId><cidrBlock>172.31.0.0/20</cidrBlock><availabilityZone>{region}a</availabilityZone></item>")
    faults.also("DescribeSubnets", xml, account=participant, region=region)
    return ident


def test_a_shared_subnet_is_listed_once_in_its_owners_account(watch, full, faults):
    ident = share(full, faults, e.ZERO, e.SHOP)
    watch.scan()
    assert [(r["account"], r["shared_from"]) for r in watch.rows("inventory.csv", id=ident)] == [(e.ZERO, "")]
    assert watch.inventory() == full.truth.resources
    sheet = watch.bytes("inventory.csv")
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == [] and watch.bytes("inventory.csv") == sheet


def test_a_shared_subnet_whose_owner_is_not_walked_says_so(watch, full, faults):
    watch.accounts({e.SHOP: "shop"})
    ident = share(full, faults, e.ZERO, e.SHOP)
    watch.scan()
    assert [(r["account"], r["shared_from"]) for r in watch.rows("inventory.csv", id=ident)] == [(e.SHOP, e.ZERO)]


def test_a_subnet_shared_no_more_stays_with_its_owner(watch, full, faults, proxy):
    ident = share(full, faults, e.ZERO, e.SHOP)
    watch.scan()
    proxy.clear()
    watch.next_night()
    assert [r["account"] for r in watch.rows("inventory.csv", id=ident)] == [e.ZERO] and not watch.changes(change="removed")


def test_awss_own_prefix_lists_are_for_reference_and_not_inventory(watch, full):
    watch.scan()
    assert not [r for r in watch.rows("inventory.csv") if ":AWS:" in r["key"]]
    kept = watch.select("SELECT key, region FROM reference WHERE type = 'aws_ec2_managed_prefix_list'")
    shown = {i for ids in full.corrections.aliases.values() for i in ids.values()}
    assert {k["key"].split("/")[-1] for k in kept} == shown
    assert len(kept) == len({k["key"] for k in kept})


def test_a_group_that_names_an_aws_list_is_judged_by_its_entries(watch, full, proxy):
    listed = next(iter(full.ec2(e.SHOP).describe_managed_prefix_lists(
        Filters=[{"Name": "prefix-list-name", "Values": ["com.amazonaws.global.cloudfront.origin-facing"]}])["PrefixLists"]))["PrefixListId"]
    group = full.group(e.SHOP, e.EAST, "from-cloudfront", e.tcp(443, lists=[listed]))
    watch.scan()
    assert watch.findings() == full.truth.findings and group in {r["id"] for r in watch.rows("inventory.csv")}
    named = full.corrections.aliases[e.SHOP, e.EAST][listed]
    assert proxy.count("GetManagedPrefixListEntries", account=e.SHOP, region=e.EAST) == 2  # this and `offices`
    assert any(named.encode() in c.body for c in proxy.calls("GetManagedPrefixListEntries"))


def test_a_customers_list_shared_to_another_account_is_judged_there_from_the_next_night_on(watch, full, faults, proxy):
    shared = full.prefix_list(e.ZERO, e.EAST, "shared-everything", "0.0.0.0/0")
    arn = f"arn:aws:ec2:{e.EAST}:{e.ZERO}:prefix-list/{shared}"
    faults.also("DescribeManagedPrefixLists",
                f'<item xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><prefixListId>{shared}</prefixListId><prefixListArn>{arn}</prefixListArn>'
                f"<prefixListName>shared-everything</prefixListName><addressFamily>IPv4</addressFamily><maxEntries>10</maxEntries>"
                f"<ownerId>{e.ZERO}</ownerId><state>create-complete</state></item>", account=e.SHOP, region=e.EAST)
    group = full.group(e.SHOP, e.EAST, "by-shared-list", e.tcp(22, lists=[shared]))
    watch.scan()
    assert group not in {f[3] for f in watch.findings()}, "nobody has read the list yet: unknown, neither open nor passed"
    unknown = {r["check"]: int(r["unknown"]) for r in watch.rows("controls.csv")}
    assert unknown["aws_security_group_open_admin_port"] == 1
    watch.next_night()
    assert [(f[0], f[4]) for f in watch.findings() if f[3] == group] == [("aws_security_group_open_admin_port", "tcp/22")]
    asked = [c.account for c in proxy.calls("GetManagedPrefixListEntries") if shared.encode() in c.body]
    assert asked == [e.ZERO], "its owner asks, nobody else"
