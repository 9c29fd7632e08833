"""A person who brings an own model adds one file to `indexes/` and nothing else: a copy of the project does so."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.document import Document

OWN = Path(__file__).parent / "own"
ADDRESSES = (
    "/", "/?q=swordsmen", "/search?index=films", "/search?index=films&q=swordsmen&f.genre=drama", "/search?index=plays",
    "/films/cinema.film.1", "/films/cinema.film.2", "/films/cinema.film.9", "/plays/cinema.play.1",
    "/plays/cinema.film.1",
    "/covers/films/cinema.film.1.svg", "/api/v1/indexes/films/search?q=swordsmen",
)  # fmt: skip


@pytest.fixture(scope="module")
def replies(root, tmp_path_factory):
    """Return address -> (status, body) of a copy of the project with two more files in `indexes/`."""
    copy = tmp_path_factory.mktemp("own")
    for package in ("searchsvc", "indexes", "backends"):
        shutil.copytree(root / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for index in ("films.py", "plays.py"):
        shutil.copy(OWN / index, copy / "indexes")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "own_settings",
        "PYTHONPATH": f"{copy}{os.pathsep}{OWN}",
        "SEARCHSVC_ENGINE": "tantivy",
        "SEARCHSVC_VAR_DIR": str(copy),
    }
    command = [sys.executable, "-W", "error", OWN / "ask.py", *ADDRESSES]
    ran = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return {address: tuple(reply) for address, reply in json.loads(ran.stdout.splitlines()[-1]).items()}


@pytest.fixture
def get(replies):
    def page(address, status=200):
        assert replies[address][0] == status
        return Document(replies[address][1])

    return page


def test_it_is_counted_and_grouped_on_the_front_page(get):
    counts = [count.text for count in get("/").one("ul", class_="counts").all("a")]
    assert counts == ["0 works", "0 collections", "0 creators", "2 films", "1 play"]
    groups = {group.one("h2").text: group for group in get("/?q=swordsmen").all("section", class_="group")}
    assert groups["Films"].all("li", class_="card")[0].one("h3").text == "Seven Samurai"


def test_it_has_a_result_page_with_its_facets_orders_and_span(get):
    page = get("/search?index=films")
    assert page.heading == "2 films"
    assert page.facet("Genre") == {"drama": 1, "fantasy": 1}
    assert [option["value"] for option in page.one("select", id="sort").all("option")] == ["relevance", "-year"]
    assert {name for name, _ in page.form()} >= {"r.year.from", "r.year.to"}
    found = get("/search?index=films&q=swordsmen&f.genre=drama")
    assert found.one("p", class_="text").one("mark").text == "swordsmen"


def test_without_an_address_of_its_own_it_gets_a_page(get):
    link = get("/search?index=films&q=swordsmen&f.genre=drama").all("article")[0].one("a")["href"]
    assert link == "/films/cinema.film.1"
    page = get(link)
    assert page.heading == "Seven Samurai"
    assert page.one("div", class_="description").text == "Farmers hire swordsmen."
    rows = {row.one("dt").text: row.one("dd").text for row in page.one("dl").all("div")}
    assert rows == {"Genre": "drama", "Year": "1954", "Is silent": "No", "Identifier": "cinema.film.1"}


def test_what_it_holds_is_text(get):
    page = get("/films/cinema.film.2")
    assert page.heading == "<i>Metropolis</i>"
    assert "javascript:alert(1)" in page.one("dl").text
    assert [link for link in page.all("a") if link["href"].startswith("javascript")] == []


def test_with_an_address_of_its_own_results_lead_there(get):
    assert get("/search?index=plays").all("article")[0].one("a")["href"] == "/theatre/1"
    page = get("/plays/cinema.play.1")
    assert page.one("link", rel="canonical")["href"] == "http://testserver/theatre/1"
    assert page.link("Its own page") == "/theatre/1"


def test_records_are_found_in_their_own_index_only(get):
    get("/films/cinema.film.9", 404)
    get("/plays/cinema.film.1", 404)


def test_it_has_a_cover_and_an_api(replies):
    assert replies["/covers/films/cinema.film.1.svg"][0] == 200
    status, reply = replies["/api/v1/indexes/films/search?q=swordsmen"]
    assert (status, json.loads(reply)["total"]["value"]) == (200, 1)
