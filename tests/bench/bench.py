"""What yomawari costs, beside what it could cost, and whether that is within the budgets.

Usage: bench.py BUILD [--smoke | --quick] [--write FILE]
  BUILD    a release build's folder
  --smoke  a tiny round of everything: that the bench works, not what it says
  --quick  fewer rounds and smaller estates: minutes instead of twenty of them
  --write  also writes the tables, as Markdown, into FILE, in place of what stands below its line of three dashes

Figures on a shared machine swing; what counts are the ratios within one run, taken in turn and as medians.
"""
import datetime
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import scans
from processes import Authority, Server, environment

# page, calls a round, which baseline and how many times that it may cost
PAGES = [("groups/0", 800, "bare", 2.0), ("logs/0", 800, "bare", 2.0), ("functions/0", 800, "bare", 2.0),
         ("groups/50", 60, "parsed", 1.3), ("groups/1000", 4, "parsed", 1.3), ("instances/50", 40, "parsed", 1.3),
         ("instances/1000", 3, "parsed", 1.3), ("logs/50", 200, "parsed", 1.3), ("logs/1000", 16, "parsed", 1.3),
         ("functions/50", 60, "parsed", 1.3)]

# many short rounds: what else the machine does changes from one to the next, and less within one
FULL = {"rounds": 35, "share": 1.0, "sizes": [10, 100, 1000, 10000], "everything": [100, 400], "regions": 17, "dead": 1000, "throttled": 3000,
        "quiet": 1000, "starts": 21, "flows": [1000000, 10000000], "trails": [200000, 2000000],
        "exposure": [("aws", 500, 5000), ("gcp", 200, 2000)]}
QUICK = {"rounds": 15, "share": 0.5, "sizes": [10, 100, 1000], "everything": [100], "regions": 17, "dead": 200, "throttled": 1500, "quiet": 300,
         "starts": 11, "flows": [1000000, 4000000], "trails": [200000],
         "exposure": [("aws", 200, 2000), ("gcp", 200, 2000)]}
SMOKE = {"rounds": 1, "share": 0.02, "sizes": [2], "everything": [2], "regions": 2, "dead": 2, "throttled": 2, "quiet": 2, "starts": 1, "flows": [100000], "trails": [20000],
         "exposure": [("aws", 10, 20), ("gcp", 10, 20)]}


class Book:
    """The tables, printed as they come and kept for the file."""

    def __init__(self):
        self.lines, self.over = [], []

    def say(self, line=""):
        print(line, flush=True)
        self.lines.append(line)

    def table(self, title, columns):
        self.say()
        self.say(f"## {title}")
        self.say()
        self.say("| " + " | ".join(columns) + " |")
        self.say("|" + "---|" * len(columns))

    def row(self, *cells):
        self.say("| " + " | ".join(str(c) for c in cells) + " |")

    def verdict(self, what, figure, budget):
        if figure <= budget:
            return "OK"
        self.over.append(what)
        return "OVER"


# ---- a call ----

def measure_page(build, folder, server, page, calls, rounds):
    """[(bare, parsed, ours)] in microseconds of CPU a call, one a round, and the bytes of the answer."""
    url = f"https://127.0.0.1:{server.port}/{page}"
    command = [build / "tests/bench/bench_calls", url + "/", server.certificate, page, calls, rounds]
    told = subprocess.run([str(c) for c in command], env=environment(folder, AWS_ENDPOINT_URL=url), check=True, capture_output=True, text=True)
    rows = [[float(x) for x in line.split("\t")] for line in told.stdout.splitlines()]
    return [row[1:4] for row in rows], int(rows[0][4])


def calls(book, build, folder, size):
    book.table("CPU a call", ["answer", "bytes", "bare libcurl, µs", "with parsers, µs", "yomawari, µs", "ratio", "least to most", "budget", ""])
    authority = Authority(folder)
    pages = [page for page, *_ in PAGES]
    with Server(build / "tests/bench/bench_server", authority.certificate, authority.key, *pages) as server:
        server.certificate = authority.certificate
        for page, count, beside, budget in PAGES:
            rows, length = measure_page(build, folder, server, page, max(2, int(count * size["share"])), size["rounds"])
            ratios = [row[2] / row[beside == "parsed"] for row in rows]
            ratio = statistics.median(ratios)
            medians = [f"{statistics.median(column):.0f}" for column in zip(*rows)]
            book.row(page, length, *medians, f"**{ratio:.2f}** of {beside}", f"{min(ratios):.2f}–{max(ratios):.2f}", f"{budget:.1f}",
                     book.verdict(page, ratio, budget))


