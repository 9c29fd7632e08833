"""Haystack's `rebuild_index`: `index rebuild` with Haystack's flags. What answers does so until the swap."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from haystack.management.commands import rebuild_index as haystack

from searchsvc.indexing.console.builds import Asked, build
from searchsvc.indexing.console.rebuild import build_options
from searchsvc.indexing.console.stock import agreed, no_input, parted
from searchsvc.indexing.rebuild.run import rebuild

QUESTION = (
    "This builds the index of connection '{}' anew from the database, beside the one that answers, which goes on "
    "doing so and is kept for `index rollback`."
)


class Command(haystack.Command):  # type: ignore[misc] # Haystack carries no types
    help = "Build each search index anew from the database, and then have it answer. The live one is not emptied."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        no_input(parser)
        build_options(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        ours, others = parted(options["using"])
        if ours and options["interactive"] and not agreed(QUESTION.format("', '".join(ours)), self.stdout):
            return
        if ours:
            self._rebuild(ours, options)
        if others:
            names = ("interactive", "commit", "workers", "batchsize", "max_retries", "verbosity")
            super().handle(using=others, **{name: options[name] for name in names})

    def _rebuild(self, ours: tuple[str, ...], options: dict[str, Any]) -> None:
        found = build(rebuild, Asked.of(ours, {**options, "batch_size": options["batchsize"]}, self.stdout))
        if failures := [one.failure for one in found if one.failure]:
            raise CommandError("\n".join(failures), returncode=max(one.code for one in found))
