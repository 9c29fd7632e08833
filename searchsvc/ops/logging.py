"""One pipe for every log line, ours and the libraries': JSON in production, colours for a developer.

A line is one event. What people typed may stand in it, so control characters are written out as escapes (nobody can
forge a line, nor colour an operator's terminal), and long values are cut.
"""

import json as stdlib_json
import logging.config
import re
import sys
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

MAX_CHARACTERS = 2_000  # of one value; an address may have 40,000
# C0, DEL and C1; the line separators of Unicode; what turns the reading direction; halves of a surrogate pair.
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def log_settings(*, json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING setting. `level` is the root's; libraries say less."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "json": json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {
            # Django's own handlers would print each of these a second time, in another form.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # Scanners ask for every host there is; the request's own line with its 400 says enough.
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # The clients of search servers write a line a call; what fails is raised, with more to say.
            **{name: {"level": "ERROR"} for name in ("elastic_transport", "opensearch", "urllib3")},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Django calls this with LOGGING (it is LOGGING_CONFIG): both worlds are set up at the same moment."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter(*, json: bool) -> logging.Formatter:
    """What turns an event of either world into a line."""
    last: tuple[Processor, ...] = AS_JSON if json else as_console()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, show_plainly, *last],
    )


def drop_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out the request that Django adds to its lines: its text holds the query, which is somebody's own."""
    event.pop("request", None)
    return event


def show_plainly(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Escape and cut each text of the event; the renderers escape what is inside lists."""
    return {name: plain(value) if isinstance(value, str) else value for name, value in event.items()}


def plain(text: str) -> str:
    """`text` on one line, cut to MAX_CHARACTERS: no character of it can act on a terminal or a log reader."""
    cut = text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}… ({len(text)} characters)"
    return UNSAFE.sub(lambda match: match[0].encode("unicode_escape", "surrogatepass").decode("ascii"), cut)


def dumps(event: EventDict, **_: object) -> str:
    """One line of JSON. What is unsafe inside lists is still there for JSON allows it, and is escaped as JSON does."""
    try:
        text = orjson.dumps(event, default=repr).decode()
        return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    except TypeError:  # a lone surrogate inside a list, or an integer above 64 bits
        return stdlib_json.dumps(event, default=repr)


def indented_traceback(stream: TextIO, exc_info: ExcInfo) -> None:
    """Each line of a traceback begins with spaces: an exception's text cannot pass for a line of its own."""
    text = structlog.processors.ExceptionRenderer()(None, "", {"exc_info": exc_info})["exception"]
    stream.write("\n" + "\n".join(f"    {plain(line)}" for line in text.splitlines()))


def as_console() -> tuple[Processor, ...]:
    renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=indented_traceback)
    return (renderer,)


SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    drop_request,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
AS_JSON: tuple[Processor, ...] = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(serializer=dumps),
)
