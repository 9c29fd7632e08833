"""A process that imports this stops for ever where it has read a batch's documents and is about to write them."""

import os
import threading
from pathlib import Path
from typing import Any

from searchsvc.indexing import bring


def stall(*_arguments: Any) -> None:
    """Say so by making a file."""
    Path(os.environ["STALLED"]).touch()
    threading.Event().wait()


bring._write = stall
