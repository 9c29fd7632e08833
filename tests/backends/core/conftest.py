"""Settings of the property tests of the core."""

from hypothesis import settings

from backends.core.nodes import Node

# No test is about speed here, and a busy machine may take its time.
settings.register_profile("searchsvc", deadline=None)
settings.load_profile("searchsvc")


def depth(node: Node) -> int:
    """How many levels a tree has; without recursion, for a hostile tree may be deep."""
    levels, level = 0, [node]
    while level:
        levels += 1
        level = [child for parent in level for child in parent.children()]
    return levels
