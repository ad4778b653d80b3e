"""`yomawari demo` as a newcomer runs it, and every command that it names."""
import os
import re
import shlex
import socket
import subprocess
import threading

import fakecloud
import pytest


@pytest.fixture(scope="module")
def demo(binary, tmp_path_factory):
    if fakecloud.find_binary() is None:
        pytest.skip("the fake cloud is not built")
    folder = tmp_path_factory.mktemp("demo")
    return folder, run(binary, folder, "demo")


def run(binary, folder, *args, **more):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "YOMAWARI"))}
    environment |= {"AWS_PROFILE": "not-mine", "AWS_CONFIG_FILE": "/nowhere", "HOME": str(folder), **more}
    result = subprocess.run([binary, *args], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert "AddressSanitizer" not in result.stderr and "runtime error" not in result.stderr, result.stderr
    return result


def test_two_nights_are_walked_and_shown(demo):
    folder, told = demo
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("$ yomawari scan") == 2 and not re.search(r"^not read: .*(denied|failed|throttled)", told.stdout, re.M)
    runs = sorted(p.name for p in (folder / "yomawari-demo" / "state" / "runs").iterdir())
    assert runs == ["20261121T030000Z", "20261122T030000Z"]
    second = told.stdout[told.stdout.index("== The second night"):]
    assert re.search(r"^  changed ", second, re.M) and re.search(r"^  new ", second, re.M) and re.search(r"^  resolved ", second, re.M)
    latest = folder / "yomawari-demo" / "state" / "latest"
    assert (latest / "teams").is_dir()
    findings = (latest / "findings.csv").read_text(encoding="utf-8")
    assert re.search(r"aws_outbound_dns.*J-root of Verisign", findings)   # from flow logs in S3 and CloudWatch Logs
    assert re.search(r"^open,new,critical,gcp_", findings, re.M)


def test_every_command_it_names_works_there(demo, binary):
    folder, told = demo
    named = [shlex.split(line)[1:] for line in told.stdout.splitlines() if line.startswith("  yomawari ")]
    assert len(named) >= 5
    for args in named:
        result = run(binary, folder / "yomawari-demo", *args)
        assert result.returncode == 0 and result.stdout, (args, result.stderr)


def unmarked(text):
    """Secrets are marks under a key that each state makes for itself; a terminal's cell may cut one."""
    return re.sub("hmac:[0-9a-f]{0,12}", "hmac:", text)


def sheets(folder):
    latest = folder / "yomawari-demo" / "state" / "latest"
    return {name: unmarked((latest / name).read_text(encoding="utf-8")) for name in ("inventory.csv", "findings.csv", "changes.csv")}


class Elsewhere:
    """A port that stands for a real cloud's: it counts who comes, and lets nobody in."""

    def __enter__(self):
        self.came = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.count, daemon=True)
        self.thread.start()
        return self

    def count(self):
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.came += 1

    def __exit__(self, *failure):
        self.socket.shutdown(socket.SHUT_RDWR)   # wakes accept()
        self.socket.close()
        self.thread.join(60)


def test_another_demo_replaces_the_first_and_nothing_in_the_environment_leads_it_to_a_real_cloud(demo, binary, tmp_path):
    folder, told = demo
    before = sheets(folder)
    with Elsewhere() as real:
        shared = tmp_path / "config"
        shared.write_text(f"[default]\nendpoint_url = {real.url}\n[profile mine]\nservices = s\n[services s]\nec2 =\n  endpoint_url = {real.url}\n", encoding="utf-8")
        endpoints = {name: real.url for name in (
            "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", "http_proxy", "https_proxy", "ALL_PROXY")}
        more = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_CONFIG_FILE": str(shared), "AWS_SHARED_CREDENTIALS_FILE": str(shared), "AWS_PROFILE": "mine",
                "AWS_EC2_METADATA_DISABLED": "false", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_REGION": "eu-west-1", "AWS_SESSION_TOKEN": "mine",
                "GOOGLE_APPLICATION_CREDENTIALS": str(shared), "GOOGLE_CLOUD_PROJECT": "mine", "GCE_METADATA_HOST": real.url.removeprefix("http://")}
        result = run(binary, folder, "demo", **endpoints, **more)
    assert result.returncode == 0 and real.came == 0, (real.came, result.stderr)
    assert sheets(folder) == before
    assert unmarked(result.stdout) == unmarked(told.stdout)


def test_a_folder_of_somebody_elses_is_left_alone(binary, tmp_path):
    (tmp_path / "yomawari-demo").mkdir()
    (tmp_path / "yomawari-demo" / "yomawari.yaml").write_text("state: ./mine\n")
    result = run(binary, tmp_path, "demo")
    assert result.returncode == 2 and "yomawari-demo" in result.stderr
    assert (tmp_path / "yomawari-demo" / "yomawari.yaml").read_text() == "state: ./mine\n"


def test_without_its_cloud_it_says_where_it_looked(binary, tmp_path):
    alone = tmp_path / "bin" / "yomawari"
    alone.parent.mkdir()
    alone.write_bytes(open(binary, "rb").read())
    alone.chmod(0o700)
    result = run(str(alone), tmp_path, "demo")
    assert result.returncode == 1 and "fakecloud" in result.stderr and str(tmp_path / "bin") in result.stderr
