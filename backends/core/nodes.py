"""The query tree: what is asked, in values, before any engine's syntax.

A tree starts with `Lookup` leaves (a field, a Haystack lookup, a raw value), made by `parse` from a person's words
or by `query` from an SQ tree. `lower` replaces each with leaves over physical columns, holding ready terms and typed
values. An engine sees only lowered trees.
"""

from dataclasses import fields

from backends.core.frozen import dataclass

CONTENT = "content"  # Haystack's name for "wherever this index searches by default"


@dataclass(frozen=True, slots=True)
class Node:
    """Base of all nodes; `str()` is a rendering for people and logs, never syntax for an engine."""

    def children(self) -> tuple["Node", ...]:
        """The nodes below this one."""
        return ()


@dataclass(frozen=True, slots=True)
class All(Node):
    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True, slots=True)
class Nothing(Node):
    def __str__(self) -> str:
        return "(nothing)"


@dataclass(frozen=True, slots=True)
class Several(Node):
    nodes: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.nodes


@dataclass(frozen=True, slots=True)
class And(Several):
    def __str__(self) -> str:
        return "(" + " AND ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class Or(Several):
    def __str__(self) -> str:
        return "(" + " OR ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class Single(Node):
    node: Node

    def children(self) -> tuple[Node, ...]:
        return (self.node,)


@dataclass(frozen=True, slots=True)
class Not(Single):
    def __str__(self) -> str:
        return f"NOT {self.node}"


@dataclass(frozen=True, slots=True)
class Boost(Single):
    """Same matches, score multiplied."""

    factor: float

    def __str__(self) -> str:
        return f"{self.node}^{self.factor:g}"


@dataclass(frozen=True, slots=True)
class Filter(Single):
    """Same matches, no score."""

    def __str__(self) -> str:
        return f"filter({self.node})"


@dataclass(frozen=True, slots=True)
class Prefer(Single):
    """The matches of `node`; those that also match `preferred` score higher."""

    preferred: Node

    def children(self) -> tuple[Node, ...]:
        return self.node, self.preferred

    def __str__(self) -> str:
        return f"prefer({self.node}, {self.preferred})"


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """Not lowered yet: `field__lookup=value`, as Haystack writes it."""

    field: str
    lookup: str
    value: object

    def __str__(self) -> str:
        if (self.field, self.lookup) == (CONTENT, "content"):
            return str(self.value)
        if (self.field, self.lookup) == (CONTENT, "phrase"):
            return f'"{self.value}"'
        return f"{self.field}__{self.lookup}={self.value!r}"


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A condition on one physical column."""

    column: str

    def __str__(self) -> str:
        values = (getattr(self, item.name) for item in fields(self) if item.name != "column")
        return f"{self.column}:{type(self).__name__.lower()}({', '.join(map(repr, values))})"


@dataclass(frozen=True, slots=True)
class Term(Leaf):
    term: str


@dataclass(frozen=True, slots=True)
class Phrase(Leaf):
    """Two or more terms in a row, within one value; `slop` is how many positions they may be apart in all."""

    terms: tuple[str, ...]
    slop: int = 0


@dataclass(frozen=True, slots=True)
class Prefix(Leaf):
    text: str


@dataclass(frozen=True, slots=True)
class Suffix(Leaf):
    text: str


@dataclass(frozen=True, slots=True)
class Infix(Leaf):
    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy(Leaf):
    """Terms within `distance` edits (a swap of neighbours is one) that share the first `prefix` characters."""

    term: str
    distance: int
    prefix: int = 1


@dataclass(frozen=True, slots=True)
class Equals(Leaf):
    value: str | int | float


@dataclass(frozen=True, slots=True)
class AnyOf(Leaf):
    values: tuple[str | int | float, ...]


@dataclass(frozen=True, slots=True)
class Range(Leaf):
    """Between two ends; None is open. Text compares by code point."""

    lower: str | int | float | None
    upper: str | int | float | None
    include_lower: bool = True
    include_upper: bool = True


@dataclass(frozen=True, slots=True)
class Near(Leaf):
    """Locations at most so far from a point, (latitude, longitude). `column` is the field that has the two columns."""

    point: tuple[float, float]
    km: float


@dataclass(frozen=True, slots=True)
class Exists(Leaf):
    """At least one value in the column."""


LOWERED: tuple[type[Node], ...] = (
    All, Nothing, And, Or, Not, Boost, Filter, Prefer,
    Term, Phrase, Prefix, Suffix, Infix, Fuzzy, Equals, AnyOf, Range, Near, Exists,
)  # fmt: skip
