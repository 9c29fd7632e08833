"""`index gc`: remove what no index needs any more."""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TextIO

import orjson

from searchsvc.indexing import audit
from searchsvc.indexing.console import DONE, chosen, engine_argument
from searchsvc.indexing.console.rebuild import count
from searchsvc.indexing.rebuild.disposal import Disposed, clean, planned


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    parser.add_argument("--keep", type=count, default=1, help="old generations kept for a rollback (1)")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    parser.add_argument("--json", action="store_true", help="what was removed, for programs")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    who = audit.at_the_console()
    found = [
        planned(alias, options["keep"]) if options["dry_run"] else clean(alias, options["keep"], who)
        for alias in chosen(options)
    ]
    if options["json"]:
        out.write(orjson.dumps([asdict(one) for one in found], option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        would = "would be removed" if options["dry_run"] else "removed"
        out.writelines(f"{one.alias}: {_told(one, would)}\n" for one in found)
    return DONE


def _told(one: Disposed, would: str) -> str:
    generations = f"generation {', '.join(map(str, one.dropped))} {would}" if one.dropped else "no generation to remove"
    changes = f"; {one.changes:,} delivered changes {would}" if one.changes else ""
    stay = f"; {', '.join(map(str, one.stay))} stay" if one.stay else ""
    return f"{generations}{changes}{stay}"
