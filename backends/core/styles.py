"""What Haystack's highlight() may be given: our names, and those of Haystack's Elasticsearch and Solr engines."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from backends.core.errors import BadQuery, UnsupportedQuery
from backends.core.highlight import Style
from backends.core.schema import Schema

STOCK = Style(before="<em>", after="</em>")  # what each of Haystack's own engines marks with
ALL_FIELDS = "*"


def _text(name: str, value: object) -> str:
    found = value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
    if not isinstance(found, str):
        raise BadQuery(f"highlight() takes a text for '{name}', not {value!r}.")
    return found


def _length(name: str, value: object) -> int | None:
    """0 is the whole text in Solr, None is here."""
    return None if value is None else _number(name, value) or None


def _number(name: str, value: object) -> int:
    if not isinstance(value, int) or value < 0:
        raise BadQuery(f"highlight() takes a whole number from 0 for '{name}', not {value!r}.")
    return value


def _names(name: str, value: object) -> frozenset[str] | None:
    """A list, Elasticsearch's mapping of names to options of their own, or Solr's 'title,text'."""
    if isinstance(value, Mapping) and any(value.values()):
        raise UnsupportedQuery(f"highlight() takes no options of single fields in '{name}'.")
    names = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(names, Iterable):
        raise BadQuery(f"highlight() takes names of fields for '{name}', not {value!r}.")
    found = frozenset(map(str, names))
    return None if ALL_FIELDS in found else found


READ: Mapping[str, Callable[[str, object], Any]] = {
    "length": _length, "count": _number, "before": _text, "after": _text, "fields": _names,
}  # fmt: skip
OPTIONS: Mapping[str, str] = {
    **{name: name for name in READ},
    "pre_tags": "before", "post_tags": "after", "fragment_size": "length", "number_of_fragments": "count",
    "simple.pre": "before", "simple.post": "after", "tag.pre": "before", "tag.post": "after",
    "fragsize": "length", "snippets": "count", "fl": "fields",
}  # fmt: skip


def style_of(option: bool | Mapping[str, Any] | None, schema: Schema) -> Style | None:
    """Haystack's highlight option: False, True, or a mapping of options.

    Raises UnsupportedQuery for an option that has no meaning here, BadQuery or UnknownField for a wrong value.
    """
    if not option:
        return None
    if option is True:
        return STOCK
    asked = {name.removeprefix("hl."): value for name, value in option.items()}
    unknown = set(asked) - set(OPTIONS)
    if unknown:
        raise UnsupportedQuery(f"highlight() has no option '{min(unknown)}'; it takes {', '.join(sorted(OPTIONS))}.")
    chosen = {OPTIONS[name]: READ[OPTIONS[name]](name, value) for name, value in asked.items()}
    if chosen.get("count") == 0:  # Elasticsearch's way to ask for the whole text
        chosen |= {"count": STOCK.count, "length": None}
    for name in chosen.get("fields") or ():
        schema.field(name)
    return Style(**{"before": STOCK.before, "after": STOCK.after, **chosen})
