"""What a type file may say of how its things are asked for, over real services: children, words, wraps, batches, homes."""
import json

import estate as e
import night
import pytest
from proxy import Reply, Rule

USER, KEY, FOLDER, SERVICE = "aws_my_user", "aws_my_key", "aws_my_cluster", "aws_my_service"
IAM = {
    USER: {"scope": "global", "list": "ListUsers", "items": "Users", "id": "UserName", "key": "mine/{Arn}", "sheet": "no"},
    KEY: {"scope": "global", "children_of": USER, "from_parent": ["Arn"], "list": "ListAccessKeys", "with": {"UserName": "{parent.UserName}"},
          "absent": ["NoSuchEntity"], "items": "AccessKeyMetadata", "id": "AccessKeyId", "key": "mine/{Arn}/{AccessKeyId}",
          "columns": {"user_arn": "Arn", "status": "Status"}},
}
ECS = {
    FOLDER: {"list": "ListClusters", "items": "clusterArns", "wrap": "Cluster", "id": "Cluster", "key": "mine/{Cluster}"},
    SERVICE: {"children_of": FOLDER, "from_parent": ["Cluster"], "list": "ListServices", "with": {"cluster": "{parent.Cluster}", "maxResults": 100},
              "items": "serviceArns", "wrap": "Service", "id": "Service", "name": "Detail.serviceName", "key": "mine/{Service}",
              "details": [{"get": "DescribeServices", "with": {"cluster": "{Cluster}"}, "items": "services", "as": "Detail",
                           "batch": {"argument": "services", "of": "{Service}", "size": 10, "match": "serviceArn"}}],
              "columns": {"wanted": "Detail.desiredCount"}},
}
QUEUE, TABLE, CONTACT, CONTROL, TRAIL = "aws_my_queue", "aws_my_table", "aws_my_contact", "aws_my_eks", "aws_my_trail"
SQS = {QUEUE: {"list": "ListQueues", "with": {"MaxResults": 1000}, "items": "QueueUrls", "wrap": "Url", "id": "Url", "name": "Attributes.Attributes.QueueArn",
               "key": "mine/{account}/{Url}", "columns": {"delay": "Attributes.Attributes.DelaySeconds"},
               "volatile": ["Attributes", "Asked.UserId"],
               "details": [{"get": "GetQueueAttributes", "with": {"QueueUrl": "{Url}", "AttributeNames": ["All"]}, "as": "Attributes"},
                           {"get": "GetCallerIdentity", "service": "sts", "as": "Asked"}]}}
DYNAMODB = {TABLE: {"list": "ListTables", "with": {"Limit": 100}, "items": "TableNames", "wrap": "Name", "id": "Name",
                    "key": "arn:{partition}:mine:{region}:{account}:{Name}", "details": [{"get": "DescribeTable", "with": {"TableName": "{Name}"}, "as": "Answer"}],
                    "columns": {"state": "Answer.Table.TableStatus"}}}
EKS = {CONTROL: {"list": "ListClusters", "items": "clusters", "wrap": "Name", "id": "Name", "key": "mine/{region}/{account}/{Name}",
                 "details": [{"get": "DescribeCluster", "with": {"name": "{Name}"}, "as": "Answer"}],
                 "columns": {"role": "Answer.cluster.roleArn"}}}
ACCOUNT = {CONTACT: {"scope": "global", "each": ["BILLING", "OPERATIONS", "SECURITY"], "list": "GetAlternateContact", "with": {"AlternateContactType": "{each}"},
                     "absent": ["ResourceNotFoundException"], "items": "AlternateContact", "id": "AlternateContactType",
                     "key": "mine/{account}/{AlternateContactType}", "columns": {"address": "EmailAddress"}}}
TRAILS = {TRAIL: {"list": "DescribeTrails", "with": {"includeShadowTrails": True}, "items": "trailList", "id": "Name", "key": "mine/{TrailARN}",
                  "owner": "TrailARN", "home_region": "TrailARN"}}


def use(watch, *wanted, regions=e.REGIONS, **files):
    """Only these types; each file is a service's."""
    watch.config([{"aws": {**night.TARGETS[0]["aws"], "regions": " ".join(regions)}}], inventory={"only": list(wanted)})
    for service, types in files.items():
        watch.write(f"types.d/{service}.yaml", json.dumps({"service": service, "types": types}))


