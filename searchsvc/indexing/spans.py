"""Seconds in words."""

MINUTE, HOUR, DAY = 60, 3600, 86_400  # seconds


def span(seconds: float) -> str:
    """As people say it, in its largest unit: '12 s', '3 min', '5 h', '2 d'."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(max(0.0, seconds))} s"
