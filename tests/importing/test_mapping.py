import pytest

from searchsvc.importing.entry import Rejected, make_entry
from searchsvc.importing.mapping import SHIPPED, load_mapping, natural, parse_mapping
from searchsvc.importing.row import Row
from searchsvc.importing.rule import BadMapping, parse_rule

REQUIRED = {"identifier": "id", "kind": {"value": "book"}, "title": "title"}
RULES = [
    ("renamed", "name", {"name": "A"}, "A"),
    ("nested", "maker.name", {"maker": {"name": "A"}}, "A"),
    ("a column with a dot in its name", "maker.name", {"maker.name": "A"}, "A"),
    ("a nested column that is not there", "maker.name", {"maker": "A"}, None),
    ("a constant", {"value": ["public"]}, {}, ["public"]),
    ("a default", {"from": "a", "default": "x"}, {"a": " "}, "x"),
    ("an empty list is a value", {"from": "a", "default": ["x"]}, {"a": []}, []),
    ("the first that is there", {"first_of": ["a", "b"]}, {"a": "", "b": "B"}, "B"),
    ("split", {"from": "a", "split": ";"}, {"a": "x; y;; z "}, ["x", "y", "z"]),
    ("split and changed", {"from": "a", "split": ",", "replace": {"::": "/"}}, {"a": "x::y,z"}, ["x/y", "z"]),
    ("matched", {"from": "a", "match": "^[^<]+"}, {"a": "Ann <a@b.c>"}, "Ann "),
    ("matched group", {"from": "a", "match": "([^/]+)$"}, {"a": "contrib/games"}, "games"),
    ("not matched", {"from": "a", "match": "^x"}, {"a": "y"}, None),
    ("not matched in a list", {"from": "a", "match": "^x"}, {"a": ["y", "xz"]}, ["x"]),
    ("looked up", {"from": "a", "values": {"on paper": "print"}}, {"a": "on paper"}, "print"),
    ("not in the table", {"from": "a", "values": {"on paper": "print"}}, {"a": "oil"}, "oil"),
    ("lower case", {"from": "a", "lower": True}, {"a": "ÀB"}, "àb"),
    ("a step that is off", {"from": "a", "lower": False}, {"a": "AB"}, "AB"),
    ("a slug", {"from": "a", "slug": True}, {"a": "Œuvre: On paper, unique"}, "uvre-on-paper-unique"),
    ("a number", {"from": "a", "as": "int"}, {"a": "12"}, 12),
    ("a list of numbers", {"from": "a", "split": " ", "as": "float"}, {"a": "1 2.5"}, [1.0, 2.5]),
    ("joined", {"join": ["a", "b", "c"], "with": ". "}, {"a": "A", "b": "", "c": ["C", "D"]}, "A. C. D"),
    ("joined of nothing", {"join": ["a", "b"]}, {}, None),
    ("a template", {"template": "{a} ({b})"}, {"a": "A", "b": 1}, "A (1)"),
    ("a template of nothing", {"template": "{a} ({b})"}, {}, None),
    (
        "zipped",
        {"each": {"id": "i", "name": "n"}},
        {"i": [1, 2], "n": ["A", "B"]},
        [{"id": 1, "name": "A"}, {"id": 2, "name": "B"}],
    ),
    ("one of a kind", {"each": {"name": "n", "role": {"value": "r"}}}, {"n": "A"}, [{"name": "A", "role": "r"}]),
    ("zipped of empty lists", {"each": {"name": "n", "role": {"value": "r"}}}, {"n": []}, []),
    (
        "first only",
        {"each": {"name": "n"}, "first_only": {"born": "b"}},
        {"n": ["A", "B"], "b": 1},
        [{"name": "A", "born": 1}, {"name": "B"}],
    ),
]
BAD_RULES = [
    (12, "must be a column's name or a table"),
    ({}, "exactly one of from, first_of"),
    ({"from": "a", "value": 1}, "exactly one of"),
    ({"from": "a", "splitt": ","}, "unknown key 'splitt'; allowed: from, first_of"),
    ({"from": "a", "as": "number"}, "as: must be one of text, line, int"),
    ({"from": "a", "match": "("}, "match: must be a regular expression"),
    ({"from": "a", "replace": {"a": 1}}, "replace: must be a table of texts"),
    ({"from": ["a"]}, "from: must be a text"),
    ({"first_of": []}, "first_of: must be a list of columns"),
    ({"from": "a", "with": ","}, "with: is allowed only beside 'join'"),
    ({"each": {"name": {"as": "int"}}}, "each.name: must have exactly one of"),
    ({"from": "a", "lower": "yes"}, "lower: must be true or false"),
]
BAD_MAPPINGS = [
    ({}, "source: is missing"),
    ({"source": "Tate"}, "source: 'Tate' is not a source"),
    ({"fields": "x"}, "fields: must be a table"),
    ({"fieldz": {}}, "fieldz: is not known; allowed: attributes, csv, fields"),
    ({"target": "books"}, "target: must be one of items, creators, collections"),
    ({"fields": REQUIRED | {"autor": "a"}}, "fields.autor: is not known; allowed: attributes, collection, creators"),
    ({"fields": {"identifier": "id", "title": "t"}}, "fields.kind: is missing"),
    (
        {"fields": REQUIRED | {"creators": {"each": {"nam": "a"}}}},
        "fields.creators.each.nam: is not known; allowed: biography",
    ),
    ({"attributes": {"Medium": "m"}}, "attributes.Medium: 'Medium' is not an attribute's name"),
    ({"csv": {"delimiter": ";;"}}, "csv.delimiter: must be one character"),
    ({"csv": {"encoding": "utf-9"}}, "csv.encoding: unknown encoding"),
    ({"csv": {"quote": "'"}}, "csv.quote: is not known; allowed: delimiter, encoding"),
    ({"repeats": "last"}, "repeats: must be one of error, skip"),
    (
        {"target": "creators", "fields": {"identifier": "i", "name": "n"}, "attributes": {"a": "a"}},
        "attributes: only items have them",
    ),
]


