"""Where moto's answers are not AWS's, and a test would then prove the wrong thing: mended on the way
through the proxy. README.md lists each with its reason. Nothing here knows what yomawari asks for."""
import base64
import datetime
import json
import re

import answers
from proxy import Reply, Rule

REPORT_TIME = b"2026-11-20T22:00:00Z"
ROOT_ROW = ("<root_account>,arn:aws:iam::{account}:root,2020-01-15T00:00:00+00:00,not_supported,{used},not_supported,not_supported,{mfa},"
            "{key},{rotated},{key_used},{region},{service},false,N/A,N/A,N/A,N/A,false,N/A,false,N/A")


class Root:
    """What an account's root user is like; moto has none."""

    def __init__(self, mfa=True, access_key=False, virtual_device=False, password_last_used="2024-03-01T09:00:00+00:00"):
        self.mfa, self.access_key, self.virtual_device = mfa, access_key, virtual_device
        self.password_last_used = password_last_used

    def row(self, account):
        key = self.access_key
        return ROOT_ROW.format(account=account, used=self.password_last_used, mfa=str(self.mfa).lower(), key=str(key).lower(),
                               rotated="2021-05-05T00:00:00+00:00" if key else "N/A", key_used="2026-11-01T00:00:00+00:00" if key else "N/A",
                               region="us-east-1" if key else "N/A", service="s3" if key else "N/A")


def by_yomawari(call):
    """boto3 is to learn that moto does not serve it (MOTO_LACKS)."""
    return call.headers.get("user-agent", "").startswith("yomawari/")


def told(body):
    return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})


def told_in_xml(body, status=200):
    return Reply(status, body.encode(), {"Content-Type": "text/xml"})


# What moto does not know and checks read: there is nothing of it, and nobody switched it on.
NOTHING = {
    ("route53resolver", "ListFirewallRuleGroupAssociations"): told({"FirewallRuleGroupAssociations": []}),
    ("route53resolver", "ListFirewallConfigs"): told({"FirewallConfigs": []}),
    ("ec2", "DescribeVpcBlockPublicAccessOptions"): told_in_xml(
        "<DescribeVpcBlockPublicAccessOptionsResponse><vpcBlockPublicAccessOptions><state>default-state</state>"
        "<internetGatewayBlockMode>off</internetGatewayBlockMode></vpcBlockPublicAccessOptions></DescribeVpcBlockPublicAccessOptionsResponse>"),
    ("ec2", "DescribeVpcBlockPublicAccessExclusions"): told_in_xml(
        "<DescribeVpcBlockPublicAccessExclusionsResponse><vpcBlockPublicAccessExclusionSet/></DescribeVpcBlockPublicAccessExclusionsResponse>"),
    ("iam", "ListOrganizationsFeatures"): told_in_xml(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccountNotManagementOrDelegatedAdministratorException</Code><Message>no</Message></Error>"
        "</ErrorResponse>", 400),
}


