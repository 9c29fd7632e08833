"""One index after the other, and what is said of each: what `rebuild`, `resume` and `rebuild_index` share."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TextIO

import orjson

from backends.core.errors import SearchError
from searchsvc.indexing import audit
from searchsvc.indexing.console import DOES_NOT_HOLD, DONE, FAILED
from searchsvc.indexing.rebuild.outcome import NotAccepted, NothingToDo, RebuildError, Stopped
from searchsvc.indexing.rebuild.progress import Silent, Watch, watch
from searchsvc.indexing.rebuild.signals import stopping
from searchsvc.indexing.rebuild.wanted import BATCH, Rebuilt, Run, Wanted

MOST_SHOWN = 20  # documents named one by one
GO_ON = "Go on with: manage.py index {} --engine {}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which indexes, how, and who is told."""

    aliases: tuple[str, ...]
    wanted: Wanted
    watch: Watch
    again: str = "resume"  # the verb that goes on with what was stopped

    @classmethod
    def of(cls, aliases: tuple[str, ...], options: Mapping[str, Any], out: TextIO, again: str = "resume") -> "Asked":
        """From a command's options."""
        wanted = Wanted(
            who=audit.at_the_console(),
            batch=options.get("batch_size") or BATCH,
            workers=options.get("workers") or None,
            keep=options.get("keep", 1),
            most_missing=options["max_missing"],
            force=options["force_promote"],
            check_space=not options.get("no_space_check"),
            restart=options.get("restart", False),
        )
        verbosity = 0 if options.get("json") else int(options.get("verbosity", 1))
        return cls(aliases, wanted, watch(out, verbosity) if verbosity else Silent(), again)


@dataclass(frozen=True, slots=True)
class One:
    """What came of one index: the exit code it asks for, what programs are told, and a sentence where it failed."""

    code: int
    told: Mapping[str, Any]
    failure: str = ""
    is_nothing: bool = False


def build(work: Callable[[Run], Rebuilt], asked: Asked) -> list[One]:
    """Do the work for each index, until somebody stops it."""
    found: list[One] = []
    with stopping() as stop:
        for alias in asked.aliases:
            run = Run(alias, asked.wanted, asked.watch, stop, os.cpu_count() or 1)
            found.append(_one(work, run, asked.again))
            if stop():
                break
    return found


def finish(found: Iterable[One], out: TextIO, *, json: bool, nothing: int = DONE) -> int:
    """Say what failed, and return the exit code: the worst there was. `nothing` is that of nothing to do."""
    every = list(found)
    if json:
        out.write(orjson.dumps([one.told for one in every], option=orjson.OPT_INDENT_2).decode() + "\n")
    for one in every:
        if one.failure:
            sys.stderr.write(f"{one.failure}\n")
    return max((nothing if one.is_nothing else one.code for one in every), default=DONE)


def _one(work: Callable[[Run], Rebuilt], run: Run, again: str) -> One:
    try:
        done = work(run)
    except NothingToDo as error:
        run.watch.say(str(error))
        return One(DONE, {"alias": run.alias, "nothing": str(error)}, is_nothing=True)
    except NotAccepted as error:
        return _failed(run, DOES_NOT_HOLD, str(error), error.documents)
    except (RebuildError, SearchError) as error:
        hint = f" {GO_ON.format(again, run.alias)}" if isinstance(error, Stopped | SearchError) else ""
        return _failed(run, FAILED, f"{error}{hint}")
    for line in _lines(done):
        run.watch.say(line)
    return One(DONE, asdict(done))


def _lines(done: Rebuilt) -> Iterable[str]:
    rate = f", {done.documents / done.seconds:,.0f}/s" if done.seconds >= 1 else ""
    old = f"; removed generation {', '.join(map(str, done.dropped))}" if done.dropped else ""
    yield (
        f"{done.alias}: generation {done.generation} answers with {done.documents:,} documents "
        f"({done.seconds:.1f} s{rate}){old}"
    )
    if done.refused:
        yield f"{done.alias}: {len(done.refused) + done.more_refused:,} documents were refused:"
    for id_, reason in done.refused:
        yield f"  {id_}: {reason}"
    if done.more_refused:
        yield f"  and {done.more_refused:,} more: manage.py index status"


def _failed(run: Run, code: int, message: str, documents: Iterable[str] = ()) -> One:
    ids = list(documents)
    shown = "".join(f"\n  {id_}" for id_ in ids[:MOST_SHOWN])
    more = f"\n  and {len(ids) - MOST_SHOWN:,} more" if len(ids) > MOST_SHOWN else ""
    told = {"alias": run.alias, "error": message, "documents": ids}
    return One(code, told, f"{run.alias}: {message}{shown}{more}")
