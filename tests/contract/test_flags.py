"""Flags cannot lie: each has tests, each False is held by the reverse, and a liar is caught."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from backends.core.errors import UnsupportedQuery
from backends.core.features import Features
from backends.core.store import Store
from tests.contract.conftest import ENGINES
from tests.contract.corpus import SCHEMA, documents
from tests.contract.flags import Running, held, lacking

FLAGS = [item.name for item in fields(Features)]
METHODS = sorted(name for name in vars(Store) if not name.startswith("_") and callable(getattr(Store, name)))


def test_every_flag_has_tests_and_every_mark_names_a_flag() -> None:
    sources = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    marked = set(re.findall(r'requires\("(\w+)"\)', sources))
    assert marked == set(FLAGS), "give each flag a test marked @pytest.mark.requires"


@pytest.mark.parametrize("flag", FLAGS)
def test_a_flag_is_false_for_some_engine_so_that_its_tests_run_in_reverse_too(flag: str, tmp_path: Path) -> None:
    assert lacking(ENGINES["bare"](tmp_path, SCHEMA), frozenset({flag})) == {flag}


@pytest.mark.parametrize("method", METHODS)
def test_an_engine_has_every_method_of_a_store(filled: Store, method: str) -> None:
    assert callable(getattr(filled, method, None))


def test_a_store_holds_what_was_written(filled: Store) -> None:
    assert filled.count() == len(documents())


@pytest.mark.parametrize("flag", FLAGS)
def test_an_engine_that_answers_what_it_says_it_lacks_is_caught(flag: str, tmp_path: Path) -> None:
    store, needed = ENGINES["bare"](tmp_path, SCHEMA), frozenset({flag})
    with pytest.raises(AssertionError, match=f"lacks {flag}, yet it answered"), held(store, needed):
        pass
    running = Running()
    running.start(needed)
    assert "yet it answered" in running.lie(needed, None)
    assert not running.is_reversed(needed, None)
    assert running.is_reversed(needed, UnsupportedQuery("no"))


def test_an_engine_that_refuses_what_it_says_it_can_do_is_not_reversed() -> None:
    running = Running()
    running.start(frozenset({"facets"}))
    assert not running.is_reversed(frozenset(), UnsupportedQuery("no"))
    assert not running.is_reversed(frozenset({"facets"}), AssertionError("wrong answer"))
