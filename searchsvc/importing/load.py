"""Rows into the catalogue, a batch a transaction. Memory does not grow with the feed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from searchsvc.importing.entry import Entry, Problem, Rejected, make_entry
from searchsvc.importing.joins import Joins
from searchsvc.importing.ledger import Ledger
from searchsvc.importing.mapping import Mapping
from searchsvc.importing.prune import SEEN, prune
from searchsvc.importing.report import Counts, Report
from searchsvc.importing.row import BadRow, FeedBroken, Row
from searchsvc.importing.write import Outcome, Writer
from searchsvc.indexing.batches import batched

BATCH = 1000
Watch = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Plan:
    mapping: Mapping
    is_dry_run: bool = False
    is_pruning: bool = False
    is_forced: bool = False
    batch_size: int = BATCH


def load(rows: Iterator[Row | BadRow], plan: Plan, watch: Watch = lambda _report: None) -> Report:
    """Import the rows and say what was done; `watch` is called now and then with the report so far.

    A row that is as it was is passed over by its checksum, so a run that was interrupted is continued by the next.
    KeyboardInterrupt ends the run between two batches' transactions, and is in the report.
    """
    report = Report(plan.mapping.target, plan.is_dry_run)
    with Ledger() as ledger:
        writer = Writer(report.target, Joins(ledger, plan.is_dry_run), plan.is_dry_run)
        try:
            for batch in batched(_entries(rows, plan.mapping, report, ledger), plan.batch_size):
                _account(report, writer.write(batch), ledger)
                watch(report)
            watch(report)
            if plan.is_pruning:
                report.pruned = prune(plan.mapping.source, ledger, report, is_forced=plan.is_forced)
        except KeyboardInterrupt:
            report.is_interrupted = True
    return report


def _entries(rows: Iterator[Row | BadRow], mapping: Mapping, report: Report, ledger: Ledger) -> Iterator[Entry]:
    for row in _unbroken(rows, report):
        report.rows += 1
        if isinstance(row, BadRow):
            report.hidden_rows += 1
            report.blame([Problem(row.line, "row", row.reason)])
            continue
        made = make_entry(row, mapping)
        if made.key and not ledger.add(SEEN, made.key, row.line):
            _repeated(row.line, made.key, mapping, report, ledger)
        elif isinstance(made, Rejected):
            report.hidden_rows += not made.key
            report.blame(made.problems)
        else:
            report.mended += bool(made.mended)
            report.note(made.mended)
            yield made


def _unbroken(rows: Iterator[Row | BadRow], report: Report) -> Iterator[Row | BadRow]:
    """End where the feed breaks, so that what came before is imported."""
    try:
        yield from rows
    except FeedBroken as error:
        report.broken = str(error)


def _repeated(line: int, key: str, mapping: Mapping, report: Report, ledger: Ledger) -> None:
    """Keep the first row of an identifier: the later of them would change the item back at each run."""
    if mapping.repeats == "skip":
        report.skipped += 1
        return
    report.blame([Problem(line, "identifier", f"{key} is already in line {ledger.first_line(SEEN, key):,}")])


def _account(report: Report, outcome: Outcome, ledger: Ledger) -> None:
    """Add a batch that was written. A creator is counted once a run, as made or as changed."""
    report.records.add(outcome.counts)
    for one in outcome.rejected:
        report.blame(one.problems)
    for topic, (new, changed) in outcome.joined.items():
        counts = report.joined.setdefault(topic, Counts())
        counts.new += ledger.add_all(topic, new)
        counts.changed += ledger.add_all(topic, changed)
