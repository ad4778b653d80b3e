"""What could not be read is said to be unread; nothing of it is gone or resolved."""
import estate as e
from proxy import Reply, Rule

GROUPS = "aws_ec2_security_group"


def test_one_operation_denied_in_one_region_removes_and_resolves_nothing(watch, full, faults):
    watch.scan()
    before, findings = watch.inventory(), watch.findings()
    sheet = watch.bytes("inventory.csv")
    rule = faults.deny("DescribeSecurityGroups", account=e.SHOP, region=e.TOKYO)
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.inventory() == before
    assert {r[:4] for r in watch.changes()} == {("unverified", e.SHOP, e.TOKYO, GROUPS)} and len(watch.changes()) == 1
    assert watch.incomplete() == {(e.SHOP, e.TOKYO, GROUPS): "denied"}
    unread = {f for f in findings if f[1:3] == (e.SHOP, e.TOKYO)}
    assert len(unread) == 1 and watch.findings() == findings - unread and watch.findings(state="unverified") == unread
    assert not watch.findings(state="resolved")
    marked = {r["id"] for r in watch.rows("inventory.csv") if r["unverified_since"]}
    assert marked == {r[3] for r in before if r[:3] == (e.SHOP, e.TOKYO, GROUPS)}
    watch.next_night("--detailed-exitcode", status=4)  # said once
    assert watch.changes() == []
    full_night_before = watch.now
    faults.proxy.remove(rule)
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.now > full_night_before and {r[0] for r in watch.changes()} == {"verified_again"}
    assert watch.findings() == findings and watch.bytes("inventory.csv") == sheet


def test_denied_five_nights_then_really_gone_is_said_on_the_night_that_saw_it(watch, full, faults):
    watch.scan()
    group = full.names[e.SHOP, e.TOKYO, "ssh-anywhere"]
    rule = faults.deny("DescribeSecurityGroups", account=e.SHOP, region=e.TOKYO)
    for night in range(5):
        watch.next_night()
        if night == 1:
            full.delete_group(e.SHOP, e.TOKYO, group)
        assert not watch.changes(change="removed") and group in {r["id"] for r in watch.rows("inventory.csv")}
        assert [r["state"] for r in watch.rows("findings.csv", id=group)] == ["unverified"]
    faults.proxy.remove(rule)
    watch.next_night()
    assert [r[:5] for r in watch.changes(change="removed")] == [("removed", e.SHOP, e.TOKYO, GROUPS, group)]
    assert [(r["state"], r["change"]) for r in watch.rows("findings.csv", id=group)] == [("resolved", "resolved")]
    assert group not in {r["id"] for r in watch.rows("inventory.csv")}


def test_a_change_seen_while_a_neighbour_is_denied_is_told(watch, full, faults):
    watch.scan()
    faults.deny("DescribeSecurityGroups", account=e.SHOP, region=e.TOKYO)
    group = full.group(e.SHOP, e.EAST, "new-ssh", e.tcp(22, e.ANYWHERE))
    watch.next_night("--detailed-exitcode", status=5)
    assert [r[:5] for r in watch.changes(change="added")] == [("added", e.SHOP, e.EAST, GROUPS, group)]
    assert [r["change"] for r in watch.rows("findings.csv", id=group)] == ["new"]


def test_the_organizations_own_policy_blocks_and_is_no_fault_of_the_run(watch, full, faults):
    watch.scan()
    before = watch.inventory()
    faults.deny_by_scp(None, service="ec2", account=e.DATA, region=e.TOKYO)
    watch.next_night("--detailed-exitcode", status=0)
    assert set(watch.incomplete().values()) == {"blocked"} and {k[:2] for k in watch.incomplete()} == {(e.DATA, e.TOKYO)}
    assert watch.inventory() == before and not watch.changes(change="removed")
    assert all("service control policy" in r["reason"] for r in watch.rows("coverage.csv", outcome="blocked") if r["type"] != "*")


