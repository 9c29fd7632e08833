"""nginx before another server: TLS, a password, and the faults that a proxy has."""

import ssl
import urllib.error
import urllib.request

import pytest

from tests.servers.asking import get_json, send
from tests.servers.nginx import Nginx
from tests.servers.product import NotInstalled
from tests.servers.sharing import private


@pytest.fixture
def proxy(needs):
    """Return a context manager that starts an nginx."""
    try:
        Nginx().version()
    except NotInstalled:
        needs("nginx", "tests/servers/install nginx")
    return lambda **how: private(Nginx(**how))


def read(url, context=None):
    with urllib.request.urlopen(url, timeout=10, context=context) as reply:  # noqa: S310  # our own server
        return reply.read()


def test_it_passes_on_what_another_server_says(proxy):
    with proxy(location="return 200 here;") as (behind, _), proxy(upstream=behind.url) as (front, _):
        assert send("GET", front.url) == b"here"
        assert front.version == behind.version == Nginx().version()


def test_it_speaks_tls_with_a_certificate_of_its_own(proxy):
    with proxy(tls=True, location="return 200 safe;") as (server, _):
        trusting = ssl.create_default_context(cafile=server.folder / "certificate.pem")
        assert read(server.url, trusting) == b"safe"
        with pytest.raises(urllib.error.URLError, match="certificate"):
            read(server.url)


def test_it_asks_for_a_password(proxy):
    with proxy(asks_password=True) as (server, _), proxy(location="return 200 '{}';") as (behind, _):
        assert server.password
        with proxy(asks_password=True, upstream=behind.url) as (front, _):
            assert get_json(front.url, front.user, front.password) == {}
            with pytest.raises(urllib.error.HTTPError, match="401"):
                send("GET", front.url, front.user, "wrong")


def test_it_says_what_it_is_told_to_say(proxy):
    with proxy(location="return 503;") as (server, _), pytest.raises(urllib.error.HTTPError, match="503"):
        send("GET", server.url)
