import re
import time
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.catalog.cover import ALIKE, FALLBACK, LAYOUTS, PALETTES, cover_svg
from searchsvc.catalog.cover_text import SIZES, fit, width, wrap

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SVG = "{http://www.w3.org/2000/svg}"
KINDS = [*LAYOUTS, *ALIKE, "something-else"]
TITLES = [
    "Moby-Dick; or, The Whale",
    "紅樓夢",
    "مقدمة ابن خلدون",
    "Война и мир",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "long " * 200,
    "<script>alert('x')</script> & \"more\"",
    "\x00\x0b\ud800 control",
    "",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("title", TITLES)
def test_a_cover_is_well_formed_and_scales(kind, title):
    svg = ET.fromstring(cover_svg(kind, title))  # noqa: S314 - our own text
    assert svg.tag == f"{SVG}svg"
    assert svg.get("viewBox") == "0 0 400 560"


@steady
@given(st.text(), st.text(), st.text())
def test_any_text_makes_a_well_formed_cover(kind, title, seed):
    ET.fromstring(cover_svg(kind, title, seed))  # noqa: S314 - our own text


def test_a_title_is_written_and_never_is_markup():
    svg = cover_svg("book", '<b>Tom & Jerry</b> "quoted"')
    words = "".join(ET.fromstring(svg).find(f"{SVG}text").itertext())  # noqa: S314 - our own text
    assert re.sub(r"\s", "", words) == '<b>Tom&Jerry</b>"quoted"'


def test_a_cover_is_always_the_same_and_differs_by_key():
    assert cover_svg("book", "A", "x:1") == cover_svg("book", "A", "x:1")
    assert len({cover_svg("book", "A", f"x:{number}") for number in range(50)}) > 40


def test_each_kind_has_its_own_scene():
    shapes = {re.sub(r"[\d.-]+|#\w+", "", cover_svg(kind, "A")) for kind in [*LAYOUTS, "other"]}
    assert len(shapes) == len(LAYOUTS) + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_cover_needs_no_network_no_script_and_no_style_sheet(kind):
    svg = cover_svg(kind, "A title")
    assert not re.search(
        r"href|url\(|<script|<style|style=|<image|\bon\w+=| id=", svg.replace("http://www.w3.org/2000/svg", "")
    )


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", PALETTES)
def test_letters_can_be_read(palette):
    dark, light = sorted([luminance(palette.ground), luminance(palette.ink)])
    assert (light + 0.05) / (dark + 0.05) >= 7


@pytest.mark.parametrize("layout", [*LAYOUTS.values(), FALLBACK])
@pytest.mark.parametrize("title", TITLES)
def test_the_title_stays_in_its_block(layout, title):
    size, lines = fit(title, layout.block)
    assert size in SIZES
    assert all(width(line) * size <= layout.block.width for line in lines)
    assert len(lines) * size * 1.22 <= layout.block.height


def test_a_long_title_ends_with_an_ellipsis():
    assert fit("long " * 200, LAYOUTS["book"].block)[1][-1].endswith("…")
    assert "…" not in "".join(fit("Moby-Dick", LAYOUTS["book"].block)[1])


@steady
@given(st.text(), st.integers(3, 40))
def test_wrapping_keeps_every_letter(text, limit):
    assert re.sub(r"\s", "", "".join(wrap(text, limit))) == re.sub(r"\s", "", text)


def test_a_bracket_is_not_left_at_the_end_of_a_line():
    assert [line.count("(") - line.count(")") for line in wrap("Seven Samurai (七人の侍)", 8)] == [0, 0]


@pytest.mark.no_cover  # tracing each line makes it three times slower
def test_a_cover_is_quick():
    """Of 200 promised microseconds 120 were measured; ten times as many are for a traced run on a slow machine."""
    assert min(timed() for _ in range(5)) < 2000e-6


def timed() -> float:
    start = time.process_time()
    for number in range(20):
        for kind in LAYOUTS:
            cover_svg(kind, "On the Electrodynamics of Moving Bodies", str(number))
    return (time.process_time() - start) / 20 / len(LAYOUTS)
