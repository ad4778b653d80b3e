"""What yomawari asks Google, and what the fake cloud answers, by the word of Google's discovery documents: each request
is a method that there is, with the parameters and the body that it takes."""
from urllib.parse import parse_qs, urlsplit

import checkfile
import fakecloud
import google_calls
import google_side
import night
import pytest
import yaml
from google_tokens import api_calls, expect_nowhere
from google_watch import GoogleWatch, fake_google

TYPES = google_side.ROOT / "providers" / "gcp" / "types"
OFF = {"error": {"code": 403, "message": "Cloud Asset API has not been used in project 1 before or it is disabled.", "status": "PERMISSION_DENIED", "details": [
    {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com", "metadata": {"service": "cloudasset.googleapis.com"}}]}}


BULK, LOST, DIRECT = "organization by Cloud Asset", "what Cloud Asset lost, one by one", "project by the APIs alone"


@pytest.fixture(scope="module")
def fake(tmp_path_factory, binary):
    with fake_google(fakecloud.find_binary(), tmp_path_factory.mktemp("fake"), 3, projects=1) as running:
        yield running


def organization(fake):
    return {"organization": next(r[0] for r in fake.truth["resources"] if r[2] == "gcp_organization").split("/")[1]}


def use(watch, kind, one, other):
    """A check that reads the type, and so wants all of its parts. `one` fails by its id, `other` passes."""
    query = f"SELECT key, '' AS subject, '{{}}' AS evidence FROM {kind} WHERE id = 'one'"
    given = {"one": {kind: [one]}, "other": {kind: [other]}}
    tests = [{"name": "fails", "given": given["one"], "expect": [{"id": "one", "subject": ""}]}, {"name": "passes", "given": given["other"], "expect": []},
             {"name": "unknown", "given": given["one"], "unread": {kind: "denied"}, "expect": [{"id": "one", "verdict": "UNKNOWN"}]}]
    watch.write(f"checks.d/{kind}_named.yaml", checkfile.check(f"{kind}_named", query, subject=kind, tests=tests))


@pytest.fixture(scope="module")
def walks(fake, binary, tmp_path_factory):
    """All that three scans of every type asked of the APIs. None may leave a token anywhere."""
    watch = GoogleWatch(tmp_path_factory.mktemp("watch"), fake.proxy, binary)
    env = {"GOOGLE_APPLICATION_CREDENTIALS": watch.secret_file("key.json", fake.key)}
    use(watch, "gcp_storage_bucket", {"name": "one"}, {"name": "other"})
    use(watch, "gcp_run_service", {"name": "projects/p/locations/l/services/one"}, {"name": "projects/p/locations/l/services/other"})
    found = {}
    for name, target, answer in (BULK, organization(fake), None), (LOST, organization(fake), (200, {"readTime": "2026-11-21T03:00:00Z"})), (DIRECT, {"projects": fake.truth["projects"]}, (403, OFF)):
        fake.proxy.clear()
        if answer is not None:
            fake.proxy.instead("assets.list", *answer)
        watch.target(**target)
        said = watch.scan("--log", "json", *(["--evidence"] if name != LOST else []), env=env)
        expect_nowhere(fake, fake.proxy.exchanges, watch, said)
        watch.now += night.DAY
        found[name] = api_calls(fake.proxy.exchanges)
    return found


@pytest.fixture(params=[BULK, LOST, DIRECT])
def passed(request, walks):
    return walks[request.param]


def test_every_request_is_what_the_documents_say(passed):
    wrong = [fault for e in passed for fault in google_calls.request_faults(e.call)]
    assert not wrong, "\n".join(wrong[:40])
    assert len({(e.call.service, e.call.operation) for e in passed}) > 25


def named():
    """{(service, method)} that the type files name."""
    files = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in TYPES.glob("*.yaml")]
    kinds = [(file["service"], kind) for file in files for kind in file["types"].values() if "list" in kind]
    return {(s, k["list"]) for s, k in kinds} | {(s, k["get"]["call"]) for s, k in kinds if "get" in k} | {(s, d["get"]) for s, k in kinds for d in k.get("details", ())}


# of a project that lends its networks, which takes a second one
NOT_HERE = {("compute", "projects.getXpnResources")}


def test_all_that_the_type_files_name_was_asked(walks):
    asked = {(e.call.service, e.call.operation) for passed in walks.values() for e in passed}
    assert len(named()) > 60
    missing = sorted(named() - asked - NOT_HERE)
    assert not missing, missing


def test_every_answer_is_what_the_documents_say(passed):
    assert {e.status for e in passed if e.call.operation != "assets.list"} == {200}
    wrong = [fault for e in passed if e.status == 200 for fault in google_calls.answer_faults(e.call, e.body)]
    assert not wrong, "\n".join(wrong[:40])


def test_nothing_but_reads_is_asked(passed):
    """By HTTP's own word, or by a verb that changes nothing."""
    written = [e.call.target for e in passed if e.call.method != "GET" and not e.call.target.partition("?")[0].endswith((":getIamPolicy", ":getEffectiveOrgPolicy", "/entries:list", "/listInstances"))]
    assert not written


def test_every_request_carries_the_token_and_takes_json_as_it_comes(passed):
    for e in passed:
        assert e.call.headers["authorization"].startswith("Bearer ya29."), e.call.target
        assert e.call.params["alt"] == "json" and e.call.params["prettyPrint"] == "false", e.call.target
        assert "cookie" not in e.call.headers and "referer" not in e.call.headers


def test_the_list_of_firewall_rules_never_comes_from_cloud_asset(passed):
    direct = [e for e in passed if (e.call.service, e.call.operation) == ("compute", "firewalls.list")]
    assert len(direct) == 1
    assert not [e for e in passed if e.call.service == "cloudasset" and "compute.googleapis.com/Firewall" in parse_qs(urlsplit(e.call.target).query)["assetTypes"]]


SPOILT = [
    ("GET", "/compute/compute/v1/projects/p/global/firewall?maxResults=500", b"", "no method"),
    ("POST", "/compute/compute/v1/projects/p/global/firewalls", b"{}", "alowed"),
    ("GET", "/compute/compute/v1/projects/p/global/firewalls?maxresults=500", b"", "maxresults: no parameter"),
    ("GET", "/compute/compute/v1/projects/p/global/firewalls?maxResults=-1", b"", "is not 0 to"),
    ("GET", "/compute/compute/v1/projects/p/global/firewalls?maxResults=many", b"", "no integer"),
    ("GET", "/compute/compute/v1/projects/p/aggregated/instances?includeAllScopes=yes", b"", "no boolean"),
    ("GET", "/compute/compute/v1/projects/p/global/firewalls?filter=a&filter=b", b"", "given 2 times"),
    ("GET", "/compute/compute/v1/projects/Team_Web/global/firewalls", b"", "is not like"),
    ("GET", "/compute/compute/v1/projects/p/global/firewalls", b"{}", "a body where none is due"),
    ("GET", "/compute/compute/v1/locations/global/firewallPolicies/", b"", "no method"),
    ("GET", "/iam/v1/projects/p/serviceAccounts/a/keys?keyTypes=USER_MADE", b"", "none of"),
    ("GET", "/iam/v1/folders/p/serviceAccounts", b"", "is not like"),
    ("POST", "/cloudresourcemanager/v3/projects/p:getIamPolicy", b'{"option": {}}', "not in the schema"),
    ("POST", "/logging/v2/entries:list", b'{"pageSize": "many"}', "no integer"),
    ("GET", "/storage/storage/v1/b?alt=json", b"", "project: required"),
    ("GET", "/storage/storage/v1/b?project=p&alt=xml", b"", "none of"),
]


@pytest.mark.parametrize("method, target, body, why", SPOILT)
def test_the_documents_find_what_is_wrong_in_a_request(method, target, body, why):
    headers = {"content-type": "application/json"} if method == "POST" else {}
    if why == "alowed":
        body = b'{"alowed": []}'
    found = google_calls.request_faults(google_calls.read_call(method, target, headers, body))
    assert any(why in fault for fault in found), found
