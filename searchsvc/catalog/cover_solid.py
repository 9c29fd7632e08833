"""Covers of things that turn, stand or play: a scene a kind, each with room for the title where `cover` sets it."""

from searchsvc.catalog.cover_pen import (
    HEIGHT,
    WIDTH,
    Dice,
    Palette,
    backdrop,
    circle,
    faint,
    path,
    rect,
    stroke,
)


def film(dice: Dice, palette: Palette) -> str:
    holes = "".join(
        rect(x, y, 20, 26, palette.ink, ' rx="5" fill-opacity=".85"') for x in (12, 368) for y in range(14, 560, 46)
    )
    left, reach = dice.between(80, 150), dice.between(150, 210)
    moon = circle(dice.between(150, 280), dice.between(120, 190), dice.between(46, 74), palette.accent)
    hills = path(f"M44 360 Q{left} {reach + 60} 200 330 T356 {dice.between(260, 310)} V360 Z", palette.middle)
    return (
        backdrop(palette.ground)
        + rect(0, 0, WIDTH, HEIGHT, "#000", faint(0.35))
        + holes
        + rect(44, 0, 312, HEIGHT, palette.ground)
        + rect(44, 0, 312, 360, palette.middle, faint(0.35))
        + path(f"M44 20 L356 {reach} L356 {reach + 150} Z", palette.ink, faint(0.16))
        + moon
        + hills
        + rect(44, 360, 312, 200, palette.ground)
        + rect(170, 530, 60, 3, palette.accent)
    )


def music(dice: Dice, palette: Palette) -> str:
    grooves = "".join(
        circle(200, 400, radius, "none", stroke(palette.ink, 1, 0.22)) for radius in range(84, 184, dice.between(7, 11))
    )
    turn = dice.between(0, 359)
    shine = path("M200 400 L30 330 A184 184 0 0 1 72 268 Z", palette.ink, faint(0.14))
    return (
        backdrop(palette.ink)
        + rect(0, 0, WIDTH, 22, palette.accent)
        + circle(200, 400, 184, palette.ground)
        + grooves
        + f'<g transform="rotate({turn} 200 400)">{shine}</g>'
        + f'<g transform="rotate({turn + 180} 200 400)">{shine}</g>'
        + circle(200, 400, 66, palette.accent)
        + circle(200, 400, 66 - dice.between(12, 30), "none", stroke(palette.ground, 3, 0.7))
        + circle(200, 400, 7, palette.ink)
    )


def sculpture(dice: Dice, palette: Palette) -> str:
    """Draw a form on a plinth that bears the title."""
    return (
        backdrop(palette.middle)
        + circle(200, 210, 178, palette.ink, faint(0.14))
        + rect(0, 470, WIDTH, 90, palette.ground, faint(0.55))
        + FORMS[dice.pick(len(FORMS))](dice, palette)
        + rect(46, 378, 308, 24, palette.ground)
        + rect(46, 378, 308, 24, "#fff", faint(0.12))
        + rect(60, 402, 280, 158, palette.ground)
    )


def stones(dice: Dice, palette: Palette) -> str:
    """Stack smooth stones, each smaller than the one below."""
    drawn, y = "", 380.0
    colours = (palette.accent, palette.ink, palette.ground, palette.accent)
    for number, (widest, height) in enumerate(((104, 100), (80, 84), (58, 70), (38, 54))[: dice.between(3, 4)]):
        x, width = 200 + dice.between(-12, 12), widest - dice.between(0, 14)
        turn = f' transform="rotate({dice.between(-12, 12)} {x} {y - height / 2:g})"'
        shine = f'cx="{x - width / 3:.0f}" cy="{y - height * 0.66:.0f}" rx="{width / 3:.0f}" ry="{height / 7:.0f}"'
        drawn += (
            f'<ellipse cx="{x}" cy="{y - height / 2:g}" rx="{width}" ry="{height / 2}" fill="{colours[number]}"{turn}/>'
        )
        drawn += f'<ellipse {shine} fill="#fff" fill-opacity=".16"{turn}/>'
        y -= height - 8
    return drawn


def pierced(dice: Dice, palette: Palette) -> str:
    """Carve one upright form with an opening, as the twentieth century liked."""
    lean, waist = dice.between(-26, 26), dice.between(-18, 18)
    outer = f"M140 380 C{96 + waist} 280 {110 + lean} 70 {200 + lean} 66 S{312 - waist} 270 262 380 Z"
    shade = f"M262 380 C{312 - waist} 270 {290 + lean} 66 {200 + lean} 66 C{262 + lean} 120 {250 - waist} 280 214 380 Z"
    hole = (
        f'cx="{196 + lean // 2}" cy="{dice.between(170, 220)}" rx="{dice.between(24, 38)}" ry="{dice.between(40, 62)}"'
    )
    return (
        path(outer, palette.accent)
        + path(shade, "#000", faint(0.16))
        + f'<ellipse {hole} fill="{palette.ground}"/>'
        + f'<ellipse {hole} fill="{palette.middle}" transform="translate(5 4)" fill-opacity=".9"/>'
    )


FORMS = (stones, pierced)


