"""What every test may ask for: the things outside Python that it needs, and the real catalogues beside the clone."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = Path(os.environ.get("SEARCHSVC_TEST_DATA", ROOT.parent / "shared" / "data"))

Needs = Callable[[str, str], NoReturn]

pytest_plugins = ["tests.architecture.summary", "tests.servers.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also the long forms of fault tests and measurements")


# Fixtures that fill the database for all tests after them. Those tests run last, in this order, in each process:
# what expects an empty table comes before, and a test that empties every table too.
KEEPERS = ("demo", "answers")


@pytest.hookimpl(trylast=True)  # after pytest-django, which orders by the kind of database access
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=kept_data)
    if not SHARED_DATA.is_dir():
        for item in items:
            if item.get_closest_marker("shared_data"):
                item.add_marker(pytest.mark.skip(reason="the real catalogues are not beside this clone"))
    if config.getoption("--long"):
        return
    kept = [item for item in items if not item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("long")])
    items[:] = kept


def kept_data(item: pytest.Item) -> int:
    """Return 0 for a test that leaves the database as it was, else the place of what fills it in KEEPERS, from 1."""
    names = getattr(item, "fixturenames", ())
    return max((place for place, keeper in enumerate(KEEPERS, 1) if keeper in names), default=0)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the clone."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of the real catalogues; mark the test `shared_data` too."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def needs() -> Needs:
    """Return `needs(name, how_to_get_it)`, for what is missing: it skips, and fails under tests/run --all."""

    def missing(name: str, how_to_get_it: str) -> NoReturn:
        message = f"{name} is not here; get it with: {how_to_get_it}"
        if os.environ.get("SEARCHSVC_REQUIRE") == "all":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)

    return missing


@pytest.fixture(scope="session")
def chromium_path(needs: Needs) -> str:
    """Return the path of a real Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or needs("Chromium", "apt-get install chromium")


@pytest.fixture
def browser(chromium_path: str, needs: Needs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a headless Chromium under Playwright; its pages may go to this machine only."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        needs("Playwright", "pip install -e '.[browser]' -c constraints.txt")
    # Playwright runs an event loop in this thread; the tests' own queries beside it are not asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    only_here = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, which is who runs in a container.
        arguments = [only_here, "--no-sandbox"] if os.geteuid() == 0 else [only_here]
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        yield chromium
        chromium.close()
