"""What covers are drawn with: colours, a digest's dice, and the shapes of SVG as text."""

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi, sin

WIDTH, HEIGHT = 400, 560


@dataclass(frozen=True, slots=True)
class Palette:
    ground: str
    ink: str
    accent: str
    middle: str


@dataclass(slots=True)
class Dice:
    """Numbers out of a digest, one byte a throw."""

    digest: bytes
    thrown: int = 0

    def pick(self, sides: int) -> int:
        self.thrown += 1
        return self.digest[self.thrown % len(self.digest)] * sides // 256

    def between(self, low: int, high: int) -> int:
        return low + self.pick(high - low + 1)


Scene = Callable[[Dice, Palette], str]


def rect(x: float, y: float, width: float, height: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"{more}/>'


def circle(x: float, y: float, radius: float, fill: str, more: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}"{more}/>'


def path(shape: str, fill: str = "none", more: str = "") -> str:
    return f'<path d="{shape}" fill="{fill}"{more}/>'


def stroke(colour: str, width: float, opacity: float = 1) -> str:
    return f' stroke="{colour}" stroke-width="{width:g}" stroke-opacity="{opacity:g}"'


def faint(opacity: float) -> str:
    return f' fill-opacity="{opacity:g}"'


def backdrop(colour: str) -> str:
    return rect(0, 0, WIDTH, HEIGHT, colour)


def around(count: int, radius: float, turn: float = 0) -> list[tuple[float, float]]:
    """Give points on a circle around 0, 0."""
    angles = [turn + 2 * pi * number / count for number in range(count)]
    return [(radius * cos(angle), radius * sin(angle)) for angle in angles]


def window(x: int, y: int, width: int, height: int, inside: str) -> str:
    """Clip: an inner svg shows nothing beyond its own edges."""
    return f'<svg x="{x}" y="{y}" width="{width}" height="{height}" viewBox="0 0 {width} {height}">{inside}</svg>'
