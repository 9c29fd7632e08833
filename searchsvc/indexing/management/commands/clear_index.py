"""Haystack's `clear_index`: every document is removed, and what a rollback would need. It asks, or needs --noinput."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from haystack.management.commands import clear_index as haystack

from backends.core.errors import SearchError
from searchsvc.indexing import audit
from searchsvc.indexing.console import FAILED
from searchsvc.indexing.console.stock import agreed, no_input, parted
from searchsvc.indexing.rebuild.disposal import clear
from searchsvc.indexing.rebuild.outcome import RebuildError

QUESTION = (
    "WARNING: This will irreparably remove EVERYTHING from your search index in connection '{}', old generations too.\n"
    "Your choices after this are to restore from backups or rebuild via the `rebuild_index` command."
)


class Command(haystack.Command):  # type: ignore[misc] # Haystack carries no types
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        no_input(parser)

    def handle(self, **options: Any) -> None:
        ours, others = parted(options.get("using"))
        if ours and options.get("interactive", True) and not agreed(QUESTION.format("', '".join(ours)), self.stdout):
            return
        for alias in ours:
            try:
                clear(alias, audit.at_the_console())
            except (RebuildError, SearchError) as error:
                raise CommandError(str(error), returncode=FAILED) from error
            if int(options.get("verbosity", 1)):
                self.stdout.write(f"All documents removed from '{alias}'.")
        if others:
            super().handle(**{**options, "using": others})
