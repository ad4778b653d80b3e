"""What answers at addresses that findings call reachable: asked on loopback, as which tags of a VPC stand for addresses."""
import contextlib
import fcntl
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import zlib
from pathlib import Path

import checkfile
import estate as e
import night
import pytest

MINE = "aws_my_network"
PROBED = {"enabled": True, "vantage": "test bench", "per_second": 100}
CHECK = "my_reachable"
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome"]
QUERY = """SELECT n.key, 'tcp/' || port.value AS subject,
  json_object('reach', 'reachable', 'answers', (SELECT json_group_array(DISTINCT p.protocol || ' ' || coalesce(p.greeting, p.config ->> '$.Answer.title',
    p.config ->> '$.Answer.names', '')) FROM aws_probe_answer AS p WHERE p.address = tag(n.tags, 'Address') AND p.port = port.value)) AS evidence,
  json_object('addresses', json_array(json_object('address', tag(n.tags, 'Address'), 'ports', json_array('tcp/' || port.value)))) AS detail
FROM aws_my_network AS n, json_each('[' || tag(n.tags, 'Ports') || ']') AS port"""


class Server:
    """On loopback; `talk(connection)` is what it does with each."""

    def __init__(self, talk, wrap=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.talk, self.wrap = talk, wrap
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError), connection:
                with (self.wrap(connection) if self.wrap else contextlib.nullcontext(connection)) as spoken:
                    self.talk(spoken)

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def servers():
    started = []

    def start(talk, wrap=None):
        started.append(Server(talk, wrap))
        return started[-1]
    yield start
    for server in started:
        server.stop()


@pytest.fixture
def reachable(watch, bare):
    """Makes one address reachable at some ports, and walks a night."""
    def make(*ports, address="127.0.0.1"):
        network = bare.names[e.SHOP, e.EAST, "vpc"]
        bare.ec2(e.SHOP).create_tags(Resources=[network], Tags=[{"Key": "Address", "Value": address}, {"Key": "Ports", "Value": " ,".join(map(str, ports))}])
        body = {"list": "DescribeVpcs", "with": {"MaxResults": 100}, "items": "Vpcs", "id": "VpcId", "tags": "Tags", "addresses": ["Tags[].Value"],
                "key": "arn:{partition}:ec2:{region}:{account}:my-network/{VpcId}"}
        watch.write("types.d/mine.yaml", json.dumps({"service": "ec2", "types": {MINE: body}}))
        watch.write(f"checks.d/{CHECK}.yaml", checkfile.check(CHECK, QUERY, subject=MINE, uses=["aws_probe_answer"], tests=[]))
        watch.config(night.TARGETS, inventory={"only": [*night.LISTED, MINE]}, probe=PROBED)
        watch.scan()
    return make


def probe(watch, *args, status=0):
    watch.now += 60
    result = watch.run("probe", *args)
    assert result.status == status, result
    return result


def answers(watch, **match):
    return {r["subject"]: json.loads(r["evidence"])["answers"] for r in watch.rows("findings.csv", check=CHECK, **match)}


def test_what_answers_becomes_part_of_the_finding_and_its_change_is_told(watch, reachable, servers):
    greeting = [b"SSH-2.0-OpenSSH_9.2\r\n"]
    ssh = servers(lambda c: c.sendall(greeting[0]))
    reachable(ssh.port)
    subject = f"tcp/{ssh.port}"
    assert answers(watch, change="new") == {subject: []}
    assert f"127.0.0.1 port {ssh.port}: ssh: SSH-2.0-OpenSSH_9.2" in probe(watch, "--detailed-exitcode", status=3).out
    assert answers(watch, change="changed") == {subject: ["ssh SSH-2.0-OpenSSH_9.2"]}
    facts = json.loads(watch.bytes("run.json"))["scan"]["probe"]
    assert facts == {"ports_asked": 1, "ports_open": 1, "ports_unasked": 0, "ports_left_out": 0, "addresses_not_ours": 0,
                     "screenshots": 0, "vantage": "test bench"}
    before = watch.bytes("findings.csv")
    probe(watch, "--detailed-exitcode", status=0)
    watch.next_night("--detailed-exitcode", status=0)
    assert answers(watch, change="changed") == {} and watch.rows("changes.csv") == []
    greeting[0] = b"SSH-2.0-OpenSSH_9.9\r\n"
    probe(watch, "--detailed-exitcode", status=3)
    assert answers(watch, change="changed") == {subject: ["ssh SSH-2.0-OpenSSH_9.9"]}
    assert watch.bytes("findings.csv") != before
    watch.now += 20 * 3600
    probe(watch)
    watch.now += 20 * 3600  # no probe makes an old scan fresh
    assert "scan first" in probe(watch, status=2).err