# ---- nights ----

def night_row(book, accounts, cost, report, budget=None):
    count = report["calls"]
    book.row(accounts, count, f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", f"{cost.cpu_s * 1e6 / count:.0f}", f"{cost.peak_mb:.0f}",
             *([] if budget is None else [budget, book.verdict(f"memory at {accounts} accounts", cost.peak_mb, budget)]))


def nights(book, build, folder, size):
    book.table("Whole nights", ["accounts", "calls", "wall, s", "CPU, s", "CPU a call, µs", "peak memory, MB", "budget, MB", ""])
    operations = {}
    for accounts, cost, report in scans.sizes(build, folder, size["sizes"], 1):
        night_row(book, accounts, cost, report, 80)
        operations[accounts] = report["operations"]
    most = max(a for a in operations if a <= 1000)
    book.table(f"Calls by operation, {most} accounts with one region, the checks of security groups alone", ["operation", "calls", "an account"])
    for name, told in sorted(operations[most].items()):
        book.row(name, told["calls"], f"{told['calls'] / most:.2f}")


def everything(book, build, folder, size):
    book.table(f"All types and all checks, {size['regions']} regions",
               ["accounts", "calls", "wall, s", "CPU, s", "CPU a call, µs", "peak memory, MB", "budget, MB", ""])
    for accounts, cost, report in scans.everything(build, folder, size["everything"], size["regions"]):
        night_row(book, accounts, cost, report, 80)


def quiet(book, build, folder, size):
    first, second, report, before, after = scans.quiet(build, folder, size["quiet"], 2)
    book.table(f"A quiet night, {size['quiet']} accounts with two regions", ["night", "wall, s", "CPU, s", "state, MB"])
    book.row("first", f"{first.wall_s:.1f}", f"{first.cpu_s:.1f}", f"{before / 1e6:.1f}")
    book.row("quiet", f"{second.wall_s:.1f}", f"{second.cpu_s:.1f}", f"{after / 1e6:.1f}")
    book.say()
    book.say(f"The quiet night takes {second.cpu_s / first.cpu_s:.2f} of the first one's CPU for the same {report['calls']} calls.")


def throttles(book, build, folder, size):
    cost, report, bound = scans.throttled(build, folder, size["throttled"])
    book.table("Under the documented rates", ["accounts", "calls", "refused as too fast", "bound, s", "calls took, s", "ratio", "budget", ""])
    took = report["seconds"]
    ratio = took / bound if bound > 0 else 1
    book.row(size["throttled"], report["calls"], report["throttled"], f"{bound:.1f}", f"{took:.1f}", f"**{ratio:.2f}**", "1.10",
             book.verdict("throttled", ratio, 1.1))
    book.say()
    book.say("The bound is what half of Organizations' 8 pages a second (20 accounts each) takes for the accounts to be listed, and half of STS's "
             "600 a second for their roles to be assumed; \"calls took\" is from the first to the last request. The whole scan took "
             f"{cost.wall_s:.1f} s.")


def dead(book, build, folder, size):
    alive, gone = scans.dead_region(build, folder, size["dead"])
    book.table(f"A dead region among {size['dead']} accounts with three regions", ["regions", "wall, s", "CPU, s", "scopes not complete, by region"])
    for name, (cost, outcomes) in (("all alive", alive), (f"{scans.DEAD} never answers", gone)):
        bad = ", ".join(f"{region}: {count} {outcome}" for (region, outcome), count in sorted(outcomes.items())) or "none"
        book.row(name, f"{cost.wall_s:.1f}", f"{cost.cpu_s:.1f}", bad)
    others = {region for region, _ in gone[1]} - {scans.DEAD}
    book.say()
    book.say(f"It costs {gone[0].wall_s - alive[0].wall_s:.1f} s, budget 30: {book.verdict('dead region', gone[0].wall_s - alive[0].wall_s, 30)}. "
             f"Other regions' scopes lost: {book.verdict('dead region, others', len(others), 0)}.")


def starts(book, build, folder, size):
    book.table("Starting", ["what", "least", "median", "budget", ""])
    for what, budget, took in (("`yomawari --version`", 10, [scans.command_ms(build, "--version") for _ in range(size["starts"])]),
                               ("first request of a scan", 50,
                                [scans.first_request_ms(build, folder / f"start-{i}") for i in range(size["starts"])]),
                               ("`yomawari check test`, all built-in checks", 2000, [scans.command_ms(build, "check", "test") for _ in range(3)])):
        # of the wall clock the least tells: what else the machine does can only add
        book.row(what, f"{min(took):.1f} ms", f"{statistics.median(took):.1f} ms", f"{budget} ms", book.verdict(what, min(took), budget))
    binary = (build / "yomawari").stat().st_size / 1e6
    book.row("the binary", f"{binary:.1f} MB", "", "8 MB", book.verdict("binary", binary, 8))