def ids(watch, kind):
    return {r[:2] + r[3:] for r in watch.inventory(type=kind)}


def make_keys(estate):
    """Two users with keys in one account, one in another; moto shows what was asked of whom."""
    keys = {}
    for account, name in ((e.SHOP, "ann"), (e.SHOP, "bob"), (e.SHOP, "cas"), (e.DATA, "ann")):
        iam = estate.client("iam", account)
        iam.create_user(UserName=name)
        if name != "cas":
            keys[account, name] = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    return keys


def test_children_are_asked_of_each_parent_and_name_it(watch, empty_estate, proxy):
    keys = make_keys(empty_estate)
    use(watch, KEY, iam=IAM)  # the parents come into the plan by themselves
    watch.scan()
    assert ids(watch, KEY) == {(account, "global", key) for (account, _), key in keys.items()}
    assert proxy.count("ListAccessKeys") == 4
    told = watch.run("query", f"SELECT user_arn FROM {KEY} ORDER BY user_arn").out
    assert f"arn:aws:iam::{e.SHOP}:user/bob" in told and f"arn:aws:iam::{e.DATA}:user/ann" in told
    assert watch.incomplete() == {}
    before = watch.bytes("inventory.csv")
    watch.next_night()
    assert watch.bytes("inventory.csv") == before and watch.changes() == []
    empty_estate.client("iam", e.SHOP).delete_access_key(UserName="bob", AccessKeyId=keys[e.SHOP, "bob"])
    watch.next_night()
    assert [(c[0], c[1], c[4]) for c in watch.changes(type=KEY)] == [("removed", e.SHOP, keys[e.SHOP, "bob"])]


def test_a_parent_refused_leaves_its_children_unknown_and_the_others_read(watch, empty_estate, faults):
    keys = make_keys(empty_estate)
    use(watch, KEY, iam=IAM)
    watch.scan()
    iam = empty_estate.client("iam", e.SHOP)
    iam.delete_access_key(UserName="ann", AccessKeyId=keys[e.SHOP, "ann"])
    iam.delete_access_key(UserName="bob", AccessKeyId=keys[e.SHOP, "bob"])
    new = iam.create_access_key(UserName="cas")["AccessKey"]["AccessKeyId"]
    rule = faults.deny("ListAccessKeys", account=e.SHOP, where=lambda c: c.params["UserName"] == "ann")
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.incomplete() == {(e.SHOP, "global", KEY): "denied"}
    assert watch.rows("coverage.csv", type=KEY)[0]["reason"] == f"iam ListAccessKeys: AccessDenied (asked of each {USER})"
    # what was not seen is not gone, not even where its own parent was read: the scope is one
    assert ids(watch, KEY) == {(e.SHOP, "global", keys[e.SHOP, "ann"]), (e.SHOP, "global", keys[e.SHOP, "bob"]), (e.SHOP, "global", new),
                               (e.DATA, "global", keys[e.DATA, "ann"])}
    quiet = watch.bytes("coverage.csv")
    faults.proxy.remove(rule)
    faults.deny("ListAccessKeys", account=e.SHOP, where=lambda c: c.params["UserName"] == "bob")
    watch.next_night()
    assert watch.rows("coverage.csv", type=KEY)[0]["reason"] in quiet.decode()  # another one: the same words
    faults.proxy.clear()
    watch.next_night("--detailed-exitcode", status=0)
    assert {c[4] for c in watch.changes(type=KEY, change="removed")} == {keys[e.SHOP, "ann"], keys[e.SHOP, "bob"]}


def test_a_parent_gone_between_the_lists_has_no_children(watch, empty_estate, faults):
    keys = make_keys(empty_estate)
    use(watch, KEY, iam=IAM)
    watch.scan()
    faults.error("ListAccessKeys", 404, "NoSuchEntity", "The user with name bob cannot be found.", account=e.SHOP, where=lambda c: c.params["UserName"] == "bob")
    watch.next_night("--detailed-exitcode", status=0)
    assert (e.SHOP, "global", keys[e.SHOP, "bob"]) not in ids(watch, KEY) and watch.incomplete() == {}


