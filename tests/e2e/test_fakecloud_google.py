"""Google's side of the fake cloud, read by Google's own clients."""
import collections
import contextlib
import json
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request

import fakecloud
import google_side
import pytest
from google.auth import impersonated_credentials, jwt
from google.auth.exceptions import RefreshError
from google.oauth2 import credentials as of_people
from google_side import FakeGoogle, asked, listed, pages
from googleapiclient.errors import HttpError

@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds with projects: cloud(seed, night…)."""
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeGoogle(binary, tmp_path / "truth", *args, **more)


def refusal(request):
    """(status, canonical status, ErrorInfo's reason, first of errors[]) of a refused request."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    error = json.loads(caught.value.content)["error"]
    info = next((d for d in error.get("details", ()) if d["@type"].endswith("ErrorInfo")), {})
    return caught.value.status_code, error.get("status"), info.get("reason"), (error.get("errors") or [{}])[0].get("reason")


# lists, page by page

LISTS = (("compute", "firewalls.list", "items", "project"), ("compute", "networks.list", "items", "project"), ("dns", "policies.list", "policies", "project"),
         ("iam", "projects.serviceAccounts.list", "accounts", "name"), ("storage", "buckets.list", "items", "project"),
         ("logging", "projects.locations.buckets.list", "buckets", "parent"))


def arguments(project, argument):
    return {argument: {"name": f"projects/{project}", "parent": f"projects/{project}/locations/-"}.get(argument, project)}


def test_pages_of_any_size_hold_the_same_items_once(cloud):
    with cloud(1, projects=2) as fake, cloud(1, projects=2, page=2) as small:
        for service, method, member, argument in LISTS:
            whole, pieces = (listed(f.client(service), method, member, **arguments(fake.truth["projects"][0], argument)) for f in (fake, small))
            assert pieces == whole and len(whole) > 1, method
            assert len({t.get("selfLink") or t["name"] for t in whole}) == len(whole)
        compute, project = small.client("compute"), fake.truth["projects"][0]
        sizes = [len(a["items"]) for a in pages(compute, "firewalls.list", project=project, maxResults=5)]
        assert set(sizes[:-1]) == {2} and sizes[-1] <= 2 and len(fake.client("compute").firewalls().list(project=project, maxResults=5).execute()["items"]) == 5
        token = compute.firewalls().list(project=project).execute()["nextPageToken"]
        for wrong in (compute.firewalls().list(project=project, pageToken=token + "0"), compute.networks().list(project=project, pageToken=token),
                      compute.firewalls().list(project=fake.truth["projects"][1], pageToken=token), compute.firewalls().list(project=project, maxResults=501)):
            assert refusal(wrong)[0] == 400


def test_aggregated_lists_tell_every_scope_and_what_it_lacks(cloud):
    dead = [{"service": "compute", "operation": "disks.aggregatedList", "region": "us-central1-b", "do": "unreachable"},
            {"service": "run", "region": "asia-northeast1", "do": "unreachable"}]
    with cloud(1, projects=1, page=1, faults=dead) as fake:
        compute, project = fake.client("compute"), fake.truth["projects"][0]
        scopes, found = {f"zones/{r}-{z}" for r in fake.truth["google_regions"] for z in "bc"}, []
        for answer in pages(compute, "instances.aggregatedList", project=project):
            assert set(answer["items"]) == scopes
            found += [i["name"] for s in answer["items"].values() for i in s.get("instances", [])]
            assert {s["warning"]["code"] for s in answer["items"].values() if "instances" not in s} == {"NO_RESULTS_ON_PAGE"}
        told = [r for r in fake.truth["resources"] if r[2] == "gcp_compute_instance"]
        assert len(found) >= len(told) > 3
        for answer in pages(compute, "disks.aggregatedList", project=project):
            assert answer["items"]["zones/us-central1-b"]["warning"]["code"] == "UNREACHABLE"
        assert fake.client("run").projects().locations().services().list(parent=f"projects/{project}/locations/-").execute()["unreachable"] == ["asia-northeast1"]


def test_what_is_not_known_is_refused(cloud):
    with cloud(1, projects=2) as fake:
        compute, project = fake.client("compute"), fake.truth["projects"][0]
        assert refusal(compute.firewalls().list(project=project, filter="name=x"))[0] == 400
        assert refusal(compute.firewalls().get(project=project, firewall="nosuch"))[::3] == (404, "notFound")
        assert refusal(compute.firewalls().list(project="nosuch"))[0] == 404
        assert refusal(fake.client("iam").projects().roles().get(name=f"projects/{project}/roles/nosuch"))[:2] == (404, "NOT_FOUND")
        assert refusal(fake.client("cloudasset").assets().list(parent="organizations/1"))[:3] == (403, "PERMISSION_DENIED", "CONSUMER_INVALID")
        with pytest.raises(HttpError) as caught:
            compute.zones().list(project=project).execute()
        assert caught.value.status_code == 404 and b"<html" in caught.value.content


def test_what_no_client_sends_is_answered(cloud):
    with cloud(1, projects=1) as fake:
        credentials = fake.credentials()
        credentials.refresh(google_side.requests())
        bearer = b"Host: localhost\r\nConnection: close\r\nAuthorization: Bearer " + credentials.token.encode() + b"\r\n"
        project = fake.truth["projects"][0].encode()
        for method, path, body, statuses in (
                (b"GET", b"/compute/", b"", b"404"), (b"GET", b"/compute//////", b"", b"404"), (b"GET", b"/compute/compute/v1/projects//global/firewalls", b"", b"404"),
                (b"PUT", b"/compute/compute/v1/projects/%s/global/firewalls" % project, b"", b"404"), (b"DELETE", b"/iam/v1/projects/%s/serviceAccounts" % project, b"", b"404"),
                (b"GET", b"/compute/compute/v1/projects/%s/global/firewalls?maxResults=-1" % project, b"", b"400"),
                (b"GET", b"/compute/compute/v1/projects/%s/global/firewalls?%%zz&=&&pageToken=%%00" % project, b"", b"400"),
                (b"POST", b"/cloudresourcemanager/v3/projects/%s:getIamPolicy" % project, b"{", b"400"), (b"POST", b"/logging/v2/entries:list", b"[1]", b"400"),
                (b"POST", b"/cloudresourcemanager/v3/projects/%s:getIamPolicy" % project, b"[" * 5000, b"400"), (b"POST", b"/oauth2/token", b"\xff=%&&&=", b"400"),
                (b"POST", b"/sts/v1/token", b"", b"400"), (b"GET", b"/computeMetadata/v1/project/project-id", b"", b"403"), (b"POST", b"/iamcredentials/v1/projects/-/serviceAccounts/", b"{}", b"404"),
                (b"GET", b"/cloudasset/v1/projects/%s/assets?%s" % (project, b"assetTypes=x.googleapis.com/Y&" * 200), b"", b"200")):
            with socket.create_connection(("127.0.0.1", fake.port), timeout=20) as s:
                s.sendall(method + b" " + path + b" HTTP/1.1\r\n" + bearer + b"Content-Length: %d\r\n\r\n" % len(body) + body)
                assert s.recv(4096)[9:12] == statuses, (method, path)
        with socket.create_connection(("127.0.0.1", fake.port), timeout=20) as s:
            s.sendall(b"GET /compute/?" + b"a=b&" * 10000 + b" HTTP/1.1\r\n" + bearer + b"\r\n")
            with contextlib.suppress(ConnectionError):
                assert s.recv(4096)[9:12] in (b"", b"413", b"414", b"431"), "more than a connection may hold"
        assert fake.client("compute").networks().list(project=fake.truth["projects"][0]).execute()["items"], "it still serves"


# who asks

def post(url, **form):
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        return json.load(refused)


def assertion(fake, **changed):
    info = json.loads(open(fake.key_file, encoding="utf-8").read())
    now = int(time.time())
    claims = {"iss": info["client_email"], "scope": google_side.SCOPE, "aud": info["token_uri"], "iat": now, "exp": now + 3600, **changed}
    return jwt.encode(fake.credentials().signer, claims).decode()


def test_tokens_belong_to_somebody_and_end(cloud):
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    with cloud(1, projects=2, more=("--token-life", "2", "--google-now", str(int(time.time())))) as fake:
        url, project = f"{fake.url}/oauth2/token", fake.truth["projects"][0]
        good = assertion(fake)
        head, claims, signature = good.split(".")
        assert post(url, grant_type=grant, assertion=good)["token_type"] == "Bearer"
        wrong = {"signature": f"{head}.{claims}.{signature[::-1]}", "times": assertion(fake, iat=1, exp=3601), "long": assertion(fake, exp=int(time.time()) + 7200),
                 "audience": assertion(fake, aud="https://example.com"), "issuer": assertion(fake, iss="nobody@example.com"), "nothing": "a.b.c"}
        for name, spoilt in wrong.items():
            assert post(url, grant_type=grant, assertion=spoilt)["error"] == "invalid_grant", name
        assert post(url, grant_type=grant, assertion=assertion(fake, scope=""))["error"] == "invalid_scope"
        assert post(url, grant_type="password")["error"] == "unsupported_grant_type"
        person = of_people.Credentials(None, token_uri=url, **google_side.REFRESH)
        gone = of_people.Credentials(None, token_uri=url, **{**google_side.REFRESH, "refresh_token": "other"})
        networks = asked(fake.client("compute", credentials=person), "networks.list")
        assert networks(project=project).execute()["items"]
        with pytest.raises(RefreshError, match="invalid_grant"):
            fake.client("compute", credentials=gone).networks().list(project=project).execute()
        time.sleep(2.1)
        person.refresh_handler, person._refresh_token = None, None   # pylint: disable=protected-access
        with pytest.raises((HttpError, RefreshError)):
            networks(project=project).execute()
        bare = urllib.request.Request(f"{fake.url}/compute/compute/v1/projects/{project}/global/networks")
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(bare, timeout=30)
        assert caught.value.code == 401 and json.load(caught.value)["error"]["status"] == "UNAUTHENTICATED"


def test_one_may_become_a_reader_and_a_stranger_sees_nothing(cloud):
    with cloud(1, projects=2) as fake:
        project = fake.truth["projects"][1]
        for name, at, status in (("reader", project, 200), ("stranger", fake.truth["projects"][0], 403), ("nobody", project, None)):
            other = impersonated_credentials.Credentials(fake.credentials(), f"{name}@{at}.iam.gserviceaccount.com", [google_side.SCOPE],
                                                         iam_endpoint_override=f"{fake.url}/iamcredentials/v1/projects/-/serviceAccounts/{name}@{at}.iam.gserviceaccount.com:generateAccessToken")
            call = fake.client("compute", credentials=other).networks().list(project=project)
            if status == 200:
                assert call.execute()["items"]
            elif status == 403:
                assert refusal(call)[:3] == (403, "PERMISSION_DENIED", "IAM_PERMISSION_DENIED")
            else:
                with pytest.raises(RefreshError):
                    call.execute()


def test_the_quota_project_must_be_one(cloud):
    with cloud(1, projects=2) as fake:
        project = fake.truth["projects"][0]
        with_quota = lambda name: fake.client("cloudresourcemanager", credentials=fake.credentials().with_quota_project(name)).projects().search()   # noqa: E731
        assert with_quota(project).execute()["projects"]
        assert refusal(with_quota("somebodys-project"))[:3] == (403, "PERMISSION_DENIED", "USER_PROJECT_DENIED")


def test_projects_of_all_roles_answer_as_they_should(cloud):
    with cloud(1, projects=3) as fake:
        compute, dns = fake.client("compute"), fake.client("dns")
        found = {p["projectId"]: p["state"] for p in listed(fake.client("cloudresourcemanager"), "projects.search", "projects")}
        role = {name: next(p for p in found if f"-{name}-" in p) for name in ("deleted", "disabled", "denied", "perimeter")}
        assert len(found) == 7 and [p for p, state in found.items() if state == "DELETE_REQUESTED"] == [role["deleted"]]
        both = {"resourceNames": [f"projects/{next(p for p in found if p not in role.values())}", f"projects/{role['denied']}"]}
        assert refusal(fake.client("logging").entries().list(body=both))[1] == "PERMISSION_DENIED"
        assert refusal(compute.networks().list(project=role["denied"]))[1:] == ("PERMISSION_DENIED", "IAM_PERMISSION_DENIED", "forbidden")
        assert refusal(compute.networks().list(project=role["perimeter"]))[1:] == ("PERMISSION_DENIED", "SECURITY_POLICY_VIOLATED", "vpcServiceControls")
        assert refusal(dns.policies().list(project=role["disabled"]))[1:] == ("PERMISSION_DENIED", "SERVICE_DISABLED", "accessNotConfigured")
        assert compute.networks().list(project=role["disabled"]).execute()["items"]
        assert refusal(compute.networks().list(project=role["deleted"]))[2] == "CONSUMER_INVALID"
        told = collections.Counter(row[0] for row in fake.truth["hidden"])
        assert told[role["denied"]] and told[role["perimeter"]] and not any(row[0] == role["denied"] for row in fake.truth["resources"])


# faults and quotas

def test_faults_come_as_rules_say_and_are_counted(cloud):
    rules = [{"operation": "firewalls.list", "nth": 1, "do": "throttle"}, {"operation": "firewalls.list", "nth": 1, "do": "rate limit"},
             {"operation": "firewalls.list", "nth": 1, "do": "503"}, {"operation": "firewalls.list", "nth": 1, "do": "html"},
             {"operation": "networks.list", "do": "billing"}, {"operation": "routes.list", "do": "vanish"}, {"service": "oauth2", "nth": 2, "do": "skew"}]
    with cloud(1, projects=1, faults=rules) as fake:
        compute, project = fake.client("compute"), fake.truth["projects"][0]
        call = compute.firewalls().list(project=project)
        assert [refusal(call)[::3] for _ in range(3)] == [(429, "rateLimitExceeded"), (403, "rateLimitExceeded"), (503, "backendError")]
        assert "<html>" in call.execute() and call.execute()["items"]
        assert refusal(compute.networks().list(project=project))[2] == "BILLING_DISABLED" and refusal(compute.routes().list(project=project))[0] == 404
        with pytest.raises(RefreshError, match="reasonable timeframe"):
            fake.client("dns", credentials=fake.credentials()).policies().list(project=project).execute()
        counts = fake.report()["operations"]
        assert counts["compute firewalls.list"] == {"calls": 5, "throttled": 2, "refused": 1, "spoilt": 4} and counts["oauth2 token"]["calls"] == 2


def test_quotas_are_by_the_minute_and_project(cloud):
    with cloud(1, projects=1, more=("--throttle", "0.02")) as fake:
        organization = next(r[0] for r in fake.truth["resources"] if r[2] == "gcp_organization")
        call = fake.client("cloudasset").assets().list(parent=organization)
        assert [call.execute()["assets"] != [] for _ in range(2)] == [True, True]
        assert refusal(call)[:3] == (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
        assert fake.client("dns").policies().list(project=fake.truth["projects"][0]).execute()["policies"], "a quota of its own"
        assert fake.report()["throttled"] == 1


# Cloud Asset

OF_CLOUD_ASSET = ("gcp_compute_network", "gcp_compute_subnetwork", "gcp_iam_service_account", "gcp_storage_bucket", "gcp_dns_managed_zone")


def names(fake, **more):
    organization = next(r[0] for r in fake.truth["resources"] if r[2] == "gcp_organization")
    return [a["name"] for a in listed(fake.client("cloudasset"), "assets.list", "assets", parent=organization, contentType="RESOURCE", **more)]


def test_cloud_asset_tells_what_is_there_under_the_same_names(cloud):
    with cloud(1, 1, projects=3) as fake:
        found = names(fake, pageSize=100)
        assert len(found) == len(set(found))
        told = {row[4] for row in fake.truth["resources"] if row[2] in OF_CLOUD_ASSET}
        assert told and told <= set(found)
        firewalls = names(fake, assetTypes=["compute.googleapis.com/Firewall"])
        assert firewalls and all("/firewalls/" in n for n in firewalls) and set(firewalls) <= set(found)
        client, parent = fake.client("cloudasset"), f"projects/{fake.truth['projects'][0]}"
        asset = client.assets().list(parent=parent, contentType="RESOURCE", assetTypes=["compute.googleapis.com/Network"], readTime="2026-11-21T02:00:00Z").execute()
        assert asset["readTime"] == "2026-11-21T02:00:00Z" and all("/".join(a["ancestors"][0].split("/")[:1]) == "projects" for a in asset["assets"])
        policies = listed(client, "assets.list", "assets", parent=parent, contentType="IAM_POLICY")
        assert any(b["role"] == "roles/owner" for p in policies for b in p["iamPolicy"]["bindings"])
        assert refusal(client.assets().list(parent=parent, readTime="yesterday"))[0] == 400


def test_cloud_asset_lags_a_night_behind_on_demand(cloud):
    with cloud(1, 0, projects=3) as before, cloud(1, 1, projects=3) as now, cloud(1, 1, projects=3, more=("--asset-lag",)) as late:
        yesterday, today = set(names(before)), set(names(now))
        assert yesterday != today and set(names(late)) == yesterday
        direct = {i["name"] for i in listed(late.client("compute"), "firewalls.list", "items", project=late.truth["projects"][0])}
        assert direct == {i["name"] for i in listed(now.client("compute"), "firewalls.list", "items", project=now.truth["projects"][0])}


# conditions, secrets, logs

def test_conditions_are_shown_to_those_who_ask_for_version_3(cloud):
    with cloud(1, projects=1) as fake:
        get = fake.client("cloudresourcemanager").projects().getIamPolicy
        name = f"projects/{fake.truth['projects'][0]}"
        old, new = (get(resource=name, body=b).execute() for b in ({}, {"options": {"requestedPolicyVersion": 3}}))
        assert old["version"] == 1 and any("_withcond_" in b["role"] for b in old["bindings"]) and not any("condition" in b for b in old["bindings"])
        assert new["version"] == 3 and any("condition" in b for b in new["bindings"])


def test_secrets_lie_in_the_answers_and_the_truth_knows_them(cloud):
    with cloud(1, projects=2) as fake:
        told = json.dumps(fake.client("compute").instances().aggregatedList(project=fake.truth["projects"][0]).execute())
        planted = [s for s in fake.truth["secrets"] if s in told]
        assert len(planted) > 2 and told.count("planted-") == sum(told.count(s) for s in planted)


def test_logs_are_filtered_by_the_language_of_logs(cloud):
    with cloud(1, 2, projects=1) as fake:
        ask = lambda text: [e["insertId"] for a in pages(fake.client("logging"), "entries.list", body={   # noqa: E731
            "resourceNames": [f"projects/{fake.truth['projects'][0]}"], "filter": text, "pageSize": 1000}) for e in a.get("entries", [])]
        activity, flows = 'log_id("cloudaudit.googleapis.com/activity")', 'log_id("compute.googleapis.com/vpc_flows")'
        assert set(ask(f"({activity} OR {flows})")) == set(ask(activity)) | set(ask(flows)) and not set(ask(activity)) & set(ask(flows))
        assert ask(f'{activity} AND NOT protoPayload.methodName : ("iam" OR "FIREWALLS")') and not ask(f'{activity} AND timestamp < "2020-01-01T00:00:00Z"')
        public = f'{flows} AND jsonPayload.connection.dest_port = (53 OR 853) AND NOT ip_in_net(jsonPayload.connection.dest_ip, "10.0.0.0/8")'
        assert 0 < len(ask(public)) < len(ask(flows))
        assert all(refusal(fake.client("logging").entries().list(body={"resourceNames": [f"projects/{fake.truth['projects'][0]}"], "filter": f}))[0] == 400
                   for f in ("timestamp >=", "(a = 1", 'log_id("x"', "a = 1 b = 2", "(" * 100 + "a = 1"))


def test_entries_of_many_projects_come_by_time(cloud):
    with cloud(1, 2, projects=2) as fake:
        names = [f"projects/{p}" for p in fake.truth["projects"]]
        list_of = lambda *n: [e for a in pages(fake.client("logging"), "entries.list", body={"resourceNames": list(n), "pageSize": 1000}) for e in a.get("entries", [])]  # noqa: E731
        each, both = [list_of(n) for n in names], list_of(*names)
        assert all(each) and len(both) == sum(map(len, each)) and [e["timestamp"] for e in both] == sorted(e["timestamp"] for e in both)
        assert {e["logName"].split("/logs/")[0] for e in both} == set(names)
        assert refusal(fake.client("logging").entries().list(body={"resourceNames": names * 51}))[0] == 400
        assert refusal(fake.client("logging").entries().list(body={"resourceNames": [names[0], "projects/nobodys-1"]}))[0] == 403


# another client

def test_gcloud_reads_instances_and_firewall_rules(cloud, tmp_path):
    program = shutil.which("gcloud")
    if program is None:
        pytest.skip("gcloud is not installed")
    with cloud(1, projects=1) as fake:
        project, credentials = fake.truth["projects"][0], fake.credentials()
        credentials.refresh(google_side.requests())
        (tmp_path / "token").write_text(credentials.token, encoding="utf-8")
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CLOUDSDK_CONFIG": str(tmp_path / "gcloud"), "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE": str(tmp_path / "token"),
                       "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE": f"{fake.url}/compute/compute/v1/", "CLOUDSDK_CORE_PROJECT": project,
                       "CLOUDSDK_CORE_DISABLE_PROMPTS": "1", "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "1", "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "1"}
        for command, method, member in (("instances", None, None), ("firewall-rules", "firewalls.list", "items")):
            done = subprocess.run([program, "compute", command, "list", "--format=json"], env=environment, capture_output=True, text=True, timeout=120, check=False)
            assert done.returncode == 0, done.stderr
            seen = {i["selfLink"] for i in json.loads(done.stdout)}
            if method:
                assert seen == {i["selfLink"] for i in listed(fake.client("compute"), method, member, project=project)}
            else:
                assert seen == {i["selfLink"] for a in pages(fake.client("compute"), "instances.aggregatedList", project=project)
                                for s in a["items"].values() for i in s.get("instances", [])} and seen
