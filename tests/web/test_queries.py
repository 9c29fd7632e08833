"""How many questions a page asks the database: the same whatever it shows."""

import pytest

# Anonymous: no session, no user. A work: itself with its collection, contributions with creators, subjects.
STRANGER = {
    "/": 0,
    "/?q=temple": 0,
    "/search?q=temple&f.kind=building": 0,
    "/search?q=xyzzyplugh&f.kind=building": 0,
    "/items/demo:great-pyramid-of-giza": 3,
    "/items/test:pictured": 3,
    "/creators/demo:imhotep": 1,
    "/collections/demo:printed-page": 1,
    "/covers/items/demo:great-pyramid-of-giza.svg": 1,
    "/nosuchpage": 0,
}
SIGNED_IN = 3  # session, user, groups


@pytest.mark.parametrize("address", STRANGER)
def test_a_stranger_s_page(client, django_assert_num_queries, address):
    client.get(address)
    with django_assert_num_queries(STRANGER[address]):
        client.get(address)


@pytest.mark.parametrize("address", ["/search?q=temple", "/items/demo:great-pyramid-of-giza"])
def test_who_is_signed_in_costs_three_more(client, curator, django_assert_num_queries, address):
    with django_assert_num_queries(STRANGER.get(address, 0) + SIGNED_IN):
        client.get(address)
