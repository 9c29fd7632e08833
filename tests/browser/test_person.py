"""What a person does, on a wide screen and on a phone, with a script and without."""

import pytest

WIDE, PHONE = 1280, 390
SITUATIONS = {
    "wide": {"width": WIDE},
    "wide, no script": {"width": WIDE, "java_script_enabled": False},
    "phone": {"width": PHONE},
    "phone, no script": {"width": PHONE, "java_script_enabled": False},
}


def total(page) -> int:
    return int(page.inner_text("h1").split()[0].replace(",", ""))


def count(page, label: str) -> int:
    return int(page.locator(f".choice:has(.label:text-is('{label}')) .count").inner_text())


@pytest.mark.parametrize("situation", SITUATIONS)
def test_search_filter_unfilter_page_on_and_back(opened, situation):
    page = opened("/", **SITUATIONS[situation])
    page.fill("#q", "temple")
    page.press("#q", "Enter")
    page.wait_for_selector("h1:has-text('Found for')")
    page.click("text=/All \\d+ works/")
    whole = total(page)
    if page.locator("summary").is_visible():
        page.click("summary")
    sculptures = count(page, "Sculpture")
    apply(page, "Sculpture")
    assert total(page) == sculptures < whole
    page.click(".chips a:has-text('Sculpture')")
    page.wait_for_selector(".chips", state="detached")
    assert total(page) == whole
    page.select_option("#size", "10")
    page.click(".sizes button")
    page.wait_for_url("**size=10**")
    first = page.locator(".cards h2").all_inner_texts()
    page.click("a[rel=next]")
    page.wait_for_selector("a[rel=prev]")
    second = page.locator(".cards h2").all_inner_texts()
    assert len(first) == 10
    assert not set(first) & set(second)
    page.click("a[rel=prev]")
    page.wait_for_selector("a[rel=next]")
    assert page.locator(".cards h2").all_inner_texts() == first
    page.click(".cards h2 a >> nth=0")
    page.wait_for_selector(".record h1")
    assert page.inner_text("h1") == first[0]
    assert page.refused == []


def apply(page, label: str) -> None:
    """Tick a value of a facet; on a wide page the script applies it, else the button does."""
    page.click(f".choice label:has(.label:text-is('{label}'))")
    if page.viewport_size["width"] == PHONE or not page.has_script:
        page.click(".apply button")
    page.wait_for_selector(f".chips a:has-text('{label}')")


def test_a_ticked_box_keeps_the_focus_and_empty_boxes_are_not_sent(opened):
    page = opened("/search?q=temple")
    page.focus("input[value=sculpture]")
    page.keyboard.press("Space")
    page.wait_for_selector(".chips")
    assert page.evaluate("document.activeElement.value") == "sculpture"
    assert "r.year" not in page.url
    assert "f.kind=sculpture" in page.url


def test_on_a_phone_ticking_waits_for_the_button(opened):
    page = opened("/search?q=temple", width=PHONE)
    assert not page.locator(".panel").is_visible()
    page.click("summary")
    before = page.url
    page.check("input[value=sculpture]")
    page.check("input[value=building]")
    assert page.url == before
    page.click(".apply button")
    page.wait_for_url("**f.kind=sculpture**")
    assert page.locator(".chips li").count() == 3


def test_going_back_shows_the_boxes_as_they_were(opened):
    page = opened("/search?q=temple")
    page.click(".choice label:has-text('Sculpture')")
    page.wait_for_selector(".chips")
    page.go_back()
    page.wait_for_selector(".chips", state="detached")
    assert not page.is_checked("input[value=sculpture]")
    assert page.is_enabled("input[name='r.year.from']")


def test_a_picture_that_does_not_come_gives_way_to_the_drawn_cover(opened):
    page = opened("/items/test:far-1")
    page.wait_for_function("document.querySelector('.picture img').naturalWidth > 0")
    assert page.get_attribute(".picture img", "src") == "/covers/items/test:far-1.svg"
    page.goto("/search?q=far+away+picture&f.kind=book")
    assert page.locator(".card").count() == 9
    for picture in page.locator(".card img").all():
        picture.scroll_into_view_if_needed()
        page.wait_for_function("(it) => it.naturalWidth > 0", arg=picture.element_handle())


def test_the_first_tab_skips_to_the_page(opened):
    page = opened("/search?q=temple")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
