"""What people write in more than one way: a work titled either way is found by each, and nothing else is."""

from collections.abc import Iterator

import pytest

from backends.core.parse import parse
from backends.core.store import Store
from tests.backends.core.test_spellings import ALIKE
from tests.contract.conftest import ENGINES, Questions
from tests.contract.corpus import SCHEMA, make

TITLES = {f"{group} {at}": title for group, titles in enumerate(ALIKE) for at, title in enumerate(titles)}


@pytest.fixture(scope="module")
def filled(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = ENGINES[engine](tmp_path_factory.mktemp(engine), SCHEMA)
    number = store.create(SCHEMA)
    store.promote(number)
    store.write(number, [make(name, {"title": title}) for name, title in TITLES.items()])
    yield store
    store.close()


@pytest.mark.parametrize("group", range(len(ALIKE)), ids=[titles[0] for titles in ALIKE])
def test_each_way_of_writing_finds_all(ask: Questions, group: int) -> None:
    same = {f"{group} {at}" for at in range(len(ALIKE[group]))}
    for title in ALIKE[group]:
        assert ask.found(parse(title)) == same
