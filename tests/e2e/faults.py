"""The rules that tests put into the proxy: refusals in each protocol's words, broken answers, waits."""
import json
import threading

import answers
from proxy import Reply, Rule

SCP_WORDS = ("User: arn:aws:sts::{account}:assumed-role/yomawari-read/yomawari is not authorized to perform: {action} "
             "with an explicit deny in a service control policy: arn:aws:organizations::123456789012:policy/o-a1/service_control_policy/p-b2")
DENY_WORDS = ("User: arn:aws:sts::{account}:assumed-role/yomawari-read/yomawari is not authorized to perform: {action} "
              "because no identity-based policy allows the {action} action")
DENIED = {"ec2": (403, "UnauthorizedOperation"), "query": (403, "AccessDenied"), "s3": (403, "AccessDenied"), "json": (400, "AccessDeniedException")}
THROTTLED = {"ec2": (503, "RequestLimitExceeded"), "query": (400, "Throttling"), "s3": (503, "SlowDown"), "json": (400, "TooManyRequestsException")}
EXPIRED = {"ec2": (400, "RequestExpired", "Request has expired."), "query": (403, "ExpiredToken", "The security token included in the request is expired"),
           "s3": (400, "ExpiredToken", "The provided token has expired."), "json": (400, "ExpiredTokenException", "The security token included in the request is expired")}


def error_reply(call, status, code, message):
    """An error as the call's own protocol writes it."""
    if call.protocol == "json":
        return Reply(status, json.dumps({"__type": code, "message": message}).encode(),
                     {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "fault-1", "x-amzn-ErrorType": code})
    text = message.replace("&", "&amp;").replace("<", "&lt;")
    inner = f"<Code>{code}</Code><Message>{text}</Message>"
    body = {
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>fault-1</RequestID></Response>",
        "query": f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error><RequestId>fault-1</RequestId></ErrorResponse>",
        "s3": f"<Error>{inner}<RequestId>fault-1</RequestId><HostId>fault</HostId></Error>",
    }[call.protocol]
    return Reply(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode(), {"Content-Type": "text/xml"})


class Faults:
    """Each method puts a rule into the proxy and returns it; `proxy.remove(rule)` ends it. The keyword
    arguments `operation, account, region, service, where` say which calls it is for."""

    def __init__(self, proxy):
        self.proxy = proxy

    def _rule(self, name, operation, times, match, **functions):
        return self.proxy.add(Rule(name, lambda c: c.matches(operation, **match), times, **functions))

    def deny(self, operation, *, times=None, words=DENY_WORDS, **match):
        def refuse(call):
            action = f"{call.service}:{call.operation}"
            return error_reply(call, *DENIED[call.protocol], words.format(account=call.account, action=action))
        return self._rule("deny", operation, times, match, instead=refuse)

    def deny_by_scp(self, operation, **match):
        return self.deny(operation, words=SCP_WORDS, **match)

    def error(self, operation, status, code, message="", *, times=None, **match):
        return self._rule(code, operation, times, match, instead=lambda c: error_reply(c, status, code, message))

    def throttle(self, operation, times, **match):
        return self._rule("throttle", operation, times, match,
                          instead=lambda c: error_reply(c, *THROTTLED[c.protocol], "Rate exceeded"))

    def server_error(self, operation, *, times=None, **match):
        return self._rule("500", operation, times, match,
                          instead=lambda c: error_reply(c, 500, "InternalError", "An internal error has occurred"))

    def drop(self, operation, *, times=None, **match):
        return self._rule("drop", operation, times, match, instead=lambda c: Reply(cut_after=0))

    def truncate(self, operation, *, times=None, **match):
        """Half of moto's body, then the connection ends."""
        def halve(call, reply):
            return Reply(reply.status, reply.body, reply.headers, cut_after=len(reply.body) // 2)
        return self._rule("truncate", operation, times, match, after=halve)

    def shorten(self, operation, *, times=None, **match):
        """Half of moto's body as a whole answer: well-formed HTTP, broken XML or JSON."""
        def halve(call, reply):
            return Reply(reply.status, reply.body[:len(reply.body) // 2], reply.headers)
        return self._rule("shorten", operation, times, match, after=halve)

    def html(self, operation, *, times=None, **match):
        page = b"<!DOCTYPE html><html><body>Welcome to the hotel's network. Please sign in.<br></body></html>"
        return self._rule("html", operation, times, match, instead=lambda c: Reply(200, page, {"Content-Type": "text/html"}))

    def huge(self, operation, size=100 * 1024 * 1024, *, times=None, **match):
        """`size` bytes of one never-ending, well-formed-so-far list."""
        def pour(call):
            item = b"<item><groupId>sg-00000000</groupId><groupName>" + b"x" * 4000 + b"</groupName></item>"
            head = b"<DescribeSecurityGroupsResponse><securityGroupInfo>"
            count = size // len(item)
            pieces = (head if i == 0 else item for i in range(count + 1))
            return Reply(200, pieces, {"Content-Type": "text/xml"}, length=len(head) + count * len(item))
        return self._rule("huge", operation, times, match, instead=pour)

    def hold(self, operation, *, times=1, **match):
        """Keeps the answer back: see Gate."""
        gate = Gate()
        self._rule("hold", operation, times, match, after=gate.pass_through)
        return gate

    def reorder(self, operation=None, **match):
        """Lists come the other way round, pages and all."""
        return self._rule("reorder", operation, None, match, after=lambda c, r: answers.rearranged(c, r, lambda items: items[::-1]))

    def paged(self, operation, size, arrange=None, **match):
        """moto gives most lists in one answer; this gives `size` items a page. `arrange(items, page)`
        may put the whole list in another order for a later page (pages count from 0)."""
        pager = answers.Pager(size, arrange)
        return self._rule("paged", operation, None, match, request=pager.request, after=pager.after)

    def also(self, operation, item_xml, **match):
        """One more item at the end of a list."""
        return self._rule("also", operation, None, match, after=lambda c, r: answers.with_item(c, r, item_xml))

    def without(self, operation, pattern, **match):
        """The items whose XML holds `pattern` are left out."""
        return self._rule("without", operation, None, match,
                          after=lambda c, r: answers.rearranged(c, r, lambda items: [i for i in items if pattern not in answers.text_of(i)]))


class Gate:
    """A call that moto has answered and the client has not heard of. `arrived` is set when it is
    there; `release()` lets it go on."""

    def __init__(self):
        self.arrived, self._open = threading.Event(), threading.Event()

    def pass_through(self, call, reply):
        self.arrived.set()
        self._open.wait(120)
        return None

    def wait(self, timeout=60):
        if not self.arrived.wait(timeout):
            raise TimeoutError("the call that was to be held never came")

    def release(self):
        self._open.set()
