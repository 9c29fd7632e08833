"""Simplifying changes the shape of a tree and never what it matches."""

from hypothesis import given
from hypothesis import strategies as st

from backends.core.nodes import All, And, Boost, Filter, Node, Not, Nothing, Or, Prefer, Term
from backends.core.simplify import simplify

LETTERS = "abc"
CORPUS = [frozenset(letter for at, letter in enumerate(LETTERS) if number >> at & 1) for number in range(8)]
LEAVES = st.sampled_from([Term("c", letter) for letter in LETTERS] + [All(), Nothing()])


def branches(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes | nodes.map(Not), max_size=4).map(tuple)
    return (
        several.map(And)
        | several.filter(bool).map(Or)
        | nodes.map(Not)
        | st.builds(Boost, nodes, st.sampled_from([1.0, 2.0]))
        | nodes.map(Filter)
        | st.builds(Prefer, nodes, nodes)
    )


TREES = st.recursive(LEAVES, branches, max_leaves=20)


def matches(node: Node, document: frozenset[str]) -> bool:
    """The plainest reading of a tree."""
    match node:
        case All():
            return True
        case Nothing():
            return False
        case And(nodes):
            return all(matches(child, document) for child in nodes)
        case Or(nodes):
            return any(matches(child, document) for child in nodes)
        case Not(inner):
            return not matches(inner, document)
        case Boost(inner) | Filter(inner) | Prefer(inner):
            return matches(inner, document)
        case Term(_, term):
            return term in document
    raise AssertionError(node)


def below(node: Node) -> list[Node]:
    return [found for child in node.children() for found in (child, *below(child))]


@given(TREES)
def test_the_same_documents_match(node: Node):
    simple = simplify(node)
    assert [matches(simple, document) for document in CORPUS] == [matches(node, document) for document in CORPUS]


@given(TREES)
def test_every_not_stands_beside_something_it_takes_from(node: Node):
    simple = simplify(node)
    assert not isinstance(simple, Not)
    for parent in (simple, *below(simple)):
        negated = [isinstance(child, Not) for child in parent.children()]
        assert not any(negated) or (isinstance(parent, And) and not all(negated))


@given(TREES)
def test_nothing_neutral_nested_or_double_is_left(node: Node):
    simple = simplify(node)
    for parent in (simple, *below(simple)):
        children = list(parent.children())
        if isinstance(parent, And | Or):
            assert len(set(children)) == len(children) > 1
            assert not any(isinstance(child, type(parent)) for child in children)
        assert not isinstance(parent, Boost) or parent.factor != 1
        if not isinstance(parent, Prefer):
            assert not any(isinstance(child, Nothing) for child in children)


@given(TREES)
def test_simplifying_twice_is_simplifying_once(node: Node):
    assert simplify(simplify(node)) == simplify(node)


def test_what_is_only_excluded_is_taken_from_everything():
    a, b = Term("c", "a"), Term("c", "b")
    assert simplify(Not(a)) == And((All(), Not(a)))
    assert simplify(And((Not(a), Not(b)))) == And((All(), Not(a), Not(b)))
    assert simplify(Or((a, And((Not(a), Not(b)))))) == Or((a, And((All(), Not(a), Not(b)))))
    assert simplify(Boost(Not(a), 2)) == Boost(And((All(), Not(a))), 2)


def test_a_repeated_word_keeps_its_weight():
    a, b = Term("c", "a"), Term("c", "b")
    assert simplify(And((a, b, a, a))) == And((Boost(a, 3), b))
    assert simplify(And((a, a))) == Boost(a, 2)
    assert simplify(Or((a, Or((b, a))))) == Or((Boost(a, 2), b))
    assert simplify(And((a, Not(b), Not(b)))) == And((a, Not(b)))
