"""What Haystack's input types cannot say: a person's text in which fields may be named."""

from typing import Any, Self

from haystack.inputs import AutoQuery

from backends.core.nodes import CONTENT
from backends.core.parse import NO_NAMES, Names, Reading, read


class NamedQuery(AutoQuery):
    """A person's text with `field:value`, ranges and comparisons, which an AutoQuery takes for words.

    `names` are those of `backends.core.named`: which fields whoever asks may name is the caller's to decide.
    """

    def __init__(self, query_string: str, names: Names = NO_NAMES, **kwargs: Any) -> None:
        super().__init__(query_string, **kwargs)
        self.names = names

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """The same: nothing in it changes, and Haystack copies the conditions of a query at each of its steps."""
        return self

    def read(self, field: str = CONTENT) -> Reading:
        """What it means where words of no name look in `field`, with remarks to show."""
        return read(str(self.query_string), field, self.names)
