"""A scan of a part touches that part only; its sheets show the whole."""
import estate as e
import night
import type_files
import yaml

TYPES = type_files.read_all("aws")


def read_by(*ids):
    """The types that these built-in checks read (without ids all), and their parents."""
    found = set()
    for path in (night.ROOT / "checks").glob("aws/*.yaml"):
        check = yaml.safe_load(path.read_text())
        if not ids or check["id"] in ids:
            found |= {check["subject"], *(n["type"] for n in check.get("needs", [])), *check.get("uses", [])}
    found &= set(TYPES)  # of what no cloud is asked for nothing is read
    while more := {TYPES[t]["children_of"] for t in found if TYPES[t].get("children_of")} - found:
        found |= more
    return found


def test_a_filtered_run_leaves_everything_else_alone(watch, full, proxy):
    watch.scan()
    shop = full.group(e.SHOP, e.EAST, "in-shop", e.tcp(22, e.ANYWHERE))
    zero = full.group(e.ZERO, e.EAST, "in-zero", e.tcp(22, e.ANYWHERE))
    gone = full.names[e.DATA, e.EAST, "split-in-two"]
    full.delete_group(e.DATA, e.EAST, gone)
    before = watch.inventory()
    proxy.forget_calls()
    watch.next_night("--account", e.SHOP, "--detailed-exitcode", status=3)
    assert {c.account for c in proxy.calls()} <= {e.BASE, e.SHOP}
    assert watch.inventory() == before | {(e.SHOP, e.EAST, "aws_ec2_security_group", shop)}
    assert [r[:5] for r in watch.changes()] == [("added", e.SHOP, e.EAST, "aws_ec2_security_group", shop)]
    assert {r["id"] for r in watch.rows("findings.csv", change="new")} == {shop} and watch.incomplete() == {}
    watch.next_night("--detailed-exitcode", status=3)
    assert {r[0::4] for r in watch.changes()} == {("added", zero), ("removed", gone)}
    assert {(r["change"], r["id"]) for r in watch.rows("findings.csv") if r["change"]} == {("new", zero), ("resolved", gone)}


def test_a_type_and_its_checks_alone(watch, full, proxy):
    watch.scan()
    user = full.user(e.SHOP, "carol")
    full.role(e.SHOP, "unseen")
    proxy.forget_calls()
    watch.next_night("--type", "aws_iam_user")
    assert {c.operation for c in proxy.calls()} <= {"AssumeRole", "GetCallerIdentity", "ListUsers"}
    assert [r[:5] for r in watch.changes()] == [("added", e.SHOP, "global", "aws_iam_user", user)]
    assert watch.findings() == full.truth.findings


def test_one_check_reads_what_it_needs(watch, full, proxy):
    watch.scan("--check", e.ROOT_MFA)
    assert {f[0] for f in watch.findings()} == {e.ROOT_MFA}
    assert proxy.count(service="ec2") == 0 and proxy.count(service="s3") == 0


def test_what_a_filter_names_must_exist(watch, bare, proxy):
    for args in (["--account", "999999999999"], ["--type", "aws_no_such"], ["--check", "aws_no_such_check"], ["--account"], ["--nonsense"]):
        result = watch.run("scan", *args)
        assert result.status == 2 and result.err.strip(), args
    assert proxy.count() == 0


def test_the_config_chooses_what_is_listed(watch, full, proxy):
    watch.config(night.TARGETS, inventory={"only": ["aws_iam_[ru]*", "aws_ec2_vpc"]})
    watch.scan()
    listed = {r[2] for r in watch.inventory()}
    assert {"aws_iam_user", "aws_iam_role", "aws_ec2_vpc"} <= listed <= {"aws_iam_user", "aws_iam_role", "aws_ec2_vpc"} | read_by()
    assert {"aws_ec2_volume", "aws_ec2_key_pair"}.isdisjoint(read_by()) and proxy.count(["DescribeVolumes", "DescribeKeyPairs"]) == 0


def test_one_check_alone_asks_for_nothing_but_what_it_needs(watch, full, proxy):
    """No inventory, all other checks off: the ledger holds that check's lists and the way in."""
    others = [c.split()[0] for c in watch.run("check", "list").out.splitlines() if c and c.split()[0] != e.ADMIN]
    watch.config(night.TARGETS, inventory={"only": []}, checks={"off": dict.fromkeys(others, "not tonight")})
    watch.scan()
    assert {r[0] for r in watch.findings()} == {e.ADMIN}
    wanted = {TYPES[t]["list"] for t in read_by(e.ADMIN)}
    assert {c.operation for c in proxy.calls()} <= {"AssumeRole", "GetCallerIdentity", "GetManagedPrefixListEntries", "DescribeRegions"} | wanted
    assert {"DescribeSecurityGroups", "DescribeManagedPrefixLists"} <= wanted and {"DescribeVolumes", "LookupEvents", "ListUsers"}.isdisjoint(wanted)
    named = {c.params["PrefixListId"] for c in proxy.calls("GetManagedPrefixListEntries")}
    assert named <= {full.names[e.SHOP, e.EAST, "offices"], full.names[e.DATA, e.TOKYO, "the-world"]}


def test_a_list_of_what_is_no_type_is_a_config_fault(watch, bare, proxy):
    watch.config(night.TARGETS, inventory={"only": ["aws_ec2_*", "aws_ec22_vpc"]})
    result = watch.scan(status=2)
    assert "yomawari.yaml:" in result.err and "aws_ec22_vpc" in result.err and proxy.count() == 0
