"""A small catalogue whose every answer can be checked by eye, and the schema it is indexed with."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from backends.core.documents import document
from backends.core.schema import Field, Kind, Schema
from backends.core.store import Document

SCHEMA = Schema(
    (
        Field("title", Kind.TEXT, "english", sort=True, weight=2, exact="title_exact"),
        Field("title_exact", Kind.KEYWORD),
        Field("text", Kind.TEXT, "english", weight=1),
        Field("names", Kind.TEXT, multi=True, weight=1),
        Field("creator", Kind.KEYWORD, multi=True),
        Field("kind", Kind.KEYWORD, sort=True),
        Field("subject", Kind.KEYWORD, multi=True),
        Field("year", Kind.INTEGER, sort=True),
        Field("weight", Kind.FLOAT, sort=True),
        Field("price", Kind.DECIMAL, sort=True),
        Field("lent", Kind.BOOLEAN, sort=True),
        Field("bought", Kind.DATE, sort=True),
        Field("seen", Kind.DATETIME, sort=True),
        Field("place", Kind.LOCATION),
        Field("begin", Kind.EDGE_NGRAM),
        Field("part", Kind.NGRAM),
        Field("note", Kind.TEXT, "english", indexed=False),
    )
)


def paths(*leaves: str) -> list[str]:
    """A hierarchy's values: each leaf with everything above it."""
    parts = [leaf.split("/") for leaf in leaves]
    return list(dict.fromkeys("/".join(part[:depth]) for part in parts for depth in range(1, len(part) + 1)))


ROWS: dict[str, dict[str, Any]] = {
    "boat": {
        "title": "A Fishing Boat in Dieppe Harbour",
        "text": "Oil paint on canvas. Fishing boats lie in the harbours of Normandy.",
        "names": ["Christopher Wood", "Kit Wood"], "creator": ["Wood, Christopher"], "kind": "painting",
        "subject": paths("Nature/Water/Sea", "Places/Europe/France"), "year": 1929, "weight": 2.5,
        "price": Decimal("1200.50"), "lent": True, "bought": date(2001, 3, 4),
        "seen": datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), "place": (49.92, 1.08), "begin": "harbour",
        "part": "harbour",
        "note": "Seen in storage.",
    },
    "needle": {
        "title": "Needleworks and a Needle", "text": "A needle lies on <b>cloth</b> & thread.", "names": ["Ann Sew"],
        "creator": ["Sew, Ann", "Wood, Christopher"], "kind": "object", "subject": paths("Art/Craft/Textiles"),
        "year": 1850, "weight": 0.25, "price": Decimal("0.10"), "lent": False, "bought": date(1999, 12, 31),
    },
    "naive": {
        "title": "Naïve Landscape near Łódź", "text": "Straße, Ærø and İstanbul are named in a naïve hand.",
        "names": ["Zofia Łęcka"], "creator": ["Łęcka, Zofia"], "kind": "painting",
        "subject": paths("Places/Europe/Poland"), "year": 1929, "price": Decimal("99.99"), "lent": False,
    },
    "code": {
        "title": "C++ and C# for .NET", "text": "You don't need version 3.5 of a state-of-the-art compiler.",
        "names": ["B. Sharp"], "creator": ["Sharp, B."], "kind": "book", "subject": paths("Science/Computing"),
        "year": 2005, "weight": 1.0, "price": Decimal(45), "begin": "compiler", "part": "compiler",
    },
    "tokyo": {
        "title": "東京都の港", "text": "A harbour in Tokyo, by night. 🎨", "names": ["葛飾 北斎", "Katsushika Hokusai"],
        "creator": ["Hokusai"], "kind": "print", "subject": paths("Places/Asia/Japan", "Nature/Water/Sea"),
        "year": 1831, "place": (35.68, 139.69),
    },
    "hamlet": {
        "title": "To be or not to be", "text": "A soliloquy. x marks one letter.", "names": ["William Shakespeare"],
        "creator": ["Shakespeare, William"], "kind": "book", "subject": paths("Literature/Drama"), "year": 1603,
        "price": Decimal("45.00"), "seen": datetime(2020, 1, 2, 3, 4, 6, tzinfo=UTC),
    },
    "ancient": {
        "title": "boat model", "text": "A wooden boat from a tomb.", "kind": "object", "names": ["unknown maker"],
        "creator": [], "subject": paths("Nature/Water/River"), "year": -1900, "lent": True,
    },
    "bare": {"title": "Untitled"},
    "harbour2": {
        "title": "The Harbour", "text": "A harbour. The harbour wall and a boat house.", "names": ["Ann Sew"],
        "creator": ["Sew, Ann"], "kind": "painting", "subject": paths("Nature/Water/Sea"), "year": 1929,
        "weight": -3.0, "bought": date(2001, 3, 4),
    },
}  # fmt: skip


def make(name: str, row: dict[str, Any] | None = None) -> Document:
    """The document of a row; its id is Haystack's, its key the public one."""
    values = dict(ROWS[name] if row is None else row)
    values["title_exact"] = values["title"]  # as Haystack fills a facet's companion
    return document(SCHEMA, (f"tests.work.{name}", f"t:{name}", "tests.work", name), values)


def documents() -> list[Document]:
    return [make(name) for name in ROWS]
