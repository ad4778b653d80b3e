"""What changed in the cloud, exactly, and nothing else."""
import estate as e
from estate import tcp


def kinds(watch, **match):
    return {row[:5] for row in watch.changes(**match)}


def test_changes_and_findings_are_exactly_those_made(watch, full):
    watch.scan()
    ec2 = full.ec2(e.SHOP, e.TOKYO)
    new = full.group(e.SHOP, e.TOKYO, "late-ssh", tcp(22, e.ANYWHERE))
    mended = full.names[e.SHOP, e.TOKYO, "ssh-anywhere"]
    ec2.revoke_security_group_ingress(GroupId=mended, IpPermissions=[tcp(22, e.ANYWHERE)])
    gone = full.names[e.ZERO, e.TOKYO, "web-8080"]
    full.delete_group(e.ZERO, e.TOKYO, gone)
    full.user(e.SHOP, "carol")
    full.client("iam", e.ZERO).delete_user(UserName="bob")
    watch.next_night("--detailed-exitcode", status=3)
    assert kinds(watch) == {
        ("added", e.SHOP, e.TOKYO, "aws_ec2_security_group", new),
        ("changed", e.SHOP, e.TOKYO, "aws_ec2_security_group", mended),
        ("removed", e.ZERO, e.TOKYO, "aws_ec2_security_group", gone),
        ("added", e.SHOP, "global", "aws_iam_user", "carol"),
        ("added", e.SHOP, "global", "aws_iam_credential_report_row", "carol"),
        ("removed", e.ZERO, "global", "aws_iam_user", "bob"),
        ("removed", e.ZERO, "global", "aws_iam_credential_report_row", "bob"),
    }
    row = watch.rows("changes.csv", change="changed")[0]
    assert row["field"] == "IpPermissions[]" and "0.0.0.0/0" in row["before"] and row["after"] == ""
    told = {(r["change"], r["state"], r["id"], r["subject"]) for r in watch.rows("findings.csv") if r["change"]}
    assert told == {("new", "open", new, "tcp/22"), ("resolved", "resolved", mended, "tcp/22"), ("resolved", "resolved", gone, "tcp/8080")}
    watch.next_night("--detailed-exitcode", status=0)
    assert watch.changes() == []
    assert not [r for r in watch.rows("findings.csv") if r["change"] or r["state"] == "resolved"]


def test_an_evidence_change_says_changed_and_a_return_says_reopened(watch, full):
    watch.scan()
    group = full.names[e.SHOP, e.TOKYO, "ssh-anywhere"]
    ec2 = full.ec2(e.SHOP, e.TOKYO)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, e.ANYWHERE6)])
    watch.next_night("--detailed-exitcode", status=3)
    assert [r["change"] for r in watch.rows("findings.csv", id=group)] == ["changed"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, e.ANYWHERE, e.ANYWHERE6)])
    watch.next_night("--detailed-exitcode", status=0)  # better is not new
    assert [r["state"] for r in watch.rows("findings.csv", id=group)] == ["resolved"]
    first = watch.select("SELECT fingerprint FROM finding JOIN resource ON resource.id = finding.resource WHERE key LIKE ?", f"%/{group}")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[tcp(22, e.ANYWHERE)])
    watch.next_night("--detailed-exitcode", status=3)
    row = watch.rows("findings.csv", id=group)[0]
    assert row["change"] == "reopened" and [{"fingerprint": row["fingerprint"]}] == first


def test_a_tag_is_one_change(watch, full):
    watch.scan()
    group = full.names[e.ZERO, e.EAST, "inside"]
    full.ec2(e.ZERO).create_tags(Resources=[group], Tags=[{"Key": "owner", "Value": "security team"}])
    watch.next_night()
    rows = watch.rows("changes.csv")
    assert [(r["change"], r["id"]) for r in rows] == [("changed", group)]
    assert "security team" in rows[0]["after"] and "security team" not in rows[0]["before"]
    assert "security team" in watch.rows("inventory.csv", id=group)[0]["tags"]


def test_a_bucket_that_loses_its_block_is_a_change_of_that_part(watch, full):
    watch.scan()
    full.client("s3", e.ZERO).delete_public_access_block(Bucket="zero-logs")
    watch.next_night()
    rows = watch.rows("changes.csv")
    assert {(r["change"], r["type"], r["id"]) for r in rows} == {("changed", "aws_s3_bucket", "zero-logs")}
    assert all(r["field"].startswith("PublicAccessBlock") for r in rows)


def test_a_key_deleted_and_made_again_is_a_new_life(watch, full):
    watch.scan()
    first = watch.rows("inventory.csv", type="aws_iam_user", account=e.SHOP, id="alice")[0]
    iam = full.client("iam", e.SHOP)
    iam.delete_user(UserName="alice")
    iam.create_user(UserName="alice")
    watch.next_night()
    assert {row[:5] for row in watch.changes(type="aws_iam_user")} == {
        ("removed", e.SHOP, "global", "aws_iam_user", "alice"), ("added", e.SHOP, "global", "aws_iam_user", "alice")}
    second = watch.rows("inventory.csv", type="aws_iam_user", account=e.SHOP, id="alice")
    assert len(second) == 1 and second[0]["key"] == first["key"] and second[0]["first_seen"] > first["first_seen"]
    watch.next_night()
    assert watch.changes() == []


def test_diff_tells_between_any_two_runs_and_files(watch, full):
    watch.scan()
    group = full.group(e.SHOP, e.EAST, "one-more")
    watch.next_night()
    watch.next_night()
    runs = watch.runs()
    told = watch.run("diff", runs[0], runs[2])
    assert told.status == 0 and group in told.out and "one-more" not in watch.run("diff", runs[1], runs[2]).out
    files = [f"state/runs/{runs[0]}/inventory.csv", f"state/runs/{runs[2]}/inventory.csv"]
    assert group in watch.run("diff", *files).out
    assert group not in watch.run("diff", files[1], files[1]).out
    assert watch.run("diff", "20010101T000000Z", runs[0]).status == 2


def test_a_night_not_published_is_never_a_baseline(watch, full, faults):
    watch.scan()
    group = full.group(e.SHOP, e.EAST, "seen-by-a-dead-run")
    watch.now += 86400
    gate = faults.hold("ListUsers", account=e.DATA)
    watch.kill_during(lambda p: gate.wait())
    gate.release()
    watch.next_night()
    assert {row[:5] for row in watch.changes()} == {("added", e.SHOP, e.EAST, "aws_ec2_security_group", group)}
