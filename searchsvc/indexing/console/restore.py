"""`manage.py index restore`: fill a new generation from a dump."""

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import orjson

from backends.core.errors import SearchError
from searchsvc.indexing.audit import at_the_console
from searchsvc.indexing.console import DONE, FAILED, engine_argument
from searchsvc.indexing.console.dump import one_engine
from searchsvc.indexing.dumpfile import DumpRefused
from searchsvc.indexing.rebuild.outcome import RebuildError
from searchsvc.indexing.restore import NotTheSame, restore


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    parser.add_argument("file", type=Path, help="what index dump wrote")
    parser.add_argument("--json", action="store_true", help="what came of it, for programs")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    alias = one_engine(options)
    try:
        found = restore(alias, options["file"], at_the_console())
    except (DumpRefused, NotTheSame, RebuildError, SearchError) as error:
        out.write(f"{alias}: {error}\n")
        return FAILED
    if options["json"]:
        plain = {"index": alias, "generation": found.generation, "count": found.count}
        out.write(orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode())
    else:
        out.write(f"{alias}: generation {found.generation} answers, with {found.count:,} documents.\n")
    return DONE
