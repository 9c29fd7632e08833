"""What Haystack's own commands share here: whose connections are meant, and whether a person agrees."""

from collections.abc import Iterable
from typing import Any, TextIO

from django.core.management.base import CommandError
from haystack import connections

from searchsvc.indexing.console import WRONG_USE
from searchsvc.indexing.documents import aliases


def parted(using: Iterable[str] | None) -> tuple[tuple[str, ...], list[str]]:
    """The connections named, or all: those whose engine is ours, and those of Haystack's. Raises CommandError."""
    there = list(connections.connections_info)
    asked = list(dict.fromkeys(using or there))
    if unknown := [alias for alias in asked if alias not in there]:
        raise CommandError(
            f"There is no connection '{unknown[0]}'; there are {', '.join(there)}.", returncode=WRONG_USE
        )
    known = aliases()
    return tuple(alias for alias in asked if alias in known), [alias for alias in asked if alias not in known]


def agreed(question: str, out: TextIO) -> bool:
    """Whether who sits there says yes. Raises CommandError where nobody does."""
    out.write(question + "\n")
    try:
        answer = input("Are you sure you wish to continue? [y/N] ")
    except EOFError:
        raise CommandError("Nobody answers; give --noinput to go on without asking.", returncode=WRONG_USE) from None
    if not answer.lower().startswith("y"):
        out.write("No action taken.\n")
        return False
    return True


def no_input(parser: Any) -> None:
    """Add `--no-input`, as Django writes it, beside Haystack's `--noinput`."""
    parser.add_argument("--no-input", action="store_false", dest="interactive", help="As --noinput.")
