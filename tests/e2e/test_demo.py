"""`yomawari demo` as a newcomer runs it, and every command that it names."""
import os
import re
import shlex
import subprocess

import fakecloud
import pytest


@pytest.fixture(scope="module")
def demo(binary, tmp_path_factory):
    if fakecloud.find_binary() is None:
        pytest.skip("the fake cloud is not built")
    folder = tmp_path_factory.mktemp("demo")
    return folder, run(binary, folder, "demo")


def run(binary, folder, *args):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "YOMAWARI"))}
    environment |= {"AWS_PROFILE": "not-mine", "AWS_CONFIG_FILE": "/nowhere", "HOME": str(folder)}
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
    assert (folder / "yomawari-demo" / "state" / "latest" / "teams").is_dir()


def test_every_command_it_names_works_there(demo, binary):
    folder, told = demo
    named = [shlex.split(line)[1:] for line in told.stdout.splitlines() if line.startswith("  yomawari ")]
    assert len(named) >= 5
    for args in named:
        result = run(binary, folder / "yomawari-demo", *args)
        assert result.returncode == 0 and result.stdout, (args, result.stderr)


def test_another_demo_replaces_the_first_and_is_the_same(demo, binary):
    folder, told = demo
    sheets = folder / "yomawari-demo" / "state" / "latest"

    def read():
        """Secrets are marks under a key that each state makes for itself."""
        return {name: re.sub(rb"hmac:[0-9a-f]{12}", b"hmac:", (sheets / name).read_bytes()) for name in ("inventory.csv", "findings.csv", "changes.csv")}
    before = read()
    assert run(binary, folder, "demo").stdout.splitlines()[-1] == told.stdout.splitlines()[-1]
    assert read() == before


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
