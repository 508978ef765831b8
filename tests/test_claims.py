"""What the documentation promises is held by tests.

Every sentence of the pages below that says "never", "only", "always", "nothing" or
a word of their kind stands in `claims.md` beside the tests that hold it, or beside
the reason why it promises nothing that a test could hold.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "claims.md"
PAGES = (
    "README.md",
    "docs/companion.md",
    "docs/companion-sockets.md",
    "docs/encryption.md",
    "docs/facts.md",
    "docs/forgetting.md",
    "docs/http-api.md",
    "docs/storylines.md",
)
_WORDS = re.compile(
    r"\b(never|only|always|nothing|nobody|nowhere|none|cannot|no other|no file|nor"
    r"|alone|whatever)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"^[ \t]*```.*?^[ \t]*```", re.MULTILINE | re.DOTALL)
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z*`\"\[])|(?<=[.!?]\*\*)\s+")
_MARK = re.compile(r"[-*]\s+|\d+\.\s+|#+\s+|\|")
_CELLS = re.compile(r"(?<!\\)\|")
_ROW = re.compile(r"\| (?P<page>\S+) \| (?P<sentence>.+) \| (?P<held>[^|]+) \|")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# A sentence that says how a thing is meant, and not what the program does.
_NO_PROMISE = re.compile(r"no promise: \w.*\.")


class Row(NamedTuple):
    """A promise, and what holds it."""

    page: str
    sentence: str
    held: str


def test_every_promise_stands_in_the_table() -> None:
    told = {(row.page, row.sentence) for row in rows()}
    assert [one for one in promises() if one not in told] == []


def test_the_table_holds_no_sentence_that_is_gone() -> None:
    standing = set(promises())
    assert [row for row in rows() if (row.page, row.sentence) not in standing] == []


def test_every_promise_is_held_by_tests_that_exist_or_says_why_it_is_none() -> None:
    assert [row for row in rows() if not held_by(row.held)] == []


def test_the_table_follows_the_pages_and_tells_each_sentence_once() -> None:
    assert [row[:2] for row in rows()] == list(dict.fromkeys(promises()))


def test_every_line_of_the_table_is_a_row() -> None:
    assert len(table()) == len(rows())


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("It is only\nwhat it is. And more.", ["It is only what it is.", "And more."]),
        ("- one. Two\n  goes on\n- three", ["one.", "Two goes on", "three"]),
        ("# Only this\nText: it is.", ["Only this", "Text: it is."]),
        ("| a | b. C |\n|---|---|\n| `x\\|y` | |", ["a / b. C", "`x/y`"]),
        ("**It stays.** Never.\n\nNew", ["**It stays.**", "Never.", "New"]),
        ("before\n```sh\nnever\n```\nafter", ["before", "after"]),
        ("1. first\n2. second", ["first", "second"]),
    ],
)
def test_a_page_is_read_by_sentences(page: str, found: list[str]) -> None:
    assert list(sentences(page)) == found


@pytest.mark.parametrize(
    "held",
    [
        "",
        "no promise",
        "no promise: ",
        "somebody looked",
        "`tests/test_claims.py::test_that_is_not_there`",
        "`tests/test_nowhere.py::test_every_line_of_the_table_is_a_row`",
        "`tests/test_claims.py::rows`",
        "`tests/test_claims.py::test_every_line_of_the_table_is_a_row`, and more",
    ],
)
def test_what_names_no_test_and_no_reason_holds_nothing(held: str) -> None:
    assert not held_by(held)


def held_by(held: str) -> bool:
    """Say whether it is a list of tests that exist, or a reason."""
    if _NO_PROMISE.fullmatch(held):
        return True
    named = [_TEST.fullmatch(one) for one in held.split(", ")]
    return all(one is not None and one[2] in named_in(one[1]) for one in named)


def table() -> list[str]:
    """Return the table's lines below its head."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("|")][2:]


def rows() -> list[Row]:
    """Return the table's rows, in its order."""
    found = map(_ROW.fullmatch, table())
    return [Row(**row.groupdict()) for row in found if row]


def promises() -> Iterator[tuple[str, str]]:
    """Yield the pages' sentences that hold one of the words, with their page."""
    for page in PAGES:
        for sentence in sentences((ROOT / page).read_text(encoding="utf-8")):
            if _WORDS.search(sentence):
                yield page, sentence


def sentences(page: str) -> Iterator[str]:
    """Yield the sentences of a page, outside of its blocks of code.

    A row of a table is one sentence: its cells tell nothing apart from each other.
    """
    for block in blocks(_CODE.sub("\n", page)):
        if not block.startswith("|"):
            yield from _END.split(
                _MARK.sub("", block, count=1) if _MARK.match(block) else block
            )
        elif block.strip("|-: "):
            cells = [cell.strip() for cell in _CELLS.split(block)]
            yield " / ".join(cell for cell in cells if cell).replace("\\|", "/")


def blocks(page: str) -> Iterator[str]:
    """Yield paragraphs, list items, headings and rows, each as one line."""
    gathered: list[str] = []
    for line in (*page.splitlines(), ""):
        begins = _MARK.match(line.lstrip()) is not None
        ends = bool(gathered) and gathered[0].startswith(("#", "|"))
        if gathered and (begins or ends or not line.strip()):
            yield " ".join(gathered)
            gathered = []
        if line.strip():
            gathered.append(line.strip())


@cache
def named_in(file: str) -> frozenset[str]:
    """Return the names of a file's tests; a parametrised one counts once."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))
