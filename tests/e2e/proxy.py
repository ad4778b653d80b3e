"""A recording proxy in front of moto's server. It knows what each call is and by which account, keeps
a ledger that tests ask, and lets rules answer in moto's place, spoil its answer, or hold it back.

Threads: one a connection. Rules and ledger are guarded by one lock; a rule's own functions run
outside of it, in the thread of the call.
"""
import http.client
import http.server
import itertools
import re
import socket
import threading

import calls

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}
KEY_IN_ANSWER = re.compile(rb"<AccessKeyId>([^<]+)</AccessKeyId>")


class Reply:
    """An answer. `body` is bytes, or an iterable of bytes with `length` given. `cut_after` bytes the
    connection is closed, 0 before anything is sent."""

    def __init__(self, status=200, body=b"", headers=None, length=None, cut_after=None):
        self.status, self.body, self.cut_after = status, body, cut_after
        self.headers = headers or {}
        self.length = len(body) if length is None else length


class Rule:
    """What to do with matching calls, at most `times` times. `instead(call)` gives a Reply or None to
    go on; `request(call)` gives a new body to forward; `after(call, reply)` may change moto's reply."""

    def __init__(self, name, match, times=None, instead=None, request=None, after=None):
        self.name, self.match, self.times = name, match, times
        self.instead, self.request, self.after = instead, request, after
        self.hits = 0


class Proxy:
    def __init__(self, upstream_port, default_account, read_call=calls.read_call):
        self.upstream_port, self.default_account, self.read_call = upstream_port, default_account, read_call
        self.ledger, self.rules, self.standing = [], [], []
        self.accounts_by_key = {}
        self.expired_keys = set()
        self.lock = threading.Lock()
        self.idle = threading.Condition(self.lock)
        self.running = 0
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    # what tests ask

    def calls(self, *args, **match):
        with self.lock:
            return [c for c in self.ledger if c.matches(*args, **match)]

    def count(self, *args, **match):
        return len(self.calls(*args, **match))

    def forget_calls(self):
        with self.lock:
            self.ledger.clear()

    # what tests say

    def add(self, rule, standing=False):
        with self.lock:
            (self.standing if standing else self.rules).insert(0, rule)
        return rule

    def remove(self, rule):
        with self.lock:
            self.rules.remove(rule)

    def clear(self, standing=False):
        with self.lock:
            self.rules.clear()
            self.ledger.clear()
            self.expired_keys.clear()
            if standing:
                self.standing.clear()

    def expire_credentials(self, account):
        """Session keys given out for the account so far are answered ExpiredToken from now on."""
        with self.lock:
            self.expired_keys |= {k for k, a in self.accounts_by_key.items() if a == account}

    def wait_idle(self, timeout=30):
        """Until no call is being answered."""
        with self.idle:
            if not self.idle.wait_for(lambda: self.running == 0, timeout):
                raise TimeoutError(f"{self.running} calls are still being answered")

    # the way of one call

    def answer(self, call, upstream):
        with self.lock:
            call.account = self.accounts_by_key.get(call.key_id, self.default_account)
            self.ledger.append(call)
            self.running += 1
        try:
            reply = self._first_answer(call)
            return self._forward(call, upstream) if reply is None else reply
        finally:
            with self.idle:
                self.running -= 1
                self.idle.notify_all()

    def _taken(self, call, kind):
        # An answer is mended first and spoilt after.
        order = (self.standing, self.rules) if kind == "after" else (self.rules, self.standing)
        with self.lock:
            for rule in itertools.chain(*order):
                if getattr(rule, kind) and (rule.times is None or rule.hits < rule.times) and rule.match(call):
                    rule.hits += 1
                    yield rule

    def _first_answer(self, call):
        with self.lock:
            expired = call.key_id in self.expired_keys
        if expired:
            import faults
            call.fault = "expired"
            return faults.error_reply(call, *faults.EXPIRED[call.protocol])
        for rule in list(self._first_taken(call)):
            reply = rule.instead(call)
            if reply is not None:
                call.fault = rule.name
                return reply
        return None

    def _first_taken(self, call):
        # Only the first matching rule is spent: two rules that throttle once throttle two calls.
        return itertools.islice(self._taken(call, "instead"), 1)

    def _forward(self, call, upstream):
        body = call.body
        for rule in list(self._taken(call, "request")):
            body = rule.request(call, body)
        headers = {k: v for k, v in call.headers.items() if k not in ("content-length", "connection", "accept-encoding")}
        status, answer_headers, answer = upstream.send(call.method, call.target, headers, body)
        reply = Reply(status, answer, {k: v for k, v in answer_headers if k.lower() not in HOP_BY_HOP})
        if call.operation.startswith("AssumeRole"):
            self._learn_key(call, answer)
        for rule in list(self._taken(call, "after")):
            changed = rule.after(call, reply)
            if changed is not None:
                reply = changed
                if rule not in self.standing:
                    call.fault = call.fault or rule.name
        return reply

    def _learn_key(self, call, answer):
        m = KEY_IN_ANSWER.search(answer)
        if m:
            with self.lock:
                self.accounts_by_key[m.group(1).decode()] = call.params["RoleArn"].split(":")[4]


class Upstream:
    """One kept connection to moto; a connection that moto closed meanwhile is opened anew."""

    def __init__(self, port):
        self.port, self.connection = port, None

    def send(self, method, target, headers, body):
        for last in (False, True):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.connection.request(method, target, body=body, headers=headers)
                answer = self.connection.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            except (http.client.HTTPException, OSError):
                self.connection.close()
                self.connection = None
                if last:
                    raise
        return None


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 512

    def handle_error(self, request, client_address):
        pass  # a client that was killed, or an answer that was cut on purpose


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def setup(self):
        super().setup()
        self.upstream = Upstream(self.server.proxy.upstream_port)

    def handle_call(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {k.lower(): v for k, v in self.headers.items()}
        call = self.server.proxy.read_call(self.command, self.path, headers, body)
        reply = self.server.proxy.answer(call, self.upstream)
        call.status = -1 if reply.cut_after is not None else reply.status
        if reply.cut_after == 0:
            return self.cut()
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(reply.length))
        self.end_headers()
        if isinstance(reply.body, bytes):
            self.wfile.write(reply.body[:reply.cut_after])
        else:
            for piece in reply.body:
                self.wfile.write(piece)
        self.wfile.flush()
        if reply.cut_after is not None:
            self.cut()
        return None

    def cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was faster

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_call

    def log_message(self, *args):
        pass
