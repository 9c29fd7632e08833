"""The demo catalogue, indexed on each engine once a session; import these fixtures into a conftest."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from searchsvc.catalog.models import Item
from tests.contract.served import CLIENTS
from tests.sites import EMBEDDED, SERVED, rebuild, site

RESTRICTED = {"demo:great-wave-off-kanagawa": ["curators"], "demo:the-night-watch": []}


@pytest.fixture(scope="session")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the demo catalogue; two of its works are not for everyone."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        for key, groups in RESTRICTED.items():
            Item.objects.filter(key=key).update(visible_to=groups)


@pytest.fixture(scope="package", params=(*EMBEDDED, *SERVED))
def engine(
    request: pytest.FixtureRequest,
    demo: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    name: str = request.param
    client = CLIENTS.get(name, name)
    pytest.importorskip(client, reason=f"{client} is not installed: pip install searchsvc[{name}]")
    url = request.getfixturevalue(name).url if name in SERVED else ""
    with site(name, tmp_path_factory.mktemp(name), url):
        with django_db_blocker.unblock():
            rebuild()
        yield name


@pytest.fixture(autouse=True)
def _built(request: pytest.FixtureRequest, engine: str, db: None) -> None:
    """Every test here asks a built index; one marked `folder` an index in a folder of this machine."""
    if engine in SERVED and request.node.get_closest_marker("folder"):
        pytest.skip("this engine keeps its index in no folder of this machine")
