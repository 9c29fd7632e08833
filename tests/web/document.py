"""A reply as a person meets it without a script: its texts, its links, and the form that a browser would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

VOID = {"br", "circle", "hr", "image", "img", "input", "link", "meta", "path", "rect", "source", "wbr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, tag: str = "", **attributes: str | None) -> list["Element"]:
        """Elements below this one; an attribute of None means that it is there. `class_` is one of the classes."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [found for found in self.walk() if tag in ("", found.tag) and found.fits(wanted)]

    def fits(self, wanted: dict[str, str | None]) -> bool:
        own = self.attributes | {"class": ""} if "class" not in self.attributes else self.attributes
        return all(
            value in own["class"].split() if name == "class" else name in own and value in (None, own[name])
            for name, value in wanted.items()
        )

    def one(self, tag: str = "", **attributes: str | None) -> "Element":
        (found,) = self.all(tag, **attributes)
        return found

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    @property
    def raw(self) -> str:
        return "".join(child if isinstance(child, str) else child.raw for child in self.children)

    @property
    def text(self) -> str:
        return " ".join(self.raw.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("document")]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)


class Document(Element):
    """A page. Reading it fails where a tag is not closed in its turn."""

    def __init__(self, html: str) -> None:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is not closed"
        super().__init__("document", children=reader.open[0].children)
        self.html = html

    def link(self, text: str) -> str:
        """The address of the one link with this text."""
        (found,) = {link["href"] for link in self.all("a") if link.text == text}
        return found

    def form(self) -> list[tuple[str, str]]:
        """What the search form sends as it stands, script or no script."""
        inside = self.one("form", id="search").all() + self.all(form="search")
        return [pair for control in inside for pair in sent(control)]

    def address(self, *more: tuple[str, str], without: tuple[tuple[str, str], ...] = ()) -> str:
        """Where pressing the button leads after ticking `more` and unticking `without`."""
        pairs = [pair for pair in self.form() if pair not in without]
        assert len(pairs) == len(self.form()) - len(without)
        return f"{self.one('form', id='search')['action']}?{urlencode([*pairs, *more])}"

    @property
    def titles(self) -> list[str]:
        """The titles of the result cards, in order."""
        return [article.all("a")[0].text for article in self.all("article")]

    @property
    def heading(self) -> str:
        return self.one("h1").text

    def facet(self, title: str) -> dict[str, int]:
        """Label -> count of a facet by its heading."""
        (group,) = [group for group in self.all("fieldset") if group.one("legend").text == title]
        rows = group.all("li", class_="choice")
        return {row.one("span", class_="label").text: int(row.one("span", class_="count").text) for row in rows}


def sent(control: Element) -> list[tuple[str, str]]:
    name, own = control.attributes.get("name"), control.attributes
    if not name:
        return []
    if control.tag == "select":
        return [(name, option["value"]) for option in control.all("option", selected=None)]
    is_off = own.get("type") == "checkbox" and "checked" not in own
    return [] if is_off else [(name, own.get("value", ""))]
