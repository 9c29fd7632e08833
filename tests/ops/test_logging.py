import json
import logging
from io import StringIO

import pytest
import structlog

from searchsvc.ops.logging import MAX_CHARACTERS, formatter, plain

FORGED = "harbour\n2026-01-01T00:00:00Z [info] all is well\r\x1b[31m\u2028\u202e\x85"


class Forging:
    """A key whose name, in an exception's text, would be a line of its own."""

    def __repr__(self):
        return FORGED


@pytest.fixture(params=[True, False], ids=["json", "console"])
def written(request):
    """Return (logger name, function that gives what was written) for both kinds of line."""
    stream, logger = StringIO(), logging.getLogger("tests.written")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=request.param))
    logger.addHandler(handler)
    logger.setLevel("INFO")
    logger.propagate = False
    yield stream.getvalue
    logger.removeHandler(handler)


@pytest.mark.parametrize("log", [logging.getLogger("tests.written"), structlog.get_logger("tests.written")])
def test_what_people_type_cannot_make_a_second_line(written, log):
    log.info("searched for %s", FORGED)
    assert written().count("\n") == 1
    assert "all is well" in written()
    assert len(written().splitlines()) == 1


def test_a_value_cannot_make_a_second_line_either(written):
    structlog.get_logger("tests.written").info("searched", q=FORGED, many=[FORGED])
    assert len(written().splitlines()) == 1
    assert "\x1b[31m" not in written()


def test_an_exception_s_text_cannot_pass_for_a_line(written):
    try:
        {}[Forging()]
    except KeyError:
        structlog.get_logger("tests.written").exception("failed")
    assert "all is well" in written()
    assert not [line for line in written().splitlines() if line.startswith("2026-01-01T00:00:00Z [info] all")]


def test_a_long_value_is_cut_and_says_so():
    assert plain("x" * MAX_CHARACTERS) == "x" * MAX_CHARACTERS
    assert plain("x" * 40_000) == "x" * MAX_CHARACTERS + "… (40000 characters)"


def test_half_a_surrogate_pair_is_logged_all_the_same(written):
    structlog.get_logger("tests.written").info("odd \ud800", path="\udcff", many=["\udcff"])
    assert "odd \\\\ud800" in written() or "odd \\ud800" in written()


def test_a_library_s_line_has_the_same_form_as_ours():
    structlog.contextvars.clear_contextvars()
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter(json=True))
    for name in ("tests.ours", "tests.theirs"):
        logging.getLogger(name).handlers = [handler]
        logging.getLogger(name).setLevel("INFO")
    structlog.get_logger("tests.ours").info("hello", n=1)
    logging.getLogger("tests.theirs").info("hello", extra={"n": 1})
    ours, theirs = (json.loads(line) for line in stream.getvalue().splitlines())
    assert ours.keys() == theirs.keys() == {"event", "level", "logger", "n", "timestamp"}
