"""`index update`: read some documents afresh, now."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, TextIO

import orjson
from django.core.management.base import CommandError
from django.utils import timezone

from backends.core.errors import SearchError
from searchsvc.indexing.console import DONE, FAILED, WRONG_USE, chosen, engine_argument
from searchsvc.indexing.console.rebuild import positive
from searchsvc.indexing.documents import Source, sources
from searchsvc.indexing.rebuild.progress import watch
from searchsvc.indexing.rebuild.signals import stopping
from searchsvc.indexing.update import BATCH, BadSelection, NotDelivered, Selection, Updated, Updating, remove, update

AGE = re.compile(r"(\d+)([mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
WORDS = {"true": True, "false": False, "null": None}
SEVERAL = ("__in", "__range")


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("model", nargs="*", metavar="MODEL", help="app_label.model, or an app's label (all)")
    engine_argument(parser)
    parser.add_argument("--ids", nargs="+", default=(), metavar="ID", help="these primary keys; one without a row goes")
    parser.add_argument(
        "--query", action="append", type=condition, default=[], metavar="FIELD=VALUE",
        help="rows for which this holds, written as a filter of Django: year__gte=1900; may be repeated",
    )  # fmt: skip
    parser.add_argument("--since", type=moment, metavar="WHEN", help="changed since: 2026-11-24T12:00, or 90m, 12h, 3d")
    parser.add_argument("--remove", action="store_true", help="also remove every document that has no row any more")
    parser.add_argument("--batch-size", type=positive, default=BATCH, help=f"documents at a time ({BATCH})")
    parser.add_argument("--json", action="store_true", help="what came of it, for programs")


def condition(text: str) -> tuple[str, Any]:
    """'year__gte=1900' as a pair. Raises ArgumentTypeError."""
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"\w+", name):
        raise ArgumentTypeError(f"{text!r} is not FIELD=VALUE")
    if name.endswith(SEVERAL):
        return name, [WORDS.get(part, part) for part in value.split(",")]
    return name, WORDS.get(value, value)


def moment(text: str) -> datetime:
    """A time of ISO 8601, UTC where it does not say, or so long ago. Raises ArgumentTypeError."""
    if age := AGE.fullmatch(text):
        return timezone.now() - timedelta(**{UNITS[age[2]]: int(age[1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a time like 2026-11-24T12:00 nor an age like 90m") from None
    return found if found.tzinfo else timezone.make_aware(found)


def run(options: Mapping[str, Any], out: TextIO) -> int:
    asked = of_models(chosen(options), options["model"])
    if options["ids"] and len({source.name for source in asked}) > 1:
        raise CommandError("--ids are of one model: name it.", returncode=WRONG_USE)
    selection = Selection(tuple(options["ids"]), dict(options["query"]), options["since"])
    verbosity = 0 if options["json"] else int(options.get("verbosity", 1))
    told: list[Updated] = []
    try:
        with stopping() as stop:
            how = Updating(options["batch_size"], watch(out, verbosity), stop)
            for source in asked:
                told += done(source, selection, how, is_removing=options["remove"])
    except BadSelection as error:
        raise CommandError(str(error), returncode=WRONG_USE) from error
    except (NotDelivered, SearchError) as error:
        raise CommandError(str(error), returncode=FAILED) from error
    if options["json"]:
        out.write(orjson.dumps([asdict(one) for one in told], option=orjson.OPT_INDENT_2).decode() + "\n")
    return DONE


def of_models(aliases: tuple[str, ...], labels: list[str]) -> list[Source]:
    """What the indexes are made of, or those parts of it. Raises CommandError for a model that none is made of."""
    every = [source for alias in aliases for source in sources(alias)]
    names = {name for source in every for name in (source.name, source.name.partition(".")[0])}
    if unknown := [label for label in labels if label.lower() not in names]:
        there = ", ".join(sorted({source.name for source in every}))
        raise CommandError(f"No index is made of '{unknown[0]}'; there are {there}.", returncode=WRONG_USE)
    wanted = {label.lower() for label in labels}
    return [one for one in every if not wanted or wanted & {one.name, one.name.partition(".")[0]}]


def done(source: Source, selection: Selection, how: Updating, *, is_removing: bool) -> list[Updated]:
    """Update one source, and say what came of it."""
    found = [update(source, selection, how)]
    if is_removing:
        found.append(remove(source, how))
    one, gone = found[0], sum(each.removed for each in found)
    refused = f", {one.refused + one.dead:,} refused" if one.refused or one.dead else ""
    removed = f"; {gone:,} without a row removed" if is_removing else ""
    how.watch.say(f"{source.alias}: {one.chosen:,} {source.name} read afresh{refused}{removed}")
    return found
