"""Every engine is asked for every class of node: it answers, or says that it cannot."""

import pytest

from backends.core import nodes
from backends.core.errors import UnsupportedQuery
from backends.core.nodes import Node
from backends.core.request import Request, Sort
from backends.core.schema import KEY
from tests.contract.conftest import EVERYTHING, Questions
from tests.contract.corpus import ROWS, SCHEMA
from tests.contract.flags import held, needs

BOAT, BOOK = nodes.Term("title", "boat"), nodes.Equals("kind", "book")
HARBOURS = {"boat", "harbour2"}
# Class -> (an example over the corpus' columns, what it finds). A new class needs one, or its test says so.
EXAMPLES: dict[type[Node], tuple[Node, set[str]]] = {
    nodes.All: (nodes.All(), set(ROWS)),
    nodes.Nothing: (nodes.Nothing(), set()),
    nodes.And: (nodes.And((BOAT, nodes.Term("title", "model"))), {"ancient"}),
    nodes.Or: (nodes.Or((BOAT, BOOK)), {"boat", "ancient", "code", "hamlet"}),
    nodes.Not: (nodes.And((BOAT, nodes.Not(nodes.Equals("kind", "object")))), {"boat"}),
    nodes.Boost: (nodes.Boost(BOAT, 2.0), {"boat", "ancient"}),
    nodes.Filter: (nodes.Filter(BOAT), {"boat", "ancient"}),
    nodes.Prefer: (nodes.Prefer(BOAT, BOOK), {"boat", "ancient"}),
    nodes.Term: (BOAT, {"boat", "ancient"}),
    nodes.Phrase: (nodes.Phrase("title", ("fish", "boat")), {"boat"}),
    nodes.Prefix: (nodes.Prefix("title_words", "harb"), HARBOURS),
    nodes.Suffix: (nodes.Suffix("title_words", "bour"), HARBOURS),
    nodes.Infix: (nodes.Infix("title_words", "arbou"), HARBOURS),
    nodes.Fuzzy: (nodes.Fuzzy("title_words", "harbuor", 2), HARBOURS),
    nodes.Equals: (BOOK, {"code", "hamlet"}),
    nodes.AnyOf: (nodes.AnyOf("year", (1603, 2005)), {"code", "hamlet"}),
    nodes.Range: (nodes.Range("year", 1600, 1850, include_upper=False), {"hamlet", "tokyo"}),
    nodes.Near: (nodes.Near("place", (49.9, 1.1), 5.0), {"boat"}),
    nodes.Exists: (nodes.Exists("weight"), {"boat", "needle", "code", "harbour2"}),
}
SURFACE = {nodes.Lookup}  # lowered before an engine sees them


def test_every_class_of_node_is_in_the_list_of_those_an_engine_may_meet() -> None:
    classes = {value for value in vars(nodes).values() if isinstance(value, type) and issubclass(value, Node)}
    bases = {base for node in classes for base in node.__mro__[1:]}
    assert classes - bases - SURFACE == set(nodes.LOWERED)


@pytest.mark.parametrize("node", nodes.LOWERED, ids=lambda node: node.__name__)
def test_an_engine_answers_a_node_or_refuses_it(ask: Questions, node: type[Node]) -> None:
    assert node in EXAMPLES, f"give {node.__name__} an example here"
    example, names = EXAMPLES[node]
    request = Request(example, sort=(Sort(KEY),), size=EVERYTHING)
    try:
        with held(ask.store, needs(request, SCHEMA)):
            hits = ask.store.search(request).hits
    except UnsupportedQuery as error:
        assert str(error)  # noqa: PT017 - an answer or a refusal, and nothing else
        return
    assert {hit.key.removeprefix("t:") for hit in hits} == names
