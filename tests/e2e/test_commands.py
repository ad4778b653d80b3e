"""The commands beside scan, and what a scan says while it works."""
import json
import re
import subprocess

import checkfile
import estate as e


def test_version_and_help_fit_a_screen(watch):
    assert watch.run("--version").out.startswith("yomawari ")
    for args in (["--help"], ["scan", "--help"], ["check", "--help"], ["query", "--help"], ["diff", "--help"]):
        told = watch.run(*args)
        assert told.status == 0 and len(told.out.splitlines()) <= 40 and "yomawari" in told.out, args
        assert max(map(len, told.out.splitlines())) <= 110


def test_query_reads_the_last_run_and_writes_nothing(watch, full):
    watch.scan()
    told = watch.run("query", "SELECT account, count(*) AS groups FROM aws_ec2_security_group GROUP BY account ORDER BY account")
    assert told.status == 0
    for account in e.ACCOUNTS:
        count = len([r for r in full.truth.resources if r[0] == account and r[2] == "aws_ec2_security_group"])
        assert any(account in line and str(count) in line for line in told.out.splitlines()), told.out
    found = watch.run("query", "SELECT id FROM findings WHERE check_id = 'aws_root_without_mfa'")
    assert found.status == 0 and e.SHOP in found.out
    before = watch.select("SELECT count(*) AS n FROM resource")
    for query in ("DELETE FROM resource", "INSERT INTO meta VALUES ('a', 'b')", "DROP TABLE version", "SELEC", "ATTACH 'x' AS y"):
        assert watch.run("query", query).status in (1, 2), query
    assert watch.select("SELECT count(*) AS n FROM resource") == before


def test_query_before_any_scan_says_so(watch):
    told = watch.run("query", "SELECT 1")
    assert told.status in (1, 2) and told.err.strip()


def test_checks_are_listed_shown_and_tested_without_a_cloud(watch, proxy):
    listed = watch.run("check", "list")
    assert listed.status == 0 and all(c in listed.out for c in (e.ADMIN, e.OPEN, e.ROOT_KEY, e.ROOT_MFA))
    shown = watch.run("check", "show", e.ROOT_MFA)
    assert shown.status == 0 and "SELECT" in shown.out
    assert re.search(r"^control +cis-aws-7.0 2.5, 2.6$", shown.out, re.M)
    assert re.search(r"^control +cis-aws-7.0 6.4 \(families: ipv6\)$", watch.run("check", "show", e.ADMIN).out, re.M)
    assert watch.run("check", "show", "no_such_check").status == 2
    assert watch.run("check", "test").status == 0
    assert proxy.count() == 0


def test_a_check_whose_tests_fail_says_which(watch):
    path = watch.write("checks.d/mine.yaml", checkfile.check("mine", checkfile.named("a")))
    assert watch.run("check", "test", str(path)).status == 0
    watch.write("checks.d/mine.yaml", checkfile.check("mine", checkfile.named("b")))
    told = watch.run("check", "test", str(path))
    assert told.status == 1 and "fails" in told.out + told.err


def test_the_log_for_machines_is_json_a_line(watch, full, faults):
    faults.deny("ListUsers", account=e.SHOP)
    told = watch.scan("--log", "json")
    lines = [json.loads(line) for line in told.err.splitlines() if line.strip()]
    assert lines and all({"time", "level", "event"} <= line.keys() for line in lines)
    assert any(e.SHOP in json.dumps(line) for line in lines)


def test_without_a_terminal_a_scan_says_one_line_an_account(watch, bare):
    told = watch.scan()
    said = told.err + told.out
    for account in e.ACCOUNTS:
        assert account in said
    assert "\x1b" not in said and "\r" not in said


def test_every_command_takes_the_config_elsewhere(watch, bare, tmp_path):
    watch.scan()
    config = str(watch.folder / "yomawari.yaml")
    for args in (["query", "SELECT 1"], ["check", "list"], ["diff"]):
        told = subprocess.run([watch.binary, args[0], "-c", config, *args[1:]], cwd=tmp_path, env=watch.environment(), capture_output=True, text=True, timeout=60)
        assert told.returncode == 0, (args, told.stderr)