def web(page, asked=None):
    def talk(connection):
        if connection.recv(4096).startswith(b"GET / HTTP/1.1\r\n"):
            if asked is not None:
                asked.append(page)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(page), page))
    return talk


def speaks_tls(folder, name):
    key, certificate = str(folder / "server.key"), str(folder / "server.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def png():
    """One pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


@pytest.fixture
def painter():
    """A script that stands for Chromium and makes a picture of one pixel, where another user can run it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "page.png").write_bytes(png())

        def make(first):
            script = Path(folder) / "chromium"
            script.write_text(f"#!/bin/sh\n{first}\nfor a in \"$@\"; do case $a in --screenshot=*) cp {folder}/page.png ${{a#*=}};; esac; done\n", encoding="utf-8")
            script.chmod(0o755)
            return str(script)
        yield make


def with_screenshots(watch, **more):
    if os.geteuid() == 0:
        more["chromium_user"] = "nobody"
    watch.config(night.TARGETS, inventory={"only": [*night.LISTED, MINE]}, probe={**PROBED, "screenshots": True, **more})


def test_pages_certificates_and_silence_are_told_apart(watch, reachable, servers, painter, bare, tmp_path):
    context = speaks_tls(tmp_path, "shop.example.com")
    asked = []
    plain = servers(web(b"<title>=HYPERLINK(1)</title>", asked))
    secure = servers(web(b"<title>Shop</title>"), lambda c: context.wrap_socket(c, server_side=True))
    mute = servers(lambda c: c.recv(1))
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    twice = [{"Key": "Address", "Value": "127.0.0.1"}, {"Key": "Ports", "Value": str(plain.port)}]  # another account's, too
    bare.ec2(e.ZERO).create_tags(Resources=[bare.names[e.ZERO, e.EAST, "vpc"]], Tags=twice)
    reachable(plain.port, secure.port, mute.port, port)
    with_screenshots(watch, chromium=painter("case $* in *' http://127'*) echo no such page >&2; exit 9;; esac"))
    out = probe(watch).out
    assert f"127.0.0.1 port {secure.port}: https 200 \"Shop\", certificate of shop.example.com" in out
    assert f"127.0.0.1 port {mute.port}: quiet" in out and f"127.0.0.1 port {port}: refused" in out
    assert len(asked) == 1 and answers(watch, change="changed", account=e.ZERO) == {f"tcp/{plain.port}": ["http =HYPERLINK(1)"]}
    told = answers(watch, change="changed", account=e.SHOP)
    assert told[f"tcp/{plain.port}"] == ["http =HYPERLINK(1)"] and told[f"tcp/{secure.port}"] == ["https Shop"]
    assert all(r["evidence"].startswith("{") for r in watch.rows("findings.csv", check=CHECK))  # no formula begins a cell
    assert f"127.0.0.1 port {plain.port}: no screenshot: " in out and "ended with status 9: no such page" in out
    pictures = {p.name: p.read_bytes() for p in (watch.sheets() / "screenshots").iterdir()}
    assert pictures == {f"127.0.0.1_{secure.port}.png": png()} and not (watch.state / "screenshots.tmp").exists()
    assert json.loads(watch.bytes("run.json"))["scan"]["probe"]["screenshots"] == 1


