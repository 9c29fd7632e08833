"""A drawn cover for a record without a picture: an SVG made of its kind and title, always the same for the same.

It needs no network, no font file, no script and no style sheet, so it fits a strict Content-Security-Policy, and it
has no element ids, so that many of them can stand in one page.
"""

from dataclasses import dataclass
from hashlib import blake2b
from html import escape

from searchsvc.catalog import cover_flat as flat
from searchsvc.catalog import cover_solid as solid
from searchsvc.catalog.cover_pen import HEIGHT, WIDTH, Dice, Palette, Scene
from searchsvc.catalog.cover_text import SANS, SERIF, Block, printable, set_text

# Ground, ink, accent, middle. Ground and ink have a contrast of 7 to 1 at least (WCAG 2.2, AAA), which a test measures.
PALETTES = (
    Palette("#1f3a4d", "#f6eedf", "#dba74a", "#47758d"),
    Palette("#5b2333", "#f9f0e4", "#e3ab62", "#96495d"),
    Palette("#22403a", "#f3f0e6", "#cfae72", "#4f7d6f"),
    Palette("#2d2a4a", "#f2eef8", "#e8956c", "#635e9b"),
    Palette("#5f3722", "#fcf3e6", "#ecbd78", "#a2693f"),
    Palette("#17474b", "#eff6f2", "#f3bb85", "#3f8387"),
    Palette("#38393d", "#f6f4ef", "#dd9479", "#71747c"),
    Palette("#702a27", "#fbf2e8", "#e6bc80", "#b15d51"),
    Palette("#374822", "#f6f3e5", "#dbb85f", "#71874a"),
    Palette("#4a2545", "#f8eff4", "#e3aba6", "#84507d"),
    Palette("#10305a", "#eff4f9", "#eaba70", "#426da0"),
    Palette("#4b3d29", "#f8f3e8", "#d9ab5e", "#86704f"),
)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind's cover is made of; `is_light` is a light background with dark letters."""

    scene: Scene
    block: Block
    is_light: bool = False


LAYOUTS = {
    "book": Layout(flat.book, Block(206, 96, 200, 260, SERIF)),
    "paper": Layout(flat.paper, Block(200, 62, 150, 300, SERIF), is_light=True),
    "film": Layout(solid.film, Block(200, 376, 130, 260, SANS)),
    "music": Layout(solid.music, Block(200, 48, 140, 320, SERIF), is_light=True),
    "painting": Layout(flat.painting, Block(200, 412, 118, 330, SERIF)),
    "sculpture": Layout(solid.sculpture, Block(200, 416, 112, 250, SANS)),
    "print": Layout(flat.print_, Block(200, 418, 112, 330, SERIF), is_light=True),
    "photograph": Layout(flat.photograph, Block(200, 408, 100, 300, SANS), is_light=True),
    "building": Layout(solid.building, Block(200, 46, 130, 330, SANS), is_light=True),
    "instrument": Layout(solid.instrument, Block(200, 404, 116, 320, SANS)),
    "package": Layout(solid.package, Block(200, 54, 120, 330, SANS)),
}
FALLBACK = Layout(flat.tiles, Block(200, 50, 120, 330, SANS), is_light=True)
# Kinds that look like another kind.
ALIKE = {
    "article": "paper",
    "artwork": "painting",
    "drawing": "print",
    "letter": "paper",
    "machine": "instrument",
    "printing-block": "print",
    "relief": "sculpture",
    "song": "music",
    "work-on-paper": "print",
}


def cover_svg(kind: str, title: str, seed: str = "") -> str:
    """Draw a cover of 400 by 560 that scales. `seed` (the key) parts records of one kind and title."""
    title = printable(title)
    dice = Dice(blake2b(f"{kind}\0{title}\0{seed}".encode("utf-8", "replace")).digest())
    palette = PALETTES[dice.pick(len(PALETTES))]
    layout = LAYOUTS.get(ALIKE.get(kind, kind), FALLBACK)
    letters = palette.ground if layout.is_light else palette.ink
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img"><title>{escape(title)}</title>{layout.scene(dice, palette)}'
        f"{set_text(title, layout.block, letters)}</svg>"
    )
