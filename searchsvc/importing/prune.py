"""Remove the items of a source that its feed no longer has."""

from django.db import transaction

from searchsvc.catalog.models import Item
from searchsvc.importing.ledger import Ledger
from searchsvc.importing.report import Pruned, Report
from searchsvc.indexing import outbox
from searchsvc.indexing.batches import batched

# A feed that lost more than this share of a source's items is rather broken than right; `--force` says it is right.
MAX_SHARE = 0.1
SEEN, GONE = "seen", "gone"
BATCH = 1000


def prune(source: str, ledger: Ledger, report: Report, *, is_forced: bool) -> Pruned:
    """Remove the items whose keys the ledger has not SEEN; in a dry run only count them."""
    if reason := unsure(report):
        return Pruned(refused=reason)
    pruned = Pruned()
    keys = Item.objects.of_source(source).values_list("key", flat=True).order_by("key")
    for batch in batched(keys.iterator(BATCH), BATCH):
        pruned.total += len(batch)
        pruned.gone += ledger.add_all(GONE, ledger.missing(SEEN, batch))
    if pruned.gone > MAX_SHARE * pruned.total and not is_forced:
        share = f"{pruned.gone:,} of {pruned.total:,} items ({pruned.gone / pruned.total:.0%}) are not in the feed"
        pruned.refused = f"{share}, more than {MAX_SHARE:.0%}; --force removes them"
    elif not report.is_dry_run:
        for batch in ledger.batches(GONE, BATCH):
            remove(batch)
    return pruned


def unsure(report: Report) -> str:
    """Say why the feed may have items that were not seen; "" where it cannot. `--force` does not help here."""
    reasons = {
        "the feed could not be read to its end": bool(report.broken),
        f"{report.hidden_rows:,} rows do not say which item they are": report.hidden_rows > 0,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def remove(keys: list[str]) -> None:
    with transaction.atomic(), outbox.silent():
        pks = list(Item.objects.filter(key__in=keys).values_list("pk", flat=True))
        outbox.going(Item, pks)
        Item.objects.filter(pk__in=pks).delete()