class Corrections:
    def __init__(self):
        self.roots = {}           # account -> Root
        self.bucket_regions = {}  # bucket -> region
        self.aliases = {}         # (account, region) -> {moto's id of an AWS-owned prefix list: AWS's}
        self.regions = [("us-east-1", "ENABLED_BY_DEFAULT"), ("ap-northeast-1", "ENABLED_BY_DEFAULT"), ("af-south-1", "DISABLED")]

    def clear(self):
        self.__init__()

    def rules(self):
        def after(operation, function):
            return Rule(operation, lambda c: c.operation == operation, after=lambda c, r: function(c, r) if r.status == 200 else None)
        return [
            after("GetAccountSummary", self.account_summary),
            after("GetCredentialReport", self.credential_report),
            after("ListVirtualMFADevices", self.virtual_mfa_devices),
            after("ListBuckets", self.list_buckets),
            after("AssumeRole", self.assume_role),
            after("DescribeDhcpOptions", self.dhcp_options),
            after("DescribeNetworkInterfaces", self.network_interfaces),
            after("DescribeVolumes", self.volumes),
            Rule("prefix list ids", lambda c: (c.account, c.region) in self.aliases and c.service == "ec2",
                 request=self.real_ids, after=self.shown_ids),
            Rule("ListRegions", lambda c: c.service == "account" and c.operation == "ListRegions", instead=self.list_regions),
            after("DescribeRegions", self.describe_regions),
            Rule("no event", lambda c: c.operation == "LookupEvents" and by_yomawari(c), instead=lambda c: told({"Events": []})),
            Rule("no finding", lambda c: c.service == "guardduty" and c.operation == "ListFindings" and by_yomawari(c),
                 instead=lambda c: told({"FindingIds": []})),
            Rule("nothing there", lambda c: (c.service, c.operation) in NOTHING and by_yomawari(c), instead=lambda c: NOTHING[c.service, c.operation]),
        ]

    def account_summary(self, call, reply):
        root = self.roots.get(call.account, Root())
        body = reply.body
        for name, value in (("AccountMFAEnabled", root.mfa), ("AccountAccessKeysPresent", root.access_key)):
            body = re.sub(rb"(<key>%s</key>\s*<value>)\d+" % name.encode(), rb"\g<1>%d" % value, body)
        # moto lacks this newer key
        entry = b"<entry><key>AccountPasswordPresent</key><value>1</value></entry></SummaryMap>"
        return Reply(200, body.replace(b"</SummaryMap>", entry), reply.headers)

    def credential_report(self, call, reply):
        m = re.search(rb"<Content>([^<]*)</Content>", reply.body)
        lines = base64.b64decode(m.group(1)).decode().rstrip("\n").split("\n")
        lines.insert(1, self.roots.get(call.account, Root()).row(call.account))
        body = reply.body.replace(m.group(1), base64.b64encode("\n".join(lines).encode()))
        body = re.sub(rb"(<GeneratedTime>)[^<]*", rb"\g<1>" + REPORT_TIME, body)
        return Reply(200, body, reply.headers)

    def virtual_mfa_devices(self, call, reply):
        if not self.roots.get(call.account, Root()).virtual_device:
            return None
        device = (f"<member><SerialNumber>arn:aws:iam::{call.account}:mfa/phone-of-the-boss</SerialNumber><EnableDate>2024-01-01T00:00:00Z</EnableDate>"
                  f"<User><PasswordLastUsed>2024-03-01T09:00:00Z</PasswordLastUsed><CreateDate>2020-01-15T00:00:00Z</CreateDate>"
                  f"<UserId>{call.account}</UserId><Arn>arn:aws:iam::{call.account}:root</Arn></User></member>")
        return answers.changed(call, reply, lambda root, holder: holder.append(in_namespace(device, root)))

    def list_buckets(self, call, reply):
        def change(root, holder):
            prefix = root.tag.split("}")[0] + "}" if root.tag.startswith("{") else ""
            for bucket in holder:
                name = next(e.text for e in bucket if answers.local(e) == "Name")
                region = answers.ET.SubElement(bucket, f"{prefix}BucketRegion")
                region.text = self.bucket_regions.get(name, "us-east-1")
        return answers.changed(call, reply, change)

    def dhcp_options(self, call, reply):
        owner = b"<ownerId>%s</ownerId>" % call.account.encode()
        return Reply(200, re.sub(rb"(?=<dhcpOptionsId>)", owner, reply.body), reply.headers)

    def network_interfaces(self, call, reply):
        """A machine's first interface goes with it."""
        body = re.sub(rb"(<deleteOnTermination>)false(?=</deleteOnTermination><deviceIndex>0<)", rb"\g<1>true", reply.body)
        return Reply(200, body, reply.headers)

    def volumes(self, call, reply):
        """A machine's root disk goes with it, and others stay."""
        body = re.sub(rb"(?=<device>([^<]*))", lambda m: b"<deleteOnTermination>%s</deleteOnTermination>" % (b"true" if m.group(1) == b"/dev/sda1" else b"false"),
                      reply.body)
        return Reply(200, body, reply.headers)

    def assume_role(self, call, reply):
        """A session lasts an hour by the caller's clock, which a test may have set."""
        asked = datetime.datetime.strptime(call.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
        until = asked + datetime.timedelta(seconds=int(call.params.get("DurationSeconds", 3600)))
        body = re.sub(rb"(<Expiration>)[^<]*", rb"\g<1>" + until.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), reply.body)
        return Reply(200, body, reply.headers)

    def real_ids(self, call, body):
        for real, shown in self.aliases[call.account, call.region].items():
            body = body.replace(shown.encode(), real.encode())
        return body

    def shown_ids(self, call, reply):
        body = reply.body
        for real, shown in self.aliases[call.account, call.region].items():
            body = body.replace(real.encode(), shown.encode())
        return Reply(reply.status, body, reply.headers)

    def list_regions(self, call):
        body = {"Regions": [{"RegionName": name, "RegionOptStatus": status} for name, status in self.regions]}
        return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def describe_regions(self, call, reply):
        words = {"ENABLED_BY_DEFAULT": "opt-in-not-required", "ENABLED": "opted-in", "DISABLED": "not-opted-in"}
        shown = [(n, words[s]) for n, s in self.regions if s != "DISABLED" or call.params.get("AllRegions") == "true"]
        items = "".join(f"<item><regionName>{n}</regionName><regionEndpoint>ec2.{n}.amazonaws.com</regionEndpoint><optInStatus>{s}</optInStatus></item>"
                        for n, s in shown)
        return Reply(200, f"<DescribeRegionsResponse><regionInfo>{items}</regionInfo></DescribeRegionsResponse>".encode(), reply.headers)


def in_namespace(xml, root):
    if not root.tag.startswith("{"):
        return answers.ET.fromstring(xml)
    return answers.ET.fromstring(re.sub(r"^<(\w+)", rf'<\1 xmlns="{root.tag[1:].split("}")[0]}"', xml))
