"""The pages of works, creators and collections."""

import pytest

from searchsvc.catalog.models import Contribution, Creator, Item
from tests.sites import rebuild


def facts(page):
    rows = [row for listed in page.all("dl") for row in listed.children if not isinstance(row, str)]
    return {row.one("dt").text: [value.text for value in row.all("dd")] for row in rows}


def test_a_work_shows_all_that_is_known(get):
    page = get("/items/test:pictured")
    shown = facts(page)
    assert shown["Kind"] == ["Painting"]
    assert shown["Price"] == ["12.50 EUR"]
    assert shown["Source"] == ["https://museum.example/a"]
    assert shown["Identifier"] == ["test:pictured"]
    assert (shown["Signed"], shown["Layers"], shown["Height cm"]) == (["Yes"], ["ink", "gold"], ["12.5"])
    assert "Language" not in shown
    assert page.one("figcaption").text == "Sydney · 33.86° S, 151.21° E"
    assert page.one("circle", class_="dot")["cx"] == "331.21"


def test_a_picture_elsewhere_is_shown_with_the_drawn_cover_for_when_it_fails(get):
    picture = get("/items/test:pictured").one("img")
    assert picture["src"] == "https://museum.example/a.jpg"
    assert picture["data-cover"] == "/covers/items/test:pictured.svg"
    assert (picture["alt"], picture["referrerpolicy"]) == ("A picture elsewhere", "no-referrer")


def test_a_work_leads_to_its_makers_subjects_and_collection(get):
    page = get("/items/demo:great-pyramid-of-giza")
    assert get(page.link("Hemiunu")).heading == "Hemiunu"
    assert "Great Pyramid of Giza" in get(page.link("Egypt")).titles
    assert get(page.link("Buildings of the World")).heading == "Buildings of the World"
    assert "architect" in page.one("ul", class_="makers").text
    assert page.one("meta", name="description")["content"].startswith("The largest of the pyramids")
    assert page.one("link", rel="canonical")["href"] == "http://testserver/items/demo:great-pyramid-of-giza"
    assert page.one("title").text == "Great Pyramid of Giza – searchsvc"


def test_more_of_the_same_leaves_out_the_work_itself(get):
    page = get("/items/demo:great-pyramid-of-giza")
    more = page.one("section")
    assert more.one("h2").text == "More in Buildings of the World"
    assert "/items/demo:great-pyramid-of-giza" not in [link["href"] for link in more.all("a")]
    assert get(more.all("a")[0]["href"]).heading.partition(" ")[0] == more.all("a")[0].text.removeprefix("All ")


def test_markup_in_a_work_is_text(get):
    page = get("/items/test:hostile")
    assert page.heading == '<script>alert("harbour")</script> & <b>needle</b>'
    assert "<script>alert" not in page.html
    assert "<img src=x" not in page.html


def test_a_creator_shows_life_and_works(get):
    page = get("/creators/test:maker")
    assert page.heading == "O'Brien & <Söhne>"
    assert page.one("p", class_="date").text == "44 BCE–14 · Rome"
    assert len(page.one("ul", class_="tiles").all("li")) == 2
    assert get(page.link("All 2, with filters")).heading == "2 works"


def test_a_collection_shows_its_works_or_says_that_it_has_none(get):
    page = get("/collections/demo:printed-page")
    assert page.one("ul", class_="tiles").all("li")
    assert get("/collections/test:empty").one("p", class_="none").text == "No works of this are in the catalogue."


def test_a_language_without_a_name_shows_its_code(get):
    Item.objects.filter(key="test:pictured").update(language="tlh")
    assert facts(get("/items/test:pictured"))["Language"] == ["tlh"]


def test_every_record_of_the_demo_has_a_page(get):
    for index, words in (("items", ""), ("creators", "index=creators&"), ("collections", "index=collections&")):
        page = get(f"/search?{words}size=100")
        for link in page.all("article"):
            address = link.all("a")[0]["href"]
            assert address.startswith(f"/{index}/")
            assert get(address).heading


def test_no_such_record(get):
    page = get("/items/demo:none", 404)
    assert "There is no record 'demo:none' in 'items'." in page.one("main").text
    assert page.one("meta", name="robots")["content"] == "noindex"


def test_who_had_two_roles_is_named_once(get):
    item, maker = Item.objects.get(key="test:hostile"), Creator.objects.get(key="test:maker")
    Contribution.objects.create(item=item, creator=maker, role="editor", position=9)
    assert get("/items/test:hostile").one("ul", class_="makers").text == "O'Brien & <Söhne> author, editor"


@pytest.fixture
def two_of_one_name(get):
    """Two creators of one name, with a work each."""
    for number in (1, 2):
        creator = Creator.objects.create(key=f"test:same-{number}", name="Jan Same")
        item = Item.objects.create(key=f"test:by-same-{number}", kind="print", title=f"Print {number}")
        Contribution.objects.create(item=item, creator=creator, role="creator", position=0)
    rebuild()
    yield
    Item.objects.filter(key__startswith="test:by-same").delete()
    Creator.objects.filter(key__startswith="test:same").delete()
    rebuild()


@pytest.mark.usefixtures("two_of_one_name")
def test_two_creators_of_one_name_have_their_own_works(get):
    page = get("/creators/test:same-1")
    tiles = page.one("ul", class_="tiles")
    assert [title.text for title in tiles.all("span", class_="title")] == ["Print 1"]
    found = get(page.link("Search in it"))
    assert found.heading == "1 work"
    assert found.link("Remove: Creator Jan Same") == "/search?sort=year"
    assert found.facet("Creator") == {"Jan Same": 1}


@pytest.mark.usefixtures("two_of_one_name")
def test_a_creator_s_filter_stays_when_the_form_is_sent(get):
    page = get("/search?f.creator_key=test:same-2")
    assert ("f.creator_key", "test:same-2") in page.form()
    nothing = get(page.address(("q", "xyzzyplugh")))
    assert nothing.heading.startswith("No works found")
    assert nothing.link("Remove: Creator Jan Same")
    others = get("/search?nf.creator_key=test:same-2&q=title:print+creator:same")
    assert others.titles == ["Print 1"]
    assert get("/search?f.creator_key=test:nobody").link("Remove: Creator test:nobody")


def test_a_hidden_work_does_not_tell_its_creator_s_name(get):
    creator = Creator.objects.create(key="test:unseen", name="Unseen Maker")
    made = Contribution.objects.create(item=Item.objects.get(key="test:secret"), creator=creator, position=9)
    rebuild()
    assert "Unseen Maker" not in get("/search?f.creator_key=test:unseen").raw
    made.delete()
    creator.delete()
    rebuild()
