"""Text and metadata of a file: plain text, HTML, DOCX, and PDF where pypdf is installed (searchsvc[files]).

Files come from strangers: what is read is bounded, and whatever a file does ends in FileRefused.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any, BinaryIO
from xml.parsers import expat

from backends.core.errors import SearchError

Extracted = tuple[str, dict[str, list[str]]]
MOST_CHARACTERS = 10_000_000  # of text; the Bible has 4.3 million
UNSEEN = frozenset({"script", "style", "template", "head"})
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)


class FileRefused(SearchError):
    """A file has no text that could be read."""


class _Text:
    """Gathers text up to MOST_CHARACTERS."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def add(self, part: str) -> None:
        self._length += len(part)
        if self._length > MOST_CHARACTERS:
            raise FileRefused(f"The file has more than {MOST_CHARACTERS} characters.")
        self._parts.append(part)

    def __str__(self) -> str:
        return "".join(self._parts).strip()


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding)
    if BINARY.search(data):
        raise FileRefused("The file is neither text, HTML, DOCX nor PDF.")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _plain(data: bytes) -> Extracted:
    text = _Text()
    text.add(_decoded(data))
    return str(text), {"Content-Type": ["text/plain"]}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = _Text()
        self.metadata: dict[str, list[str]] = {"Content-Type": ["text/html"]}
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "meta" and known.get("name") and known.get("content"):
            self.metadata.setdefault(str(known["name"]), []).append(str(known["content"]))
        elif tag in UNSEEN | {"title"}:
            self._inside.append(tag)
        elif tag == "body":  # whatever stands open before it is closed by it
            self._inside.clear()
        self.text.add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            del self._inside[self._inside.index(tag) :]
        self.text.add(" ")

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["title"]:
            self.metadata["title"] = [data.strip()]
        elif not self._inside:
            self.text.add(data)


def _html(data: bytes) -> Extracted:
    page = _Page()
    page.feed(_decoded(data))
    page.close()
    return re.sub(r"\s+", " ", str(page.text)), page.metadata


def _xml(data: bytes, opened: Callable[[str], None], said: Callable[[str], None]) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")

    def declared(*_doctype: object) -> None:
        raise FileRefused("The file declares entities of its own.")  # the way to a billion laughs

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = lambda name, _attributes: opened(name.rpartition(" ")[2])
    parser.CharacterDataHandler = said
    parser.Parse(data, True)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(4 * MOST_CHARACTERS + 1)
    if len(data) > 4 * MOST_CHARACTERS:
        raise FileRefused(f"The file's {name} is larger than {4 * MOST_CHARACTERS} bytes.")
    return data


def _docx(data: bytes) -> Extracted:
    text, metadata = (
        _Text(),
        {"Content-Type": ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]},
    )
    now = ""

    def opened(name: str) -> None:
        nonlocal now
        now = name
        text.add({"p": "\n", "tab": "\t", "br": "\n"}.get(name, ""))

    def described(value: str) -> None:
        if value.strip():
            metadata.setdefault(now, []).append(value.strip())

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _xml(_member(archive, "word/document.xml"), opened, lambda part: text.add(part if now == "t" else ""))
        contents = str(text)
        if "docProps/core.xml" in archive.namelist():
            _xml(_member(archive, "docProps/core.xml"), opened, described)
    return contents, metadata


def _pdf(data: bytes) -> Extracted:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise FileRefused("Text of a PDF needs pypdf: pip install searchsvc[files]") from error
    reader, text = PdfReader(io.BytesIO(data)), _Text()
    for page in reader.pages:
        text.add(page.extract_text() + "\n")
    described = {name.lstrip("/"): [str(value)] for name, value in (reader.metadata or {}).items()}
    return str(text), {"Content-Type": ["application/pdf"], **described}


READERS: tuple[tuple[Callable[[bytes], object], Callable[[bytes], Extracted]], ...] = (
    (lambda data: b"%PDF-" in data[:1024], _pdf),
    (lambda data: data.startswith(b"PK\x03\x04"), _docx),
    (HTML.match, _html),
    (lambda _data: True, _plain),
)


def contents_of(file: BinaryIO, most_bytes: int) -> Mapping[str, Any]:
    """Haystack's {"contents": text, "metadata": {name: [text, ...]}} of an open file. Raises FileRefused."""
    data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise FileRefused(f"The file is larger than {most_bytes} bytes (POST_LIMIT).")
    read = next(read for knows, read in READERS if knows(data))
    try:
        contents, metadata = read(data)
    except FileRefused:
        raise
    except Exception as error:  # a broken or hostile file makes its reader fail in any way
        raise FileRefused(f"The file cannot be read: {type(error).__name__}: {error}") from error
    return {"contents": contents, "metadata": metadata}
