"""Whole nights over the fake cloud: how long, how much CPU and memory, how many calls."""
import asyncio
import csv
import json
import socket
import subprocess
import threading
import time
from pathlib import Path

from processes import DAY, FIRST_NIGHT, Authority, Cost, Server, environment

DEAD = "eu-west-1"   # the third of the fake cloud
CHECKS = ["aws_security_group_open_admin_port", "aws_security_group_open_to_internet"]


class Estate:
    """An organization in the fake cloud, by TLS, and one installation of yomawari that walks it."""

    def __init__(self, build, folder, accounts, regions, share=1.0, everything=False):
        self.build, self.folder, self.accounts, self.regions = Path(build), Path(folder), accounts, regions
        self.now, self.everything = FIRST_NIGHT, everything
        self.folder.mkdir(parents=True)
        self.authority = Authority(self.folder)
        config = {"state": "./state", "limits": {"share_of_quota": share}, "targets": [{"aws": {"organization": {}, "role": "yomawari-read"}}]}
        if not everything:
            config["inventory"] = {"only": []}
        (self.folder / "yomawari.yaml").write_text(json.dumps(config), encoding="utf-8")

    def cloud(self, *more, night=0):
        self.report = self.folder / "report.json"
        return Server(self.build / "fakecloud", "--accounts", self.accounts, "--regions", self.regions, "--night", night,
                      "--tls", self.authority.certificate, self.authority.key, "--report", self.report, *more)

    def scan(self, **variables):
        """One night, with the checks of security groups alone unless it is to be everything; variables are further ones of the environment."""
        checks = [word for check in CHECKS if not self.everything for word in ("--check", check)]
        seen = environment(self.folder, AWS_CA_BUNDLE=self.authority.certificate, YOMAWARI_NOW=str(self.now), **variables)
        self.now += DAY
        return Cost([self.build / "yomawari", "scan", *checks], self.folder, seen)

    def night(self, *more, night=0):
        """A whole night: (cost, what the cloud reports)."""
        with self.cloud("--small", *more, night=night) as cloud:
            cost = self.scan(AWS_ENDPOINT_URL=f"https://127.0.0.1:{cloud.port}")
        return cost, json.loads(self.report.read_text(encoding="utf-8"))

    def outcomes(self):
        """Of the last night, the worst first: {(region, outcome): scopes}."""
        counts = {}
        with open(self.folder / "state/latest/coverage.csv", encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                if row["type"] != "*":
                    key = (row["region"], row["outcome"])
                    counts[key] = counts.get(key, 0) + 1
        return counts


def sizes(build, folder, counts, regions):
    """Yields (accounts, cost, report) for a first night over each number of accounts."""
    for count in counts:
        estate = Estate(build, folder / f"size-{count}", count, regions)
        yield (count, *estate.night())


def everything(build, folder, counts, regions):
    """Yields (accounts, cost, report) for a first night with all types and checks."""
    for count in counts:
        estate = Estate(build, folder / f"everything-{count}", count, regions, everything=True)
        yield (count, *estate.night())


def quiet(build, folder, accounts, regions):
    """The first night, and the second, on which nothing but drift happens."""
    estate = Estate(build, folder / "quiet", accounts, regions)
    first, report = estate.night(night=1)
    before = (estate.folder / "state/state.db").stat().st_size
    second, _ = estate.night(night=2)
    return first, second, report, before, (estate.folder / "state/state.db").stat().st_size


def throttled(build, folder, accounts):
    """A night under AWS's documented rates, at half of which yomawari keeps. Its accounts are listed first (20 a page, 8 pages a second,
    burst 12), then entered (STS: 600 a second, burst 600): the bound is the sum of what these two take. (cost, report, bound in seconds)"""
    share, bound = 0.5, 0
    estate = Estate(build, folder / "throttled", accounts, 1, share)
    cost, report = estate.night("--throttle")
    for operation, rate, burst in (("organizations ListAccounts", 8, 12), ("sts AssumeRole", 600, 600)):
        count = report["operations"][operation]["calls"]
        bound += max(0, count - burst * share) / (rate * share)
    return cost, report, bound


# ---- a region that is gone ----

class Proxy:
    """An HTTPS proxy behind which every name is the fake cloud, so that each region has a host of its own, as AWS's have; the hosts of
    one region never answer."""

    def __init__(self, port, dead):
        self.target, self.dead, self.tunnels = port, dead, 0
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    async def serve(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if self.dead and f".{self.dead}.".encode() in head.split(b"\r\n")[0]:
                await reader.read()   # until the client gives up
            else:
                self.tunnels += 1
                await self.tunnel(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def tunnel(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(self.pipe(reader, far_writer), self.pipe(far_reader, writer))

    @staticmethod
    async def pipe(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()


def dead_region(build, folder, accounts):
    """The same night twice, with all regions alive and with one gone: [(cost, outcomes)]."""
    told = []
    for dead in (None, DEAD):
        estate = Estate(build, folder / f"dead-{dead}", accounts, 3)
        names = ["us-east-1", "ap-northeast-1", DEAD]
        estate.authority = Authority(estate.folder, names)
        with estate.cloud("--small") as cloud:
            proxy = Proxy(cloud.port, dead)
            cost = estate.scan(HTTPS_PROXY=proxy.url)
            proxy.close()
        told.append((cost, estate.outcomes()))
    return told


# ---- starting ----

def command_ms(build, *words):
    began = time.perf_counter()
    subprocess.run([build / "yomawari", *words], check=True, capture_output=True)
    return (time.perf_counter() - began) * 1000


def first_request_ms(build, folder):
    """From the start of a scan to the first byte of its first request."""
    folder.mkdir()
    (folder / "yomawari.yaml").write_text('{"state": "./state", "targets": [{"aws": {}}]}', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        seen = environment(folder, AWS_ENDPOINT_URL=f"http://127.0.0.1:{listening.getsockname()[1]}")
        began = time.perf_counter()
        process = subprocess.Popen([build / "yomawari", "scan"], cwd=folder, env=seen, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listening.settimeout(20)
        connection, _ = listening.accept()
        with connection:
            connection.settimeout(20)
            first = connection.recv(1)
            took = (time.perf_counter() - began) * 1000
    process.kill()
    process.wait()
    if not first:
        raise RuntimeError("no request came")
    return took
