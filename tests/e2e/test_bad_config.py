"""Wrong input by the user: clear words, exit 2, nothing asked of the cloud, no earlier run lost."""
import os

import pytest

import estate as e


def refused(watch, *pieces, status=2):
    result = watch.run("scan")
    assert result.status == status, result
    for piece in pieces:
        assert piece in result.err, result
    return result


def test_unknown_keys_are_named_with_their_line(watch, bare, proxy):
    watch.write("yomawari.yaml", "state: ./state\ntargets:\n  - aws: {accounts: accounts.csv, role: r, regoins: all}\nlimts: {}\n")
    refused(watch, "yomawari.yaml:3:", "regoins", "yomawari.yaml:4:", "limts")
    assert proxy.count() == 0


@pytest.mark.parametrize("content, line, word", [
    ("account,name\n012345678901,zero\n12345,short\n", 3, "12345"),
    ("account,name\n012345678901,zero\n\"222222222222,open quote\n", 3, ""),
    ("account,name\n012345678901,zero,extra\n", 2, ""),
    ("account,nmae\n012345678901,zero\n", 1, "nmae"),
    ("name\nzero\n", 1, "account"),
    ("account,name\n012345678901,a\n012345678901,b\n", 3, "012345678901"),
    ("account,name\n12345678901,lost its zero\n", 2, "12345678901"),
    ("", 1, ""),
])
def test_a_malformed_accounts_list_is_refused_with_its_line(watch, bare, proxy, content, line, word):
    watch.write("accounts.csv", content)
    refused(watch, f"accounts.csv:{line}:" if content else "accounts.csv", word)
    assert proxy.count() == 0


def test_a_missing_or_broken_config_file(watch, bare):
    assert watch.run("-c", "nowhere.yaml", "scan").status == 2 or watch.run("scan", "-c", "nowhere.yaml").status == 2
    watch.write("yomawari.yaml", "targets: [\n  - aws: {\n")
    refused(watch, "yomawari.yaml:")
    watch.write("yomawari.yaml", "state: &a ./state\ntargets: *a\n")
    refused(watch, "yomawari.yaml:1:")
    (watch.folder / "yomawari.yaml").write_bytes(b"state: \xff\xfe\x00\n")
    refused(watch, "yomawari.yaml")


def test_a_role_or_region_that_cannot_be(watch, bare):
    watch.config([{"aws": {"accounts": "accounts.csv", "role": e.ROLE, "regions": "us-east-1;rm"}}])
    refused(watch, "us-east-1;rm")


def test_an_account_id_that_yaml_would_spoil_stays_text(watch, full):
    watch.write("accounts.csv", f"account,name\n{e.ZERO},zero\n")
    watch.scan()
    assert {r[0] for r in watch.inventory()} == {e.ZERO}


def test_a_state_folder_that_cannot_be_used(watch, bare):
    watch.write("state", "this is a file")
    refused(watch, "state", status=1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_state_folder_without_permission(watch, bare):
    watch.state.mkdir(mode=0o000)
    refused(watch, "state", status=1)
    watch.state.chmod(0o700)


def test_a_damaged_store_is_left_as_it_is(watch, bare):
    watch.scan()
    database = watch.state / "state.db"
    spoilt = b"SQLite format 3\0" + b"\xff" * 5000
    for side in watch.state.glob("state.db-*"):
        side.unlink()
    database.write_bytes(spoilt)
    refused(watch, "state.db", status=1)
    assert database.read_bytes() == spoilt


def test_a_second_scan_over_one_state_is_refused_and_says_who_holds_it(watch, bare, faults):
    gate = faults.hold("ListUsers")
    first = watch.start("scan")
    gate.wait()
    result = watch.run("scan")
    assert result.status == 1 and str(first.pid) in result.err
    gate.release()
    out, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    watch.next_night()  # the lock is gone with its holder


def test_the_state_is_for_its_owner_only(watch, bare):
    watch.scan()
    assert watch.state.stat().st_mode & 0o777 == 0o700
    loose = [p for p in watch.state.rglob("*") if p.is_file() and not p.is_symlink() and p.stat().st_mode & 0o077]
    assert not loose


@pytest.mark.parametrize("args", [["scna"], [], ["scan", "--accuont", "1"], ["scan", "extra"], ["diff", "a", "b", "c"], ["check", "show"]])
def test_usage_is_told(watch, bare, args):
    result = watch.run(*args)
    assert result.status == 2 and result.err.strip() and "\n\n\n" not in result.err


def test_plain_http_to_elsewhere_is_refused(watch, bare, proxy):
    result = watch.scan("--detailed-exitcode", status=2, env={"AWS_ENDPOINT_URL": "http://aws.example.com"})
    assert "http://aws.example.com" in result.err and "use https" in result.err
    assert proxy.count() == 0
