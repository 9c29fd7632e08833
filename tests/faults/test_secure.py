"""TLS, a password and API keys, on real servers: what is right passes, what is wrong names the option to set."""

import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest

from backends.core.errors import AccessDenied, NotTrusted
from backends.core.nodes import All
from backends.core.request import Request
from backends.core.store import Store
from searchsvc.reliability.http import HttpSettings
from tests.contract.corpus import SCHEMA, make
from tests.contract.served import CLIENTS
from tests.faults.test_servers import ENGINES, row
from tests.servers.nginx import Nginx, make_certificate
from tests.servers.product import NotInstalled, Server
from tests.servers.sharing import private

Open = Callable[..., Store]


def store_of(engine: str, name: str, url: str, **how: Any) -> Store:
    pytest.importorskip(CLIENTS[engine], reason=f"pip install searchsvc[{engine}]")
    module, kind = ENGINES[engine]
    made: Store = getattr(import_module(module), kind)("secure", name, SCHEMA, HttpSettings((url,), **how))
    return made


Refused = Callable[..., Exception]


@pytest.fixture
def refused(record_property: Callable[[str, object], None]) -> Refused:
    """Call what must be refused by this name, with this word in the message; a row of the table is made of it."""

    def call(fault: str, engine: str, kind: type[Exception], word: str, function: Callable[[], Any]) -> Exception:
        begun = time.monotonic()
        with pytest.raises(kind, match=word) as error:
            function()
        row(record_property, fault, engine, error.value, time.monotonic() - begun)
        return error.value

    return call


@pytest.fixture(params=ENGINES)
def guarded(request: pytest.FixtureRequest, needs: Callable[[str, str], Any]) -> Iterator[tuple[Open, Server]]:
    """A store behind an nginx that speaks TLS and asks for a password, and that nginx."""
    server = request.getfixturevalue(request.param)
    address = f"http://127.0.0.1:{server.port}"
    stores: list[Store] = []
    try:
        with private(Nginx(upstream=address, tls=True, asks_password=True)) as (front, _process):
            name, url = server.unique("secure"), front.url + server.url.removeprefix(address)

            def opened(**how: Any) -> Store:
                right = {"user": front.user, "password": front.password}
                right["ca_certs"] = str(front.folder / "certificate.pem")
                stores.append(store_of(request.param, name, url, **{**right, **how}))
                return stores[-1]

            yield opened, front
            for store in stores:
                store.close()
    except NotInstalled:
        needs("nginx", "tests/servers/install nginx")


def test_the_right_authority_and_password_pass_and_others_say_what_to_set(
    guarded: tuple[Open, Server], refused: Refused, tmp_path: Path
) -> None:
    opened, front = guarded
    store = opened()
    store.promote(store.create(SCHEMA))
    store.write(1, [make("first", {"title": "Work"})])
    assert store.count() == 1
    make_certificate(tmp_path)
    engine, other = store.engine, {"ca_certs": str(tmp_path / "certificate.pem")}
    for fault, how in ("TLS of an authority that is none", {"ca_certs": ""}), ("TLS of another authority", other):
        refused(fault, engine, NotTrusted, "CA_CERTS", lambda how=how: opened(**how).search(Request(All())))
    for fault, how in ("a wrong password", {"password": "wrong"}), ("no user", {"user": ""}):
        search, write = asked_of(opened(**how))
        error = refused(fault, engine, AccessDenied, "PASSWORD", search)
        assert front.password not in str(error)
        refused(f"{fault}, a write", engine, AccessDenied, "PASSWORD", write)
    assert store.count() == 1


def asked_of(store: Store) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """A search, and a write."""
    return lambda: store.search(Request(All())), lambda: store.write(1, [make("second", {"title": "Work"})])


@pytest.mark.filterwarnings("ignore:.*[Vv]erif", "ignore:Connecting to .* using TLS with verify_certs=False")
def test_without_verify_certs_any_certificate_passes_and_a_wrong_password_still_does_not(
    guarded: tuple[Open, Server],
) -> None:
    opened, _front = guarded
    with pytest.raises(NotTrusted, match="CA_CERTS"):
        opened(ca_certs="").count()
    store = opened(ca_certs="", verify_certs=False)
    store.promote(store.create(SCHEMA))
    store.write(1, [make("first", {"title": "Work"})])
    assert store.count() == 1
    with pytest.raises(AccessDenied, match="PASSWORD"):
        opened(ca_certs="", verify_certs=False, password="wrong").count()


def test_an_api_key_passes_and_a_wrong_one_says_what_to_set(elasticsearch_security: Server, refused: Refused) -> None:
    server = elasticsearch_security
    name = server.unique("secure")
    by_password: Any = store_of("elasticsearch", name, server.url, user=server.user, password=server.password)
    asked = orjson.dumps({"name": name, "expiration": "1h"})
    key = by_password.server.call("POST", "/_security/api_key", asked)["encoded"]
    store = store_of("elasticsearch", name, server.url, api_key=key)
    store.promote(store.create(SCHEMA))
    store.write(1, [make("first", {"title": "Work"})])
    assert store.count() == by_password.count() == 1
    wrongs: dict[str, dict[str, str]] = {
        "a wrong API key": {"api_key": key[:-4] + "AAAA"},
        "a wrong password, no proxy": {"user": server.user, "password": "wrong"},
        "no user, no proxy": {},
    }
    for fault, how in wrongs.items():
        stranger = store_of("elasticsearch", name, server.url, **how)
        refused(fault, "elasticsearch", AccessDenied, "PASSWORD, or API_KEY", asked_of(stranger)[0])
        stranger.close()
    for each in (store, by_password):
        each.close()
