"""An outage never looks like an empty result: each page says what is wrong and which command mends it."""

import pytest

from backends.core.errors import TimedOut
from backends.core.store import close_stores
from searchsvc.reliability.fanout import Answer, Late
from tests.sites import rebuild, site

PAGES = ["/search?q=sea", "/items/demo:guernica", "/creators/demo:imhotep", "/covers/items/demo:guernica.svg"]
COMMAND = "manage.py rebuild_index --using {} --noinput"


@pytest.fixture
def missing(tmp_path):
    with site("tantivy", tmp_path):
        yield


@pytest.fixture
def corrupt(tmp_path):
    """An index whose every file was overwritten."""
    with site("tantivy", tmp_path):
        rebuild()
        close_stores()
        for file in tmp_path.rglob("*"):
            if file.is_file() and file.name != "current":
                file.write_bytes(b"not what it was")
        yield


@pytest.fixture(params=[(0, [5]), (1, range(50, 61))], ids=["unreachable", "spared"])
def down(request, client, tmp_path):
    """A server that is not there, as it is asked, and once it is spared for a minute: when it may say to ask again."""
    failures, seconds = request.param
    how = {"TRIES": 1, "CIRCUIT_FAILURES": failures, "CIRCUIT_PAUSE": 59.5}
    with site("solr", tmp_path, f"http://127.0.0.1:9/{tmp_path.name}", **how):
        client.get(PAGES[0])
        yield seconds


@pytest.mark.parametrize("address", [*PAGES, "/", "/?q=sea"])
def test_a_server_that_is_down_says_when_to_ask_again(client, down, address):
    response = client.get(address)
    assert response.status_code == 503
    assert int(response["Retry-After"]) in down


def test_an_address_that_is_wrong_says_nothing_of_asking_again(client):
    for address in ("/items/demo:nothing", "/search?index=nothing"):
        assert "Retry-After" not in client.get(address)


@pytest.mark.parametrize("address", PAGES)
def test_an_index_that_was_never_built_names_the_command(get, client, missing, address):
    page = get(address, 503)
    assert page.heading == "The search cannot answer now"
    alias = "creators" if "creators" in address else "default"
    assert "does not exist yet" in page.one("main").text
    assert COMMAND.format(alias) in page.one("main").text
    assert page.all("li", class_="card") == []
    assert client.get(address)["Cache-Control"] == "no-store"


def test_an_index_that_cannot_be_read_says_so(get, corrupt):
    page = get("/search?q=sea", 503)
    assert "cannot be read" in page.one("main").text
    assert COMMAND.format("default") in page.one("main").text


@pytest.mark.parametrize("address", ["/", "/?q=sea"])
def test_the_front_page_says_it_for_each_index(get, missing, address):
    page = get(address, 503)
    failures = [failure.text for failure in page.all(class_="failed")]
    assert len(failures) == 3
    assert all("manage.py rebuild_index" in failure for failure in failures)


def test_one_index_that_fails_leaves_the_others(get, monkeypatch):
    from searchsvc.web import home

    def half(q, viewer):
        answers = dict(grouped(q, viewer))
        return {**answers, "creators": Answer(error=TimedOut("The engine took longer than 5 seconds."))}

    grouped = home.grouped
    monkeypatch.setattr(home, "grouped", half)
    page = get("/?q=temple")
    assert [failure.text for failure in page.all(class_="failed")] == ["The engine took longer than 5 seconds."]
    assert "No creators" not in page.one("main").text
    assert len(page.titles) >= 4


def test_a_late_index_and_a_broken_one_have_a_sentence(get, monkeypatch):
    from searchsvc.web import home

    answers = {"items": Answer(error=Late("No answer within 5 seconds.")), "creators": Answer(error=KeyError("x"))}
    monkeypatch.setattr(home, "grouped", lambda _q, _viewer: answers)
    failures = [failure.text for failure in get("/?q=temple", 503).all(class_="failed")]
    assert failures == ["No answer within 5 seconds.", "Something went wrong in this search; it has been noted."]


def test_hints_that_fail_leave_the_empty_page(get, monkeypatch):
    monkeypatch.setattr("searchsvc.web.nothing.run", lambda *_: 1 / 0)
    assert get("/search?q=xyzzyplugh&f.kind=print").heading == "No works found for “xyzzyplugh”"
