"""What the estate holds by boto3's word: every type of the type files asked for as its file says, with the
same operation, arguments, details, batches and parents."""
import base64
import csv
import dataclasses
import datetime
import io
import json
from dataclasses import dataclass, field

import boto3
import botocore.exceptions
from botocore.config import Config

import estate as e
import type_files as tf

QUICK = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, inject_host_prefix=False)


@dataclass
class Told:
    """One resource or event. `unread`: parts that nobody needs, or that moto cannot answer. `parent`: of a member
    that comes and goes by itself."""
    account: str
    scope: str            # region of the scope, or global
    region: str           # the resource's own
    ident: str
    config: dict
    unread: set = field(default_factory=set)
    teller: str = ""      # of an event: the account that listed it
    parent: str | None = None


class Asker:
    def __init__(self, estate, url, types, now, lacking=(), accounts=tuple(e.ACCOUNTS), regions=tuple(e.REGIONS)):
        """`lacking`: pairs (type, part) that moto cannot answer. `now`: when the run began, unix seconds. `estate` gives
        the keys of an account."""
        self.accounts, self.regions = accounts, regions
        self.estate, self.url, self.types, self.lacking = estate, url, types, lacking
        self.midnight = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).replace(hour=0, minute=0, second=0)
        self.now = now
        self.clients, self.known, self.refusals, self.parents = {}, {}, {}, {}

    # calls

    def client(self, service, account, region):
        known = self.clients.get((service, account, region))
        if known is None:
            known = boto3.client(service, region_name=e.EAST if region == "global" else region, endpoint_url=self.url, config=QUICK,
                                 **self.estate.keys(account))
            known.meta.events.register("before-sign.s3-control", e.without_account)
            self.clients[service, account, region] = known
        return known

    def answer(self, service, operation, place, args):
        client = self.client(service, place["account"], place["region"])
        told = getattr(client, botocore.xform_name(operation))(**args)
        del told["ResponseMetadata"]
        return told

    def pages(self, service, operation, place, args):
        client, method = self.client(service, place["account"], place["region"]), botocore.xform_name(operation)
        if not client.can_paginate(method):
            return [self.answer(service, operation, place, args)]
        return list(client.get_paginator(method).paginate(**args))

    # one type

    def told(self, name):
        """{(account, key): Told}; of evidence (account, region, id) is the key."""
        if name not in self.known:
            kind, found = self.types[name], {}
            for place in self.places(kind):
                for more in self.askings(kind, place):
                    for item in self.items(kind, {**place, **more}):
                        self.add(found, kind, {**place, **self.times(kind)}, item)
            self.known[name] = found
        return self.known[name]

    def parent_of(self, follower, name, ident):
        """Of the resource beside `follower`, of type `name`."""
        if name not in self.parents:
            self.parents[name] = {(told.account, told.scope, told.ident): told.parent for told in self.told(name).values()}
        return next((self.parents[name].get((follower.account, scope, ident)) for scope in (follower.scope, "global")
                     if (follower.account, scope, ident) in self.parents[name]), None)

    def places(self, kind):
        for account in self.accounts:
            for region in ("global",) if tf.is_global(kind) else self.regions:
                yield {"partition": "aws", "account": account, "region": region}

    def askings(self, kind, place):
        """The list is asked once, or for each parent, or for each word."""
        parents = [None]
        if "children_of" in kind:
            parents = [t.config for t in self.told(kind["children_of"]).values()
                       if t.account == place["account"] and t.scope in ("global", place["region"])]
        for parent in parents:
            for word in kind.get("each", [None]):
                yield {"parent": parent, "each": word, **self.times(kind)}

    def times(self, kind):
        day = datetime.timedelta(days=1)
        words = {"day": iso(self.midnight), "two_days_ago": iso(self.midnight - 2 * day)}
        if tf.is_evidence(kind):
            for word, at in (("since", self.since(kind)), ("until", self.now)):
                words.update({word: iso(datetime.datetime.fromtimestamp(at, datetime.timezone.utc)), f"{word}_s": at, f"{word}_ms": at * 1000})
        return words

    def since(self, kind):
        return self.now - int(kind["window"][:-1]) * {"d": 86400, "h": 3600}[kind["window"][-1]]

    def items(self, kind, place):
        if "poll" in kind:
            self.answer(kind["service"], kind["poll"]["call"], place, {})
        args = tf.arguments(kind.get("with", {}), place)
        try:
            pages = self.pages(kind["service"], kind["list"], place, args)
        except botocore.exceptions.ClientError as error:
            if code(error) in kind.get("absent", []) + kind.get("disabled", []):
                return
            raise
        for page in pages:
            for item in rows(kind, page):
                item = {kind["wrap"]: item} if "wrap" in kind else item
                item.update({name: page[name] for name in kind.get("from_answer", [])})
                item.update({path.split(".")[-1]: tf.value(place["parent"], path) for path in kind.get("from_parent", [])})
                yield plain(item)

    def add(self, found, kind, place, item):
        owner = owner_of(kind, item)
        if "reference" in kind and owner == kind["reference"]:
            return
        home = (owner or place["account"], home_region(kind, item) or place["region"])
        if home != (place["account"], place["region"]) and home[0] in self.accounts and home[1] in (*self.regions, "global") and not tf.is_evidence(kind):
            return  # kept at home
        ident = place["account"] if kind["id"] == "@account" else tf.as_text(tf.value(item, kind["id"]))
        told = Told(place["account"], place["region"], tf.value(item, kind.get("region", "")) or place["region"], ident, item)
        for detail in kind["details"]:
            self.add_part(told, kind, place, detail)
        if tf.is_evidence(kind) and unix_s(tf.value(item, kind["at"])) < self.since(kind):
            return  # an answer may hold more than was asked for
        for path in kind.get("json", []):
            tf.edit(item, path, parsed)
        told.parent = tf.parent(kind, item, lambda *other: self.parent_of(told, *other))
        if tf.is_evidence(kind):
            self.add_event(found, kind, told)
        else:
            found[place["account"], tf.expand(kind["key"], place, item)] = told

    def add_event(self, found, kind, told):
        """Kept where it belongs. Two accounts may tell of one: the later time counts, then the word of the one that it is not about."""
        owner = owner_of(kind, told.config)
        account = owner if owner in self.accounts else told.account
        rank, known = (unix_s(tf.value(told.config, kind["at"])), told.account != account), found.get((account, told.scope, told.ident))
        if known is None or (unix_s(tf.value(known.config, kind["at"])), known.teller != account) <= rank:
            found[account, told.scope, told.ident] = dataclasses.replace(told, account=account, teller=told.account)

    # details

    def add_part(self, told, kind, place, detail):
        part, place = detail["as"], {**place, "region": told.region}
        try:
            if not self.is_referenced(told, detail):
                told.unread.add(part)
            elif "batch" in detail:
                told.config[part] = self.of_batch(kind, place, detail, told.config)
            else:
                told.config[part] = self.of_one(kind, place, detail, tf.arguments(detail.get("with", {}), place, told.config))
        except botocore.exceptions.ClientError as error:
            if code(error) in detail.get("absent", []):
                told.config[part] = None
            elif (kind["name"], part) in self.lacking:
                told.unread.add(part)
                self.refusals[kind["name"], part] = str(error)
            else:
                raise

    def of_one(self, kind, place, detail, args):
        service = detail.get("service", kind["service"])
        if "items" not in detail:
            return plain(self.answer(service, detail["get"], place, args))
        return [plain(item) for page in self.pages(service, detail["get"], place, args) for item in tf.listed(page, detail["items"])]

    def of_batch(self, kind, place, detail, config):
        """Asked for alone: how the program groups them is its own affair."""
        batch = detail["batch"]
        mine = tf.expand(batch["of"], place, config)
        args = {**tf.arguments(detail.get("with", {}), place, config), batch["argument"]: [mine]}
        found = [item for item in self.of_one(kind, place, detail, args) if tf.value(item, batch["match"]) == mine]
        assert len(found) == 1, (kind["name"], mine, found)
        return found[0]

    def is_referenced(self, told, detail):
        for name, paths in detail.get("referenced_by", {}).items():
            return any(told.ident in tf.values(other.config, path) for path in paths for other in self.told(name).values()
                       if (other.account, other.scope) == (told.account, told.scope))
        return True


def rows(kind, page):
    if "decode" not in kind:
        return tf.listed(page, kind["items"])
    return csv.DictReader(io.StringIO(page[kind["decode"]["csv"]].decode()))


def field_of_arn(text, index):
    return text.split(":")[index] if text and text.startswith("arn:") else text


def owner_of(kind, item):
    return field_of_arn(tf.value(item, kind["owner"]), 4) if "owner" in kind else None


def home_region(kind, item):
    return field_of_arn(tf.value(item, kind["home_region"]), 3) if "home_region" in kind else None


def parsed(text):
    """What holds no JSON after all stays as it is."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def code(error):
    return error.response["Error"]["Code"]


def iso(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def unix_s(at):
    return at if isinstance(at, (int, float)) else datetime.datetime.fromisoformat(at).timestamp()


def plain(value):
    """Times and bytes as the AWS CLI prints them."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
