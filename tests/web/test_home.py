"""The front page, without words and with."""

from searchsvc.catalog.models import Collection, Creator


def test_it_says_how_much_there_is(get):
    page = get("/")
    counts = [count.text for count in page.one("ul", class_="counts").all("a")]
    assert counts[1:] == [f"{Collection.objects.count()} collections", f"{Creator.objects.count()} creators"]
    assert get("/search").heading == counts[0]


def test_it_has_one_search_box_and_it_leads_to_every_index(get):
    page = get("/")
    words = page.one("input", type="search")
    assert page.one("label", for_=words["id"]).text == "Words to search for"
    assert page.address() == "/?q="
    assert get("/?q=temple").heading == "Found for “temple”"


def test_samples_and_entries_lead_into_the_catalogue(get):
    page = get("/")
    assert len(page.one("ul", class_="tiles").all("li")) == 14
    groups = {group.one("h3").text: group.all("a") for group in page.one("div", class_="entries").all("div")}
    assert list(groups) == ["Kind", "Subject", "Century"]
    for links in groups.values():
        first = links[0]
        assert get(first["href"]).heading == f"{first.one('span', class_='count').text} works"
    centuries = [link.one("span", class_="label").text for link in groups["Century"]]
    assert centuries[-1] == "2000–2099"


def test_words_show_every_index_with_its_exact_total(get):
    page = get("/?q=temple")
    groups = page.all("section", class_="group")
    assert [group.one("h2").text for group in groups] == ["Works", "Collections", "Creators"]
    for group in groups:
        (more,) = group.one("div", class_="heading").all("a")
        assert 0 < len(group.all("li", class_="card")) <= 4
        total = more.text.split()[0 if more.text[0].isdigit() else 1]
        assert get(more["href"]).heading.startswith(total)


def test_an_index_without_results_says_so_and_none_at_all_helps(get):
    page = get("/?q=khufu")
    assert "No collections have these words." in page.one("main").text
    assert page.all("ul", class_="tips") == []
    assert get("/?q=xyzzyplugh").one("ul", class_="tips")


def test_the_same_page_twice_is_the_same_bytes(client):
    """Nothing of the moment stands in a page, so that a cache may compare."""
    for address in ("/", "/?q=temple", "/search?q=temple&sort=year&size=3", "/items/demo:guernica"):
        assert client.get(address).content == client.get(address).content
