"""The admin works under the strict Content-Security-Policy: asked of a real Chromium, which says what it blocked."""

import pytest
from django.contrib.auth.models import User

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "a test's own password"


@pytest.fixture
def page(browser, live_server):
    """Return a page of a signed-in administrator, and `page.blocked`: what the browser refused or threw so far."""
    User.objects.create_superuser("ada", password=PASSWORD)
    page = browser.new_page()
    page.blocked = []
    page.set_default_timeout(10_000)  # milliseconds
    page.on("console", lambda message: page.blocked.append(message.text) if is_trouble(message) else None)
    page.on("pageerror", lambda error: page.blocked.append(str(error)))
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "ada")
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_selector("#content-main")
    return page


def is_trouble(message):
    return message.type == "error" and not message.location["url"].endswith("/favicon.ico")


def test_its_pages_load_and_their_scripts_run(page, live_server):
    for path in ("auth/user/", "auth/user/add/", "auth/group/add/"):
        page.goto(f"{live_server.url}/admin/{path}")
        page.wait_for_load_state("networkidle")
    page.wait_for_selector(".selector-available")  # made by the admin's own script
    assert page.evaluate("getComputedStyle(document.querySelector('#header')).display") == "flex"
    assert page.blocked == []


def test_a_field_with_autocomplete_asks_and_shows(page, live_server):
    page.goto(f"{live_server.url}/admin/catalog/item/add/")
    page.click(".select2-selection >> nth=0")
    page.wait_for_selector(".select2-results__option:has-text('No results found')")
    assert page.blocked == []


def test_what_the_policy_forbids_is_blocked_and_seen(page):
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    assert page.blocked
