"""The search API's replies, as a program meets them."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from searchsvc.search.models import StoredRankList

SEARCH = "/api/v1/indexes/items/search"


def get(client: Client, status: int = 200, path: str = SEARCH, **params: Any) -> dict[str, Any]:
    response = client.get(f"{path}?{urlencode(params, doseq=True)}")
    assert response.status_code == status
    expected = "application/json" if status == 200 else "application/problem+json"
    assert response["Content-Type"] == expected
    return response.json()


def test_a_reply_has_every_part_of_the_design(client: Client) -> None:
    reply = get(client, q="harbour", size=1)
    assert set(reply) == {"data", "facets", "page", "total", "partial", "warnings", "meta"}
    assert set(reply["data"][0]) == {"id", "index", "score", "fields", "highlights"}
    assert set(reply["facets"][0]) == {"field", "operator", "exhaustive", "missing", "values"}
    assert set(reply["facets"][0]["values"][0]) == {"value", "label", "count", "selected", "add", "remove"}
    assert set(reply["page"]) == {"size", "next", "previous", "expires_at"}
    assert set(reply["meta"]) == {"request_id", "engine", "revision", "took_ms", "indexed_at"}
    assert reply["total"]["relation"] == "eq"


def test_the_request_id_is_the_header_s(client: Client) -> None:
    response = client.get(SEARCH, headers={"X-Request-ID": "abc-1"})
    assert response["X-Request-ID"] == response.json()["meta"]["request_id"] == "abc-1"


def test_links_lead_where_they_say(client: Client) -> None:
    first = get(client, sort="year", size=5)
    second = client.get(first["page"]["next"]).json()
    assert client.get(second["page"]["previous"]).json()["data"] == first["data"]
    kind = next(facet for facet in first["facets"] if facet["field"] == "kind")["values"][0]
    chosen = client.get(kind["add"]).json()
    assert chosen["total"]["value"] == kind["count"]
    picked = next(facet for facet in chosen["facets"] if facet["field"] == "kind")["values"][0]
    assert (picked["selected"], picked["add"]) == (True, None)
    assert client.get(picked["remove"]).json()["total"] == first["total"]


def test_following_next_gives_every_work_once(client: Client) -> None:
    address: str | None = f"{SEARCH}?sort=title&size=100&fields=title&facets="
    seen: list[str] = []
    while address:
        reply = client.get(address).json()
        seen += [hit["id"] for hit in reply["data"]]
        address = reply["page"]["next"]
    assert len(seen) == len(set(seen)) == reply["total"]["value"]


def test_fields_facets_and_highlights_are_chosen(client: Client) -> None:
    reply = get(client, q="sea", fields="title,year", facets="kind", highlight="false")
    assert set(reply["data"][0]["fields"]) <= {"title", "year"}
    assert [facet["field"] for facet in reply["facets"]] == ["kind"]
    assert all(hit["highlights"] == {} for hit in reply["data"])


def test_every_wrong_parameter_is_named_in_one_problem(client: Client) -> None:
    problem = get(client, 400, size=0, sort="age", colour="red", **{"f.x": 1, "r.year": "b..a"})
    assert problem["code"] == "bad-parameters"
    assert {error["parameter"] for error in problem["errors"]} == {"size", "sort", "colour", "f.x", "r.year"}
    assert (problem["status"], problem["title"]) == (400, "Bad Request")


def test_a_forged_cursor_is_refused_with_the_way_back(client: Client) -> None:
    problem = get(client, 400, q="sea", cursor="eyJxIjoxfQ.forged")
    assert problem["code"] == "cursor-invalid"
    assert problem["start"] == f"{SEARCH}?q=sea"


def test_a_cursor_of_another_search_is_refused(client: Client) -> None:
    cursor = get(client, sort="year", size=1)["page"]["next"].partition("cursor=")[2]
    assert get(client, 400, sort="title", size=1, cursor=cursor)["code"] == "cursor-query-mismatch"


def test_an_unknown_index_is_a_problem_too(client: Client) -> None:
    problem = get(client, 404, path="/api/v1/indexes/films/search")
    assert problem["code"] == "unknown-index"
    assert "items" in problem["detail"]


@pytest.mark.parametrize(
    "q", ['"', "((", "c++", "don't", "🎨", "x" * 10_000, "a " * 5_000, "\x00\x1b", "a:b", "*:*", "<script>", "%"]
)
def test_no_query_fails(client: Client, q: str) -> None:
    assert get(client, q=q)["total"]["value"] >= 0


def test_a_query_that_is_too_long_is_refused(client: Client) -> None:
    assert get(client, 400, q="x" * 10_001)["errors"][0]["code"] == "too-long"


def test_writing_is_not_for_this_address(client: Client) -> None:
    assert client.post(SEARCH).status_code == 405


def test_pages_by_relevance_say_until_when_they_are_kept_and_then_where_to_start_again(client: Client) -> None:
    first = get(client, q="the", size=5)
    assert first["page"]["expires_at"] is None
    second = client.get(first["page"]["next"]).json()
    assert second["page"]["expires_at"].endswith("+00:00")
    assert client.get(second["page"]["previous"]).json()["data"] == first["data"]
    StoredRankList.objects.all().delete()
    expired = client.get(second["page"]["next"])
    assert expired.status_code == 410
    assert expired.json()["code"] == "cursor-expired"
    assert client.get(expired.json()["start"]).json()["data"] == first["data"]


def test_what_was_not_taken_as_meant_is_a_warning_and_the_shape_stays(client: Client) -> None:
    reply = get(client, q="sea year:foo creator:hokusay")
    assert reply["warnings"] == [
        "“year:foo” was searched as words: year takes a whole number.",
        "“creator:hokusay” was searched as words: creator takes one of its values, such as “Katsushika Hokusai”.",
    ]
    assert set(reply) == {"data", "facets", "page", "total", "partial", "warnings", "meta"}
    assert set(reply["meta"]) == {"request_id", "engine", "revision", "took_ms", "indexed_at"}


def test_fields_can_be_named_and_ids_filtered_by(client: Client) -> None:
    named = get(client, q="creator:turner")
    filtered = get(client, **{"f.creator_key": named["data"][0]["fields"]["creator_key"]})
    assert [one["id"] for one in named["data"]] == [one["id"] for one in filtered["data"]] != []
    assert named["warnings"] == []
