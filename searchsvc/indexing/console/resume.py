"""`index resume`: go on with a rebuild that was stopped or killed, or that failed its verification."""

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

from searchsvc.indexing.console import chosen, engine_argument
from searchsvc.indexing.console.builds import Asked, build, finish
from searchsvc.indexing.console.rebuild import build_arguments
from searchsvc.indexing.rebuild.run import resume


def arguments(parser: ArgumentParser) -> None:
    engine_argument(parser)
    build_arguments(parser)


def run(options: Mapping[str, Any], out: TextIO) -> int:
    found = build(resume, Asked.of(chosen(options), options, out))
    return finish(found, out, json=options["json"])
