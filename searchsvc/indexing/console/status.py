"""`manage.py index status`: how each index is."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

import orjson
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from searchsvc.indexing.console import DOES_NOT_HOLD, DONE, chosen, engine_argument
from searchsvc.indexing.spans import span
from searchsvc.indexing.status import Status, status

UNKNOWN = "?"


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    parser.add_argument("--json", action="store_true", help="for machines")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    """Print how each index is. 3 where something needs a person."""
    found = [status(alias) for alias in chosen(options)]
    if options["json"]:
        out.write(orjson.dumps([plain(one) for one in found], option=orjson.OPT_INDENT_2).decode())
    else:
        show(found, out)
    return DOES_NOT_HOLD if any(any(one.worries()) for one in found) else DONE


def plain(one: Status) -> dict[str, Any]:
    """Ready for JSON; what is not known is null."""
    engine, queue, agreed = one.engine, one.queue, one.agreed
    return {
        "index": one.alias,
        "engine": one.name,
        "answers": not engine.trouble,
        "generation": engine.generation,
        "generations": [{"number": number, "state": one.states.get(number)} for number in engine.generations],
        "rows": one.rows,
        "documents": engine.documents,
        "size": engine.size,
        "waiting": queue.waiting,
        "expansions": queue.expansions,
        "oldest_age": queue.age(one.moment),
        "dead": queue.dead,
        "reasons": [{"reason": reason, "times": times} for reason, times in queue.reasons],
        "verified": None
        if agreed is None
        else {
            "generation": agreed.generation,
            "finished": agreed.finished,
            "whole": agreed.is_whole,
            **agreed.found,
        },
        "worries": list(one.worries()),
    }


def show(found: list[Status], out: TextIO) -> None:
    console = Console(file=out, highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("index", "engine"):
        table.add_column(name)
    for name in ("gen", "rows", "docs", "waits", "oldest", "dead", "size", "verified"):
        table.add_column(name, justify="right")
    for one in found:
        table.add_row(one.alias, one.name, *_figures(one))
    console.print(table)
    for one in found:
        if others := one.others():
            console.print(f"{one.alias}: also {', '.join(others)}", markup=False)
        for worry in one.worries():
            console.print(f"{one.alias}: {worry}", markup=False)


def _figures(one: Status) -> tuple[str, ...]:
    engine, queue = one.engine, one.queue
    return (
        UNKNOWN if engine.trouble else f"g{engine.generation}" if engine.generation else "none",
        f"{one.rows:,}",
        UNKNOWN if engine.documents is None else f"{engine.documents:,}",
        f"{queue.waiting + queue.expansions:,}",
        "-" if queue.oldest is None else span(queue.age(one.moment)),
        f"{queue.dead:,}",
        UNKNOWN if engine.size is None else decimal(engine.size),
        "never" if one.agreed is None else f"{span((one.moment - one.agreed.finished).total_seconds())} ago",
    )
