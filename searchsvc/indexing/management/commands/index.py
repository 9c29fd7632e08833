"""`manage.py index`: what an operator does to the indexes. Each verb is a module of `searchsvc.indexing.console`."""

import sys
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from searchsvc.indexing.console import VERBS


class Command(BaseCommand):
    help = "Look after the search indexes. Exits with 0 (done), 1 (failed), 2 (wrong use) or 3 (a check did not hold)."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=ArgumentParser)
        for verb, summary in VERBS.items():
            one = verbs.add_parser(verb, help=summary, description=f"{summary}.")
            import_module(f"searchsvc.indexing.console.{verb}").arguments(one)

    def handle(self, *_args: Any, **options: Any) -> None:
        code = import_module(f"searchsvc.indexing.console.{options['verb']}").run(options, self.stdout)
        if code:
            sys.exit(code)