@pytest.mark.skipif(not any(map(shutil.which, CHROMIUMS)), reason="no Chromium is installed")
def test_a_real_chromium_takes_a_picture_and_asks_nobody_else(watch, reachable, servers):
    others = []
    other = servers(lambda c: others.append(c.recv(1)))
    page = servers(web(b"<title>Shop</title><body style='background: red'><img src='http://127.0.0.1:%d/'>"
                       b"<script>fetch('http://localhost:%d/')</script>Shop" % (other.port, other.port)))
    reachable(page.port)
    with_screenshots(watch)
    result = probe(watch)
    picture = watch.sheets() / "screenshots" / f"127.0.0.1_{page.port}.png"
    assert picture.exists(), result
    assert picture.stat().st_size > 500 and others == []


def test_nothing_is_asked_unless_it_is_switched_on_and_fresh(watch, reachable, servers):
    asked = []
    reachable(servers(lambda c: asked.append(c.recv(1))).port)
    watch.config(night.TARGETS, inventory={"only": [*night.LISTED, MINE]})
    assert "probe: {enabled: true}" in probe(watch, status=2).err
    watch.config(night.TARGETS, inventory={"only": [*night.LISTED, MINE]}, probe=PROBED)
    watch.now += 2 * night.DAY
    assert "scan first" in probe(watch, status=2).err
    assert asked == []


def test_what_could_not_be_asked_says_nothing(watch, reachable):
    reachable(22, address="224.0.0.1")  # nobody connects to many at once
    result = probe(watch, "--detailed-exitcode", status=0)
    assert "224.0.0.1 port 22: unasked" in result.out and "1 of the ports could not be asked" in result.err
    assert answers(watch, change="changed") == {} and watch.rows("changes.csv") == []
    assert json.loads(watch.bytes("run.json"))["scan"]["probe"]["ports_unasked"] == 1
    assert [(r["outcome"], r["reason"]) for r in watch.rows("coverage.csv", type="aws_probe_answer")] == [
        ("skipped", "1 of 1 ports could not be asked from here")]
    assert [r["evidence"] for r in watch.rows("findings.csv", check=CHECK)] == ['{"answers":[],"reach":"reachable"}']


def test_a_scan_may_walk_meanwhile_and_what_it_saw_move_gets_no_answer(watch, reachable, servers, bare):
    """The port answers only once the scan is over; by then another network has the address."""
    asked, scanned = threading.Event(), threading.Event()

    def talk(connection):
        asked.set()
        scanned.wait(9)
        connection.sendall(b"SSH-2.0-late\r\n")
    server = servers(talk)
    reachable(server.port)
    watch.now += 3600
    process = watch.start("probe")
    assert asked.wait(30)
    assert "probe.lock is held by pid" in watch.run("probe").err
    ec2, (old, new) = bare.ec2(e.SHOP), (bare.names[e.SHOP, e.EAST, "vpc"], bare.ec2(e.SHOP).create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])
    ec2.delete_tags(Resources=[old], Tags=[{"Key": "Address"}, {"Key": "Ports"}])
    ec2.create_tags(Resources=[new], Tags=[{"Key": "Address", "Value": "127.0.0.1"}, {"Key": "Ports", "Value": str(server.port)}])
    watch.now += 60
    watch.scan()
    with open(watch.state / "lock", "rb") as lock:  # as another scan would
        fcntl.flock(lock, fcntl.LOCK_EX)
        scanned.set()
        waits = process.stderr.readline()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and f"127.0.0.1 port {server.port}: " in out, (out, err)
    assert waits.startswith("the answers are kept once the state is free: ") and "is held by" in waits
    assert {r["id"]: json.loads(r["evidence"])["answers"] for r in watch.rows("findings.csv", check=CHECK, state="open")} == {new: []}
    probe(watch)
    assert {r["id"]: json.loads(r["evidence"])["answers"] for r in watch.rows("findings.csv", check=CHECK, state="open")} == {new: ["ssh SSH-2.0-late"]}


def test_a_scan_that_was_cut_short_is_not_ended_by_a_probe(watch, reachable, servers, faults):
    reachable(servers(lambda c: c.sendall(b"SSH-2.0-x\r\n")).port)
    watch.now += night.DAY - 3600
    gate = faults.hold("DescribeVpcs")
    watch.kill_during(lambda process: gate.wait())
    gate.release()
    faults.proxy.wait_idle()
    assert "scan --resume" in probe(watch, status=2).err
    watch.scan("--resume")
    assert "ssh" in probe(watch).out
