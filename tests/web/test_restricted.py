"""What is not for everyone: no hit, no count, no page, no cover for a stranger; all of them for the group."""

import pytest

from searchsvc.catalog.models import Item

SECRET, HIDDEN = "test:secret", "demo:the-night-watch"
ADDRESSES = [f"/items/{SECRET}", f"/covers/items/{SECRET}.svg"]


@pytest.fixture
def superuser(admin_client):
    return admin_client


def test_a_stranger_finds_nothing_of_it(get):
    page = get("/search?q=needle")
    assert not any("curators" in title for title in page.titles)
    assert "Secret kind" not in page.facet("Kind")
    assert get("/search?f.kind=secret-kind").heading == "No works found"
    assert "curators" not in get("/?q=needle").one("main").text
    assert "curators" not in get("/creators/test:maker").one("main").text


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_gets_the_page_of_what_never_was(get, address):
    refused = get(address, 404).one("main").text
    assert refused == get(address.replace(SECRET, "test:never"), 404).one("main").text.replace("test:never", SECRET)


def test_a_member_of_the_group_sees_all_of_it(get, curator):
    page = get("/search?q=needle")
    assert "A needle for curators" in page.titles
    assert page.facet("Kind")["Secret kind"] == 1
    assert get(ADDRESSES[0]).heading == "A needle for curators"
    assert "A needle for curators" in get("/creators/test:maker").one("main").text
    assert get("/?q=needle").link(f"All {page.heading.split()[0]} works") == "/search?q=needle"


def test_a_member_s_cover_is_kept_out_of_shared_caches(client, curator):
    response = client.get(ADDRESSES[1])
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]


def test_what_is_for_no_group_is_for_superusers_alone(get, curator, superuser):
    get(f"/items/{HIDDEN}", 404)
    assert superuser.get(f"/items/{HIDDEN}").status_code == 200
    assert superuser.get(f"/covers/items/{HIDDEN}.svg").status_code == 200


@pytest.mark.parametrize("address", ["/items/demo:guernica", "/covers/items/demo:guernica.svg"])
def test_what_the_database_hides_is_hidden_before_the_index_hears_of_it(get, client, address):
    assert client.get(address).status_code == 200
    Item.objects.filter(key="demo:guernica").update(visible_to=["curators"])
    get(address, 404)


def test_what_the_database_no_longer_has_is_gone(get):
    Item.objects.get(key="test:pictured").delete()
    get("/items/test:pictured", 404)
    get("/covers/items/test:pictured.svg", 404)


def test_what_was_hidden_from_its_own_members_stays_visible_to_them(get, curator):
    Item.objects.filter(key="demo:guernica").update(visible_to=["curators"])
    assert "Guernica" in get("/items/demo:guernica").heading


def test_pages_vary_by_cookie_only_where_it_matters(client):
    for address in ("/", "/?q=sea", "/search?q=sea", "/items/demo:guernica", "/creators/demo:imhotep"):
        assert "Cookie" in client.get(address).get("Vary", ""), address
    for address in ("/search?index=creators", "/covers/items/demo:guernica.svg", "/covers/creators/demo:imhotep.svg"):
        assert "Cookie" not in client.get(address).get("Vary", ""), address


def test_a_remark_does_not_tell_of_a_hidden_value(get):
    page = get("/search?q=kind:secret")
    assert page.one("p", class_="remark").text == "“kind:secret” was searched as words: kind takes one of its values."
    assert "secret-kind" not in page.raw.lower()
    assert "Secret kind" not in page.raw


def test_a_hidden_value_is_named_by_its_own_members(get, curator):
    assert get("/search?q=kind:secret").heading == "1 work for “kind:secret”"