# ---- flow logs ----

def flows(book, build, folder, size):
    book.table("Lines of flow logs", ["lines", "gzip, MB", "text, MB", "groups", "CPU, s", "bare inflate, s", "ratio", "lines a second", "budget", "",
                                      "peak memory, MB"])
    for lines in size["flows"]:
        told = subprocess.run([build / "tests/bench/bench_flows", str(lines), "3"], check=True, capture_output=True, text=True)
        rows = sorted([float(x) for x in line.split("\t")] for line in told.stdout.splitlines())
        count, ours, bare, gzip, text, groups, peak = rows[len(rows) // 2]
        speed = count / ours
        book.row(int(count), f"{gzip / 1e6:.0f}", f"{text / 1e6:.0f}", int(groups), f"{ours:.2f}", f"{bare:.2f}", f"**{ours / bare:.2f}**",
                 f"{speed / 1e6:.2f} million", "1 million", book.verdict(f"{lines} lines of flow logs", -speed, -1e6), f"{peak / 1024:.0f}")


# ---- trails ----

def trails(book, build, folder, size):
    book.table("Records of trails", ["records", "gzip, MB", "text, MB", "of root", "CPU, s", "bare inflate, s", "ratio", "budget", "records a second", "",
                                     "peak memory, MB"])
    for records in size["trails"]:
        told = subprocess.run([build / "tests/bench/bench_trails", str(records), "3"], check=True, capture_output=True, text=True)
        rows = sorted([float(x) for x in line.split("\t")] for line in told.stdout.splitlines())
        count, ours, bare, gzip, text, of_root, peak = rows[len(rows) // 2]
        book.row(int(count), f"{gzip / 1e6:.0f}", f"{text / 1e6:.0f}", int(of_root), f"{ours:.2f}", f"{bare:.2f}", f"**{ours / bare:.2f}**", "2.5",
                 f"{count / ours / 1e6:.2f} million", book.verdict(f"{records} records of trails", ours / bare, 2.5), f"{peak / 1024:.0f}")


# ---- exposure ----

def exposure(book, build, folder, size):
    book.table("Judging exposure", ["cloud", "interfaces or machines", "CPU, s", "interfaces or machines", "CPU, s", "grows by, over linear", "budget", "", "findings"])
    for cloud, small, large in size["exposure"]:
        told = subprocess.run([build / "tests/bench/bench_exposure", cloud, str(small), str(large)], check=True, capture_output=True, text=True)
        first, second, ratio, _, rows = told.stdout.split()
        book.row(cloud, small, first, large, second, f"**{ratio}**", "1.3", book.verdict(f"exposure on {cloud}", float(ratio), 1.3), rows)


# ---- the whole ----

def cached(build, name):
    found = re.search(rf"^{name}:\w+=(.*)$", (build / "CMakeCache.txt").read_text(encoding="utf-8"), re.M)
    return found[1] if found else ""


def machine(build):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    compiler = subprocess.run([cached(build, "CMAKE_C_COMPILER") or "cc", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    curl = subprocess.run(["curl-config", "--version"], capture_output=True, text=True).stdout.strip()
    return (f"{datetime.date.today()}, {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} processors, Linux {platform.release()}, {compiler}, "
            f"{cached(build, 'CMAKE_BUILD_TYPE') or 'no build type'}, {curl}; load average {os.getloadavg()[0]:.1f} at the start.")


def write(book, path):
    """Below the line of three dashes; what stands above is the words."""
    head = path.read_text(encoding="utf-8").split("\n---\n")[0]
    path.write_text(head + "\n---\n\n" + "\n".join(book.lines).strip() + "\n", encoding="utf-8")


def main(args):
    size = SMOKE if "--smoke" in args else QUICK if "--quick" in args else FULL
    build, book = Path(args[0]).resolve(), Book()
    book.say(machine(build))
    with tempfile.TemporaryDirectory(prefix="yomawari-bench-") as folder:
        for part in (calls, nights, everything, quiet, throttles, dead, flows, trails, exposure, starts):
            part(book, build, Path(folder), size)
    book.say()
    book.say("Within all budgets." if not book.over else "Over budget: " + ", ".join(book.over) + ".")
    if "--write" in args:
        write(book, Path(args[args.index("--write") + 1]))
    return 0   # a figure on somebody's machine is for reading, not for failing


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
