"""What the tests of rebuilds share: some works, and how their index is rebuilt."""

from collections.abc import Callable
from dataclasses import replace

from searchsvc.catalog.models import Item
from searchsvc.indexing.rebuild.run import rebuild
from searchsvc.indexing.rebuild.wanted import Run, Wanted

WHO = "a test"
WANTED = Wanted(who=WHO, batch=10)


def works(number: int, first: int = 0) -> list[Item]:
    """Make works, 'Harbour 0' and so on, without telling any index."""
    made = [
        Item(key=f"t:{at}", kind="painting", title=f"Harbour {at}", description="Boats at dusk.")
        for at in range(first, first + number)
    ]
    return Item.objects.bulk_create(made)


def run(**changes: object) -> Run:
    """Return a run over the works; what is no option of it is one of what is wanted."""
    own = {name: changes.pop(name) for name in ("watch", "stop", "cores") if name in changes}
    return Run("default", replace(WANTED, **changes), **own)


def stop_after(calls: int) -> Callable[[], bool]:
    """Return a wish to stop that comes at the n-th time it is asked for."""
    asked = iter(range(calls))
    return lambda: next(asked, None) is None


def built(**changes: object) -> int:
    """Rebuild the works and return the new generation's number."""
    return rebuild(run(**changes)).generation
