"""Each answer of the fake cloud's Google side is what Google's discovery documents say."""
import itertools

import fakecloud
import google_side
import pytest
from google_side import ROOT, FakeGoogle, listed, pages

SQL = ROOT / "tests" / "unit" / "providers" / "gcp" / "flow_query.sql"

# What the documents have and the fake cloud has not.
NOT_SERVED = {
    ("cloudasset", "searchAllResources"), ("compute", "firewallPolicies.listAssociations"), ("compute", "globalAddresses.list"),
    ("compute", "globalForwardingRules.list"), ("compute", "instanceGroupManagers.aggregatedList"),
    ("compute", "instanceGroupManagers.get"), ("compute", "instances.getEffectiveFirewalls"),
    ("compute", "networkFirewallPolicies.list"), ("compute", "projects.getXpnHost"),
    ("compute", "regionInstanceGroups.listInstances"), ("compute", "regionNetworkFirewallPolicies.getEffectiveFirewalls"),
    ("compute", "regionNetworkFirewallPolicies.list"), ("compute", "regions.list"), ("compute", "routers.getRouterStatus"),
    ("compute", "subnetworks.getIamPolicy"), ("compute", "zones.list"), ("logging", "projects.getSettings"),
    ("logging", "folders.locations.buckets.list"), ("logging", "organizations.locations.buckets.list"),
    ("secretmanager", "projects.locations.secrets.get"), ("secretmanager", "projects.locations.secrets.list"),
}


@pytest.fixture
def cloud(tmp_path):
    """Makes fake clouds with projects: cloud(seed, night…)."""
    binary = fakecloud.find_binary()
    if binary is None:
        pytest.skip("the fake cloud is not built")
    return lambda *args, **more: FakeGoogle(binary, tmp_path / "truth", *args, **more)


