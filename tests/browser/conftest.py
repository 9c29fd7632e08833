"""The demo as a process of its own, and pages of a real Chromium that remember what the browser refused."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

LIMIT = 60.0  # seconds
TRY = """
from searchsvc.catalog.models import Item
Item.objects.create(key="test:long", kind="book", title="Donaudampfschifffahrtsgesellschaft" * 6)
for number in range(9):
    far = {"title": f"A picture far away {number}", "image_url": f"http://museum.invalid/{number}.jpg"}
    Item.objects.create(key=f"test:far-{number}", kind="book", **far)
"""


@pytest.fixture(scope="session")
def address(chromium_path: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a server that holds the demo catalogue and some works more."""
    folder = tmp_path_factory.mktemp("served")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "searchsvc.settings.dev",
        "SEARCHSVC_DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEARCHSVC_ENGINE": "tantivy",
        "SEARCHSVC_VAR_DIR": str(folder),
        "SEARCHSVC_LOG_LEVEL": "ERROR",
        "DATABASE_URL": "",
    }

    def command(*words: str) -> list[str]:
        return [sys.executable, str(root / "manage.py"), *words]

    for words in (["migrate"], ["load_demo"], ["shell", "-c", TRY], ["rebuild_index", "--noinput"]):
        subprocess.run(command(*words, "--verbosity", "0"), env=environment, check=True, timeout=LIMIT)
    subprocess.run(command("collectstatic", "--noinput", "-v0"), env=environment, check=True, timeout=LIMIT)
    port = free_port()
    served = command("runserver", "--noreload", f"127.0.0.1:{port}")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(served, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(LIMIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str) -> None:
    end = time.monotonic() + LIMIT
    while True:
        try:
            with urlopen(url, timeout=LIMIT) as reply:  # noqa: S310 - our own address
                return reply.read()
        except OSError:
            assert time.monotonic() < end, "the server did not begin"
            time.sleep(0.05)


def is_complaint(said: Any) -> bool:
    """The pictures that stand elsewhere are not there, and their absence is the tests' own doing."""
    return said.type == "error" and not said.location["url"].startswith("https://museum.invalid/")


Open = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, address: str) -> Open:
    """Return `opened(path, width=1280, **options)`: a page there; `page.refused` is what the console complained of."""

    def page(path: str, width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 844}, base_url=address, **options)
        page = context.new_page()
        page.set_default_timeout(10_000)  # milliseconds
        page.refused, page.has_script = [], options.get("java_script_enabled", True)
        page.on("console", lambda said: page.refused.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: page.refused.append(str(error)))
        page.goto(path)
        return page

    return page
