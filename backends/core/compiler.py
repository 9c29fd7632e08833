"""From a lowered tree to an engine's own objects: one `visit_<node>` an engine and node, no strings joined."""

from functools import cache
from typing import Generic, TypeVar

from backends.core.errors import UnsupportedQuery
from backends.core.nodes import Node
from backends.core.timing import in_time

Native = TypeVar("Native")


@cache
def visitor_name(kind: str) -> str:
    return f"visit_{kind.lower()}"


class Compiler(Generic[Native]):
    """Base of each engine's compiler. A node without a visitor is refused; nothing is left out.

    Each node is a step that asks what time it is: embedded engines match as they compile.
    """

    engine = ""

    def visit(self, node: Node) -> Native:
        visitor = getattr(self, visitor_name(type(node).__name__), None)
        if visitor is None:
            raise UnsupportedQuery(f"{self.engine} cannot express '{node}'.")
        in_time()
        native: Native = visitor(node)
        return native
