from decimal import Decimal

import pytest

from searchsvc.importing.entry import Entry, Rejected, make_entry
from searchsvc.importing.mapping import natural, parse_mapping
from searchsvc.importing.row import Row

GOOD = {"id": "1", "kind": "book", "title": "A"}
BAD = [
    ({"id": ""}, "identifier: is empty"),
    ({"id": "a:"}, "identifier: 'a:' ends with ':' or is too long"),
    ({"id": "x" * 201}, "identifier: 'xxx"),
    ({"title": " "}, "title: is empty"),
    ({"title": ["a"]}, "title: ['a'] is not a text"),
    ({"kind": "Oil painting"}, "kind: 'Oil painting' is not a kind"),
    ({"year_from": "18x9"}, "year_from: '18x9' is not a year"),
    ({"year_from": 2000, "year_to": 1999}, "year_to: 1999 is before year_from, which is 2000"),
    ({"latitude": 91, "longitude": 0}, "latitude: 91 is not between -90 and 90"),
    ({"latitude": 1}, "latitude: latitude and longitude go together: one of them is missing"),
    ({"language": "French"}, "language: 'French' is not an ISO language code"),
    ({"url": "javascript:alert(1)"}, "url: 'javascript:alert(1)' is not an http or https address"),
    ({"url": "https://e.org/" + "x" * 2000}, "url: 'https://e.org/xxx"),
    ({"price": "-1", "currency": "EUR"}, "price: '-1' is not a price"),
    ({"price": "1"}, "currency: a price needs one"),
    ({"attributes": {"a": {}}}, "attributes: {} is not a text, a finite number, true, false or a list of texts"),
    ({"attributes": {"A": 1}}, "attributes: 'A' is not an attribute's name"),
    ({"subjects": ["a//b"]}, "subjects: a subject's path is names joined by '/'"),
    ({"creators": [{"nam": "A"}]}, "creators: nam is not known; allowed: biography"),
    ({"creators": [{"name": "A", "born": "x"}]}, "creators: born: 'x' is not a year"),
    ({"creators": [{"name": "A", "born": 1900, "died": 1800}]}, "creators: died 1800 is before born 1900 ('A')"),
    ({"creators": [{"key": "no-colon"}]}, "creators: 'no-colon' is not a key"),
    ({"collection": ["A", "B"]}, "collection: 2 collections; an item is in one at most"),
]


@pytest.mark.parametrize(("values", "told"), BAD)
def test_a_bad_row_says_its_line_its_field_and_the_reason(values, told):
    made = make_entry(Row(12, GOOD | values), natural("test"))
    assert isinstance(made, Rejected)
    assert len(made.problems) == 1
    assert str(made.problems[0]).startswith(f"line 12: {told}")


def test_all_that_is_wrong_is_told_at_once():
    made = make_entry(Row(1, {"id": "1", "year_from": "x", "latitude": "y"}), natural("test"))
    assert [problem.field for problem in made.problems] == ["kind", "title", "year_from", "latitude"]
    assert made.key == "test:1"


def test_a_whole_row_becomes_an_entry():
    values = GOOD | {
        "creators": ["Ann  Lee", {"id": 7, "name": "Bo", "role": "editor", "born": "c. 1900"}, "Ann Lee"],
        "subjects": ["A / B", "A/B", "C"],
        "collection": "The Shelf",
        "price": "12.5",
        "currency": "EUR",
        "year_from": "500 BC",
        "attributes": {"pages": 12, "colours": [" red "]},
        "visible_to": [],
    }
    made = make_entry(Row(1, values), natural("test"))
    assert isinstance(made, Entry)
    assert [(maker.key, maker.role) for maker in made.makers] == [("test:ann-lee", "creator"), ("test:7", "editor")]
    assert made.makers[1].columns == {"name": "Bo", "born": 1900}
    assert made.subjects == ("A/B", "C")
    assert (made.collection.key, made.collection.columns) == ("test:the-shelf", {"title": "The Shelf"})
    assert made.columns["price"] == Decimal("12.50")
    assert made.columns["year_from"] == -500
    assert made.columns["attributes"] == {"pages": 12, "colours": ["red"]}
    assert made.columns["visible_to"] == []


def test_who_may_see_an_item_is_never_left_to_a_blank_cell():
    fields = {"identifier": "id", "kind": "kind", "title": "title", "visible_to": {"from": "groups", "split": ","}}
    mapping = parse_mapping({"source": "test", "fields": fields})
    assert make_entry(Row(1, GOOD | {"groups": "staff, board"}), mapping).columns["visible_to"] == ["staff", "board"]
    assert str(make_entry(Row(1, GOOD | {"groups": " "}), mapping).problems[0]) == "line 1: visible_to: is empty"
    assert make_entry(Row(1, GOOD | {"groups": " , "}), mapping).columns["visible_to"] == []


def test_an_attribute_of_the_wrong_type_is_told_by_its_name():
    fields = {"identifier": "id", "kind": "kind", "title": "title"}
    mapping = parse_mapping({"source": "test", "fields": fields, "attributes": {"pages": {"from": "p", "as": "int"}}})
    assert make_entry(Row(1, GOOD | {"p": "12"}), mapping).columns["attributes"] == {"pages": 12}
    assert make_entry(Row(1, GOOD | {"p": " "}), mapping).columns["attributes"] == {}
    assert (
        str(make_entry(Row(1, GOOD | {"p": "x"}), mapping).problems[0])
        == "line 1: attributes.pages: 'x' is not a number"
    )


def test_a_checksum_is_of_the_content_and_not_of_its_writing():
    rows = [GOOD | {"year_from": 1900, "creators": ["A"]}, {"creators": "A", "year_from": "1900 ", **GOOD, "unused": 1}]
    assert len({make_entry(Row(line, values), natural("test")).checksum for line, values in enumerate(rows)}) == 1
    for change in (
        {"creators": ["B"]},
        {"subjects": ["S"]},
        {"title": "B"},
        {"collection": "C"},
        {"visible_to": ["x"]},
    ):
        assert (
            make_entry(Row(1, rows[0] | change), natural("test")).checksum
            != make_entry(Row(1, rows[0]), natural("test")).checksum
        )


def test_a_mapping_may_mend_years_in_the_wrong_order():
    fields = {"identifier": "id", "kind": "kind", "title": "title", "year_from": "a", "year_to": "b"}
    mapping = parse_mapping({"source": "test", "fields": fields, "reversed_years": "keep_from"})
    made = make_entry(Row(1, GOOD | {"a": 1828, "b": 1819}), mapping)
    assert (made.columns["year_from"], made.columns["year_to"]) == (1828, 1828)
    assert str(made.mended[0]) == "line 1: year_to: 1819 is before year_from, which is 1828"


def test_two_long_names_have_two_keys():
    first, second = ("x" * 300 + ending for ending in "ab")
    made = make_entry(Row(1, GOOD | {"creators": [first, second]}), natural("test"))
    assert len({maker.key for maker in made.makers}) == 2
    assert all(len(maker.key) <= 255 for maker in made.makers)
