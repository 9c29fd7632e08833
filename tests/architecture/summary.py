"""What the design limits, printed after the tests of this folder. tests/conftest.py loads it: under pytest-xdist the
process that prints collects nothing, so a conftest here would not be read."""

from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.repetition import bodies_of, repeated
from tests.architecture.sources import by_engine, engine_lengths, file_lengths, function_lengths, modules

SHOWN = 3  # of the largest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    if not any(getattr(report, "nodeid", "").startswith("tests/architecture/") for report in reports):
        return
    terminalreporter.section("sizes and repetition", "-")
    for line in measured(modules(config.rootpath)):
        terminalreporter.write_line(line)


def measured(sources: Mapping[str, str]) -> Iterator[str]:
    lengths = engine_lengths(sources)
    bodies = bodies_of(by_engine(sources))
    for engine, lines in repeated(bodies).items():
        share = len(lines) / max(1, len(bodies[engine]))
        others = sorted({other for found in lines.values() for other in found})
        where = f" (also in {', '.join(others)})" if others else ""
        yield f"{engine:<14} {lengths[engine]:>5} lines of code, {share:>6.1%} repeated{where}"
    for what, found in (("files", file_lengths(sources)), ("functions", function_lengths(sources))):
        largest = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]
        yield f"largest {what}: " + ", ".join(f"{name} {length}" for name, length in largest)
