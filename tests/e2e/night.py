"""Running yomawari as its users do, and reading what it wrote."""
import csv
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import estate

ROOT = Path(__file__).resolve().parents[2]
FIRST_NIGHT = 1795230000   # 2026-11-21T03:00:00Z
DAY = 86400
TARGETS = [{"aws": {"accounts": "accounts.csv", "role": estate.ROLE, "regions": " ".join(estate.REGIONS)}}]

NO_LOGS = "no log bucket is named in logs:"   # a reason of coverage

# What these tests' estates hold; a scan of every type would ask moto for ten times as much. A test of its own
# (test_equals_boto3.py) walks all types.
LISTED = ["aws_account", "aws_ec2_address", "aws_ec2_instance", "aws_ec2_managed_prefix_list", "aws_ec2_network_interface",
          "aws_ec2_security_group", "aws_ec2_subnet", "aws_ec2_vpc", "aws_iam_account_summary", "aws_iam_credential_report_row",
          "aws_iam_role", "aws_iam_user", "aws_iam_virtual_mfa_device", "aws_s3_bucket"]


def find_binary():
    """The program under test: $YOMAWARI, else what the usual builds left."""
    named = os.environ.get("YOMAWARI")
    if named:
        return named if os.access(named, os.X_OK) else None
    built = [ROOT / "build" / preset / "yomawari" for preset in ("asan", "dev", "release")]
    return next((str(p) for p in built if os.access(p, os.X_OK)), None)


def bare(cell):
    """A cell without the quote that keeps a spreadsheet from computing it."""
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def evidence(cell):
    """A finding's evidence as its check said it, without the requirements that sheets add."""
    return re.sub(r',?"controls":\{[^{}]*\}\}$', "}", cell)


ALL = sorted(path.stem for path in (ROOT / "checks" / "aws").glob("*.yaml"))
# Those of which these tests' estates tell the truth; the others would ask for all services of which they hold nothing.
JUDGED = [estate.ADMIN, estate.OPEN, estate.ROOT_MFA, estate.ROOT_KEY, estate.ROOT_VIRTUAL]

# Checks of what happened: a quiet night brings them new findings, and what has left their window is not verified any more.
OCCURRENCES = {path.stem for path in (ROOT / "checks").glob("*/*.yaml") if "\noccurrence: yes\n" in path.read_text(encoding="utf-8")}


def told(verdicts, truth):
    """Those of the checks that the truth speaks of; a verdict's first word is its check."""
    return [v for v in verdicts if v[0] in truth["checks"]]


class Result:
    def __init__(self, process):
        self.status, self.out, self.err = process.returncode, process.stdout, process.stderr

    def __repr__(self):
        return f"exit {self.status}\n--- out\n{self.out[-4000:]}\n--- err\n{self.err[-8000:]}"


