import sys
from argparse import ArgumentTypeError
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from searchsvc.importing.feed import READERS, Feed, import_feed
from searchsvc.importing.interrupt import terminable
from searchsvc.importing.load import BATCH, Plan
from searchsvc.importing.mapping import Mapping, load_mapping, natural
from searchsvc.importing.progress import Progress
from searchsvc.importing.report import Report
from searchsvc.importing.row import WrongFeed
from searchsvc.importing.rule import BadMapping

WRONG_USE = 2
MAX_BATCH = 10_000


def batch_size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_BATCH:
        raise ArgumentTypeError(f"must be a number from 1 to {MAX_BATCH:,}")
    return int(text)


class Command(BaseCommand):
    help = (
        "Import a feed into the catalogue. Rows that did not change are passed over, so an interrupted import is "
        "continued by running it again. Exit codes: 0 done, 1 something could not be imported, 2 wrong use, "
        "3 pruning was refused."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feed", metavar="SOURCE", help='a file (may be packed by gzip, xz or bzip2), or "-"')
        parser.add_argument("--format", required=True, choices=sorted(READERS))
        parser.add_argument("--map", metavar="FILE.toml", help="which column becomes what; a file, or a shipped name")
        parser.add_argument("--source", help="the first part of each key; needed without --map")
        parser.add_argument("--dry-run", action="store_true", help="write nothing, and report the same")
        parser.add_argument("--prune", action="store_true", help="remove the items that the feed no longer has")
        parser.add_argument("--force", action="store_true", help="with --prune: also where they are more than 10 %%")
        parser.add_argument("--batch-size", type=batch_size, default=BATCH, help="rows a transaction (%(default)s)")
        parser.add_argument("--translations", metavar="FILE", help="Debian's Translation-en, for long descriptions")
        parser.add_argument("--no-progress", action="store_true")

    def handle(self, **options: Any) -> None:
        try:
            mapping = plan_mapping(options)
            feed_options = replace(mapping.options, translations=options["translations"])
            feed = Feed(options["feed"], options["format"], feed_options)
            plan = Plan(mapping, options["dry_run"], options["prune"], options["force"], options["batch_size"])
            with terminable():
                report = import_feed(feed, plan, None if options["no_progress"] else Progress(sys.stderr))
        except (BadMapping, WrongFeed, OSError) as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        except DatabaseError as error:
            raise CommandError(f"the database ended the import: {error}; what is imported stays") from error
        tell(self, report)


def plan_mapping(options: dict[str, Any]) -> Mapping:
    """Read the mapping, and refuse flags that contradict each other. Raises BadMapping, CommandError."""
    if options["force"] and not options["prune"]:
        raise CommandError("--force is for --prune", returncode=WRONG_USE)
    if options["translations"] and options["format"] != "debian":
        raise CommandError("--translations is for --format debian", returncode=WRONG_USE)
    if options["map"] is None and options["source"] is None:
        raise CommandError("give --map, or --source for a feed whose columns are named as the fields", returncode=2)
    mapping = load_mapping(options["map"], options["source"]) if options["map"] else natural(options["source"])
    if options["prune"] and mapping.target != "items":
        raise CommandError(f"--prune is for items; this mapping is for {mapping.target}", returncode=WRONG_USE)
    return mapping


def tell(command: BaseCommand, report: Report) -> None:
    """Print the problems and the summary. Raises CommandError with the exit code where not all was done."""
    for problem in report.problems:
        command.stderr.write(str(problem))
    for sentence in report.sentences():
        command.stdout.write(sentence)
    if report.exit_code:
        raise CommandError("not everything was done: see above", returncode=report.exit_code)
