"""The demo's pages are the same on a server as on the embedded default, to the last character."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.contract.served import CLIENTS
from tests.demo_site import demo
from tests.sites import SERVED, rebuild, site

__all__ = ["demo"]
pytestmark = pytest.mark.django_db
NEXT = re.compile(r'href="([^"]*cursor=[^"]*)"[^>]*rel="next"|rel="next"[^>]*href="([^"]*cursor=[^"]*)"')
ADDRESSES = (
    "/search?sort=title", "/search?sort=-year&size=50", "/search?q=harbour&sort=year", "/search?q=-harbour&sort=title",
    "/search?f.subject=Nature/Water&sort=year", "/search?r.year=1800..1900&sort=-year", "/search?q=harb*&sort=title",
    "/search?q=%22fishing+boat%22&sort=title", "/search?q=year:1900..1950+kind:painting&sort=title",
    "/search?q=nosuchwordatall", "/search?f.kind=painting&f.kind=print&nf.language=fr&sort=title",
    "/search?index=creators&q=a*", "/search?index=collections", "/items/demo:sydney-opera-house",
    "/api/v1/indexes/items/search?sort=title&size=100",
)  # fmt: skip


def shown(client: Client, address: str) -> str:
    """A page without what may differ: what it took and which request, engine and revision it was."""
    reply = client.get(address)
    assert reply.status_code == 200, address
    return re.sub(r'"(request_id|engine|revision|took_ms|indexed_at)": ?[^,}]*', r'"\1"', reply.content.decode())


def walked(client: Client) -> dict[str, str]:
    """Every page, and of some lists the next ones."""
    pages = {address: shown(client, address) for address in ADDRESSES}
    for address in ADDRESSES[:3]:
        for _ in range(3):
            if (found := NEXT.search(pages[address])) is None:
                break
            address = (found[1] or found[2]).replace("&amp;", "&")  # noqa: PLW2901 - going on
            pages[address] = shown(client, address)
    return pages


@pytest.fixture(scope="module")
def expected(
    demo: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    with site("tantivy", tmp_path_factory.mktemp("tantivy")), django_db_blocker.unblock():
        rebuild()
        yield walked(Client())


@pytest.mark.parametrize("engine", SERVED)
def test_a_server_serves_the_same_pages(
    request: pytest.FixtureRequest, engine: str, expected: dict[str, str], tmp_path: Path
):
    pytest.importorskip(CLIENTS[engine])
    assert len(expected) > len(ADDRESSES)
    with site(engine, tmp_path, request.getfixturevalue(engine).url):
        rebuild()
        found = walked(Client())
    different = [address for address in expected if found.get(address) != expected[address]]
    assert different == []
