"""The text of files, those of strangers among them."""

import io
import zipfile

import pytest

from backends.core import files
from backends.core.files import FileRefused, contents_of

MOST = 1_000_000
WORD = '<w:document xmlns:w="urn:w"><w:body>{}</w:body></w:document>'
PARAGRAPHS = "<w:p><w:r><w:t>Boats lie</w:t></w:r><w:r><w:t> here</w:t></w:r></w:p><w:p><w:t>Ærø &amp; Łódź</w:t></w:p>"
CORE = '<c:core xmlns:c="urn:c" xmlns:d="urn:d"><d:title>Harbours</d:title><d:creator>Ann Sew</d:creator></c:core>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:p xmlns:w="urn:w"><w:t>&b;</w:t></w:p>'


def docx(document: str = WORD.format(PARAGRAPHS), core: str = CORE) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        archive.writestr("docProps/core.xml", core)
    return file.getvalue()


def pdf(text: str) -> bytes:
    drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Title(Harbours)/Author(Ann Sew)>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size 7/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 7\n0000000000 65535 f \n" + table + tail


def read(data: bytes, most: int = MOST) -> tuple[str, dict[str, list[str]]]:
    found = contents_of(io.BytesIO(data), most)
    return found["contents"], found["metadata"]


@pytest.mark.parametrize(
    "data", ["Ærø\n".encode(), "\ufeffÆrø".encode(), "\ufeffÆrø".encode("utf-16-le"), "Ærø".encode("cp1252")]
)
def test_plain_text_in_its_usual_encodings(data: bytes) -> None:
    assert read(data) == ("Ærø", {"Content-Type": ["text/plain"]})


def test_html_without_its_scripts() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>Harbours</title><meta name='author' content='Ann Sew'><style>p{}</style>"
        "</head><body><p>Boats &amp; nets</p><script>alert('x')</script><p>lie here</body></html>"
    )
    contents, metadata = read(page.encode())
    assert contents == "Boats & nets lie here"
    assert metadata == {"Content-Type": ["text/html"], "title": ["Harbours"], "author": ["Ann Sew"]}


def test_docx_by_paragraphs() -> None:
    contents, metadata = read(docx())
    assert contents == "Boats lie here\nÆrø & Łódź"
    assert (metadata["title"], metadata["creator"]) == (["Harbours"], ["Ann Sew"])


def test_pdf() -> None:
    pytest.importorskip("pypdf")
    contents, metadata = read(pdf("Boats lie here"))
    assert contents == "Boats lie here"
    assert metadata == {"Content-Type": ["application/pdf"], "Title": ["Harbours"], "Author": ["Ann Sew"]}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.4 and no more", "cannot be read"),
        (pdf("x")[:-200], "cannot be read"),
        (b"PK\x03\x04 and no more", "cannot be read"),
        (docx(LAUGHS), "entities"),
        (docx(core=LAUGHS), "entities"),
        (docx("<a>" * 10), "cannot be read"),
        (docx(WORD.format("<w:t>" + "x" * 50_000 + "</w:t>")), "characters"),
        (docx(" " * 900_000), "larger"),
        (b"x" * 50_000, "characters"),
        (b"<html><p>" + b"x" * 50_000, "characters"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither text"),
        (b"a" * (MOST + 1), "POST_LIMIT"),
    ],
)
def test_a_broken_or_hostile_file_is_refused_by_name(data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_CHARACTERS", 40_000)
    if data.startswith(b"%PDF"):
        pytest.importorskip("pypdf")
    with pytest.raises(FileRefused, match=reason):
        read(data)
