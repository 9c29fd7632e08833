"""Haystack imports only this module; it gathers the SearchIndex of every file beside it."""

from importlib import import_module
from pkgutil import iter_modules

from haystack.indexes import Indexable

import indexes

NOT_INDEXES = {"base", "registry", "search_indexes"}


def gather() -> dict[str, type[Indexable]]:
    """Class name -> class, of every index that a module of this package defines."""
    names = [module.name for module in iter_modules(indexes.__path__) if not module.name.startswith("_")]
    modules = [import_module(f"{indexes.__name__}.{name}") for name in names if name not in NOT_INDEXES]
    return {
        name: member
        for module in modules
        for name, member in vars(module).items()
        if isinstance(member, type) and issubclass(member, Indexable) and member.__module__ == module.__name__
    }


# A loop would leave its variable behind, and Haystack would find that class twice.
globals().update(gather())
