"""Yomawari over the fake Google, with a proxy between the two that keeps what was asked and answered."""
import contextlib
import json
import os
import time
from dataclasses import dataclass

import google_calls
import night
from google_side import FakeGoogle
from proxy import Proxy, Reply, Rule

FOREIGN = ("AWS_", "YOMAWARI", "HTTP", "http", "GOOGLE_", "GCLOUD_", "GCE_", "NO_GCE_CHECK", "CLOUDSDK_", "BOTO_")


@dataclass
class Exchange:
    """A call and what was answered, whole."""
    call: object
    status: int
    body: bytes


class GoogleProxy(Proxy):
    """`exchanges` holds all that passed since it was cleared."""

    def __init__(self, upstream_port):
        super().__init__(upstream_port, "", read_call=google_calls.read_call)
        self.exchanges = []

    def answer(self, call, upstream):
        reply = super().answer(call, upstream)
        self.exchanges.append(Exchange(call, reply.status, reply.body))
        return reply

    def clear(self, standing=False):
        super().clear(standing)
        self.exchanges.clear()

    def instead(self, operation, status=200, body=b"", times=None, headers=None, **more):
        """Answers calls of an operation in the cloud's place."""
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.add(Rule(operation, lambda c: c.matches(operation), times, instead=lambda c: Reply(status, body, headers, **more)))


@contextlib.contextmanager
def fake_google(binary, folder, seed, **more):
    """A fake Google and the proxy before it; `key` is its key file, with the proxy as the place of tokens."""
    with FakeGoogle(binary, folder, seed, **more) as fake:
        proxy = GoogleProxy(fake.port)
        fake.proxy = proxy
        with open(fake.key_file, encoding="utf-8") as file:
            fake.key = {**json.load(file), "token_uri": f"{proxy.url}/oauth2/token"}
        try:
            yield fake
        finally:
            proxy.stop()


class GoogleWatch(night.Watch):
    """An installation over Google. Nothing of this machine's own clouds is in its environment."""

    def __init__(self, folder, proxy, binary, **target):
        self.proxy = proxy
        super().__init__(folder, proxy.url, binary)
        self.now = int(time.time())   # Google's library, which reads our tokens, goes by the clock
        self.target(**target)

    def target(self, _more=None, **gcp):
        """The config's one target; endpoint=None leaves it out."""
        self.projects = gcp.get("projects")
        gcp = {"endpoint": self.proxy.url + "/{service}", **gcp}
        self.config([{"gcp": {k: v for k, v in gcp.items() if v is not None}}], inventory=None, limits={"share_of_quota": 1}, **(_more or {}))

    def environment(self, **changes):
        kept = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN)}
        mine = {"HOME": str(self.folder / "home"), "NO_GCE_CHECK": "true", "YOMAWARI_NOW": str(self.now), "LC_ALL": "C.UTF-8",
                "ASAN_OPTIONS": "abort_on_error=0:exitcode=99", "UBSAN_OPTIONS": "print_stacktrace=1"}
        return {k: v for k, v in {**kept, **mine, **changes}.items() if v is not None}

    def secret_file(self, name, content, mode=0o600):
        """A credentials file; a dict is written as JSON."""
        path = self.write(name, json.dumps(content) if isinstance(content, dict) else content)
        path.chmod(mode)
        return str(path)

    def walk(self, kind=None, *args, status=0, types=("gcp_project",), **env):
        """A short walk, over these types alone, by a kind of credentials (google_kinds.Kind)."""
        if kind is not None:
            file = {"GOOGLE_APPLICATION_CREDENTIALS": self.secret_file("credentials.json", kind.file)} if kind.file else {}
            env = {**kind.env, **file, **env}
            if kind.credentials:
                self.target(projects=self.projects, credentials=kind.credentials)
        return self.scan(*(word for t in types for word in ("--type", t)), "--log", "json", *args, status=status, env=env)

    def everything(self, result):
        """Each byte that a scan has left or said: {where: bytes}."""
        files = {str(p.relative_to(self.folder)): p.read_bytes() for p in self.state.rglob("*") if p.is_file()} if self.state.exists() else {}
        return {"out": result.out.encode(), "err": result.err.encode(), **files}
