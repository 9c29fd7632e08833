"""The result page: what is found, counted, filtered, ordered and paged, by links and by the form alone."""

from urllib.parse import parse_qsl, quote, urlsplit

import pytest


def number(page) -> int:
    """The exact total, as the heading says it."""
    first = page.heading.split()[0]
    return 0 if first == "No" else int(first.replace(",", ""))


def test_the_heading_says_the_exact_total(get):
    assert number(get("/search?q=temple")) == len(get("/search?q=temple&size=100").titles) > 10
    assert get("/search?q=temple").heading.endswith("works for “temple”")
    assert get("/search?index=creators&q=hemiunu").heading == "1 creator for “hemiunu”"


def test_a_card_has_title_creator_details_and_a_cover(get):
    page = get("/search?q=hatshepsut")
    card = page.all("li", class_="card")[0]
    assert card.one("h2").text == "Mortuary Temple of Hatshepsut"
    assert card.one("p", class_="by").text == "Senenmut"
    assert [detail.text for detail in card.one("ul", class_="details").all("li")] == [
        "Building",
        "1479 BCE–1458 BCE",
        "Luxor, Egypt",
    ]
    picture = card.one("img")
    assert picture["src"].startswith("/covers/items/demo:")
    assert (picture["alt"], picture["loading"]) == ("", "lazy")


def test_words_found_are_marked_in_title_and_text(get):
    card = get("/search?q=hatshepsut").all("article")[0]
    assert [mark.text for mark in card.one("h2").all("mark")] == ["Hatshepsut"]
    assert [mark.text for mark in card.one("p", class_="text").all("mark")] == ["Hatshepsut"]


def test_words_found_elsewhere_say_where(get):
    assert "Other titles: Pyramid of Khufu" in [found.text for found in get("/search?q=khufu").all("p", class_="found")]


def test_markup_in_a_title_is_text_also_where_a_word_is_marked(get):
    page = get("/search?q=needle&f.kind=book")
    hostile = next(title for title in page.titles if "alert" in title)
    assert hostile == '<script>alert("harbour")</script> & <b>needle</b>'
    assert "<script>alert" not in page.html
    assert "onerror=alert(1)>" not in page.html
    assert all("src" in script.attributes and not script.text for script in page.all("script"))


def test_markup_in_words_filters_and_names_is_text(get):
    for address in (
        "/?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&f.creator=%3Cscript%3Ealert(1)&r.year.from=%3Cb%3E",
        "/search?f.creator=O%27Brien+%26+%3CS%C3%B6hne%3E",
    ):
        page = get(address, 400 if "r.year" in address else 200)
        assert "<script>alert" not in page.html
        assert "<b>" not in page.html.replace("<b>harbo", "").replace("<b>boat", "").replace("<b>schooner", "")
    assert "O'Brien & <Söhne>" in page.facet("Creator")


def test_ticking_two_values_of_a_facet_widens_and_of_two_facets_narrows(get):
    page = get("/search?q=temple")
    kinds = page.facet("Kind")
    one = get(page.address(("f.kind", "sculpture")))
    assert number(one) == kinds["Sculpture"]
    assert one.facet("Kind") == kinds
    two = get(one.address(("f.kind", "instrument")))
    assert number(two) == kinds["Sculpture"] + kinds["Instrument"]
    assert two.facet("Kind") == kinds
    creator, count = next(iter(two.facet("Creator").items()))
    assert number(get(two.address(("f.creator", creator)))) == count


def test_what_is_ticked_stays_visible_and_can_be_unticked(get):
    page = get("/search?q=temple&f.creator=Hemiunu&f.kind=building")
    assert page.facet("Creator")["Hemiunu"] == 0
    assert ("f.creator", "Hemiunu") in page.form()
    after = get(page.address(without=(("f.creator", "Hemiunu"),)))
    assert number(after) == get("/search?q=temple").facet("Kind")["Building"]


