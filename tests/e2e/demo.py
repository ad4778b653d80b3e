"""Two nights over a small estate, for quickstart.sh: demo.py PROGRAM FOLDER."""
import csv
import os
import shlex
import shutil
import subprocess
import sys
import time

import estate as e
import moto_server
import seeds
from corrections import Corrections
from proxy import Proxy

DAY = 86400
COLUMNS_SHOWN = {
    "findings.csv": ["state", "change", "severity", "account_name", "region", "name", "subject", "title"],
    "changes.csv": ["change", "account_name", "region", "type", "name", "field", "before", "after"],
    "controls.csv": ["check", "severity", "passed", "failed", "unknown"],
}
WIDTH_MAX = 46
CONFIG = """\
state: ./state
targets:
  - aws: {accounts: accounts.csv, role: yomawari-read, regions: us-east-1 ap-northeast-1}
"""


def main(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/home")
    write(f"{folder}/yomawari.yaml", CONFIG)
    write(f"{folder}/accounts.csv", "account,name\n" + "".join(f"{a},{n}\n" for a, n in e.ACCOUNTS.items()))
    server, port = moto_server.start()
    proxy, corrections = Proxy(port, e.BASE), Corrections()
    for rule in corrections.rules():
        proxy.add(rule, standing=True)
    try:
        estate = seeds.full(e.Estate(f"http://127.0.0.1:{port}", corrections))
        first = int(time.time()) // DAY * DAY - DAY + 3 * 3600
        title("The first night: everything is new")
        walk(program, folder, proxy, first)
        show(folder, "controls.csv")
        show(folder, "findings.csv")
        title("By day somebody opens a port, and somebody closes one")
        estate.group(e.SHOP, e.TOKYO, "quick-fix", e.tcp(3306, e.ANYWHERE))
        estate.delete_group(e.ZERO, e.TOKYO, estate.names[e.ZERO, e.TOKYO, "web-8080"])
        title("The second night: only what changed")
        walk(program, folder, proxy, first + DAY)
        show(folder, "changes.csv")
        show(folder, "findings.csv", lambda row: row["change"])
    finally:
        proxy.stop()
        moto_server.stop(server)
    title("Look around")
    program = os.path.relpath(program, folder)
    print(f"The cloud is gone, the state is not. Try, in {folder}:\n"
          f"  ls state/latest\n  {program} diff\n  {program} check list\n"
          f"  {program} query \"SELECT account_name, type, count(*) FROM inventory GROUP BY 1, 2\"")


def walk(program, folder, proxy, now):
    asked = proxy.count()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    environment |= {"HOME": os.path.abspath(f"{folder}/home"), "AWS_ENDPOINT_URL": proxy.url, "AWS_REGION": e.EAST, "AWS_EC2_METADATA_DISABLED": "true",
                    "AWS_ACCESS_KEY_ID": e.BASE_KEYS["aws_access_key_id"], "AWS_SECRET_ACCESS_KEY": e.BASE_KEYS["aws_secret_access_key"],
                    "YOMAWARI_NOW": str(now)}
    command = [os.path.abspath(program), "scan", "--detailed-exitcode"]
    print("$", shlex.join(["yomawari", *command[1:]]), flush=True)
    started = time.monotonic()
    status = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    print(f"exit status {status}, {proxy.count() - asked} calls, {time.monotonic() - started:.1f} s")
    if status not in (0, 3):
        sys.exit(f"the scan ended with {status}")


def show(folder, name, wanted=lambda row: True):
    with open(f"{folder}/state/latest/{name}", encoding="utf-8-sig", newline="") as f:
        rows = [{**r, "name": r.get("name") or r.get("id", "")} for r in csv.DictReader(f) if wanted(r)]
    columns = COLUMNS_SHOWN[name]
    table = [columns, *[[cut(r[c]) for c in columns] for r in rows]]
    widths = [max(len(row[i]) for row in table) for i in range(len(columns))]
    print(f"\n{folder}/state/latest/{name}: {len(rows)} rows")
    for row in table:
        print("  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths)).rstrip())


def cut(text):
    return text if len(text) <= WIDTH_MAX else text[:WIDTH_MAX - 1] + "…"


def title(text):
    print(f"\n== {text}", flush=True)


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