def test_parents_refused_are_those_of_last_night(watch, empty_estate, faults, proxy):
    keys = make_keys(empty_estate)
    use(watch, KEY, iam=IAM)
    watch.scan()
    proxy.forget_calls()
    faults.deny("ListUsers", account=e.SHOP)
    watch.next_night("--detailed-exitcode", status=4)
    assert watch.incomplete() == {(e.SHOP, "global", USER): "denied", (e.SHOP, "global", KEY): "denied"}
    assert watch.rows("coverage.csv", type=KEY)[0]["reason"] == f"not every {USER} was read"
    assert proxy.count("ListAccessKeys", account=e.SHOP) == 3 and len(ids(watch, KEY)) == len(keys)


def test_a_filter_on_the_child_reads_its_parents_too(watch, empty_estate, proxy):
    make_keys(empty_estate)
    use(watch, KEY, iam=IAM)
    watch.scan("--type", KEY)
    assert proxy.count("ListUsers") == len(e.ACCOUNTS) and len(ids(watch, KEY)) == 3


def test_a_killed_scan_goes_on_with_the_children_of_recorded_parents(watch, empty_estate, faults, proxy):
    keys = make_keys(empty_estate)
    use(watch, KEY, iam=IAM)
    gate = faults.hold("ListAccessKeys", account=e.SHOP, where=lambda c: c.params["UserName"] == "bob")
    watch.kill_during(lambda _: (gate.wait(), __import__("time").sleep(1)))
    gate.release()
    proxy.wait_idle()
    asked = proxy.count("ListUsers", account=e.SHOP)
    watch.scan("--resume")
    assert ids(watch, KEY) == {(account, "global", key) for (account, _), key in keys.items()}
    assert proxy.count("ListUsers", account=e.SHOP) in (asked, asked + 1)  # once more only if the store had not written it yet


def make_services(estate):
    ecs = estate.client("ecs", e.SHOP, e.TOKYO)
    ecs.register_task_definition(family="t", containerDefinitions=[{"name": "c", "image": "i", "memory": 64}])
    made = set()
    for cluster in ("one", "two"):
        ecs.create_cluster(clusterName=cluster)
        for i in range(12 if cluster == "one" else 1):
            made.add(ecs.create_service(cluster=cluster, serviceName=f"s{i}", taskDefinition="t", desiredCount=i)["service"]["serviceArn"])
    return made


def test_details_of_many_children_come_in_batches(watch, empty_estate, proxy):
    made = make_services(empty_estate)
    use(watch, FOLDER, SERVICE, ecs=ECS)
    watch.scan()
    assert ids(watch, SERVICE) == {(e.SHOP, e.TOKYO, arn) for arn in made}
    assert proxy.count("ListServices") == 2 and proxy.count("DescribeServices") == 3  # 10 + 2 of one cluster, 1 of the other
    wanted = {r["id"]: r["name"] for r in watch.rows("inventory.csv", type=SERVICE)}
    assert all(arn.endswith(name) for arn, name in wanted.items())
    counts = watch.select("SELECT sum(json_extract(config, '$.Detail.desiredCount')) AS n FROM version WHERE rid LIKE '%service%'")
    assert counts == [{"n": sum(range(12))}]


def test_a_refused_batch_leaves_its_items_listed_with_a_gap(watch, empty_estate, faults):
    made = make_services(empty_estate)
    use(watch, FOLDER, SERVICE, ecs=ECS)
    faults.deny("DescribeServices", where=lambda c: c.params["cluster"].endswith("two"))
    watch.scan()
    assert len(ids(watch, SERVICE)) == len(made)
    gaps = watch.select("SELECT rid FROM version WHERE unread = '{\"Detail\":\"denied\"}'")
    assert [g["rid"] for g in gaps] == [arn for arn in made if "/two/" in arn]