class Questions:
    """The arguments to ask each method of methods.txt with, from what the cloud itself has told before."""

    def __init__(self, fake):
        self.fake = fake
        crm = fake.client("cloudresourcemanager")
        self.organization = crm.organizations().search().execute()["organizations"][0]["name"]
        self.folders = [f["name"] for f in listed(crm, "folders.search", "folders")]
        self.project = fake.truth["projects"][0]

    def things(self, service, method, member, /, **arguments):
        return listed(self.fake.client(service), method, member, **arguments)

    def of_compute(self, resource, method):
        """Lists by project; one of what the aggregated or plain list gives for a get."""
        base = {"project": self.project}
        if method != "get":
            return [base]
        global_name = resource[6:7].lower() + resource[7:] if resource.startswith("global") else resource
        regional = resource.startswith("region")
        collection = {"regionDisks": "disks", "regionInstanceGroups": "instanceGroups"}.get(resource, global_name)
        policies = resource in ("networkFirewallPolicies", "regionNetworkFirewallPolicies")
        spread = policies or collection in ("subnetworks", "instances", "addresses", "forwardingRules", "routers", "instanceGroups", "disks")
        if not spread:
            found = self.things("compute", f"{collection}.list", "items", **base)
        else:
            answers = pages(self.fake.client("compute"), f"{'networkFirewallPolicies' if policies else collection}.aggregatedList", **base)
            scopes = [s for answer in answers for s in answer["items"].values()]
            found = [t for s in scopes for t in s.get("firewallPolicies" if policies else collection, [])]
        place = "zone" if collection in ("instances",) or (collection in ("disks", "instanceGroups") and not regional) else "region"
        if resource.startswith("global") or resource == "networkFirewallPolicies" or not spread:
            place = None
        wanted = [t for t in found if (place in t if place else not ("zone" in t or "region" in t))]
        argument = {"networkFirewallPolicies": "firewallPolicy", "regionNetworkFirewallPolicies": "firewallPolicy", "regionDisks": "disk",
                    "regionInstanceGroups": "instanceGroup"}.get(resource, {"addresses": "address"}.get(collection, collection[:-1]))
        return [{**base, argument: t["name"], **({place: t[place].rsplit("/")[-1]} if place else {})} for t in wanted]

    def ask(self, service, method):
        """A list of arguments; empty when nothing is there to be asked for."""
        if service == "securitycenter":
            holder = {"projects": f"projects/{self.project}", "folders": self.folders[0], "organizations": self.organization}[method.split(".", maxsplit=1)[0]]
            return [{"parent": f"{holder}/sources/-"}]
        if method == "entries.list":
            return [{"body": {"resourceNames": [f"projects/{self.project}"], "orderBy": "timestamp asc", "pageSize": 5}}]
        own, at = {"name": f"projects/{self.project}"}, f"projects/{self.project}/locations/-"
        parts = method.rsplit(".", 1)
        if service == "compute":
            special = {"projects.get": [{"project": self.project}], "firewallPolicies.list": [{"parentId": self.organization}], "networks.getEffectiveFirewalls": [
                {"project": self.project, "network": n["name"]} for n in self.things("compute", "networks.list", "items", project=self.project)],
                "projects.getXpnResources": [{"project": p} for p in self.fake.truth["projects"]],
                **{f"{kind}.getIamPolicy": [{"project": self.project, "resource": t["name"]} for t in self.things("compute", f"{kind}.list", "items", project=self.project)]
                   for kind in ("images", "machineImages", "snapshots")},
                "instanceGroups.listInstances": [{**a, "body": {}} for a in self.of_compute("instanceGroups", "get")],
                "firewallPolicies.get": [{"firewallPolicy": p["name"]} for h in (self.organization, *self.folders)
                                         for p in self.things("compute", "firewallPolicies.list", "items", parentId=h)]}
            return special[method] if method in special else self.of_compute(*parts)
        if service == "cloudresourcemanager":
            kind, verb = parts
            name = {"projects": own["name"], "folders": self.folders[0], "organizations": self.organization}[kind]
            return [{"get": {"name": name}, "getEffectiveOrgPolicy": {"resource": name, "body": {"constraint": "constraints/storage.publicAccessPrevention"}}, "getIamPolicy": {"resource": name, "body": {"options": {"requestedPolicyVersion": 3}}}, "search": {},
                     "list": {"parent": self.organization}}[verb]]
        if service == "cloudasset":
            return [{"parent": p, "contentType": c} for p in (self.organization, self.folders[0], own["name"]) for c in ("RESOURCE", "IAM_POLICY")]
        table = {
            "projects.serviceAccounts.list": [own], "projects.roles.list": [{"parent": own["name"], "view": "FULL"}],
            "organizations.roles.list": [{"parent": self.organization}], "projects.locations.list": [own],
            "projects.locations.functions.list": [{"parent": at}], "projects.locations.clusters.list": [{"parent": at}],
            "projects.locations.buckets.list": [{"parent": at}], "projects.locations.keys.list": [{"parent": f"{own['name']}/locations/global"}],
            "projects.sinks.list": [{"parent": own["name"]}], "projects.metrics.list": [{"parent": own["name"]}],
            "organizations.sinks.list": [{"parent": self.organization}], "folders.sinks.list": [{"parent": f} for f in self.folders],
            "projects.secrets.list": [{"parent": own["name"]}], "projects.topics.list": [{"project": own["name"]}],
            "projects.subscriptions.list": [{"project": own["name"]}], "policies.list": [{"project": self.project}],
            "managedZones.list": [{"project": self.project}], "responsePolicies.list": [{"project": self.project}],
            "buckets.list": [{"project": self.project}], "datasets.list": [{"projectId": self.project}],
            "instances.list": [{"project": self.project}],
            "projects.locations.activityTypes.activities.query": [{"parent": f"{own['name']}/locations/global/activityTypes/{t}"} for t in
                                                                  ("serviceAccountLastAuthentication", "serviceAccountKeyLastAuthentication")],
        }
        return table[method] if method in table else self.below(service, method)

    def below(self, service, method):
        """Of what a list has told before."""
        own, at = f"projects/{self.project}", f"projects/{self.project}/locations"
        project = {"project": self.project}
        if service == "iam":
            accounts = self.things("iam", "projects.serviceAccounts.list", "accounts", name=own)
            keys = [k for a in accounts for k in self.things("iam", "projects.serviceAccounts.keys.list", "keys", name=a["name"])]
            return {"projects.serviceAccounts.get": [{"name": accounts[0]["name"]}], "projects.serviceAccounts.getIamPolicy": [{"resource": accounts[0]["name"]}],
                    "projects.serviceAccounts.keys.list": [{"name": a["name"]} for a in accounts], "projects.serviceAccounts.keys.get": [{"name": keys[0]["name"]}],
                    "projects.roles.get": [{"name": r["name"]} for r in self.things("iam", "projects.roles.list", "roles", parent=own)],
                    "organizations.roles.get": [{"name": r["name"]} for r in self.things("iam", "organizations.roles.list", "roles", parent=self.organization)]}[method]
        if service == "dns":
            zones = self.things("dns", "managedZones.list", "managedZones", **project)
            policies = self.things("dns", "responsePolicies.list", "responsePolicies", **project)
            return {"managedZones.get": [{**project, "managedZone": z["name"]} for z in zones], "resourceRecordSets.list": [{**project, "managedZone": z["name"]} for z in zones],
                    "policies.get": [{**project, "policy": p["name"]} for p in self.things("dns", "policies.list", "policies", **project)],
                    "responsePolicies.get": [{**project, "responsePolicy": p["responsePolicyName"]} for p in policies],
                    "responsePolicyRules.list": [{**project, "responsePolicy": p["responsePolicyName"]} for p in policies]}[method]
        if service in ("storage", "bigquery", "sqladmin"):
            if service == "storage":
                return [{"bucket": b["name"]} for b in self.things("storage", "buckets.list", "items", **project)]
            if service == "bigquery" and method != "datasets.get":
                return self.of_tables(method)
            if service == "bigquery":
                return [{"projectId": self.project, "datasetId": d["datasetReference"]["datasetId"]} for d in self.things("bigquery", "datasets.list", "datasets", projectId=self.project)]
            return [{**project, "instance": i["name"]} for i in self.things("sqladmin", "instances.list", "items", **project)]
        if service == "cloudkms":
            places = [{"parent": p["name"]} for p in self.things("cloudkms", "projects.locations.list", "locations", name=own)]
            rings = [r["name"] for p in places for r in self.things("cloudkms", "projects.locations.keyRings.list", "keyRings", **p)]
            keys = [k["name"] for r in rings for k in self.things("cloudkms", "projects.locations.keyRings.cryptoKeys.list", "cryptoKeys", parent=r)]
            last = "projects.locations.keyRings."
            return {last + "list": places, last + "get": [{"name": r} for r in rings], last + "getIamPolicy": [{"resource": r} for r in rings],
                    last + "cryptoKeys.list": [{"parent": r} for r in rings], last + "cryptoKeys.get": [{"name": k} for k in keys],
                    last + "cryptoKeys.getIamPolicy": [{"resource": k} for k in keys]}[method]
        return self.of_name(service, method, own, at)

    def of_tables(self, method):
        """The flows in tables: what is asked is what yomawari asks, as its own test has it."""
        if method == "tables.get":
            return [{"projectId": self.project, "datasetId": "flows", "tableId": name} for name in ("compute_googleapis_com_vpc_flows", "_AllLogs", "plain")]
        sql = " ".join(SQL.read_text(encoding="utf-8").split("\n")[:-1]).replace("logs-1.flows.vpc_flows", f"{self.project}.flows.compute_googleapis_com_vpc_flows")
        asked = [{"projectId": self.project, "body": {"query": sql, "useLegacySql": False, **price}} for price in ({"dryRun": True}, {"maximumBytesBilled": str(10**10)})]
        if method == "jobs.query":
            return asked
        job = self.fake.client("bigquery").jobs().query(**asked[1]).execute()["jobReference"]
        return [{**job, "maxResults": 5000}]

    def of_name(self, service, method, own, at):
        """get and getIamPolicy by the name that the list has; Cloud Run's list goes by location."""
        if service == "run":
            places = [p["name"] for p in listed(self.fake.client("run", "v1"), "projects.locations.list", "locations", name=own)]
            if method.endswith("services.list"):
                return [{"parent": p} for p in places]
            names = [s["name"] for p in places for s in self.things("run", "projects.locations.services.list", "services", parent=p)]
        elif service == "container":
            names = [f"{at}/{c['location']}/clusters/{c['name']}" for c in self.things("container", "projects.locations.clusters.list", "clusters", parent=f"{at}/-")]
        else:
            holder = method.rsplit(".", 1)[0]
            member, arguments = holder.rsplit(".")[-1], {"functions": {"parent": f"{at}/-"}, "keys": {"parent": f"{at}/global"}, "buckets": {"parent": f"{at}/-"},
                                                         "topics": {"project": own}, "subscriptions": {"project": own}}
            names = [t["resourceName"] if member in ("sinks", "metrics") else t["name"]
                     for t in self.things(service, holder + ".list", member, **arguments.get(member, {"parent": own}))]
        argument = {"sinks.get": "sinkName", "metrics.get": "metricName", "topics.get": "topic", "subscriptions.get": "subscription"}.get(".".join(method.rsplit(".")[-2:]))
        return [{argument or ("resource" if method.endswith("getIamPolicy") else "name"): n} for n in names]


