"""How much of one body of code stands in another too.

A line counts as repeated when it is in a row of RUN or more lines that another body has too, to the letter or with
its names exchanged one for one (a parameterised match: B. S. Baker, "On finding duplication and near-duplication in
large software systems", WCRE 1995). Blank lines, comments, docstrings, imports and brackets alone are no lines.
"""

import ast
import io
import keyword
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

RUN = 4  # lines; shorter rows agree by chance
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip
BRACKETS = frozenset("()[]{},:")

Tokens = tuple[str, ...]  # of one line; a name is marked by NAME in front, so that `if` is no name and a string is none
NAME = "\0"


@dataclass(frozen=True, slots=True)
class Line:
    file: str
    number: int
    tokens: Tokens


def code_lines(file: str, text: str) -> list[Line]:
    """The lines of code of a module, as tokens: indentation and spacing do not count."""
    left_out = set(_left_out(ast.parse(text)))
    rows: dict[int, list[str]] = defaultdict(list)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT and token.start[0] not in left_out:
            is_name = token.type == tokenize.NAME and not keyword.iskeyword(token.string)
            rows[token.start[0]].append(NAME + token.string if is_name else token.string)
    return [Line(file, number, tuple(tokens)) for number, tokens in sorted(rows.items()) if set(tokens) - BRACKETS]


def _left_out(tree: ast.Module) -> Iterator[int]:
    """The numbers of the lines that import or document."""
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_text or isinstance(node, ast.Import | ast.ImportFrom):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _renamed(run: Iterable[Tokens]) -> tuple[Tokens, ...]:
    """A run with each name as its place of first appearance: equal for runs that agree but for their names."""
    places: dict[str, str] = {}
    return tuple(
        tuple(places.setdefault(token, f"{NAME}{len(places)}") if token.startswith(NAME) else token for token in tokens)
        for tokens in run
    )


def _runs(lines: Sequence[Line]) -> Iterator[tuple[Sequence[Line], tuple[Tokens, ...]]]:
    for at in range(len(lines) - RUN + 1):
        run = lines[at : at + RUN]
        if run[0].file == run[-1].file:
            yield run, _renamed(line.tokens for line in run)


def repeated(bodies: Mapping[str, Sequence[Line]]) -> dict[str, dict[Line, set[str]]]:
    """Body -> its lines that stand in others too, each with those others' names."""
    seen: dict[tuple[Tokens, ...], set[str]] = defaultdict(set)
    for name, lines in bodies.items():
        for _, form in _runs(lines):
            seen[form].add(name)
    found: dict[str, dict[Line, set[str]]] = {name: defaultdict(set) for name in bodies}
    for name, lines in bodies.items():
        for run, form in _runs(lines):
            if others := seen[form] - {name}:
                for line in run:
                    found[name][line] |= others
    return found


def shares(bodies: Mapping[str, Sequence[Line]]) -> dict[str, float]:
    """Body -> the share of its lines, 0 to 1, that stand in another."""
    return {name: len(lines) / max(1, len(bodies[name])) for name, lines in repeated(bodies).items()}


def bodies_of(texts: Mapping[str, Mapping[str, str]]) -> dict[str, list[Line]]:
    """Body -> the lines of its modules, of body -> path -> text."""
    return {
        name: [line for path, text in files.items() for line in code_lines(path, text)] for name, files in texts.items()
    }