def test_each_filter_that_is_on_has_a_link_without_it(get):
    page = get("/search?q=temple&f.kind=building&f.kind=sculpture&nf.language=zh&r.year=-3000..1900")
    chips = page.one("ul", class_="chips")
    texts = ["Remove: Kind Building", "Remove: Kind Sculpture", "Remove: Language is not Chinese"]
    assert [link.text for link in chips.all("a")] == [*texts, "Remove: Year 3000 BCE–1900", "Clear all"]
    for link in chips.all("a")[:-1]:
        left = [one.text for one in get(link["href"]).one("ul", class_="chips").all("a")]
        assert link.text not in left
        assert len(left) == 4
    assert get(page.link("Clear all")).heading == get("/search?q=temple").heading


def test_a_value_can_be_excluded_and_that_stays_in_the_form(get):
    page = get("/search?q=temple")
    total, buildings = number(page), page.facet("Kind")["Building"]
    without = get(page.link("Without Building"))
    assert number(without) == total - buildings
    assert ("nf.kind", "building") in without.form()
    assert number(get(without.address(without=(("nf.kind", "building"),)))) == total


def test_a_hierarchy_is_walked_down_and_up_by_links(get):
    page = get("/search")
    row = next(row for row in page.all("li", class_="choice") if row.one("span", class_="label").text == "Places")
    assert row.all("input") == []
    places = get(row.one("a", class_="go")["href"])
    assert number(places) == page.facet("Subject")["Places"]
    inside = {row.one("span", class_="label").text: row for row in places.all("li", class_="depth-1")}
    africa = get(inside["Africa"].one("a", class_="go")["href"])
    assert [value for name, value in africa.form() if name == "f.subject"] == ["Places/Africa"]
    assert number(africa) == places.facet("Subject")["Africa"] < number(places)
    up = next(row for row in africa.all("li", class_="choice") if row.one("span", class_="label").text == "Places")
    assert get(up.one("a", class_="go")["href"]).heading == places.heading


def test_two_boxes_make_a_span_and_keep_what_was_typed(get):
    page = get("/search?q=temple&r.year.from=-500&r.year.to=0")
    assert number(page) == number(get("/search?q=temple&r.year=-500..0")) > 0
    assert {("r.year.from", "-500"), ("r.year.to", "0")} <= set(page.form())
    assert ("r.year.from", "-500") in get("/search?q=temple&r.year=-500..0").form()


def test_orders_and_sizes_are_chosen_in_the_form(get):
    page = get("/search?q=temple&sort=year&size=10")
    assert {("sort", "year"), ("size", "10")} <= set(page.form())
    assert len(page.titles) == 10
    assert page.titles[:1] == get("/search?q=temple&sort=year&size=100").titles[:1]
    assert ("size", "7") in get("/search?size=7").form()


@pytest.mark.parametrize("order", ["sort=year", "sort=-year", "sort=title", "sort=relevance"])
def test_next_leads_over_every_page_and_previous_back(get, order):
    whole = get(f"/search?q=temple&{order}&size=100").titles
    page, walked = get(f"/search?q=temple&{order}&size=4"), []
    assert page.all("a", rel="prev") == []
    while True:
        walked += page.titles
        further = page.all("a", rel="next")
        if not further:
            break
        before, page = page, get(further[0]["href"])
        assert get(page.one("a", rel="prev")["href"]).titles == before.titles
    assert walked == whole
    assert get(page.link("First page")).titles == whole[:4]


def test_pages_are_linked_in_the_head_and_kept_from_robots_when_deep(get):
    page = get("/search?q=temple&sort=year&size=4")
    assert page.one("link", rel="next")["href"] == page.one("a", rel="next")["href"]
    assert page.one("link", rel="canonical")["href"] == "http://testserver/search?q=temple&sort=year&size=4"
    assert page.all("meta", name="robots") == []
    deep = get(page.one("a", rel="next")["href"])
    assert deep.one("meta", name="robots")["content"] == "noindex"
    assert deep.all("link", rel="canonical") == []


