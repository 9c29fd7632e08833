"""`index rebuild`: build each index anew beside the one that answers, then have it answer."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from typing import Any, TextIO

from searchsvc.indexing.console import chosen, engine_argument
from searchsvc.indexing.console.builds import Asked, build, finish
from searchsvc.indexing.rebuild.acceptance import MOST_MISSING, allowed
from searchsvc.indexing.rebuild.run import rebuild
from searchsvc.indexing.rebuild.wanted import BATCH


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    build_arguments(parser)
    parser.add_argument("--batch-size", type=positive, default=BATCH, help=f"documents of a chunk ({BATCH})")
    parser.add_argument("--restart", action="store_true", help="begin anew where a rebuild was left half done")


def build_arguments(parser: ArgumentParser) -> None:
    """What `rebuild` and `resume` share."""
    parser.add_argument("--workers", type=positive, help="processes that prepare documents (one a core, if worth it)")
    parser.add_argument("--json", action="store_true", help="what came of it, for programs")
    build_options(parser)


def build_options(parser: ArgumentParser) -> None:
    """What `rebuild_index` takes beside Haystack's flags."""
    parser.add_argument("--keep", type=count, default=1, help="old generations kept for a rollback (1)")
    parser.add_argument("--no-space-check", action="store_true", help="begin although the disk looks too small")
    verify_options(parser)


def verify_options(parser: ArgumentParser) -> None:
    """How much may be wrong with a generation that is to answer."""
    parser.add_argument(
        "--max-missing", type=deviation, default=MOST_MISSING, metavar="N|N%",
        help=f"documents that may be missing, refused ones among them ({MOST_MISSING}, at least 1)",
    )  # fmt: skip
    parser.add_argument("--force-promote", action="store_true", help="have it answer although verification fails")


def positive(text: str) -> int:
    """A whole number from 1. Raises ArgumentTypeError."""
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def count(text: str) -> int:
    """A whole number from 0. Raises ArgumentTypeError."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def deviation(text: str) -> str:
    """A number of documents, or a share of them. Raises ArgumentTypeError."""
    try:
        allowed(text, 1)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a number of documents nor one of percent, as 25 or 1%") from None
    return text


def run(options: Mapping[str, Any], out: TextIO) -> int:
    found = build(rebuild, Asked.of(chosen(options), options, out))
    return finish(found, out, json=options["json"])
