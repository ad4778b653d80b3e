"""Who else reads the fake cloud: Google's Python client and gcloud see what the truth says. And where yomawari follows
them: the same variables steer it, and without a config it finds what they find."""
import json
import os
import shutil
import subprocess

import fakecloud
import google_kinds
import google_side
import pytest
from google_side import pages
from google_tokens import api_calls
from google_watch import FOREIGN, GoogleWatch, fake_google

GCLOUD = shutil.which("gcloud")


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 7, projects=2, accounts=1) as running:
        yield running


@pytest.fixture
def watch(tmp_path, fake, binary):
    fake.proxy.clear()
    return GoogleWatch(tmp_path / "watch", fake.proxy, binary, projects=fake.truth["projects"][:1])


def truth(fake, kind, project):
    """(where, name) of a type's things in a project."""
    found = {(r[1], r[3]) for r in fake.truth["resources"] if r[2] == kind and r[0] == project}
    assert found
    return found


def places(things):
    """The same of what a client was told. Machines that come and go by themselves stand under what makes them."""
    return {(t.get("zone", "global").rpartition("/")[2], maker(t) or t["name"]) for t in things}


def maker(thing):
    cluster = thing.get("labels", {}).get("goog-k8s-cluster-name")
    return cluster or next((i["value"].rpartition("/")[2] for i in thing.get("metadata", {}).get("items", []) if i["key"] == "created-by"), None)


# Google's Python client

def test_the_python_client_sees_what_the_truth_says(fake):
    compute = fake.client("compute")
    for project in fake.truth["projects"]:
        rules = [r for page in pages(compute, "firewalls.list", project=project) for r in page.get("items", [])]
        assert places(rules) == truth(fake, "gcp_compute_firewall", project)
        machines = [m for page in pages(compute, "instances.aggregatedList", project=project) for scope in page["items"].values() for m in scope.get("instances", [])]
        assert places(machines) == truth(fake, "gcp_compute_instance", project)
    seen = [p["projectId"] for page in pages(fake.client("cloudresourcemanager"), "projects.search") for p in page["projects"]]
    assert sorted(seen) == sorted(fake.truth["projects"])


# gcloud

def overrides(fake):
    """Every API's variable, as gcloud has it: for some the version is part of it."""
    with_version = {"compute": "compute/v1/", "storage": "storage/v1/", "bigquery": "bigquery/v2/", "dns": "dns/v1/"}
    return {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{s.upper()}": f"{fake.proxy.url}/{s}/{with_version.get(s, '')}" for s in google_side.versions()}


@pytest.fixture
def gcloud(fake, tmp_path):
    """gcloud(words…): its answer as JSON, signed in by the key file."""
    if GCLOUD is None:
        pytest.skip("gcloud is not on this machine")
    (tmp_path / "key.json").write_text(json.dumps(fake.key))
    env = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)} | overrides(fake) | {
        "CLOUDSDK_CONFIG": str(tmp_path / "sdk"), "CLOUDSDK_CORE_PROJECT": fake.truth["projects"][0], "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1", "CLOUDSDK_CORE_CHECK_GCE_METADATA": "0",
        "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE": str(tmp_path / "key.json"), "CLOUDSDK_AUTH_TOKEN_HOST": fake.key["token_uri"]}

    def run(*words):
        done = subprocess.run([GCLOUD, *words, "--format=json"], env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_gcloud_sees_what_the_truth_says(fake, gcloud):
    project = fake.truth["projects"][0]
    assert places(gcloud("compute", "firewall-rules", "list")) == truth(fake, "gcp_compute_firewall", project)
    assert places(gcloud("compute", "instances", "list")) == truth(fake, "gcp_compute_instance", project)
    assert sorted(p["projectId"] for p in gcloud("alpha", "projects", "search", "--query=state:ACTIVE")) == sorted(fake.truth["projects"])


# where yomawari follows them

SHORT = ("gcp_project", "gcp_compute_firewall", "gcp_dns_policy", "gcp_storage_bucket", "gcp_bigquery_dataset", "gcp_sql_instance", "gcp_run_service")


def listed(watch):
    """Without the places that were asked for on the way."""
    return {row for row in watch.inventory() if row[2] in SHORT}


def of_project(fake, number):
    project = fake.truth["projects"][number]
    return {tuple(r[:4]) for r in fake.truth["resources"] if r[0] == project and r[2] in SHORT}


def test_the_variables_of_gcloud_steer_yomawari_and_come_before_the_config(fake, watch):
    for endpoint in (None, "http://127.0.0.1:9/{service}"):
        fake.proxy.clear()
        watch.target(projects=watch.projects, endpoint=endpoint)
        watch.walk(google_kinds.key(fake, watch.folder), types=SHORT, **overrides(fake))
        assert listed(watch) == of_project(fake, 0)
        assert watch.incomplete() == {}
        assert {e.call.service for e in api_calls(fake.proxy.exchanges)} >= {"compute", "dns", "cloudresourcemanager"}


def test_without_a_config_the_project_of_the_key_is_scanned(fake, watch):
    (watch.folder / "yomawari.yaml").unlink()
    watch.walk(google_kinds.key(fake, watch.folder), types=SHORT, **overrides(fake))
    assert listed(watch) == of_project(fake, 0)


def test_without_a_config_the_environment_says_which_project(fake, watch):
    (watch.folder / "yomawari.yaml").unlink()
    watch.walk(google_kinds.authorized_user(fake, watch.folder), types=SHORT, GOOGLE_CLOUD_PROJECT=fake.truth["projects"][1], **overrides(fake))
    assert listed(watch) == of_project(fake, 1)


def test_without_a_config_credentials_of_no_project_say_what_to_set(fake, watch):
    (watch.folder / "yomawari.yaml").unlink()
    result = watch.run("scan", env={"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("person.json", google_kinds.person(fake)), **overrides(fake)})
    assert result.status == 2 and "the credentials belong to no project: set GOOGLE_CLOUD_PROJECT" in result.err, result


def test_without_a_config_aws_comes_first(fake, watch):
    (watch.folder / "yomawari.yaml").unlink()
    watch.walk(google_kinds.key(fake, watch.folder), types=("aws_account", "gcp_project"), AWS_ENDPOINT_URL=fake.url, AWS_REGION="us-east-1", **google_kinds.AWS_KEYS)
    assert {r[2] for r in watch.inventory()} == {"aws_account"}
