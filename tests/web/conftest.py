"""The demo catalogue with a few works that try the pages, on Tantivy, once for all tests here."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from searchsvc.catalog.models import Collection, Contribution, Creator, Item
from tests.demo_site import demo
from tests.sites import rebuild, site
from tests.web.document import Document

__all__ = ["demo"]

LONG = "Donaudampfschifffahrtsgesellschaft" * 6
HOSTILE = '<script>alert("harbour")</script> & <b>needle</b>'
EXTRA = {
    "test:hostile": {"kind": "book", "title": HOSTILE, "description": "<img src=x onerror=alert(1)> a needle here"},
    "test:long": {"kind": "book", "title": LONG, "description": "An unbroken needle."},
    "test:a/b?c#d%20e é": {"kind": "book", "title": "An address with everything"},
    "test:secret": {"kind": "secret-kind", "title": "A needle for curators", "visible_to": ["curators"]},
    "test:pictured": {
        "kind": "painting", "title": "A picture elsewhere", "image_url": "http://museum.example/a.jpg",
        "url": "https://museum.example/a", "attributes": {"signed": True, "layers": ["ink", "gold"], "height_cm": 12.5},
        "price": "12.50", "currency": "EUR", "latitude": -33.86, "longitude": 151.21, "place": "Sydney",
    },
}  # fmt: skip


def add() -> None:
    for key, columns in EXTRA.items():
        Item.objects.create(key=key, **columns)
    creator = Creator.objects.create(key="test:maker", name="O'Brien & <Söhne>", born=-44, died=14, place="Rome")
    for position, key in enumerate(("test:hostile", "test:long", "test:secret")):
        Contribution.objects.create(item=Item.objects.get(key=key), creator=creator, role="author", position=position)
    Collection.objects.create(key="test:empty", title="Nothing in it yet")


def remove() -> None:
    for model in (Item, Creator, Collection):
        model.objects.filter(key__startswith="test:").delete()


@pytest.fixture(scope="package")
def pages(demo: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with site("tantivy", tmp_path_factory.mktemp("pages")):
        with django_db_blocker.unblock():
            add()
            rebuild()
        yield
        with django_db_blocker.unblock():
            remove()


@pytest.fixture(autouse=True)
def _built(pages: None, db: None) -> None:
    """Every test here asks a built index."""


Get = Callable[..., Document]


@pytest.fixture
def get(client: Client) -> Get:
    """Return `get(address, status=200)`: the page there, to whoever `client` is signed in as."""

    def page(address: str, status: int = 200) -> Document:
        response = client.get(address)
        assert response.status_code == status, response.content.decode()
        return Document(response.content.decode())

    return page


@pytest.fixture
def curator(client: Client) -> User:
    """Sign in a member of the group that may see more."""
    user = User.objects.create_user("ada")
    user.groups.add(Group.objects.get_or_create(name="curators")[0])
    client.force_login(user)
    return user
