"""Solr's query syntax, in the few places where its JSON has no form of its own: ranges, rows of words, parts of words.

Everything else travels as a value of JSON, which no parser looks into. What is made here is read by Solr's parser
`lucene`; whatever the text holds, it stays text (tests/backends/solr/test_escape.py).
"""

import re

IN_QUOTES = re.compile(r'(["\\])')
SIGN = re.compile(r"(\W)")  # outside quotes; letters must stay bare, for \u begins a code

BASIC = 0xFFFF  # a code has four digits


def quoted(text: str) -> str:
    return '"' + IN_QUOTES.sub(r"\\\1", text) + '"'


def bare(text: str) -> str:
    """A part of a word beside a `*`: every sign and space is taken as itself."""
    return SIGN.sub(r"\\\1", text)


def coded(text: str) -> str:
    """One end of a range: signs and spaces as their codes. Quoted ends have no way to end in a backslash."""
    written = "".join(sign if sign.isalnum() or ord(sign) > BASIC else f"\\u{ord(sign):04x}" for sign in text)
    return f"\\u{ord(text[0]):04x}{written[1:]}" if text == "TO" else written or '""'


def in_a_row(field: str, terms: tuple[str, ...], slop: int) -> str:
    return f"{field}:{quoted(' '.join(terms))}" + (f"~{slop}" if slop else "")


def between(
    field: str, low: str | float | None, high: str | float | None, include_low: bool, include_high: bool
) -> str:
    """A range; None is open."""
    start, end = ("*" if value is None else coded(str(value)) for value in (low, high))
    return f"{field}:{'[' if include_low else '{'}{start} TO {end}{']' if include_high else '}'}"


def ending(field: str, text: str) -> str:
    return f"{field}:*{bare(text)}"


def holding(field: str, text: str) -> str:
    return f"{field}:*{bare(text)}*"


def anything(field: str) -> str:
    return f"{field}:*"
