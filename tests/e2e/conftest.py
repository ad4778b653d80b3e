"""moto's server and the proxy, once a session; an estate and a watch over it, anew for each test."""
import os
import random
import sys
import urllib.request

import pytest

pytest.register_assert_rewrite("equality", "google_night")
sys.path.insert(0, os.path.dirname(__file__))

import estate as estates  # noqa: E402
import moto_server  # noqa: E402
import night  # noqa: E402
import seeds  # noqa: E402
from corrections import Corrections  # noqa: E402
from faults import Faults  # noqa: E402
from proxy import Proxy  # noqa: E402


@pytest.fixture(scope="session")
def moto_port():
    process, port = moto_server.start()
    yield port
    moto_server.stop(process)


@pytest.fixture(scope="session")
def running_proxy(moto_port):
    proxy = Proxy(moto_port, estates.BASE)
    yield proxy
    proxy.stop()


# Ids are random in moto; seeded, a failing test fails the same way again.
SEEDS = [20261121]
if os.environ.get("YOMAWARI_LONG"):
    SEEDS += [random.SystemRandom().randrange(10**6) for _ in range(2)]


@pytest.fixture(params=SEEDS)
def seed(request):
    return request.param


def empty_cloud(proxy, moto_port, seed):
    """Nothing of the tests before is left, in moto or in the proxy."""
    proxy.clear(standing=True)
    for path in ("reset", f"seed?a={seed}"):
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{moto_port}/moto-api/{path}", method="POST"), timeout=60).read()


def mended(proxy):
    corrections = Corrections()
    for rule in corrections.rules():
        proxy.add(rule, standing=True)
    return corrections


def estate_beside(proxy, moto_port, corrections):
    """Nothing seeded. It speaks to moto past the proxy, so that the ledger holds yomawari's calls."""
    return estates.Estate(f"http://127.0.0.1:{moto_port}", corrections, proxy.accounts_by_key.__setitem__)


@pytest.fixture
def proxy(running_proxy, moto_port, seed):
    empty_cloud(running_proxy, moto_port, seed)
    yield running_proxy
    running_proxy.clear(standing=True)


@pytest.fixture
def corrections(proxy):
    return mended(proxy)


@pytest.fixture
def faults(proxy):
    return Faults(proxy)


@pytest.fixture
def empty_estate(proxy, corrections, moto_port):
    return estate_beside(proxy, moto_port, corrections)


@pytest.fixture
def bare(empty_estate):
    return seeds.bare(empty_estate)


@pytest.fixture
def full(empty_estate):
    return seeds.full(empty_estate)


@pytest.fixture(scope="session")
def binary():
    found = night.find_binary()
    if found is None:
        pytest.skip("the yomawari program is not built; set YOMAWARI to it")
    return found


@pytest.fixture
def watch(tmp_path, proxy, binary):
    return night.Watch(tmp_path / "watch", proxy.url, binary)
