"""Pages for everybody: names for every control, contrast, order, room on small screens, any script, any scheme."""

from itertools import pairwise

import pytest

PAGES = {
    "home": "/",
    "groups": "/?q=tower",
    "results": "/search?q=temple&f.kind=building&f.subject=Places&nf.language=zh&r.year=-3000..1990",
    "empty": "/search?q=xyzzyplugh&f.kind=print&f.century=1900",
    "refused": "/search?q=sea&size=x&r.year=b..a",
    "creators": "/search?index=creators&q=painter",
    "work": "/items/demo:great-pyramid-of-giza",
    "long": "/items/test:long",
    "long result": "/search?q=donaudampfschifffahrtsgesellschaft*&f.kind=book&sort=-created",
    "creator": "/creators/demo:imhotep",
    "collection": "/collections/demo:printed-page",
    "nothing": "/nosuchpage",
}
NAMES = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a[href], summary")]
  .filter((it) => !(it.labels?.length || it.textContent.trim() || it.ariaLabel || it.closest("[aria-hidden]")))
  .map((it) => it.outerHTML)"""
WITHOUT_ALT = "() => [...document.querySelectorAll('img:not([alt])')].map((it) => it.outerHTML)"
TWICE = (
    "() => [...document.querySelectorAll('[id]')].map((it) => it.id).filter((id, at, all) => all.indexOf(id) !== at)"
)
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((it) => Number(it.tagName[1]))"
WIDTH = "() => document.documentElement.scrollWidth"
SMALL = """() => [...document.querySelectorAll("main button, main input:not([type=hidden]), main select, main summary")]
  .filter((it) => it.checkVisibility() && it.type !== "checkbox" && it.getBoundingClientRect().height < 24)
  .map((it) => it.outerHTML)"""
# WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 for large letters (24 px, or 18.66 px bold).
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => rgb.slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (it) => {
    for (; it; it = it.parentElement) {
      const colour = parse(getComputedStyle(it).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const it of document.querySelectorAll("body *")) {
    const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !it.checkVisibility() || it.closest("svg, .skip, .unseen")) continue;
    const style = getComputedStyle(it), size = parseFloat(style.fontSize);
    const [a, b] = [light(parse(style.color)), light(behind(it))].sort((x, y) => y - x);
    const enough = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if ((a + 0.05) / (b + 0.05) < enough) poor.push([it.textContent.trim().slice(0, 40), (a + 0.05) / (b + 0.05)]);
  }
  return poor;
}"""


def test_controls_and_pictures_have_names_and_headings_their_order(opened):
    page = opened("/")
    for name, path in PAGES.items():
        page.goto(path)
        assert [page.evaluate(question) for question in (NAMES, WITHOUT_ALT, TWICE)] == [[], [], []], name
        levels = page.evaluate(HEADINGS)
        assert (levels.count(1), levels[0]) == (1, 1), name
        assert all(later <= before + 1 for before, later in pairwise(levels)), name
        assert page.get_attribute("html", "lang") == "en"


def test_no_page_asks_for_what_the_policy_forbids(opened):
    page = opened("/")
    for path in PAGES.values():
        page.goto(path)
    assert [said for said in page.refused if "status of 4" not in said] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out(opened, scheme):
    page = opened("/", color_scheme=scheme)
    for name, path in PAGES.items():
        page.goto(path)
        assert page.evaluate(CONTRAST) == [], name


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened("/", width=width)
    for name, path in PAGES.items():
        page.goto(path)
        assert page.evaluate(WIDTH) <= width, name
        assert page.evaluate(SMALL) == [], name


def test_every_picture_of_a_page_comes(opened):
    page = opened("/search?q=temple&size=10")
    for picture in page.locator(".card img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(it) => it.complete && it.naturalWidth > 0", arg=picture.element_handle())
    assert page.refused == []


def test_a_title_from_right_to_left_reads_so(opened):
    page = opened("/search?q=azadi")
    title = page.locator(".cards h2 bdi").first
    assert title.evaluate("(it) => getComputedStyle(it).unicodeBidi") == "isolate"
    assert title.evaluate("(it) => it.matches(':dir(rtl)')")


def test_a_printed_page_is_the_results_alone(opened):
    page = opened("/search?q=temple")
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert not page.locator("header.site form").is_visible()
    assert page.locator(".cards").is_visible()
