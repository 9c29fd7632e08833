"""The verbs of `manage.py index`, a module each: `arguments(parser)`, and `run(options, out)` returning an exit code.

They parse, call one function and print; what they do stands in the modules above.
"""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError

from searchsvc.indexing.documents import aliases

VERBS: dict[str, str] = {
    "status": "Tell how each index is: its generation, what waits for it, what needs somebody",
    "rebuild": "Build each index anew beside the one that answers, verify it, and have it answer",
    "resume": "Go on with a rebuild that was stopped or killed, or that failed its verification",
    "update": "Read some documents afresh: of a model, by id, by a filter, changed since; and remove what has no row",
    "rollback": "Have the generation before answer again, once it has caught up; again, to roll forward",
    "gc": "Remove generations that neither answer nor are kept, those half made, and changes nothing needs any more",
    "verify": "Compare database and index: what is missing, a ghost, stale or wrong",
    "dump": "Write an index to a file that any engine can be filled from",
    "restore": "Fill a new generation from a dump, look at it, and have it answer",
}
"""Verb -> what it does, in the order in which `--help` lists them. The module has the verb's name."""

DONE, FAILED, WRONG_USE, DOES_NOT_HOLD = 0, 1, 2, 3


def engine_argument(parser: ArgumentParser) -> None:
    """Add `--engine ALIAS`, which may be given several times."""
    parser.add_argument("--engine", action="append", metavar="ALIAS", help="this connection only; may be repeated")


def chosen(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The connections that `--engine` names, or all of ours. Raises CommandError for one that there is not."""
    there = aliases()
    asked = tuple(options.get("engine") or there)
    if unknown := [alias for alias in asked if alias not in there]:
        raise CommandError(
            f"There is no connection '{unknown[0]}'; there are {', '.join(there)}.", returncode=WRONG_USE
        )
    return asked
