"""Checks of the user's own, edited, broken and slow, beside a changing cloud."""
import checkfile
import estate as e
import night

MINE = "groups_named_so"


def use(watch, query, ident=MINE, **more):
    watch.write(f"checks.d/{ident}.yaml", checkfile.check(ident, query, **more))


def causes(watch, check=MINE):
    return {r["key"].split("/")[-1]: (r["verdict"], r["cause"]) for r in watch.select(
        "SELECT key, verdict, cause FROM finding_state JOIN finding ON finding.id = finding JOIN resource ON resource.id = finding.resource "
        "WHERE check_id = ? AND to_run IS NULL", check)}


def test_a_users_check_is_an_equal(watch, full):
    use(watch, checkfile.named("%-anywhere"), severity="medium")
    watch.scan("--detailed-exitcode", status=3)
    mine = {f[1:4] for f in watch.findings(check=MINE)}
    assert mine == {(e.ZERO, e.EAST, full.names[e.ZERO, e.EAST, "ssh-anywhere"]), (e.SHOP, e.TOKYO, full.names[e.SHOP, e.TOKYO, "ssh-anywhere"])}
    control = next(r for r in watch.rows("controls.csv") if r["check"] == MINE)
    groups = len([r for r in full.truth.resources if r[2] == "aws_ec2_security_group"])
    assert (control["failed"], control["passed"], control["unknown"]) == ("2", str(groups - 2), "0")


def test_a_check_edited_while_the_cloud_changed_tells_the_two_apart(watch, full):
    use(watch, checkfile.named("ssh-%"))
    watch.scan()
    ssh_zero, ssh_shop = full.names[e.ZERO, e.EAST, "ssh-anywhere"], full.names[e.SHOP, e.TOKYO, "ssh-anywhere"]
    inside, dns = full.names[e.ZERO, e.EAST, "inside"], full.names[e.SHOP, e.EAST, "dns-for-all"]
    use(watch, checkfile.named("%s%"))                       # now more names match
    made = full.group(e.SHOP, e.TOKYO, "sssh")               # made by the cloud
    full.delete_group(e.SHOP, e.TOKYO, ssh_shop)             # gone by the cloud
    watch.next_night()
    seen = causes(watch)
    assert seen[made] == ("FAIL", "cloud") and seen[inside] == ("FAIL", "check") and seen[dns] == ("FAIL", "check")
    assert seen[ssh_shop] == ("PASS", "cloud") and seen[ssh_zero][0] == "FAIL"
    use(watch, checkfile.named("nothing like it"))
    watch.next_night()
    assert {c for c in causes(watch).values() if c[0] == "PASS"} == {("PASS", "check"), ("PASS", "cloud")}
    assert causes(watch)[made] == ("PASS", "check")


def test_a_check_switched_off_is_out_of_scope_with_its_reason(watch, full):
    watch.scan()
    watch.config(night.TARGETS, checks={"off": {e.ADMIN: "we have another tool for that"}})
    watch.next_night("--detailed-exitcode", status=0)
    assert not watch.findings(check=e.ADMIN) and watch.findings(state="out_of_scope", check=e.ADMIN) == {f for f in full.truth.findings if f[0] == e.ADMIN}
    control = next(r for r in watch.rows("controls.csv") if r["check"] == e.ADMIN)
    assert control["state"] == "off" and control["reason"] == "we have another tool for that"


def test_a_check_with_an_sql_error_is_a_config_fault_with_its_line(watch, full, proxy):
    use(watch, "SELECT key, nonsense FROM aws_ec2_security_group")
    result = watch.scan(status=2)
    assert f"{MINE}.yaml:" in result.err and "nonsense" in result.err
    assert proxy.count() == 0


def test_a_check_may_not_write_or_look_elsewhere(watch, full, proxy):
    for query in ("DELETE FROM version", "SELECT key, '' AS subject, sql AS evidence FROM sqlite_master, aws_ec2_security_group",
                  "SELECT key, '' AS subject, random() AS evidence FROM aws_ec2_security_group", "ATTACH 'x.db' AS x", "PRAGMA journal_mode"):
        use(watch, query)
        assert f"{MINE}.yaml:" in watch.scan(status=2).err, query


def test_a_needed_scope_unread_makes_verdicts_unknown(watch, full, faults):
    watch.scan()
    by_list = full.names[e.DATA, e.TOKYO, "by-prefix-list"]
    faults.deny("DescribeManagedPrefixLists", account=e.DATA, region=e.TOKYO)
    faults.deny("GetManagedPrefixListEntries", account=e.DATA, region=e.TOKYO)
    watch.next_night("--detailed-exitcode", status=4)
    assert [r["state"] for r in watch.rows("findings.csv", id=by_list)] == ["unverified"]
    assert not watch.findings(state="resolved")
    assert {f for f in watch.findings() if f[1] != e.DATA} == {f for f in full.truth.findings if f[1] != e.DATA}


def test_a_new_check_speaks_of_old_things_as_its_own_doing(watch, full):
    watch.scan()
    use(watch, checkfile.named("inside"))
    watch.next_night("--detailed-exitcode", status=3)
    assert set(causes(watch).values()) == {("FAIL", "check")} and watch.changes() == []
