"""`manage.py index dump`: write an index to a file."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

import orjson
from django.core.management.base import CommandError

from backends.core.errors import SearchError
from searchsvc.indexing.console import DOES_NOT_HOLD, DONE, FAILED, WRONG_USE, chosen, engine_argument
from searchsvc.indexing.dump import Dumped, dump, target


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    parser.add_argument("file", help="where to; gzipped where it ends in .gz, - is standard output")
    parser.add_argument("--json", action="store_true", help="what came of it, for programs")


def one_engine(options: Mapping[str, Any]) -> str:
    """The connection that `--engine` names. Raises CommandError for none, or several."""
    names = chosen(options)
    if len(names) != 1:
        raise CommandError(f"Name one connection with --engine: {', '.join(names)}.", returncode=WRONG_USE)
    return names[0]


def run(options: Mapping[str, Any], out: TextIO) -> int:
    """Write it, and say on standard error, or where it does not go to a file on standard output, what it holds."""
    alias = one_engine(options)
    say = sys.stderr if options["file"] == "-" else out
    try:
        with target(options["file"], sys.stdout.buffer) as file:
            found = dump(alias, file)
    except (SearchError, OSError) as error:
        say.write(f"{error}\n")
        return FAILED
    tell(found, alias, options, say)
    return DONE if found.is_clean else DOES_NOT_HOLD


def tell(found: Dumped, alias: str, options: Mapping[str, Any], say: TextIO) -> None:
    if options["json"]:
        plain = {
            "index": alias, "generation": found.generation, "count": found.count, "sha256": found.sha256,
            "differing": found.differing, "omitted": found.omitted, "ghosts": found.ghosts,
            "differ": found.differ, "left_out": found.left_out,
        }  # fmt: skip
        say.write(orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    say.write(f"{alias}: {found.count:,} documents, SHA-256 {found.sha256}\n")
    for title, names in (("differs", found.differ), ("left out", found.left_out)):
        say.writelines(f"{title} {id_}: {why}\n" for id_, why in names.items())
    if found.differing or found.omitted:
        say.write(f"{found.differing:,} differ from the index, {found.omitted:,} were left out.\n")
    if found.ghosts:
        say.write(f"{found.ghosts:,} documents of the index have no row, and are not in the dump.\n")
