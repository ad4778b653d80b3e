"""The first night tells everything, the nights after it nothing, to the byte."""
import estate as e
import night

HEADERS = {
    "inventory.csv": "provider,account,account_name,region,type,id,name,team,environment,tags,first_seen,last_changed,unverified_since,shared_from,key",
    "findings.csv": "state,change,severity,check,title,provider,account,account_name,region,type,id,name,team,subject,summary,evidence,fix,"
                    "first_seen,exception,key,fingerprint",
    "changes.csv": "change,provider,account,account_name,region,type,id,name,team,field,before,after,key",
    "coverage.csv": "provider,account,account_name,region,service,type,outcome,reason,since,details_unread,calls,items,throttled,seconds",
    "controls.csv": "check,title,severity,state,reason,exceptions,passed,failed,unknown,scopes_unread",
}


def test_the_first_night_lists_every_resource_and_raises_every_finding_and_nothing_else(watch, full):
    watch.scan("--detailed-exitcode", status=3)
    assert watch.inventory() == full.truth.resources
    listed = {(r["account"], r["region"], r["type"], night.bare(r["id"])): r for r in watch.rows("inventory.csv")}
    for known, key in full.truth.keys.items():
        assert listed[known]["key"] == key
    assert watch.findings() == full.truth.findings
    assert {r["change"] for r in watch.rows("findings.csv")} == {"new"}
    assert watch.incomplete() == {}
    assert {r["account_name"] for r in watch.rows("inventory.csv")} == set(e.ACCOUNTS.values())


def test_quiet_nights_write_the_same_bytes(watch, full):
    watch.scan()
    nights = []
    for _ in range(3):
        watch.next_night("--detailed-exitcode", status=0)
        nights.append({name: watch.bytes(name) for name in HEADERS if name != "coverage.csv"})
        assert watch.changes() == []
        assert {r["change"] for r in watch.rows("findings.csv")} == {""}
    assert nights[0] == nights[1] == nights[2]
    assert len(watch.runs()) == 4


def test_a_quiet_night_stores_next_to_nothing(watch, full):
    watch.scan()
    before = watch.select("SELECT (SELECT count(*) FROM version) AS v, (SELECT count(*) FROM finding_state) AS f, (SELECT count(*) FROM coverage) AS c")
    watch.next_night()
    assert watch.select("SELECT (SELECT count(*) FROM version) AS v, (SELECT count(*) FROM finding_state) AS f, (SELECT count(*) FROM coverage) AS c") == before


def test_sheets_have_their_columns_and_are_sorted_crlf_and_safe(watch, full):
    watch.scan()
    for name, header in HEADERS.items():
        raw = watch.bytes(name)
        assert raw.split(b"\r\n")[0].decode() == header, name
        assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n")
    keys = [r["key"] for r in watch.rows("inventory.csv")]
    assert keys == sorted(keys)
    assert {r["account"] for r in watch.rows("inventory.csv")} == set(e.ACCOUNTS)  # the leading zero is there
    assert not [cell for r in watch.rows("inventory.csv") for cell in r.values() if cell[:1] in ("=", "+", "@")]
    assert watch.rows("inventory.csv", type="aws_iam_user", account=e.DATA)[0]["id"] == "'=1+1"  # told as text


def test_tags_and_names_are_shown(watch, full):
    watch.scan()
    group = watch.rows("inventory.csv", id=full.names[e.ZERO, e.EAST, "ssh-anywhere"])[0]
    assert group["name"] == "ssh-anywhere" and "bastion" in group["tags"] and "core" in group["tags"]
    machine = watch.rows("inventory.csv", type="aws_ec2_instance")[0]
    assert machine["name"] == "shop-web"


def test_each_type_has_a_sheet_of_its_own_with_its_columns(watch, full):
    watch.scan()
    rows = watch.rows("inventory/aws_ec2_security_group.csv")
    assert len(rows) == len([r for r in full.truth.resources if r[2] == "aws_ec2_security_group"])
    assert {"VPC", "Description"} <= set(rows[0])
    assert all(r["VPC"].startswith("vpc-") for r in rows)


def test_run_json_says_what_the_night_was(watch, full):
    watch.scan("--detailed-exitcode", status=3)
    assert watch.run_json()["exit_status"] == 3
    watch.next_night("--detailed-exitcode")
    assert watch.run_json()["exit_status"] == 0