def test_every_answer_is_what_the_discovery_documents_say(cloud):
    with cloud(1, 0, projects=3) as fake:
        questions, wrong, empty = Questions(fake), [], []
        for service, version, method in google_side.methods():
            if (service, method) in NOT_SERVED:
                continue
            described, doc = google_side.method_of(service, version, method), google_side.document(service, version)
            told = 0
            for arguments in questions.ask(service, method):
                for answer in itertools.islice(pages(fake.client(service, version), method, **arguments), 5):
                    wrong += [f"{service} {method}{fault}" for fault in google_side.faults(doc, described["response"], answer)]
                    told += len(answer) > 0
            if not told:
                empty.append((service, method))
        assert not wrong, "\n".join(wrong[:40])
        assert not empty, "nothing was there to be held to the document"


def test_a_document_finds_what_is_wrong_in_an_answer():
    doc = google_side.document("compute", "v1")
    shape = google_side.method_of("compute", "v1", "firewalls.list")["response"]
    right = {"kind": "compute#firewallList", "items": [{"id": "7", "name": "a", "priority": 1000, "sourceRanges": ["0.0.0.0/0"], "direction": "INGRESS"}]}
    assert not list(google_side.faults(doc, shape, right))
    for spoilt in ({"id": 7}, {"priority": "1000"}, {"sourceRanges": "0.0.0.0/0"}, {"direction": "INWARD"}, {"nosuch": 1}, {"kind": "compute#network"}):
        assert list(google_side.faults(doc, shape, {"items": [{**right["items"][0], **spoilt}]})), spoilt
