"""Conversations in LoCoMo's file format, and how much evidence a text carries.

Owns: reading the file, counting tokens, scoring.
Knows nothing of: the systems that are scored.

The data (Maharana et al., ACL 2024; CC BY-NC 4.0) is not part of this project; its
path is an argument. Questions without evidence are left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

CATEGORIES: Final = {
    1: "multi-hop",
    2: "temporal",
    3: "open-domain",
    4: "single-hop",
    5: "adversarial",
}
ADVERSARIAL: Final = "adversarial"
"""These ask for what was never said; their evidence is what they twist."""


COVERED: Final = 0.6
"""A turn counts as told if a text holds this share of its content words."""

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_EVIDENCE: Final = re.compile(r"D:?\s*(\d+)\s*:\s*(\d+)")
_EMPTY: Final = frozenset(
    """
    the and for you your that this with have was were are but not its what when
    how can all just from they them there their our out about had has did does
    been would could will she her him his get got too also than then very really
    some any one image shares
    """.split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn; `text` has the caption of an image that it shares."""

    id: str
    speaker: str
    text: str
    session: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, and the turns that answer it."""

    text: str
    category: str
    evidence: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A long conversation of two people, and what is asked about it."""

    id: str
    speakers: tuple[str, str]
    turns: tuple[Turn, ...]
    questions: tuple[Question, ...]


def load(path: Path) -> list[Conversation]:
    """Read a file."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return [_conversation(entry) for entry in entries]


def count_tokens(text: str) -> int:
    """Count words and marks, and one for the line break."""
    return len(_TOKEN.findall(text)) + 1


def told(turn: Turn, text: str) -> bool:
    """Say whether a text really carries a turn."""
    wanted = content_words(turn.text)
    return len(wanted & content_words(text)) >= COVERED * len(wanted)


def content_words(text: str) -> set[str]:
    """Return the distinct words that say something."""
    words = re.findall(r"[a-z0-9']+", text.lower().replace("\u2019", "'"))
    telling = {word for word in words if len(word) > 2 and word not in _EMPTY}
    return telling or set(re.findall(r"\w+", text.lower()))


def _conversation(entry: dict[str, Any]) -> Conversation:
    talk = entry["conversation"]
    turns = tuple(_turns(talk))
    known = {turn.id for turn in turns}
    questions = [
        Question(
            text=asked["question"],
            category=CATEGORIES[asked["category"]],
            evidence=_evidence(asked.get("evidence") or [], known),
        )
        for asked in entry["qa"]
        if asked["category"] in CATEGORIES
    ]
    return Conversation(
        id=entry["sample_id"],
        speakers=(talk["speaker_a"], talk["speaker_b"]),
        turns=turns,
        questions=tuple(asked for asked in questions if asked.evidence),
    )


def _turns(talk: dict[str, Any]) -> list[Turn]:
    numbers = sorted(
        int(match[1]) for key in talk if (match := re.fullmatch(r"session_(\d+)", key))
    )
    turns = []
    for number in numbers:
        at = datetime.strptime(
            talk[f"session_{number}_date_time"], "%I:%M %p on %d %B, %Y"
        )
        for said in talk[f"session_{number}"]:
            caption = said.get("blip_caption")
            image = f" [shares an image: {caption}]" if caption else ""
            turns.append(
                Turn(
                    id=said["dia_id"],
                    speaker=said["speaker"],
                    text=(said["text"].strip() + image).strip(),
                    session=number,
                    at=at,
                )
            )
    return turns


def _evidence(raw: list[Any], known: set[str]) -> frozenset[str]:
    """Read slips such as "D8:6; D9:17" and "D:11:26"; drop ids that do not exist."""
    found = {
        f"D{int(session)}:{int(turn)}"
        for text in raw
        for session, turn in _EVIDENCE.findall(str(text))
    }
    return frozenset(found & known)
