"""A field with an analyzer that the project brings."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from haystack import fields as stock

from backends.core import fields
from backends.core.analysis.own import OwnAnalyzer, described
from backends.core.build import schema
from backends.core.highlight import Style
from backends.core.schema import Field, Kind, Schema
from tests.contract.conftest import ENGINES, Questions
from tests.contract.corpus import document


def digits_out(text: str) -> list[str]:
    return re.sub(r"\d+", "", text).split()


SCHEMA = Schema((Field("text", Kind.TEXT, "english", own=digits_out, weight=1),))


@pytest.mark.parametrize("engine", ["tantivy", "whoosh", "toy"])
def test_its_terms_are_found_counted_in_rows_and_marked(engine: str, tmp_path: Path) -> None:
    if engine != "toy":
        pytest.importorskip(engine)
    store = ENGINES[engine](tmp_path, SCHEMA)
    store.promote(store.create(SCHEMA))
    texts = {"a": "1234daniel5678 Smith", "b": "Daniel Jones"}
    made = [document(SCHEMA, (name, f"t:{name}", "t.t", name), {"text": text}) for name, text in texts.items()]
    assert store.write(1, made) == []
    ask = Questions(store, SCHEMA)
    assert ask.found("daniel") == {"a"}, "lower case is not folded by an analyzer that does not"
    assert ask.found("9daniel9") == {"a"}
    assert ask.found('"daniel Smith"') == {"a"}
    assert ask.lookup("text", "startswith", "JON") == {"b"}
    page = ask.page("daniel", style=Style())
    assert page.results[0].highlights == {"text": ["<mark>1234daniel5678</mark> Smith"]}


def test_whoosh_s_analyzers_are_such_callables() -> None:
    analysis = pytest.importorskip("whoosh.analysis")
    own = analysis.SpaceSeparatedTokenizer() | analysis.SubstitutionFilter(r"\d+", "")
    made = schema({"name": stock.CharField(analyzer=own), "text": stock.CharField(document=True)})
    assert made.field("name").analyzer.terms("1234daniel5678 x 12") == ["daniel", "x"]
    assert made.field("text").own is None


@pytest.mark.parametrize(
    "field",
    [stock.CharField(analyzer="snowball"), stock.IntegerField(analyzer=digits_out), fields.TextField(analyzer="x")],
)
def test_what_only_another_engine_has_is_refused(field: stock.SearchField) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"'name'.*language"):
        schema({"name": field})


def test_an_index_knows_the_analyzer_it_was_built_with() -> None:
    def with_own(own: Callable[[str], list[str]] | None) -> str:
        return Schema((Field("text", Kind.TEXT, "english", own=own),)).fingerprint

    assert with_own(digits_out) == with_own(digits_out) != with_own(str.split)
    assert with_own(None) not in {with_own(digits_out), with_own(str.split)}


def test_its_description_is_the_same_in_every_process(root: Path) -> None:
    pytest.importorskip("whoosh")
    program = (
        "from whoosh.analysis import StemmingAnalyzer as S; from backends.core.analysis.own import described;"
        "print(described(S()), described(S(minsize=3)), described(len), sep='\\n')"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": str(seed)},
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout
        for seed in (1, 2)
    }  # fmt: skip
    assert len(said) == 1
    assert len(set(said.pop().splitlines())) == 3
    assert "0x" not in described(OwnAnalyzer(digits_out))
