"""The demo's files hold what a catalogue that is shown must hold. Loading them is tested with the importers."""

import re
from collections import Counter
from pathlib import Path

import orjson
import pytest

from searchsvc import catalog
from searchsvc.catalog.cover import LAYOUTS

FOLDER = Path(catalog.__file__).parent / "demo"
KINDS = {"book", "painting", "building", "paper", "instrument", "film", "music"}
# Boxes of (south, north, west, east) in degrees that lie well inside each continent.
CONTINENTS = {
    "Africa": (-35, 15, -18, 42),
    "Asia": (5, 60, 60, 150),
    "Europe": (40, 66, -10, 26),
    "North America": (15, 70, -170, -55),
    "Oceania": (-50, -10, 112, 180),
    "South America": (-56, 8, -82, -34),
}


def read(pattern: str) -> list[dict]:
    lines = (line for path in sorted(FOLDER.glob(pattern)) for line in path.read_bytes().splitlines())
    return [orjson.loads(line) for line in lines]


@pytest.fixture(scope="module")
def items() -> list[dict]:
    return read("items-*.jsonl")


@pytest.fixture(scope="module")
def creators() -> list[dict]:
    return read("creators-*.jsonl")


@pytest.fixture(scope="module")
def collections() -> list[dict]:
    return read("collections.jsonl")


def test_there_are_at_least_400_works_by_200_creators(items, creators):
    assert len(items) >= 400
    assert len({maker["id"] for item in items for maker in item["creators"]}) >= 200
    assert len(creators) >= 200


@pytest.mark.parametrize("records", ["items", "creators", "collections"])
def test_an_id_is_there_once_and_is_plain(records, request):
    ids = Counter(record["id"] for record in request.getfixturevalue(records))
    assert [one for one, count in ids.items() if count > 1] == []
    assert [one for one in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", one)] == []


def test_every_reference_is_there_and_nothing_is_left_over(items, creators, collections):
    named = {maker["id"] for item in items for maker in item["creators"]}
    assert named - {creator["id"] for creator in creators} == set()
    assert {creator["id"] for creator in creators} - named == set()
    assert {item["collection"] for item in items} == {collection["id"] for collection in collections}


def test_every_kind_is_there_and_has_its_own_cover(items):
    kinds = Counter(item["kind"] for item in items)
    assert kinds.keys() >= KINDS
    assert kinds.keys() <= LAYOUTS.keys()
    assert min(kinds[kind] for kind in KINDS) >= 30


def test_the_works_span_3000_years(items):
    assert all(item["year_from"] <= item["year_to"] for item in items)
    assert max(item["year_to"] for item in items) - min(item["year_from"] for item in items) >= 3000
    centuries = {item["year_from"] // 100 for item in items}
    assert len(centuries) >= 30


def test_no_work_is_older_than_those_who_made_it(items, creators):
    born = {creator["id"]: creator["born"] for creator in creators if "born" in creator}
    early = [item["id"] for item in items if any(item["year_to"] < born.get(m["id"], -9999) for m in item["creators"])]
    assert early == []


def test_nobody_dies_before_birth(creators):
    assert [one["id"] for one in creators if one.get("died", 9999) <= one.get("born", -9999)] == []


def test_creators_come_from_every_continent(creators):
    found = Counter(
        name
        for creator in creators
        for name, (south, north, west, east) in CONTINENTS.items()
        if south <= creator["latitude"] <= north and west <= creator["longitude"] <= east
    )
    assert found.keys() == CONTINENTS.keys()
    assert min(found.values()) >= 10, found


@pytest.mark.parametrize("records", ["items", "creators"])
def test_every_place_has_a_name_and_degrees(records, request):
    for record in request.getfixturevalue(records):
        assert record["place"], record["id"]
        assert -90 <= record["latitude"] <= 90, record["id"]
        assert -180 <= record["longitude"] <= 180, record["id"]


def test_every_work_has_a_subject_of_three_levels(items):
    for item in items:
        assert any(len(path.split("/")) >= 3 for path in item["subjects"]), item["id"]
        assert all(level and level == level.strip() for path in item["subjects"] for level in path.split("/")), item[
            "id"
        ]
    # The top of the tree is a short list, not a level that each work makes for itself.
    assert len({path.split("/")[0] for item in items for path in item["subjects"]}) <= 20


def test_titles_are_in_many_languages_and_scripts(items):
    assert len({item["language"] for item in items if "language" in item}) >= 10
    titles = "".join(title for item in items for title in [item["title"], *item.get("other_titles", [])])
    for script in (
        "\u0400-\u04ff",
        "\u0600-\u06ff",
        "\u0900-\u097f",
        "\u3040-\u30ff",
        "\u4e00-\u9fff",
        "\u0370-\u03ff",
    ):
        assert re.search(f"[{script}]", titles), script


def test_every_work_is_described_in_a_sentence_or_two_of_its_own(items):
    odd = {one["id"]: one["description"] for one in items if not 60 <= len(one["description"]) <= 400}
    assert odd == {}
    described = Counter(item["description"] for item in items)
    assert [text for text, count in described.items() if count > 1] == []


def test_everybody_and_every_collection_is_described(items, creators, collections):
    texts = {
        one["id"]: one.get("description") or one.get("biography") or "" for one in (*items, *creators, *collections)
    }
    assert {name for name, text in texts.items() if not re.search(r'\w[.!?][”"]?$', text)} == set()


def test_every_work_has_a_creator_with_a_role(items):
    assert [item["id"] for item in items if not all(maker.get("role") for maker in item["creators"])] == []
    assert [item["id"] for item in items if not item["creators"]] == []
