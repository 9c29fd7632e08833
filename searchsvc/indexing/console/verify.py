"""`manage.py index verify`: compare database and index."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

import orjson
from rich.console import Console
from rich.table import Table

from backends.core.errors import SearchError
from searchsvc.indexing import verify
from searchsvc.indexing.console import DOES_NOT_HOLD, DONE, FAILED, chosen, engine_argument
from searchsvc.indexing.console.rebuild import positive
from searchsvc.indexing.delivery import drain
from searchsvc.indexing.drift import Drift
from searchsvc.indexing.mending import Mending
from searchsvc.indexing.rolling import roll, sample
from searchsvc.indexing.verify import Verified

WORST_LAST = (DONE, DOES_NOT_HOLD, FAILED)


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--sample", type=positive, metavar="N", help="so many rows by chance, and documents beside them")
    part.add_argument("--rolling", action="store_true", help="the next slice: run every hour, all is covered in a week")
    parser.add_argument("--fix", action="store_true", help="bring what differs to the index again")
    parser.add_argument("--dry-run", action="store_true", help="with --fix: count what it would do, and do nothing")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    """Print what differs. 3 where anything does and was not mended, 1 where an index could not be compared."""
    found: dict[str, Verified | SearchError] = {}
    codes = []
    for alias in chosen(options):
        try:
            found[alias] = one = _verified(alias, options)
            codes.append(DONE if one.is_clean or (options["fix"] and _is_mended(alias, options)) else DOES_NOT_HOLD)
        except SearchError as error:
            found[alias] = error
            codes.append(FAILED)
    if options["json"]:
        plain = [_plain(alias, one) for alias, one in found.items()]
        out.write(orjson.dumps(plain, option=orjson.OPT_INDENT_2).decode())
    else:
        show(found, out)
    return max(codes, key=WORST_LAST.index, default=DONE)


def _verified(alias: str, options: Mapping[str, Any]) -> Verified:
    is_rehearsal = options["dry_run"]
    mend = Mending(alias, is_rehearsal) if options["fix"] else None
    if options["sample"]:
        return sample(alias, options["sample"], mend=mend)
    if options["rolling"]:
        return roll(alias, mend=mend, is_kept=not is_rehearsal)
    found = verify.verify(alias, mend=mend)
    if not is_rehearsal:
        verify.kept(found, is_whole=True)
    return found


def _is_mended(alias: str, options: Mapping[str, Any]) -> bool:
    """Deliver what waits. False where not all of it could be."""
    if options["dry_run"]:
        return False
    drained = drain(alias)
    return not (drained.left or drained.refused or drained.dead or drained.error)


def _plain(alias: str, one: Verified | SearchError) -> dict[str, Any]:
    if isinstance(one, SearchError):
        return {"index": alias, "error": str(one)}
    return {
        "index": alias,
        "generation": one.generation,
        "checked": one.checked,
        **{what.value: count for what, count in one.counts.items()},
        "refused": one.refusals,
        "fixed": one.fixed,
        "first": [{"id": each.id, "what": each.what, "why": each.why} for each in one.first],
        "refusals": one.refused,
    }


def show(found: Mapping[str, Verified | SearchError], out: TextIO) -> None:
    console = Console(file=out, highlight=False)
    table = Table("index", box=None, pad_edge=False)
    for name in ("checked", *Drift, "refused", "fixed"):
        table.add_column(name, justify="right")
    for alias, one in found.items():
        if isinstance(one, SearchError):
            table.add_row(alias, "-")
        else:
            counts = (one.checked, *one.counts.values(), one.refusals, one.fixed)
            table.add_row(f"{alias} g{one.generation}", *(f"{count:,}" for count in counts))
    console.print(table)
    for alias, one in found.items():
        if isinstance(one, SearchError):
            console.print(f"{alias}: {one}", markup=False)
        else:
            for each in one.first:
                console.print(f"{each.what:8}{each.id}: {each.why}", markup=False)
            for id_, reason in one.refused.items():
                console.print(f"refused {id_}: {reason}", markup=False)
