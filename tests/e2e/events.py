"""A trail of events behind LookupEvents, which moto does not serve: by account and region, in pages, asked for by time."""
import json
import threading
from datetime import datetime, timezone

from proxy import Reply, Rule


def moment(value):
    """Seconds since 1970 of what a request says: a number, or ISO 8601."""
    if isinstance(value, (int, float)):
        return float(value)
    return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()


def iso(unix_s):
    return datetime.fromtimestamp(unix_s, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Trail:
    PAGE = 2

    def __init__(self, proxy):
        self.events = {}       # (account, region) -> events, in no order
        self.arrived, self.go_on = threading.Event(), threading.Event()
        self.held = None       # (account, region, page from 0) of the call that is kept back
        proxy.add(Rule("trail", lambda c: c.operation == "LookupEvents", instead=self.answer))

    def add(self, account, region, ident, at, name="ConsoleLogin", **more):
        event = {"EventId": ident, "EventName": name, "Username": "root", "EventTime": at,
                 "CloudTrailEvent": json.dumps({"sourceIPAddress": "198.51.100.7", "eventName": name, "secretThing": f"hunter2-{ident}"}), **more}
        self.events.setdefault((account, region), []).append({k: v for k, v in event.items() if v is not None})

    def hold(self, account, region, page):
        """The next call for this page waits until release()."""
        self.arrived.clear()
        self.go_on.clear()
        self.held = account, region, page

    def release(self):
        self.go_on.set()

    def answer(self, call):
        first, last = moment(call.params["StartTime"]), moment(call.params["EndTime"])
        asked = [x for x in self.events.get((call.account, call.region), []) if first <= x.get("EventTime", first) <= last]
        asked.sort(key=lambda x: -x.get("EventTime", 0))  # newest first
        page = int(call.params.get("NextToken") or 0)
        if (call.account, call.region, page) == self.held:
            self.held = None
            self.arrived.set()
            self.go_on.wait(120)
        body = {"Events": asked[page * self.PAGE:(page + 1) * self.PAGE]}
        if (page + 1) * self.PAGE < len(asked):
            body["NextToken"] = str(page + 1)
        return Reply(200, json.dumps(body).encode(), {"Content-Type": "application/x-amz-json-1.1"})
