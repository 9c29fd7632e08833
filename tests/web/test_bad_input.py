"""Whatever is typed: a page with a sentence, the form as it was filled in, and never an engine's syntax."""

from urllib.parse import quote, urlencode

import pytest

from searchsvc.search import cursor as cursors
from searchsvc.search.cursor import BadCursor

STRANGE = [
    '"',
    '"""',
    "((",
    "] TO [",
    "c++",
    "don't",
    "👩‍🚀",
    "*:*",
    "title:x",
    "a AND (OR",
    "\x00\x07",
    "-",
    "--",
    "%",
    "\\",
    "😀" * 50,
]


def sentences(page):
    return [one.text for one in page.one("div", class_="failed").all("li")]


@pytest.mark.parametrize("words", [*STRANGE, "needle " * 1400], ids=range(len(STRANGE) + 1))
def test_strange_words_are_words(get, words):
    for address in (f"/search?q={quote(words)}", f"/?q={quote(words)}", f"/search?index=creators&q={quote(words)}"):
        get(address)


def test_too_long_a_query_is_said(get):
    for address in ("/search?q=", "/?q="):
        assert "q has 10,001 characters; send at most 10,000." in get(f"{address}{'x' * 10_001}", 400).one("main").text


def test_every_wrong_value_has_its_sentence_and_the_form_stays_filled(get):
    asked = [
        ("q", "temple"),
        ("f.kind", "building"),
        ("r.year.from", "b"),
        ("r.year.to", "a"),
        ("size", "x"),
        ("sort", "y"),
    ]
    page = get(f"/search?{urlencode(asked)}", 400)
    assert page.heading == "This cannot be searched as asked"
    assert sentences(page) == [
        "r.year takes two whole numbers like 1900..1950, not 'b..a'.",
        "sort takes relevance, title, year, -year, -created, not 'y'.",
        "size takes a whole number from 1 to 100, not 'x'.",
    ]
    assert {("q", "temple"), ("f.kind", "building"), ("r.year.from", "b"), ("r.year.to", "a")} <= set(page.form())
    assert "Remove: Kind Building" in [link.text for link in page.one("ul", class_="chips").all("a")]
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert get(page.link("Start again from the first page")).heading.endswith("works for “temple”")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("r.year=2000..1900", "r.year runs backwards; did you mean 1900..2000?"),
        ("f.nothing=1", "f.nothing is no filter here; there are f.century, f.collection"),
        ("r.height=1..2", "r.height is no range here; there are r.year."),
        ("size=101", "size takes a whole number from 1 to 100, not '101'."),
        ("f.century=abc", "Field 'century' takes"),
        ("cursor=forged", "The cursor is not one of ours"),
    ],
)
def test_one_wrong_value(get, query, sentence):
    page = get(f"/search?q=sea&{query}", 400)
    assert sentences(page)[0].startswith(sentence)
    assert get(page.link("Start again from the first page"), 400 if "century" in query else 200)


def test_a_wrong_filter_can_be_taken_off(get):
    page = get("/search?q=sea&f.century=abc", 400)
    assert get(page.link("Remove: Century abc")).heading.endswith("works for “sea”")


def test_a_cursor_of_another_question_is_refused(get):
    further = get("/search?q=temple&sort=year&size=4").one("a", rel="next")["href"]
    page = get(further.replace("temple", "sea"), 400)
    assert sentences(page)[0].startswith("The cursor belongs to another search")


def test_an_expired_cursor_is_gone(get, monkeypatch):
    def expired(_params):
        raise BadCursor("cursor-expired", "These pages have expired; start again.")

    monkeypatch.setattr("searchsvc.search.service.read_cursor", expired)
    assert get("/search?q=sea&cursor=x", 410).heading == "This page of results has expired"
    assert cursors.read_cursor is not expired


def test_an_unknown_index_is_told_which_there_are(get):
    for address in ("/search?index=films", "/films/x:1"):
        page = get(address, 404)
        assert "There is no index 'films'; there are items, collections, creators." in page.one("main").text
        assert page.link("Creators") == "/search?index=creators"


def test_only_reading_is_allowed(client):
    for address in ("/", "/search", "/items/demo:guernica", "/covers/items/demo:guernica.svg"):
        assert client.post(address).status_code == 405