def building(dice: Dice, palette: Palette) -> str:
    """Draw an elevation: storeys of arches or windows under a gable, a dome or a flat roof."""
    bays, storeys = dice.between(3, 6), dice.between(2, 3)
    wide = 280 / bays
    high = 210 / storeys
    arch = dice.pick(2)
    holes = "".join(
        opening(60 + wide * bay + wide * 0.22, 316 + high * storey + high * 0.2, wide * 0.56, high * 0.8, arch, palette)
        for bay in range(bays)
        for storey in range(storeys)
    )
    bands = "".join(rect(52, 310 + high * storey, 296, 8, palette.accent) for storey in range(storeys))
    return (
        backdrop(palette.ink)
        + rect(0, 190, WIDTH, 370, palette.middle, faint(0.22))
        + circle(dice.between(60, 340), 250, dice.between(26, 40), palette.accent, faint(0.85))
        + ROOFS[dice.pick(len(ROOFS))](palette)
        + rect(60, 312, 280, 214, palette.ground)
        + bands
        + holes
        + rect(30, 526, 340, 34, palette.ground)
        + rect(30, 526, 340, 6, palette.accent)
    )


def opening(x: float, y: float, width: float, height: float, arch: int, palette: Palette) -> str:
    if not arch:
        return rect(x, y, width, height - 8, palette.ink, faint(0.85))
    half = width / 2
    shape = f"M{x:.1f} {y + height:.1f} V{y + half:.1f} A{half:.1f} {half:.1f} 0 0 1 {x + width:.1f} {y + half:.1f}"
    return path(f"{shape} V{y + height:.1f} Z", palette.ink, faint(0.85))


def gable(palette: Palette) -> str:
    return path("M44 312 L200 208 L356 312 Z", palette.ground) + circle(200, 274, 18, palette.accent)


def dome(palette: Palette) -> str:
    return path("M104 312 A96 96 0 0 1 296 312 Z", palette.ground) + rect(194, 188, 12, 32, palette.accent)


def towers(palette: Palette) -> str:
    tower = "M{0} 312 V236 L{1} 200 L{2} 236 V312 Z"
    return path(tower.format(60, 88, 116), palette.ground) + path(tower.format(284, 312, 340), palette.ground)


ROOFS = (gable, dome, towers)


def instrument(dice: Dice, palette: Palette) -> str:
    """Draw a graduated dial with a hand, and a toothed wheel behind it."""
    marks = dice.between(4, 6) * 12
    ticks = "".join(
        f'<path d="M0 -{140 if number % 6 else 130} V-152" transform="rotate({360 * number / marks:.1f})"/>'
        for number in range(marks)
    )
    teeth = "".join(rect(-9, -98, 18, 20, palette.middle, f' transform="rotate({20 * n})"') for n in range(18))
    return (
        backdrop(palette.ground)
        + f'<g transform="translate({dice.between(300, 330)} {dice.between(310, 330)})">{teeth}'
        + f"{circle(0, 0, 84, palette.middle)}{circle(0, 0, 34, palette.ground)}</g>"
        + '<g transform="translate(190 206)">'
        + circle(0, 0, 172, palette.accent)
        + circle(0, 0, 160, palette.ink)
        + f'<g fill="none"{stroke(palette.ground, 2.5)}>{ticks}</g>'
        + circle(0, 0, dice.between(80, 112), "none", stroke(palette.middle, 2))
        + circle(0, 0, dice.between(40, 70), "none", stroke(palette.middle, 1.5))
        + path("M-7 34 L0 -122 L7 34 Z", palette.ground, f' transform="rotate({dice.between(0, 359)})"')
        + path("M-6 20 L0 -76 L6 20 Z", palette.middle, f' transform="rotate({dice.between(0, 359)})"')
        + circle(0, 0, 13, palette.accent)
        + "</g>"
    )


def package(dice: Dice, palette: Palette) -> str:
    """Draw a parcel, tied with tape."""
    lift = dice.between(52, 74)
    low, top = 480, 270
    return (
        backdrop(palette.ground)
        + f'<ellipse cx="200" cy="{low + 10}" rx="170" ry="26" fill="#000" fill-opacity=".3"/>'
        + path(f"M60 {top} L200 {top + lift} V{low + 20} L60 {low - lift + 20} Z", palette.accent)
        + path(f"M340 {top} L200 {top + lift} V{low + 20} L340 {low - lift + 20} Z", palette.accent)
        + path(f"M340 {top} L200 {top + lift} V{low + 20} L340 {low - lift + 20} Z", "#000", faint(0.22))
        + path(f"M60 {top} L200 {top - lift} L340 {top} L200 {top + lift} Z", palette.ink)
        + path(
            f"M116 {top + lift * 0.4:g} L256 {top - lift * 0.6:g} L284 {top - lift * 0.4:g} "
            f"L144 {top + lift * 0.6:g} V{top + lift * 0.6 + 44:g} L116 {top + lift * 0.4 + 44:g} Z",
            palette.middle,
        )
        + rect(
            84,
            low - lift - 40,
            30,
            30,
            palette.ground,
            f' fill-opacity=".5" transform="skewY({dice.between(18, 24)}) translate(0 -36)"',
        )
    )
