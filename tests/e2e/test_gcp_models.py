"""providers/gcp/models against the discovery documents that it was made from: what is committed is what
generate.py writes, and a method that must not be asked is not written."""
import json
import pathlib
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("googleapiclient", reason="google-api-python-client is not installed")

MODELS = pathlib.Path(__file__).resolve().parents[2] / "providers" / "gcp" / "models"


def generate(models, out):
    return subprocess.run([sys.executable, "-B", models / "generate.py", out], capture_output=True, text=True)


def test_what_is_committed_is_what_the_generator_writes(tmp_path):
    run = generate(MODELS, tmp_path)
    assert run.returncode == 0, run.stderr
    written = {path.name: path.read_text() for path in tmp_path.glob("*.json")}
    committed = {path.name: path.read_text() for path in MODELS.glob("*.json")}
    assert sorted(written) == sorted(committed)
    for name, text in written.items():
        assert text == committed[name], f"{name} is not what generate.py writes: run it, and commit"


@pytest.fixture
def workshop(tmp_path):
    """A copy of the generator with lists of its own."""
    models = tmp_path / "models"
    models.mkdir()
    for name in ("generate.py", "posts.txt", "refused.txt"):
        shutil.copy(MODELS / name, models)

    def make(*lines):
        (models / "methods.txt").write_text("\n".join(lines) + "\n")
        run = generate(models, models)
        return run.stderr if run.returncode else None

    return make


@pytest.mark.parametrize("service, version, method, why", [
    ("secretmanager", "v1", "projects.secrets.versions.access", "not a read by its name"),
    ("apikeys", "v2", "projects.locations.keys.getKeyString", "not a read by its name"),
    ("iamcredentials", "v1", "projects.serviceAccounts.generateAccessToken", "not a read by its name"),
    ("compute", "v1", "instances.getSerialPortOutput", "not a read by its name"),
    ("compute", "v1", "firewalls.delete", "not a read by its name"),
    ("storage", "v1", "objects.get", "refused.txt names it"),
    ("bigquery", "v2", "tabledata.list", "refused.txt names it"),
    ("bigquery", "v2", "jobs.insert", "not a read by its name"),
    ("bigquery", "v2", "tables.getIamPolicy", "goes by POST, and posts.txt does not name it"),
    ("compute", "v1", "firewalls.peruse", "the document of v1 does not know it"),
])
def test_methods_that_must_not_be_asked_are_refused(workshop, service, version, method, why):
    said = workshop(f"{service} {version}", f"{service} {method}")
    assert said == f"generate.py: {service} {method}: {why}\n"


def test_a_line_that_says_no_method_is_refused(workshop):
    assert "methods.txt:1: expected two words" in workshop("compute")
    assert "no line says which version of compute" in workshop("compute firewalls.list")


def test_a_method_may_be_of_another_version_at_the_same_place(workshop, tmp_path):
    assert workshop("run v2", "run projects.locations.services.list", "run projects.locations.list@v1") is None
    model = json.loads((tmp_path / "models" / "run.json").read_text())
    assert {name: method["path"] for name, method in model["methods"].items()} == {
        "projects.locations.list": "v1/{+name}/locations", "projects.locations.services.list": "v2/{+parent}/services"}
    assert {"ListLocationsResponse", "GoogleCloudRunV2ListServicesResponse"} <= set(model["shapes"])
    assert "firewalls.get@beta: is asked elsewhere than v1" in workshop("compute v1", "compute firewalls.get@beta")
    assert "another shape in v1" in workshop("cloudresourcemanager v3", "cloudresourcemanager projects.list",
                                             "cloudresourcemanager projects.get@v1")


def test_a_service_that_is_listed_no_more_leaves(workshop, tmp_path):
    assert workshop("dns v1", "dns policies.list", "iam v1", "iam roles.list") is None
    assert sorted(path.name for path in (tmp_path / "models").glob("*.json")) == ["dns.json", "iam.json"]
    assert workshop("iam v1", "iam roles.list") is None
    assert sorted(path.name for path in (tmp_path / "models").glob("*.json")) == ["iam.json"]
