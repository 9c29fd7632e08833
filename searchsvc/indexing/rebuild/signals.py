"""A wish to stop: SIGTERM or Ctrl-C lets what is begun end, a second one does not."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Within the block, ask what it gives whether to stop. Only the main thread hears signals."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    wished = threading.Event()
    before = {int(each): signal.getsignal(each) for each in SIGNALS}

    def wish(number: int, _frame: FrameType | None) -> None:
        wished.set()
        signal.signal(number, before[number])

    for each in SIGNALS:
        signal.signal(each, wish)
    try:
        yield wished.is_set
    finally:
        for each in SIGNALS:
            signal.signal(each, before[each])
