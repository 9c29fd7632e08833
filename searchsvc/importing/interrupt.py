"""Ctrl-C and SIGTERM end an import cleanly, with a summary."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# SIGINT too: a shell starts background jobs with it ignored, and an operator's `kill -INT` should work all the same.
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def terminable() -> Iterator[None]:
    """Make each a KeyboardInterrupt while inside. Only a process's main thread can; elsewhere nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.default_int_handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
