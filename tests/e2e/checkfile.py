"""Checks as a user writes them, for the tests' checks.d."""
import json

PROSE = {"en": "x", "ja": "x"}


def check(ident, query, subject="aws_ec2_security_group", severity="low", **more):
    """A whole check file (JSON is YAML)."""
    found = {"id": "sg-1", "subject": ""}
    body = {"id": ident, "subject": subject, "severity": severity, "themes": ["tests"], "title": PROSE, "summary": PROSE, "why": PROSE,
            "fix": {"console": PROSE}, "query": query, "tests": [
                {"name": "fails", "given": {subject: [{"GroupId": "sg-1", "GroupName": "a"}]}, "expect": [found]},
                {"name": "passes", "given": {subject: [{"GroupId": "sg-2", "GroupName": "another"}]}, "expect": []},
                {"name": "unknown", "given": {subject: [{"GroupId": "sg-1", "GroupName": "a"}]}, "unread": {subject: "denied"},
                 "expect": [{"id": "sg-1", "verdict": "UNKNOWN"}]}], **more}
    return json.dumps(body, indent=1)


def named(like):
    """A query that fails the groups whose name matches."""
    return f"SELECT key, '' AS subject, json_object('name', name) AS evidence FROM aws_ec2_security_group WHERE name LIKE '{like}'"


def slow(times, powers=6):
    """A query that finds nothing and takes its time: `times` times ten to the `powers` rows are counted."""
    digits = "(" + " UNION ALL ".join(f"SELECT {i} AS n" for i in range(10)) + ")"
    tens = ", ".join(f"{digits} AS t{i}" for i in range(powers))
    many = " UNION ALL ".join(f"SELECT {i} AS n" for i in range(times))
    return ("SELECT g.key, '' AS subject, '{}' AS evidence FROM aws_ec2_security_group AS g "
            f"WHERE (SELECT sum(t0.n + t1.n + m.n) FROM {tens}, ({many}) AS m) < 0")
