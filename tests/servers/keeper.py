"""The process that owns a shared server: `python -m tests.servers.keeper NAME FOLDER [OPTION...]`.

It prints what `sharing` needs to know when the server answers, and stays behind until nobody holds the lease.
"""

import fcntl
import os
import shutil
import sys
import traceback
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from tests.servers.process import DidNotStart, NotWanted, Process
from tests.servers.products import product_of
from tests.servers.sharing import as_json, open_lease, own_token, start


def main(name: str, folder: Path, options: frozenset[str]) -> int:
    """Leave the keeper behind; return 0 when its server answers, 1 after printing why it does not."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        os.setsid()
        with os.fdopen(writer, "w") as report:
            quiet()
            process = begin(name, folder, options, report)
            report.flush()
        if process:
            keep(process)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as report:
        said = report.read()
    print(said, end="")
    return 0 if said.startswith("{") else 1


def begin(name: str, folder: Path, options: frozenset[str], report: TextIO) -> Process | None:
    try:
        process, answer = start(
            product_of(name, options), folder, options, own_token(), is_wanted=lambda: is_held(folder)
        )
    except (DidNotStart, NotWanted) as error:
        print(error, file=report)
    except BaseException:  # noqa: BLE001  # whoever waits is told, whatever it was
        traceback.print_exc(file=report)
    else:
        print(as_json(process, answer), file=report)
        return process
    shutil.rmtree(folder, ignore_errors=True)
    return None


def keep(process: Process) -> None:
    """Wait until nobody uses the server, then end it."""
    folder = process.instance.folder
    with ExitStack() as stack:
        stack.callback(process.stop)
        stack.enter_context(open_lease(folder, fcntl.LOCK_EX))
        process.stop()
        shutil.rmtree(folder, ignore_errors=True)


def is_held(folder: Path) -> bool:
    try:
        open_lease(folder, fcntl.LOCK_EX | fcntl.LOCK_NB).close()
    except BlockingIOError:
        return True
    except FileNotFoundError:  # someone removed all of it
        return False
    return False


def quiet() -> None:
    """Let go of the starter's input and output, which it waits for."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), frozenset(sys.argv[3:])))
