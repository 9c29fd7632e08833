"""Drawn covers: an image of its own address, cached, and cheap."""

from xml.etree import ElementTree as ET

COVER = "/covers/items/demo:great-pyramid-of-giza.svg"


def test_a_cover_is_an_image_that_caches_may_share(client):
    response = client.get(COVER)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert "Vary" not in response
    assert ET.fromstring(response.content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own
    assert "Great Pyramid of Giza" in response.content.decode()


def test_a_cover_that_has_not_changed_is_not_sent_again(client):
    tag = client.get(COVER)["ETag"]
    again = client.get(COVER, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert client.get(COVER, headers={"If-None-Match": '"other"'}).status_code == 200


def test_markup_in_a_title_is_text_in_its_cover(client):
    drawn = client.get("/covers/items/test:hostile.svg").content
    assert b"<script" not in drawn
    ET.fromstring(drawn)  # noqa: S314 - our own


def test_any_key_and_any_index_has_a_cover(client):
    for address in ("/covers/items/test:a%2Fb%3Fc%23d%2520e%20%C3%A9.svg", "/covers/creators/demo:imhotep.svg"):
        assert client.get(address)["Content-Type"] == "image/svg+xml"


def test_no_cover_of_nothing(client):
    for address in ("/covers/items/demo:none.svg", "/covers/films/x:1.svg"):
        assert client.get(address).status_code == 404
