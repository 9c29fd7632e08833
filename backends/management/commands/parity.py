import json
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from backends.core.errors import SearchError
from backends.parity.engines import ENGINES, WrongUse
from backends.parity.markdown import document
from backends.parity.record import record
from backends.parity.run import Outcome, Plan, run
from backends.parity.shown import console_of, show

FAILED, WRONG_USE, DIFFERENT = 1, 2, 3


def names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number from 1")
    return int(text)


class Command(BaseCommand):
    help = (
        "Ask several engines the same questions about a connection's documents, and print what is the same and what "
        "differs. Each engine gets a temporary index, removed afterwards; the project's own is not touched. Exit "
        "codes: 0 all equal or explained, 1 failed, 2 wrong use, 3 a difference without an explanation."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--engines",
            type=names,
            default=(),
            metavar="A,B",
            help=f"of {', '.join(ENGINES)}; the first is what the others are held to (all that are installed; a server "
            "is asked at SEARCHSVC_<ENGINE>_URL or SEARCHSVC_ENGINE_URL)",
        )
        parser.add_argument("--using", default="default", metavar="ALIAS", help="whose documents (%(default)s)")
        parser.add_argument("--limit", type=positive, metavar="N", help="at most N documents of each model")
        parser.add_argument(
            "--questions",
            type=Path,
            metavar="FILE",
            help="ask these and no others: a query a line, or TOML with [[question]] and q, filters, order_by, facets",
        )
        forms = parser.add_mutually_exclusive_group()
        forms.add_argument("--json", action="store_true", help="everything, for a program")
        forms.add_argument("--markdown", action="store_true", help="tables for a README")

    def handle(self, **options: Any) -> None:
        plan = Plan(options["engines"], options["using"], options["limit"], options["questions"])
        try:
            with console_of(self.stderr).status("writing and asking"):
                outcome = run(plan)
        except WrongUse as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        except SearchError as error:
            raise CommandError(f"An engine failed: {error}", returncode=FAILED) from error
        self.tell(outcome, options)
        if wrong := len(outcome.unexplained):
            raise CommandError(f"{wrong} differences are not explained: see above", returncode=DIFFERENT)

    def tell(self, outcome: Outcome, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(record(outcome), indent=1, ensure_ascii=False))
        elif options["markdown"]:
            self.stdout.write(document(outcome))
        else:
            show(outcome, console_of(self.stdout))