def test_throttles_and_passing_faults_are_retried(watch, full, faults, proxy):
    watch.scan()
    sheet = watch.bytes("inventory.csv")
    faults.throttle("DescribeSecurityGroups", 1, account=e.SHOP, region=e.EAST)
    faults.server_error("ListRoles", times=1, account=e.ZERO)
    faults.drop("DescribeVpcs", times=1, account=e.DATA, region=e.EAST)
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.bytes("inventory.csv") == sheet and watch.incomplete() == {}
    throttled = watch.rows("coverage.csv", account=e.SHOP, region=e.EAST, service="ec2", type="*")[0]["throttled"]
    assert throttled == "1"


def test_a_throttle_without_end_is_throttled_and_closes_nothing(watch, full, faults):
    watch.scan()
    before = watch.inventory()
    faults.throttle("DescribeSecurityGroups", None, account=e.SHOP, region=e.EAST)
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.incomplete() == {(e.SHOP, e.EAST, GROUPS): "throttled"} and watch.inventory() == before


def test_one_buckets_denied_detail_spoils_neither_the_bucket_nor_its_neighbours(watch, full, faults):
    for n in range(8):
        full.bucket(e.ZERO, e.EAST, f"zero-more-{n}", block=True)
    watch.scan()
    before = watch.inventory()
    rule = faults.deny("GetPublicAccessBlock", where=lambda c: c.params["Bucket"] == "zero-more-3")
    full.client("s3", e.ZERO).delete_public_access_block(Bucket="zero-more-5")
    watch.next_night()
    assert watch.inventory() == before
    assert {r[:5] for r in watch.changes() if r[0] != "unverified"} == {("changed", e.ZERO, e.EAST, "aws_s3_bucket", "zero-more-5")}
    config = watch.select("SELECT config, unread FROM version JOIN resource ON resource.id = version.resource WHERE key = 'arn:aws:s3:::zero-more-3' AND to_run IS NULL")[0]
    assert "PublicAccessBlock" in config["unread"] and '"BlockPublicAcls":true' in config["config"].replace(" ", "")
    assert [r for r in watch.rows("coverage.csv", account=e.ZERO) if r["details_unread"] == "1"]
    faults.proxy.remove(rule)
    watch.next_night()
    assert not watch.changes(change="changed") and not watch.changes(change="removed")


def test_credentials_that_expire_are_asked_for_again_once(watch, full, proxy, faults):
    gate = faults.hold("ListUsers", account=e.SHOP)
    process = watch.start("scan", "--detailed-exitcode")
    gate.wait()
    proxy.expire_credentials(e.SHOP)
    gate.release()
    out, err = process.communicate(timeout=120)
    assert process.returncode == 3, err
    assert watch.incomplete() == {} and watch.inventory() == full.truth.resources
    assert proxy.count("AssumeRole", where=lambda c: e.SHOP in c.params["RoleArn"]) in (1, 2)


def test_an_account_whose_role_is_refused_leaves_the_others_alone(watch, full, faults):
    watch.scan()
    before = watch.inventory()
    faults.deny("AssumeRole", where=lambda c: e.SHOP in c.params["RoleArn"])
    group = full.group(e.ZERO, e.EAST, "meanwhile")
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.inventory() == before | {(e.ZERO, e.EAST, GROUPS, group)}
    assert {k[0] for k in watch.incomplete()} == {e.SHOP} and set(watch.incomplete().values()) == {"denied"}
    assert not watch.findings(state="resolved")


def test_an_account_that_answers_as_another_is_not_walked(watch, full, proxy):
    """A role's session must be of the account that was asked for."""
    proxy.add(Rule("impostor", lambda c: c.operation == "GetCallerIdentity" and c.account == e.SHOP,
                   after=lambda c, r: Reply(200, r.body.replace(e.SHOP.encode(), e.DATA.encode()), r.headers)))
    watch.scan("--detailed-exitcode", status=5)
    assert not [r for r in watch.inventory() if r[0] == e.SHOP]
    assert proxy.count(service="ec2", account=e.SHOP) == 0