class Watch:
    """One installation: a folder with config and state, and the nights that it has walked."""

    def __init__(self, folder, url, binary):
        self.folder, self.url, self.binary = Path(folder), url, binary
        self.now = FIRST_NIGHT
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "home").mkdir(exist_ok=True)
        self.accounts(estate.ACCOUNTS)
        self.config(TARGETS)

    # what stands beside the state

    def config(self, targets, **more):
        """JSON is YAML; `more` are further keys of the config; inventory=None lists every type; `judged`: the checks that are
        on, None for all (as where every type is listed)."""
        listed = more.pop("inventory", {"only": LISTED})
        everything = listed is None or listed.get("only") == ["*"]
        judged = more.pop("judged", None if everything else JUDGED)
        self.untold = listed == {"only": LISTED}
        if judged is not None:
            checks = more.get("checks", {})
            off = dict.fromkeys(sorted(set(ALL) - set(judged)), "another test's")
            more["checks"] = {**checks, "off": {**off, **checks.get("off", {})}}
        more = {**more, "inventory": listed} if listed is not None else more
        self.write("yomawari.yaml", json.dumps({"state": "./state", "targets": targets, **more}, indent=1))

    def accounts(self, names, **columns):
        """accounts.csv: {account: name}; `columns` are further ones, the same for all."""
        lines = [",".join(["account", "name", *columns])]
        lines += [",".join([account, name, *columns.values()]) for account, name in names.items()]
        self.write("accounts.csv", "\n".join(lines) + "\n")

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    # running

    def environment(self, **changes):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "YOMAWARI", "HTTP", "http"))}
        mine = {
            "HOME": str(self.folder / "home"), "AWS_ENDPOINT_URL": self.url, "AWS_REGION": estate.EAST,
            "AWS_ACCESS_KEY_ID": estate.BASE_KEYS["aws_access_key_id"], "AWS_SECRET_ACCESS_KEY": estate.BASE_KEYS["aws_secret_access_key"],
            "AWS_EC2_METADATA_DISABLED": "true", "YOMAWARI_NOW": str(self.now), "LC_ALL": "C.UTF-8",
            "ASAN_OPTIONS": "abort_on_error=0:exitcode=99", "UBSAN_OPTIONS": "print_stacktrace=1",
        }
        merged = {**kept, **mine, **changes}
        return {k: v for k, v in merged.items() if v is not None}

    def run(self, *args, timeout=180, env=None, stdin=None):
        process = subprocess.run([self.binary, *args], cwd=self.folder, env=self.environment(**(env or {})), text=True,
                                 capture_output=True, timeout=timeout, input=stdin, check=False)
        result = Result(process)
        assert result.status in (0, 1, 2, 3, 4, 5), result  # not a signal, not a sanitizer
        assert "AddressSanitizer" not in result.err and "runtime error" not in result.err, result
        return result

    def start(self, *args):
        return subprocess.Popen([self.binary, *args], cwd=self.folder, env=self.environment(), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def scan(self, *args, status=0, **more):
        result = self.run("scan", *args, **more)
        assert result.status == status, result
        return result

    def next_night(self, *args, nights=1, **more):
        self.now += nights * DAY
        return self.scan(*args, **more)

    def kill_during(self, moment, *args, timeout=120):
        """Starts a scan, waits for `moment(process)`, then kill -9."""
        process = self.start("scan", *args)
        try:
            moment(process)
            assert process.poll() is None, process.communicate(timeout=10)
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=timeout)

    # reading

    @property
    def state(self):
        return self.folder / "state"

    def bytes(self, name, run="latest"):
        return (self.sheets(run) / name).read_bytes()

    def sheets(self, run="latest"):
        """latest lies in the state folder, or among its runs."""
        for folder in (self.state / run, self.state / "runs" / run):
            if folder.exists():
                return folder
        raise FileNotFoundError(f"no run {run} below {self.state}: {sorted(p.name for p in self.state.glob('*'))}")

    def rows(self, name, run="latest", **match):
        text = self.bytes(name, run).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        return [r for r in rows if all(r[k] == v for k, v in match.items())]

    def header(self, name):
        return next(csv.reader(io.StringIO(self.bytes(name).decode("utf-8-sig"), newline="")))

    def run_json(self, run="latest"):
        return json.loads(self.bytes("run.json", run))

    def runs(self):
        """Names of the runs whose sheets were published."""
        return sorted(p.name for p in (self.state / "runs").iterdir() if p.is_dir() and not p.is_symlink() and not p.name.endswith(".tmp") and p.name != "latest")

    def database(self):
        """The store, read-only."""
        path = next(p for p in sorted(self.state.iterdir()) if p.is_file() and p.read_bytes()[:15] == b"SQLite format 3")
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        return connection

    def select(self, sql, *params):
        connection = self.database()
        try:
            return [dict(row) for row in connection.execute(sql, params)]
        finally:
            connection.close()

    # comparing

    def is_told(self, row):
        """Not what is read for checks alone: the estates of these tests do not tell of it."""
        return not self.untold or row["type"] in LISTED

    def inventory(self, **match):
        return {(r["account"], r["region"], r["type"], bare(r["id"])) for r in self.rows("inventory.csv", **match) if self.is_told(r)}

    def findings(self, state="open", **match):
        return {(r["check"], r["account"], r["region"], bare(r["id"]), r["subject"]) for r in self.rows("findings.csv", state=state, **match)}

    def changes(self, **match):
        return [(r["change"], r["account"], r["region"], r["type"], bare(r["id"]), r["field"]) for r in self.rows("changes.csv", **match) if self.is_told(r)]

    def news(self):
        """The findings that --detailed-exitcode calls something new."""
        return [r for r in self.rows("findings.csv") if r["change"] in ("new", "reopened", "changed") and not r["exception"]]

    def incomplete(self, **match):
        """Coverage rows of single scopes: {(account, region, type): outcome}; but for logs of which the config says nothing."""
        return {(r["account"], r["region"], r["type"]): r["outcome"] for r in self.rows("coverage.csv", **match)
                if r["type"] != "*" and r["reason"] != NO_LOGS}

    def copy(self, folder):
        """The same installation elsewhere, with the same past."""
        shutil.copytree(self.folder, folder, symlinks=True)
        twin = type(self).__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin.folder = Path(folder)
        return twin
