"""Frozen dataclasses of which each search makes dozens.

To the type checker they are just that, and it alone keeps them so: Python's own check, at run time, doubles to triples
what it takes to make one, which is a tenth of what a search costs beyond its engine.
"""

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - for others to import
else:

    def dataclass(*, frozen: bool, slots: bool):  # noqa: ANN201 - as `dataclasses` says
        """As `dataclasses.dataclass`; `frozen` gives equality's hash and no check."""
        return dataclasses.dataclass(slots=slots, unsafe_hash=frozen)
