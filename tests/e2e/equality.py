"""What yomawari has stored beside what boto3 tells of the same things."""
import copy
import json

import by_boto3
import type_files as tf

OF_THE_CALLER = {"aws_account": ["Arn", "UserId"]}  # each session's own


class Walked:
    """One night over the whole estate, by yomawari and by boto3."""

    def __init__(self, watch, asker):
        self.watch, self.asker = watch, asker

    def stored(self, name):
        if tf.is_evidence(self.asker.types[name]):
            return {(r["account"], r["region"], r["event_id"]): by_boto3.Told(r["account"], r["region"], r["region"], r["event_id"], json.loads(r["body"]))
                    for r in self.watch.select("SELECT account.account, region, event_id, body FROM evidence JOIN scope ON scope.id = evidence.scope "
                                               "JOIN account ON account.id = scope.account WHERE type = ?", name)}
        rows = self.watch.select("SELECT account.account, scope.region AS scope, version.region, rid, key, unread, parent, config FROM version "
                                 "JOIN resource ON resource.id = version.resource JOIN scope ON scope.id = resource.scope "
                                 "JOIN account ON account.id = scope.account WHERE type = ? AND to_run IS NULL", name)
        return {(r["account"], r["key"]): by_boto3.Told(r["account"], r["scope"], r["region"], r["rid"], json.loads(r["config"]),
                                                        set(json.loads(r["unread"] or "{}")), parent=r["parent"]) for r in rows}


def comparable(kind, config, moving=()):
    """Without what is redacted and what is `moving`, lists that are no sequences as sets."""
    config = copy.deepcopy(config)
    for path in [*kind.get("redact", []), *OF_THE_CALLER.get(kind["name"], []), *moving]:
        tf.edit(config, path, lambda value: tf.NOTHING)
    return in_order(config, set(kind.get("ordered", [])), "")


def in_order(value, ordered, path):
    if isinstance(value, dict):
        return {k: in_order(v, ordered, f"{path}.{k}" if path else k) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    elements = [in_order(v, ordered, f"{path}[]") for v in value]
    return elements if f"{path}[]" in ordered else sorted(elements, key=lambda v: json.dumps(v, sort_keys=True))


def seen(told):
    return told.account, told.scope, told.region, told.ident, told.unread, told.parent


def collected(config, path):
    """All values at a path that need not say which of its steps are lists."""
    found = []
    tf.edit(copy.deepcopy(config), path, found.append)
    return found


def hold(walked, name, moving=(), some=True):
    """All of a type, key by key; `some`: there is one at least."""
    kind, ours, theirs = walked.asker.types[name], walked.stored(name), walked.asker.told(name)
    assert (ours or not some) and ours.keys() == theirs.keys()
    for key, mine in ours.items():
        assert seen(mine) == seen(theirs[key])
        for part in mine.unread:
            mine.config.pop(part, None)
        assert comparable(kind, mine.config, moving) == comparable(kind, theirs[key].config, moving), key


def hold_marks(walked, name):
    """What is redacted is there, as marks."""
    ours, theirs = walked.stored(name), walked.asker.told(name)
    for key, mine in ours.items():
        for path in walked.asker.types[name]["redact"]:
            marks = collected(mine.config, path)
            assert len(marks) == len(collected(theirs[key].config, path)) and all(m.startswith("hmac:") for m in marks), (key, path)