def test_names_alone_become_things_with_parts(watch, empty_estate, proxy):
    empty_estate.client("sqs", e.SHOP).create_queue(QueueName="orders", Attributes={"DelaySeconds": "7"})
    empty_estate.client("dynamodb", e.DATA, e.TOKYO).create_table(
        TableName="carts", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST")
    empty_estate.client("eks", e.DATA).create_cluster(name="wheel", roleArn=f"arn:aws:iam::{e.DATA}:role/eks", resourcesVpcConfig={"subnetIds": [], "securityGroupIds": []})
    use(watch, QUEUE, TABLE, CONTROL, sqs=SQS, dynamodb=DYNAMODB, eks=EKS)
    watch.scan()
    [queue] = watch.rows("inventory.csv", type=QUEUE)
    assert queue["account"] == e.SHOP and queue["id"].endswith("/orders") and queue["name"] == f"arn:aws:sqs:{e.EAST}:{e.SHOP}:orders"
    assert ids(watch, TABLE) == {(e.DATA, e.TOKYO, "carts")} and ids(watch, CONTROL) == {(e.DATA, e.EAST, "wheel")}
    assert "7" in watch.run("query", f"SELECT delay FROM {QUEUE}").out
    assert "ACTIVE" in watch.run("query", f"SELECT state FROM {TABLE}").out
    assert "role/eks" in watch.run("query", f"SELECT role FROM {CONTROL}").out
    stored = watch.select("SELECT json_extract(config, '$.Asked.Account') AS a FROM version WHERE rid LIKE '%/orders'")
    assert stored == [{"a": e.SHOP}]  # a detail of another service
    watch.next_night()
    assert watch.changes() == []


def test_one_list_for_each_word(watch, empty_estate, faults, proxy):
    def answer(call):
        kind = call.params["AlternateContactType"]
        if call.account != e.SHOP or kind == "BILLING":
            return None
        body = {"AlternateContact": {"AlternateContactType": kind, "EmailAddress": f"{kind.lower()}@example.com", "Name": "N", "PhoneNumber": "1", "Title": "T"}}
        return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})
    faults.error("GetAlternateContact", 404, "ResourceNotFoundException", "No contact was found.")
    proxy.add(Rule("contacts", lambda c: c.matches("GetAlternateContact"), instead=answer))
    use(watch, CONTACT, account=ACCOUNT)
    watch.scan()
    assert proxy.count("GetAlternateContact") == 3 * len(e.ACCOUNTS)
    assert ids(watch, CONTACT) == {(e.SHOP, "global", "OPERATIONS"), (e.SHOP, "global", "SECURITY")}
    assert watch.incomplete() == {}
    assert "security@example.com" in watch.run("query", f"SELECT address FROM {CONTACT}").out


def make_trail(estate, account, region):
    bucket = f"logs-{account}"
    estate.client("s3", account).create_bucket(Bucket=bucket)
    return estate.client("cloudtrail", account, region).create_trail(Name="all", S3BucketName=bucket, IsMultiRegionTrail=True)["TrailARN"]


def test_a_trail_of_all_regions_is_one_row_in_its_home(watch, empty_estate):
    make_trail(empty_estate, e.SHOP, e.TOKYO)
    use(watch, TRAIL, cloudtrail=TRAILS)
    watch.scan()
    assert ids(watch, TRAIL) == {(e.SHOP, e.TOKYO, "all")} and len(watch.rows("inventory.csv", type=TRAIL)) == 1


def test_a_trail_whose_home_nobody_reads_is_one_row_every_night(watch, empty_estate):
    make_trail(empty_estate, e.SHOP, "eu-west-1")
    use(watch, TRAIL, cloudtrail=TRAILS)
    watch.scan()
    first = watch.bytes("inventory.csv")
    assert ids(watch, TRAIL) == {(e.SHOP, "eu-west-1", "all")} and len(watch.rows("inventory.csv", type=TRAIL)) == 1
    for _ in range(2):
        watch.next_night()
        assert watch.bytes("inventory.csv") == first and watch.changes() == []


@pytest.mark.parametrize(("change", "word"), [
    ({"children_of": "aws_my_nobody"}, "children_of names aws_my_nobody, which is no type of aws"),
    ({"children_of": KEY}, "waits for itself"),
    ({"with": {"User": "{parent.UserName}"}}, "no member of the model is called User"),
    ({"with": {"UserName": "{parent.Nam}"}}, "parent.Nam leads nowhere"),
    ({"from_parent": ["Arn", "Nope"]}, "Nope leads nowhere"),
    ({"wrap": "Key"}, "wrap is for items that are single values"),
    ({"redact": ["AccessKeyIdd"]}, "AccessKeyIdd leads nowhere"),
])
def test_a_wrong_child_is_a_config_fault_with_its_line(watch, proxy, change, word):
    use(watch, KEY, iam={**IAM, KEY: {**IAM[KEY], **change}})
    result = watch.scan(status=2)
    assert "iam.yaml:1" in result.err and word in result.err, result
    assert proxy.count() == 0
