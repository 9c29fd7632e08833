"""What engines on a server share: a connection names its address and the name of its index there."""

import re
from functools import cached_property
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from backends.core.backend import SearchBackend
from searchsvc.reliability.http import HttpSettings

NAME = re.compile(r"[a-z][a-z0-9_-]{0,99}")  # what each of the servers takes


class ServedBackend(SearchBackend):
    """A backend whose connection has the settings URL and INDEX_NAME; `http` says how the server is spoken to."""

    @cached_property
    def http(self) -> HttpSettings:
        try:
            return HttpSettings.of(self.options)
        except ValueError as error:
            raise ImproperlyConfigured(f"Connection '{self.connection_alias}': {error}") from error

    @property
    def index_name(self) -> str:
        """The name that the index has on its server; its generations add their numbers."""
        name: Any = self.options.get("INDEX_NAME") or self.connection_alias
        if not NAME.fullmatch(name):
            raise ImproperlyConfigured(
                f"Connection '{self.connection_alias}': INDEX_NAME takes lower-case letters, digits, '_' and '-', "
                f"a letter first, at most 100, not {name!r}."
            )
        return str(name)
