"""Questions that people wrote: a TOML file, or a text with one query a line."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backends.core.asked import Asked
from backends.core.nodes import All, Lookup, Node
from backends.core.parse import parse
from backends.parity.engines import WrongUse
from backends.parity.questions import KINDS, Question

COMMENT = "#"
KEYS = frozenset({"q", "kind", "filters", "order_by", "facets"})


def read_questions(file: Path) -> list[Question]:
    """Raises WrongUse, which names the file and the entry."""
    try:
        text = file.read_text("utf-8")
        if file.suffix == ".toml":
            entries = tomllib.loads(text).get("question", [])
        else:
            lines = (line.strip() for line in text.splitlines())
            entries = [{"q": line} for line in lines if line and not line.startswith(COMMENT)]
    except (OSError, ValueError) as error:
        raise WrongUse(f"The questions in {file} cannot be read: {error}") from error
    if not entries or not isinstance(entries, list):
        raise WrongUse(f'{file} holds no question: write [[question]] with q = "...", or lines in a .txt file.')
    return [_question(entry, f"{file}, question {number}") for number, entry in enumerate(entries, 1)]


def _question(entry: Any, where: str) -> Question:
    if not isinstance(entry, Mapping) or not entry:
        raise WrongUse(f'{where}: write [[question]] and below it q = "...".')
    if unknown := sorted(set(entry) - KEYS):
        raise WrongUse(f"{where} has '{unknown[0]}'; a question takes {', '.join(sorted(KEYS))}.")
    filters, order_by, facets = _typed(entry, where)
    kind = entry.get("kind") or ("facets" if facets else "orders" if order_by else "words")
    if kind not in KINDS:
        raise WrongUse(f"{where} is of kind '{kind}'; there are {', '.join(KINDS)}.")
    asked = Asked(parse(str(entry.get("q", ""))), filters=filters, order_by=order_by, facets=facets)
    rest = [f"{name} {value}" for name, value in entry.items() if name not in {"q", "kind"}]
    return Question(kind, ", ".join([str(entry.get("q", "everything")), *rest]), asked)


def _typed(entry: Mapping[str, Any], where: str) -> tuple[tuple[Node, ...], tuple[str, ...], dict[str, Any]]:
    filters, order_by, facets = entry.get("filters", {}), entry.get("order_by", []), entry.get("facets", [])
    if not isinstance(filters, Mapping):
        raise WrongUse(f'{where}: filters is a table, such as {{ kind = "painting", year__gte = 1900 }}.')
    for name, value in (("order_by", order_by), ("facets", facets)):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise WrongUse(f"{where}: {name} is a list of names of fields.")
    return (
        tuple(_filter(name, value) for name, value in filters.items()),
        tuple(order_by),
        {name: {"size": None, "missing": True} for name in facets},
    )


def _filter(name: str, value: Any) -> Node:
    """As Haystack writes it: 'field' or 'field__lookup'."""
    field, _, lookup = name.partition("__")
    return Lookup(field, lookup or "exact", tuple(value) if isinstance(value, list) else value) if field else All()
