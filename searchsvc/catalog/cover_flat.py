"""Covers of flat things: a scene a kind, each with room for the title where `cover` sets it."""

from collections.abc import Callable
from math import exp, sin

from searchsvc.catalog.cover_pen import (
    HEIGHT,
    WIDTH,
    Dice,
    Palette,
    around,
    backdrop,
    circle,
    faint,
    path,
    rect,
    stroke,
    window,
)

# An engraved line's points, a little beyond both edges of the plate.
STEPS = range(-14, 310, 14)
# A page's columns: where their lines start, and at which heights; the right one leaves room for a figure.
COLUMNS = ((44, [*range(250, 520, 13)]), (208, [*range(250, 320, 13), *range(452, 520, 13)]))
# A tile's four corners: where its origin goes, and how far it is turned.
TURNS: tuple[Callable[[int, int], str], ...] = (
    lambda x, y: f"translate({x} {y})",
    lambda x, y: f"translate({x + 80} {y}) rotate(90)",
    lambda x, y: f"translate({x + 80} {y + 80}) rotate(180)",
    lambda x, y: f"translate({x} {y + 80}) rotate(270)",
)


def book(dice: Dice, palette: Palette) -> str:
    petals = dice.between(5, 12)
    inner, outer = dice.between(16, 26), dice.between(44, 58)
    flower = "".join(
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{outer / 2}" ry="{dice.between(9, 9)}" '
        f'transform="rotate({360 * number / petals:.1f} {x:.1f} {y:.1f})"/>'
        for number, (x, y) in enumerate(around(petals, inner + outer / 2))
    )
    return (
        backdrop(palette.ground)
        + rect(0, 0, 26, HEIGHT, "#000", faint(0.28))
        + rect(26, 0, 3, HEIGHT, "#fff", faint(0.1))
        + rect(46, 26, 324, 508, "none", stroke(palette.accent, 3))
        + rect(55, 35, 306, 490, "none", stroke(palette.accent, 1, 0.8))
        + rect(146, 312, 120, 2, palette.accent)
        + f'<g transform="translate(206 414)" fill="none"{stroke(palette.accent, 2)}>{flower}</g>'
        + circle(206, 414, inner - 6, palette.accent)
    )


def paper(dice: Dice, palette: Palette) -> str:
    lines = [
        rect(x, y, dice.between(60, 130) if number % 7 == 0 else 148, 4, palette.ground, faint(0.3))
        for x, rows in COLUMNS
        for number, y in enumerate(rows, 1)
    ]
    points = [(220 + 18 * step, 430 - 9 * step - dice.between(-8, 22)) for step in range(8)]
    line = " ".join(f"{x},{y}" for x, y in points)
    return (
        backdrop(palette.ink)
        + rect(0, 0, WIDTH, 14, palette.ground)
        + rect(44, 36, 312, 1, palette.ground)
        + rect(44, 228, 312, 1, palette.ground)
        + "".join(lines)
        + path("M212 330V438H356", "none", stroke(palette.ground, 2))
        + f'<polyline points="{line}" fill="none"{stroke(palette.middle, 4)} stroke-linejoin="round"/>'
        + "".join(circle(x, y, 4, palette.accent) for x, y in points)
    )


def painting(dice: Dice, palette: Palette) -> str:
    sun = circle(dice.between(60, 210), dice.between(60, 130), dice.between(24, 44), palette.accent)
    hills = "".join(
        path(
            f"M0 {y + dice.between(-30, 30)} Q{dice.between(40, 110)} {y - dice.between(10, 80)} 140 {y} "
            f"T272 {y - dice.between(-20, 40)} V312 H0 Z",
            colour,
            faint(opacity),
        )
        for y, colour, opacity in (
            (180, palette.middle, 0.55),
            (220, palette.middle, 1),
            (256, palette.ground, 0.8),
            (290, palette.ground, 1),
        )
    )
    return (
        backdrop(palette.ground)
        + rect(0, 0, WIDTH, 398, palette.ink, faint(0.1))
        + rect(44, 36, 312, 352, "#000", ' rx="3" fill-opacity=".3"')
        + rect(38, 28, 324, 352, palette.accent, ' rx="3"')
        + rect(46, 36, 308, 336, "#000", faint(0.18))
        + rect(58, 48, 284, 312, palette.ink)
        + window(64, 54, 272, 300, rect(0, 0, 272, 300, palette.accent, faint(0.28)) + sun + hills)
    )


def print_(dice: Dice, palette: Palette) -> str:
    """Draw lines as an engraver does, closer and heavier towards the ground."""
    swell, phase, lines = dice.between(10, 30), dice.between(0, 60) / 10, []
    peak = dice.between(60, 210)
    for number, y in enumerate(range(70, 420, 9)):
        heights = [y - swell * sin(x / 40 + phase + number / 6) - 60 * exp(-(((x - peak) / 50) ** 2)) for x in STEPS]
        shape = " ".join(f"{x},{height:.0f}" for x, height in zip(STEPS, heights, strict=True)) + " 308,500 -14,500"
        lines.append(f'<polyline points="{shape}" stroke-width="{1 + number / 18:.1f}"/>')
    inside = (
        circle(dice.between(60, 220), 56, dice.between(22, 34), palette.accent)
        + f'<g fill="{palette.ink}" stroke="{palette.ground}">{"".join(lines)}</g>'
    )
    return (
        backdrop(palette.ink)
        + rect(44, 40, 312, 364, palette.middle, faint(0.12))
        + rect(44, 40, 312, 364, "none", stroke(palette.ground, 1, 0.6))
        + window(58, 54, 284, 336, rect(0, 0, 284, 336, palette.ink) + inside)
        + rect(58, 54, 284, 336, "none", stroke(palette.ground, 2))
    )


def photograph(dice: Dice, palette: Palette) -> str:
    horizon = dice.between(190, 250)
    ridge = " ".join(f"L{x} {horizon - dice.between(0, 70)}" for x in range(0, 325, 36))
    shore = f"M0 324 V{horizon + 40} Q{dice.between(60, 220)} {horizon + dice.between(0, 70)} 324 {horizon + 70} V324 Z"
    inside = (
        rect(0, 0, 324, 324, palette.middle)
        + circle(dice.between(60, 260), dice.between(60, 140), dice.between(20, 38), palette.ink, faint(0.9))
        + path(f"M0 {horizon} {ridge} L324 {horizon} Z", palette.ground, faint(0.55))
        + rect(0, horizon, 324, 324, palette.accent, faint(0.35))
        + path(shore, palette.ground)
    )
    return (
        backdrop(palette.ground)
        + rect(0, 0, WIDTH, HEIGHT, palette.middle, faint(0.45))
        + rect(24, 30, 360, 506, "#000", faint(0.28))
        + rect(18, 22, 364, 506, palette.ink)
        + window(38, 46, 324, 324, inside)
    )


def tiles(dice: Dice, palette: Palette) -> str:
    """Draw quarter circles in a grid, for a kind that has no scene of its own."""
    colours = (palette.ground, palette.accent, palette.middle)
    quarters = "".join(
        path("M0 0 H80 A80 80 0 0 1 0 80 Z", colours[dice.pick(3)], f' transform="{TURNS[dice.pick(4)](x, y)}"')
        for y in range(210, 530, 80)
        for x in range(40, 360, 80)
    )
    return backdrop(palette.ink) + rect(0, 0, WIDTH, 16, palette.ground) + quarters
