"""Start what takes long from a web page: `manage.py index VERB` in a process of its own, which outlives the request.

It outlives the web worker too. What it prints goes to a file that the page shows the end of; what it does is recorded
where every rebuild and verification is, so it can be watched, and resumed after a kill, from anywhere.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

from django.conf import settings

from searchsvc.indexing.audit import BY, record

VERBS = ("rebuild", "resume", "verify", "rollback", "gc")
SHOWN = 4000  # bytes of the end of what a process printed


def start(verb: str, alias: str, who: str) -> "subprocess.Popen[bytes]":
    """Begin `index VERB --engine ALIAS`. Raises ValueError for another verb, OSError where no process can be made."""
    if verb not in VERBS:
        raise ValueError(f"{verb!r} is none of {', '.join(VERBS)}")
    record(who, f"{verb} asked", alias)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, BY: who}
    log = log_file(alias)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - the verb is one of VERBS, the alias one of the settings'
            [sys.executable, "-m", "django", "index", verb, "--engine", alias],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # else it would stay in the process table when it ends
    return process


def log_file(alias: str) -> Path:
    return Path(settings.VAR_DIR) / "log" / f"index-{alias}.log"


def printed(alias: str) -> str:
    """The end of what the last process of a connection printed; '' where there was none."""
    try:
        with log_file(alias).open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - SHOWN))
            return log.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