def test_the_same_question_has_the_same_canonical_address(get):
    for address in (
        "/search?size=20&q=temple&index=items&sort=relevance&r.year.from=",
        "/search?q=++temple+&unknown=1",
    ):
        assert get(address).one("link", rel="canonical")["href"] == "http://testserver/search?q=temple"


def test_tabs_carry_the_words_to_the_other_indexes(get):
    page = get("/search?q=temple&f.kind=building")
    tabs = page.one("ul", class_="tabs").all("a")
    assert [(tab.text, tab.attributes.get("aria-current")) for tab in tabs] == [
        ("All", None), ("Works", "page"), ("Collections", None), ("Creators", None),
    ]  # fmt: skip
    creators = get(tabs[3]["href"])
    assert creators.heading.endswith("creators for “temple”")
    assert ("index", "creators") in creators.form()


def test_an_empty_result_says_what_was_asked_and_leads_on(get):
    page = get("/search?q=temple&f.kind=print&f.century=1900")
    assert page.heading == "No works found for “temple”"
    ways = {way.one("a").text: way for way in page.one("ul", class_="ways").all("li")}
    assert {"Without any filter", "In creators"} <= ways.keys()
    for way in ways.values():
        assert number(get(way.one("a")["href"])) == int(way.one("span", class_="count").text) > 0


def test_nothing_anywhere_still_leads_on(get):
    page = get("/search?q=xyzzyplugh")
    assert page.all("ul", class_="ways") == []
    assert page.one("ul", class_="tips").all("li")


def test_links_and_forms_send_the_same_question(get):
    """What the form sends as it stands is the page it stands on."""
    for address in (
        "/search?q=temple&f.kind=building&nf.language=zh&r.year=-500..&sort=year&size=10",
        "/search?index=creators&q=painter&f.century=1800",
    ):
        page = get(address)
        assert get(page.address()).titles == page.titles
        assert get(page.address()).heading == page.heading


def test_unknown_keys_are_ignored(get):
    assert get("/search?q=temple&utm_source=x&page=7").heading == get("/search?q=temple").heading


def test_keys_with_everything_in_them_have_a_page(get):
    (address,) = {
        link["href"] for link in get("/search?q=address+everything").all("a") if "with everything" in link.text
    }
    assert dict(parse_qsl(urlsplit(address).query)) == {}
    assert address == f"/items/{quote('test:a/b?c#d%20e é', safe=':')}"
    assert get(address).heading == "An address with everything"


def test_what_was_understood_is_said(get):
    page = get("/search?q=temple+year:-3000..1950+-winter")
    assert page.one("p", class_="understood").text == "Works with “temple” and year -3000–1950, without “winter”."
    assert get("/search?q=temple").all("p", class_="understood") == []
    groups = get("/?q=year:1900..1950")
    said = [one.text for one in groups.all("p", class_="understood")]
    assert said == ["Works with year 1900–1950.", "Creators with year 1900–1950."]


def test_a_part_that_was_not_understood_is_remarked(get):
    for address in ("/search?q=temple+year:foo", "/?q=temple+year:foo"):
        page = get(address)
        remark = "“year:foo” was searched as words: year takes a whole number."
        assert page.all("p", class_="remark")[0].text == remark


def test_markup_in_what_was_understood_is_text(get):
    page = get("/search?q=-%22%3Cb%3Ex%22+year:%3Ci%3E")
    assert "“year:<i>”, without the words “<b>x” in a row" in page.one("div", class_="nothing").text
    assert page.one("p", class_="remark").text.startswith("“year:<i>” was searched as words")


def test_what_orders_results_is_shown_where_there_are_any_and_sent_along_where_not(get):
    assert all("hidden" not in one.attributes for one in get("/search?q=temple").all("div", class_="order"))
    page = get("/search?q=xyzzyplugh&sort=year&size=10")
    assert all("hidden" in one.attributes for one in page.all("div", class_="order"))
    assert {("sort", "year"), ("size", "10")} <= set(page.form())
