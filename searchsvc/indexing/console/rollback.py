"""`index rollback`: have the generation before answer again."""

from argparse import ArgumentParser
from collections.abc import Mapping
from functools import partial
from typing import Any, TextIO

from django.core.management.base import CommandError

from searchsvc.indexing.console import DONE, FAILED, WRONG_USE, chosen, engine_argument
from searchsvc.indexing.console.builds import Asked, build, finish
from searchsvc.indexing.console.rebuild import count, verify_options
from searchsvc.indexing.rebuild.outcome import RebuildError
from searchsvc.indexing.rebuild.rollback import choose, rollback


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    parser.add_argument("--to", type=count, metavar="N", help="this generation (the one that answered before)")
    parser.add_argument("--dry-run", action="store_true", help="say which generation would answer, and change nothing")
    parser.add_argument("--json", action="store_true", help="what came of it, for programs")
    verify_options(parser)


def run(options: Mapping[str, Any], out: TextIO) -> int:
    aliases = chosen(options)
    if len(aliases) > 1 and not options["engine"]:
        raise CommandError(f"Say which: --engine {', --engine '.join(aliases)}", returncode=WRONG_USE)
    if options["dry_run"]:
        return max(_told(alias, options["to"], out) for alias in aliases)
    asked = Asked.of(aliases, options, out, again="rollback")
    found = build(partial(rollback, to=options["to"]), asked)
    return finish(found, out, json=options["json"], nothing=FAILED)


def _told(alias: str, to: int | None, out: TextIO) -> int:
    try:
        one = choose(alias, to)
    except RebuildError as error:
        out.write(f"{alias}: {error}\n")
        return FAILED
    when = f", which answered last from {one.promoted:%Y-%m-%d %H:%M} UTC" if one.promoted else ""
    out.write(f"{alias}: generation {one.number}{when}, would answer.\n")
    return DONE
