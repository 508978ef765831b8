"""The labelled lines that the kind of a message is learned from.

Owns: reading them, their copies as people type them, which units have a coefficient.
Knows nothing of: vectors, fitting, and of the half of the probes that is there to
report.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from long_term_memory.core.retrieval.intent import QUESTION

HERE: Final = Path(__file__).resolve().parent
MESSAGES: Final = HERE / "data" / "messages"
FRAMES: Final = MESSAGES / "frames.tsv"
FRAMES_FILLED: Final = MESSAGES / "fillings.tsv"
PROBES: Final = HERE / "data" / "live_chat"

ASKED: Final = {"unknown": QUESTION, "roleplay": QUESTION}
"""Kinds of probes that ask for something told, whether or not it was."""

COPY_WEIGHT: Final = 0.4
"""Of a copy as people type it, beside 1 of the line itself."""

FRAME_WEIGHT: Final = 0.15
"""Of a frame with a word in it: there are many that differ in nothing else."""

STRANGE_WEIGHT: Final = 0.3
"""Of a line in whose language no unit has a coefficient."""

LEAST: Final = 8
"""In so many lines a unit must stand to have a coefficient."""


@dataclass(frozen=True)
class Line:
    """One labelled message.

    Attributes:
        text: As it was written.
        kind: One of `KINDS`.
        group: Lines of one group are fitted or tested together.
        source: "messages", "probes" or "frames".
        language: "en", ….
        names: Of the two who talk: user, character.
        weight: How much it counts in fitting; only 1 is tested.
        strange: Its units are not looked at.
    """

    text: str
    kind: str
    group: str
    source: str
    language: str
    names: tuple[str, str] = ("", "")
    weight: float = 1.0
    strange: bool = False


def lines() -> list[Line]:
    """Return every labelled line, the files in order."""
    return [*_messages(), *_probes(), *_frames()]


def _messages() -> Iterator[Line]:
    for kind, text in _table(MESSAGES / "lines_en.tsv"):
        yield Line(text, kind, _bare(text), "messages", "en")
    for language, kind, text in _table(MESSAGES / "lines_other.tsv"):
        yield Line(text, kind, _bare(text), "messages", language)


def _table(file: Path) -> list[list[str]]:
    text = file.read_text(encoding="utf-8").splitlines()
    return list(csv.reader(text, delimiter="\t", quoting=csv.QUOTE_NONE))


def _probes() -> Iterator[Line]:
    for file in sorted(PROBES.glob("*.json")):
        told = json.loads(file.read_text(encoding="utf-8"))
        for bank in told["banks"]:
            if bank["half"] != "build":
                continue
            for probe in bank["probes"]:
                yield Line(
                    probe["text"],
                    ASKED.get(probe["kind"], probe["kind"]),
                    bank["id"],
                    "probes",
                    bank["language"],
                    (bank["user"], bank["character"]),
                )


def _frames() -> Iterator[Line]:
    fillings = {group: words.split() for group, words in _table(FRAMES_FILLED)}
    for language, kind, group, frame in _table(FRAMES):
        for filling in fillings.get(group, [""]):
            text = frame.replace("{}", filling)
            names = (filling * (group == "user"), filling * (group == "character"))
            yield Line(text, kind, frame, "frames", language, names, FRAME_WEIGHT)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip() or text


def with_copies(told: Iterable[Line]) -> list[Line]:
    """Add each line as it is typed in haste, and as if its words were unknown.

    In haste there are no capitals and no marks at the end. Where the words are unknown,
    as in a language without lines here, the other features must do.
    """
    found = []
    for line in told:
        found.append(line)
        if line.weight < 1:
            continue
        found.append(replace(line, strange=True, weight=STRANGE_WEIGHT))
        hasty = re.sub(r"[\s?!.\uff1f\uff01\u3002]+$", "", line.text).casefold()
        if hasty and hasty != line.text:
            found.append(replace(line, text=hasty, weight=COPY_WEIGHT))
    return found


def feature_names(
    told: Sequence[Line], read: Sequence[Mapping[str, float]]
) -> list[str]:
    """Return the features that have coefficients: rare units have none.

    Args:
        told: The lines, copies and frames among them, which are not counted.
        read: The features of each.
    """
    counts = Counter(
        name
        for line, features in zip(told, read, strict=True)
        if line.weight == 1
        for name in features
    )
    return sorted(name for name, count in counts.items() if count >= LEAST)
