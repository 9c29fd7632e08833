"""The admin's page of indexes as people use it: a real server, a real Chromium, a rebuild in a process of its own."""

import sys
from pathlib import Path

import pytest

from tests.indexing.processes import LIMIT, ROOT, Server, Site, wait_until

PASSWORD = "a test's own password"
ADA = {
    "DJANGO_SUPERUSER_USERNAME": "ada",
    "DJANGO_SUPERUSER_EMAIL": "ada@example.org",
    "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
}
PAGE = "/admin/indexing/generation/"


@pytest.fixture
def site(tmp_path: Path):
    site = Site(tmp_path, SECRET_KEY="a key of this test alone, and long enough for it")
    yield site
    site.end()


@pytest.fixture
def server(site):
    """Return a server with thirty works and an administrator."""
    program = site.program()
    program.ask("make")
    program.ask("save", "harbour", 0, 30)
    program.ask("drain")
    program.end()
    for command in ("createsuperuser", "collectstatic"):
        manage = [sys.executable, ROOT / "manage.py", command, "--noinput", "--verbosity", "0"]
        assert site.start(manage, **ADA).wait(LIMIT) == 0, site.logs()
    return Server(site, sweep="1")


@pytest.fixture
def page(browser, server):
    page = browser.new_page(viewport={"width": 1200, "height": 1100})
    page.set_default_timeout(LIMIT * 1000)
    page.blocked = []
    page.on("pageerror", lambda error: page.blocked.append(str(error)))
    page.goto(f"{server.address}{PAGE}")
    page.fill("#id_username", "ada")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_selector("#indexes")
    return page


def test_a_rebuild_is_started_watched_and_rolled_back_with_buttons(page, server, tmp_path):
    items = page.locator("[data-index=default]")
    assert "generation 1" in items.inner_text()
    items.get_by_role("button", name="Rebuild").click()
    page.wait_for_selector(".messagelist")
    # The page follows by itself until the new generation answers.
    page.locator("[data-index=default]", has_text="generation 2, 30 documents").wait_for()
    page.locator("[data-index=default]").get_by_role("button", name="Roll back").wait_for()
    page.screenshot(path=tmp_path / "indexes.png", full_page=True)
    page.locator("[data-index=default]").get_by_role("button", name="Roll back").click()
    page.get_by_role("button", name="Roll back").click()
    page.locator("[data-index=default]", has_text="generation 1, 30 documents").wait_for()
    page.goto(f"{server.address}/admin/indexing/action/")
    said = page.inner_text("#result_list")
    assert "ada" in said
    assert "rollback" in said
    wait_until(lambda: server.total() == 30)
    assert page.blocked == []
