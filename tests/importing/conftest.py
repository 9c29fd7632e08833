import io
import json
from collections.abc import Callable

import pytest

from searchsvc.importing.mapping import Mapping, natural
from searchsvc.importing.tape import Tape


@pytest.fixture
def tape() -> Callable[[bytes], Tape]:
    return lambda content: Tape(io.BytesIO(content), len(content))


@pytest.fixture
def write_feed(tmp_path) -> Callable[..., str]:
    """Write rows as JSON Lines and give the path."""

    def write(*rows: object, name: str = "feed.jsonl") -> str:
        path = tmp_path / name
        path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
        return str(path)

    return write


@pytest.fixture
def mapping() -> Mapping:
    return natural("test")
