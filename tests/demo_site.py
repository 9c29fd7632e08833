"""The demo catalogue, indexed on each embedded engine once a session; import these fixtures into a conftest."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django.plugin import DjangoDbBlocker

from searchsvc.catalog.models import Item
from tests.sites import EMBEDDED, rebuild, site

RESTRICTED = {"demo:great-wave-off-kanagawa": ["curators"], "demo:the-night-watch": []}


@pytest.fixture(scope="session")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the demo catalogue; two of its works are not for everyone."""
    with django_db_blocker.unblock():
        call_command("load_demo", verbosity=0)
        for key, groups in RESTRICTED.items():
            Item.objects.filter(key=key).update(visible_to=groups)


@pytest.fixture(scope="package", params=EMBEDDED)
def engine(
    request: pytest.FixtureRequest,
    demo: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    name: str = request.param
    pytest.importorskip(name, reason=f"{name} is not installed: pip install searchsvc[{name}]")
    with site(name, tmp_path_factory.mktemp(name)):
        with django_db_blocker.unblock():
            rebuild()
        yield name


@pytest.fixture(autouse=True)
def _built(engine: str, db: None) -> None:
    """Every test here asks a built index."""
