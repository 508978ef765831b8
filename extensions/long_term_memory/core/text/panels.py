"""What of a message is said, apart from what only decorates it.

Owns: which parts of a text are panels: HTML boxes, stat tables, status blocks, code.
Knows nothing of: where a text comes from, passages, prompts, the log, which keeps all.

Role-play cards have models write the state of the game under each reply, in boxes of
HTML, in tables or in lines of keys and values. It is told anew every time, so it is no
memory of anything; and as text it resembles whatever is asked about places and moods.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

MAX_CHARACTERS: Final = 1_000_000
"""Longer texts are taken as they are: nobody says so much."""

_FENCE: Final = re.compile(r"`{3,}|^[ ]{0,3}~{3,}", re.MULTILINE)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,11})(?=[\s/>])[^<>]{0,2000}>")
_COMMENT: Final = "<!--", "-->"

# What stands in these is never said; if one does not end, it was cut off.
_UNSAID: Final = frozenset("style script svg table head iframe".split())
_BOXES: Final = _UNSAID | frozenset(
    "details div section aside fieldset form dl pre".split()
)
_BREAKS: Final = frozenset(
    """br p hr li ul ol tr div details summary section blockquote h1 h2 h3 h4 h5 h6
    center""".split()
)
_KNOWN_TAGS: Final = (
    _BOXES
    | _BREAKS
    | frozenset(
        """a b big body code dd del dt em font html i img ins input button kbd label
        legend main mark nav q s samp small span strike strong sub sup tbody td tfoot
        th thead title tt u var wbr""".split()
    )
)

_MAX_LINE: Final = 240
_CELLS: Final = re.compile(r"[|\u2502\u2022\uff5c]|\s[/\u2013\u2014]\s|\s;\s?|\]\s*\[")
_KEY: Final = re.compile(
    r"[^\w]*(\w[\w '\u2019&/.()-]{0,28}?)[^\w:\uff1a]{0,6}[:\uff1a]"
)
_GAUGE: Final = re.compile(
    r"\d\s?/\s?\d|\d\s?%|[\u2580-\u259f\u25a0-\u25a1\u25b0-\u25b1\u25cf\u25cb"
    r"\u2605\u2606\u2665\u2661]{3}"
)
_RULE: Final = re.compile(r"[\s\-_=*~\u2500-\u257f+|:.#>\u2014]*")
_TABLE: Final = re.compile(r"\s*\|.*\|\s*|\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*")

_KEYS: Final = frozenset(
    """hp mp sp xp exp health mana stamina energy level lvl gold coins money credits
    status stats stat state condition mood emotion emotions feeling feelings location
    place setting scene time date day weather season temperature outfit clothes
    clothing attire wearing appearance posture pose position inventory items equipment
    weapon armor buffs debuffs effects thoughts thought mind goal goals objective quest
    quests affection affinity trust love lust arousal relationship relationships bond
    reputation hunger thirst fatigue sanity strength dexterity constitution intelligence
    wisdom charisma agility luck defense attack speed turn round stimmung ort zeit datum
    wetter kleidung gedanken zustand beziehung leben gesundheit ausdauer
    inventar""".split()
) | {
    *("\u72b6\u6001", "\u5fc3\u60c5", "\u5730\u70b9", "\u65f6\u95f4", "\u65e5\u671f"),
    *("\u5929\u6c14", "\u670d\u88c5", "\u8863\u7740", "\u60f3\u6cd5", "\u4f4d\u7f6e"),
    *(
        "\u597d\u611f\u5ea6",
        "\u5173\u7cfb",
        "\u4f53\u529b",
        "\u751f\u547d",
        "\u7269\u54c1",
    ),
}
"""What status blocks are about. "Name", "age" and "job" are not here: who writes these
tells of somebody."""

_LEAST_CELLS: Final = 2
"""One line "Time: five o'clock" is said; two such cells together are a status."""


def speech_of(text: str) -> str:
    """Return what a message says: its text without panels, tables, status and code.

    Tags inside a sentence go, their text stays. A box around all that is said is but a
    frame.

    Args:
        text: A message; one without any panel is returned as it is.
    """
    if len(text) > MAX_CHARACTERS:
        return text
    said = text
    if "```" in said or "~~~" in said:
        said = _without_fences(said)
    if "<" in said:
        said = _without_html(said)
    if "|" in said or ":" in said or not said.isascii():
        said = _without_status(said)
    return text if said == text else said.strip()


def _without_fences(text: str) -> str:
    """Leave out what stands in code fences; one that does not end ends the text."""
    kept: list[str] = []
    start, opened = 0, ""
    for found in _FENCE.finditer(text):
        fence = found.group().strip()
        if not opened:
            kept.append(text[start : found.start()])
            opened = fence
        elif fence[0] == opened[0] and len(fence) >= len(opened):
            start, opened = found.end(), ""
    if not opened:
        kept.append(text[start:])
    return "\n".join(kept)


def _without_html(text: str) -> str:
    """Leave out boxes and comments; of other elements leave out the tags."""
    text = "".join(_outside_comments(text))
    if _TAG.search(text) is None:
        return text
    said = _outside(text, _BOXES)
    return said if re.search(r"\w", said) else _outside(text, _UNSAID)


def _outside_comments(text: str) -> Iterator[str]:
    opens, ends = _COMMENT
    start = 0
    while (found := text.find(opens, start)) >= 0:
        yield text[start:found]
        end = text.find(ends, found)
        start = len(text) if end < 0 else end + len(ends)
    yield text[start:]


def _outside(text: str, boxes: frozenset[str]) -> str:
    """Return a text without tags and without what stands in boxes."""
    tags = [tag for tag in _TAG.finditer(text) if tag[2].lower() in _KNOWN_TAGS]
    ended = _ended(tags, boxes)
    kept: list[str] = []
    start, depth = 0, 0
    for tag in tags:
        if not depth:
            kept.append(text[start : tag.start()])
            kept.append("\n" if tag[2].lower() in _BREAKS else "")
        if tag.start() in ended:
            depth += -1 if tag[1] else 1
        elif tag[2].lower() in _UNSAID and not _empty(tag):
            return "".join(kept)
        start = tag.end()
    kept.append(text[start:])
    return "".join(kept)


def _ended(tags: list[re.Match[str]], boxes: frozenset[str]) -> set[int]:
    """Return where the tags of boxes stand that begin and end.

    A box may lie in another one, but none reaches out of it.
    """
    found: set[int] = set()
    opened: list[tuple[str, int]] = []
    waiting: dict[str, int] = {}
    for tag in tags:
        name = tag[2].lower()
        if name not in boxes or _empty(tag):
            continue
        if not tag[1]:
            opened.append((name, tag.start()))
            waiting[name] = waiting.get(name, 0) + 1
        elif waiting.get(name):
            # Boxes inside that were not ended end with it.
            other = ""
            while other != name:
                other, at = opened.pop()
                waiting[other] -= 1
            found |= {at, tag.start()}
    return found


def _empty(tag: re.Match[str]) -> bool:
    """Say whether nothing can stand in an element: <svg/>."""
    return tag.group().endswith("/>")


def _without_status(text: str) -> str:
    """Leave out runs of lines that are tables, or keys of a game with their values."""
    lines = text.split("\n")
    drop: set[int] = set()
    for run in _runs(lines):
        tables = sum(_TABLE.fullmatch(lines[at]) is not None for at in run)
        known, cells = map(sum, zip(*(_cells(lines[at]) for at in run), strict=True))
        status = known >= _LEAST_CELLS and 2 * known >= cells
        if status or tables >= _LEAST_CELLS:
            drop.update(range(run[0], run[-1] + 1))
    if not drop:
        return text
    return "\n".join(line for at, line in enumerate(lines) if at not in drop)


def _runs(lines: list[str]) -> Iterator[list[int]]:
    """Yield the places of lines that may be a status, blank lines and rules between."""
    run: list[int] = []
    for at, line in enumerate(lines):
        if len(line) <= _MAX_LINE:
            if _RULE.fullmatch(line) and not _TABLE.fullmatch(line):
                continue
            if _TABLE.fullmatch(line) or _cells(line)[1] or _is_heading(line):
                run.append(at)
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _is_heading(line: str) -> bool:
    """Say whether a line is but a word such as "Status"."""
    return re.sub(r"[\W_]+", "", line).casefold() in _KEYS


def _cells(line: str) -> tuple[int, int]:
    """Count the cells of a line that a status has, and all with a key; 0 for prose."""
    known = count = 0
    for cell in _CELLS.split(line):
        if not re.search(r"\w", cell):
            continue
        key = _KEY.match(cell)
        if key is None:
            # Values may hold the sign that parts cells; prose has no key at all.
            if not count:
                return 0, 0
            continue
        count += 1
        last = key[1].casefold().split()[-1]
        known += last in _KEYS or _GAUGE.search(cell, key.end()) is not None
    return known, count
