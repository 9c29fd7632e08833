"""Questions for any schema: its fields, with words and values that stand in its own documents."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from backends.core.asked import Asked
from backends.core.geo import axes, origin
from backends.core.lookups import distance
from backends.core.nodes import CONTENT, All, And, Lookup, Node, Not, Or
from backends.core.request import PATH_SEPARATOR
from backends.core.schema import ANALYSED, KEY, Field, Kind, Schema
from backends.core.stats import NUMBERS, stats_request
from backends.core.store import Document
from backends.core.values import from_column
from backends.parity.corpus import SEED
from backends.parity.questions import Question

WORDS = 8  # words asked everywhere
SHORT = 4  # letters from which a word is worth cutting
KM = 100.0


@dataclass(frozen=True, slots=True)
class Material:
    """A schema with a sample of its documents; `rows` is field -> the words of some of its values."""

    schema: Schema
    sample: Sequence[Document]
    random: random.Random

    def fields(self, *, when: Callable[[Field], bool]) -> list[Field]:
        return [field for field in self.schema.fields if field.indexed and when(field)]

    def rows(self, field: Field) -> list[list[str]]:
        """The words of each value, unstemmed and folded."""
        found = (row for document in self.sample for row in document.columns.get(field.words_column, ()))
        return [list(row) for row in found if isinstance(row, list) and row]

    def values(self, field: Field, most: int) -> list[Any]:
        """Some of the different values, as a caller would write them, in their order."""
        found = {value for document in self.sample for value in document.columns.get(field.name, ())}
        chosen = sorted(self.some(sorted(found), most))
        return [from_column(field, value) for value in chosen]

    def some(self, items: Iterable[Any], most: int) -> list[Any]:
        listed = list(items)
        return self.random.sample(listed, min(most, len(listed)))

    def searched_rows(self) -> list[list[str]]:
        """The words of the values in which a plain word looks."""
        return [row for field in self.schema.searched if field.kind is Kind.TEXT for row in self.rows(field)]

    def words(self, most: int) -> list[str]:
        return self.some(sorted({word for row in self.searched_rows() for word in row if len(word) >= SHORT}), most)


def generated(schema: Schema, sample: Sequence[Document]) -> list[Question]:
    """The same questions for the same documents."""
    return [
        question
        for make in MAKERS
        for question in make(Material(schema, sample, random.Random(SEED)))  # noqa: S311 - to repeat a run
    ]


def about(kind: str, node: Node, title: str = "", **asked: Any) -> Question:
    return Question(kind, title or str(node), Asked(node, **asked))


def content(word: str, lookup: str = "content") -> Lookup:
    return Lookup(CONTENT, lookup, word)


def words(material: Material) -> Iterator[Question]:
    yield about("words", All(), "everything")
    for word in material.words(WORDS):
        yield about("words", content(word))
    for row in material.some((row for row in material.searched_rows() if len(row) > 1), WORDS // 2):
        yield about("words", content(" ".join(material.some(sorted(set(row)), 2))))
    for field in material.fields(when=lambda field: field.kind in ANALYSED):
        for row in material.some(material.rows(field), 1):
            word = material.random.choice(row)
            yield about("words", Lookup(field.name, "content", word), f"{field.name}: {word}")


def phrases(material: Material) -> Iterator[Question]:
    for row in material.some((row for row in material.searched_rows() if len(row) > 2), WORDS):  # noqa: PLR2004
        start = material.random.randrange(len(row) - 2)
        length = material.random.choice((2, 3))
        yield about("phrases", content(" ".join(row[start : start + length]), "phrase"))


def booleans(material: Material) -> Iterator[Question]:
    chosen = [content(word) for word in material.words(2 * WORDS)]
    for one, other in pairwise(chosen[: WORDS // 2]):
        yield about("booleans", Or((one, other)))
        yield about("booleans", Or((one, Not(other))))
    for row in material.some((row for row in material.searched_rows() if len(set(row)) > 1), WORDS // 2):
        one, other = (content(word) for word in material.some(sorted(set(row)), 2))
        yield about("booleans", And((one, Not(other))))
        yield about("booleans", And((Or((one, *chosen[-1:])), other)))
    for word in chosen[:2]:
        yield about("booleans", Not(word))


def _whole(field: Field) -> bool:
    return field.kind not in ANALYSED and field.kind is not Kind.LOCATION


def filters(material: Material) -> Iterator[Question]:
    for field in material.fields(when=_whole):
        values = material.values(field, 3)
        if values:
            first = Lookup(field.name, "exact", values[0])
            yield about("filters", first)
            yield about("filters", Lookup(field.name, "in", values))
            yield about("filters", And((*map(content, material.words(1)), Not(first))))


def ranges(material: Material) -> Iterator[Question]:
    for field in material.fields(when=lambda field: field.kind in NUMBERS):
        yield from _spans("ranges", field, material.values(field, 2))
    for field in material.fields(when=lambda field: field.kind is Kind.KEYWORD):
        yield from _spans("ranges of text", field, material.values(field, 2))
    for field in material.fields(when=lambda field: field.kind is Kind.TEXT and field.sort):
        yield from _spans("ranges of text", field, sorted(row[0] for row in material.some(material.rows(field), 2)))


def _spans(kind: str, field: Field, values: Sequence[Any]) -> Iterator[Question]:
    if len(values) > 1:
        low, high = values[0], values[-1]
        yield about(kind, Lookup(field.name, "range", (low, high)), f"{field.name} from {low!r} to {high!r}")
        yield about(kind, Lookup(field.name, "gt", low), f"{field.name} > {low!r}")
        yield about(kind, Lookup(field.name, "lte", high), f"{field.name} <= {high!r}")


def beginnings(material: Material) -> Iterator[Question]:
    for word in material.words(WORDS):
        yield about("prefixes", content(word[:3], "startswith"), f"{word[:3]}*")
    for word in material.words(WORDS // 2):
        yield about("parts of words", content(word[-3:], "endswith"), f"*{word[-3:]}")
        yield about("parts of words", content(word[1:4], "contains"), f"*{word[1:4]}*")
    for field in material.fields(when=lambda field: field.kind is Kind.KEYWORD):
        for value in material.values(field, 1):
            yield about("prefixes", Lookup(field.name, "startswith", value[:2]), f"{field.name}: {value[:2]}*")


def _wrong(material: Material, word: str) -> str:
    """Two neighbours in the wrong order, behind the first letter."""
    at = material.random.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def fuzzy(material: Material) -> Iterator[Question]:
    for word in material.words(WORDS):
        wrong = _wrong(material, word)
        yield about("fuzzy", content(wrong, "fuzzy"), f"{wrong}~{distance(wrong)}")


def spelling(material: Material) -> Iterator[Question]:
    for word in material.words(WORDS):
        yield about("spelling", content(_wrong(material, word)))


def similar(material: Material) -> Iterator[Question]:
    for document in material.some(material.sample, WORDS // 2):
        yield about("similar", Lookup(KEY, "exact", document.key), f"like {document.key}")


def facets(material: Material) -> Iterator[Question]:
    asked = [(All(), "everything"), *((content(word), word) for word in material.words(2))]
    for field in material.fields(when=_whole):
        for node, title in asked:
            options: dict[str, Any] = {"size": None, "missing": True}
            yield about("facets", node, f"{field.name}, of {title}", facets={field.name: options})
        yield about("facets", All(), f"{field.name}, first five", facets={field.name: {"size": 5}})
        if any(PATH_SEPARATOR in str(value) for value in material.values(field, WORDS)):
            yield about("facets", All(), f"{field.name}, top level", facets={field.name: {"below": [""]}})


def conditions(material: Material) -> Iterator[Question]:
    counted = tuple(map(content, material.words(3)))
    for field in material.fields(when=lambda field: field.kind in NUMBERS):
        if values := material.values(field, 1):
            counted += (Lookup(field.name, "gte", values[0]),)
    yield about("conditions", All(), "of everything", counts=counted)
    for word in material.words(2):
        yield about("conditions", content(word), f"of {word}", counts=counted)


def statistics(material: Material) -> Iterator[Question]:
    groups = [
        field.name for field in material.fields(when=lambda field: field.kind is Kind.KEYWORD and not field.multi)
    ]
    for field in material.fields(when=lambda field: field.kind in NUMBERS):
        for by in ((), *((name,) for name in groups[:1])):
            title = " by ".join((field.name, *by))
            yield about("statistics", All(), title, stats=(stats_request(material.schema, field.name, by),))
        for word in material.words(1):
            asked = (stats_request(material.schema, field.name),)
            yield about("statistics", content(word), f"{field.name} of {word}", stats=asked)


def orders(material: Material) -> Iterator[Question]:
    sortable = [field.name for field in material.fields(when=lambda field: field.sort)]
    names = [(name,) for name in ("key", *sortable)] + [(one, f"-{other}") for one, other in pairwise(sortable)]
    word = next(iter(material.words(1)), "")
    for order in (*names, *(_turned(order) for order in names)):
        yield about("orders", All(), f"by {', '.join(order)}", order_by=order)
    for order in names[:3]:
        yield about("orders", content(word), f"{word} by {', '.join(order)}", order_by=order)


def _turned(order: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def places(material: Material) -> Iterator[Question]:
    for field in material.fields(when=lambda field: field.kind is Kind.LOCATION):
        lat, lon = axes(field.name)
        found = [document.columns for document in material.sample if lat in document.columns]
        for columns in material.some(found, 3):
            point = (columns[lat][0], columns[lon][0])
            near = Lookup(field.name, "near", (point, KM))
            start = origin(field.name, point)
            title = f"{field.name} within {KM:g} km of {point}"
            yield about("places", near, title, order_by=("distance",), origin=start)
            yield about("places", All(), f"farthest from {point}", order_by=("-distance",), origin=start)


def highlights(material: Material) -> Iterator[Question]:
    for word in material.words(WORDS // 2):
        yield about("highlights", content(word))
        yield about("highlights", content(word[:3], "startswith"), f"{word[:3]}*")
    for row in material.some((row for row in material.searched_rows() if len(row) > 1), WORDS // 2):
        yield about("highlights", content(" ".join(row[:2]), "phrase"))


MAKERS: tuple[Callable[[Material], Iterator[Question]], ...] = (
    words, phrases, booleans, filters, ranges, beginnings, fuzzy, spelling, similar,
    facets, conditions, statistics, orders, places, highlights,
)  # fmt: skip
