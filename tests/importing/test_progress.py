import io

from searchsvc.importing.progress import Progress, duration
from searchsvc.importing.report import Report
from searchsvc.importing.tape import Tape


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def half_read() -> Tape:
    tape = Tape(io.BytesIO(b"x" * 1_000_000), 1_000_000)
    while tape.position < 500_000:
        tape.stream.read(1000)
    return tape


def test_a_line_every_ten_seconds_tells_rows_rate_and_time_left():
    clock, stream, tape = Clock(), io.StringIO(), half_read()
    with Progress(stream, clock).over(tape) as watch:
        for second in range(1, 26):
            clock.now = 100.0 + second
            watch(Report(rows=second * 1000))
    share = tape.position / 1_000_000
    assert stream.getvalue() == (
        f"10,000 rows, 1,000 a second, {share:.0%} read, {duration(10 * (1 - share) / share)} left\n"
        f"20,000 rows, 1,000 a second, {share:.0%} read, {duration(20 * (1 - share) / share)} left\n"
    )


def test_nothing_is_known_of_the_end_of_standard_input():
    clock, stream = Clock(), io.StringIO()
    with Progress(stream, clock).over(Tape(io.BytesIO(b"x"), None)) as watch:
        clock.now += 10
        watch(Report(rows=5))
    assert stream.getvalue() == "5 rows, 0 a second\n"


def test_a_terminal_gets_a_bar():
    clock, stream = Clock(), Terminal()
    with Progress(stream, clock).over(half_read()) as watch:
        clock.now += 2
        watch(Report(rows=5000))
    assert "5,000 rows, 2,500 a second" in stream.getvalue()
    assert "%" in stream.getvalue()


def test_minutes_and_seconds():
    assert (duration(0.4), duration(75), duration(3700)) == ("0:00", "1:15", "61:40")