@pytest.mark.parametrize(("rule", "values", "expected"), [case[1:] for case in RULES], ids=[case[0] for case in RULES])
def test_a_rule_makes(rule, values, expected):
    assert parse_rule("fields.x", rule)(values) == expected


@pytest.mark.parametrize(("rule", "told"), BAD_RULES)
def test_a_rule_that_cannot_be_says_where_and_what_is_allowed(rule, told):
    with pytest.raises(BadMapping, match=r"fields\.x") as refused:
        parse_rule("fields.x", rule)
    assert told in str(refused.value)


@pytest.mark.parametrize(("table", "told"), BAD_MAPPINGS)
def test_a_mapping_that_cannot_be_says_where_and_what_is_allowed(table, told):
    whole = table and {"source": "test", "fields": REQUIRED} | table
    with pytest.raises(BadMapping) as refused:
        parse_mapping(whole)
    assert told in str(refused.value)


@pytest.mark.parametrize("text", ["source = ", "\x00", 'source = "a"\nsource = "b"', "[fields]\nidentifier = 'id'"])
def test_a_bad_file_is_told_by_its_name(tmp_path, text):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(BadMapping, match=r"own\.toml: "):
        load_mapping(str(path))


def test_a_missing_file_lists_the_shipped_mappings():
    with pytest.raises(BadMapping, match=r"no-such.toml: no such file.*debian.toml.*tate.toml"):
        load_mapping("no-such.toml")


@pytest.mark.parametrize("path", sorted(SHIPPED.rglob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_is_right(path):
    assert load_mapping(str(path.relative_to(SHIPPED))).source
    assert load_mapping(str(path), source="own").source == "own"


def test_without_a_mapping_columns_are_fields():
    made = make_entry(Row(1, {"id": 7, "title": "T", "kind": "book", "creators": ["Ann"]}), natural("own"))
    assert (made.key, made.columns["visible_to"], made.makers[0].key) == ("own:7", ["public"], "own:ann")


def test_lists_of_different_length_are_no_creators():
    mapping = parse_mapping({"source": "t", "fields": REQUIRED | {"creators": {"each": {"id": "i", "name": "n"}}}})
    made = make_entry(Row(3, {"id": 1, "title": "T", "i": [1, 2], "n": ["A"]}), mapping)
    assert isinstance(made, Rejected)
    assert str(made.problems[0]) == "line 3: creators: lists of different length: id has 2, name has 1"
